import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { RunRecord } from '../../record/run.ts'
import type { Case, CaseBench } from './case.ts'

/** Cases of logs and tables that were misread. */
export const logCases: readonly Case[] = [
  {
    number: 1,
    expected: '2 clients, 2 first contacts; 2 clients, 2 first contacts',
    observe: each(['access.log', 'access.jsonl'], contacts),
  },
  {
    number: 3,
    expected: Array(3).fill('33 ms, 33 ms before the time written').join('; '),
    observe: each(['envoy.jsonl', 'contour.jsonl', 'express.jsonl'], durationAndArrival),
  },
  {
    number: 4,
    expected: '2 clients, 2 first contacts, /book 2, /queue 2',
    observe: async (bench) => {
      const run = await imported(bench, 'caddy.jsonl')
      const { steps } = run.summary
      return `${contacts(run)}, ${Object.keys(steps)
        .filter((name) => (steps[name]?.count ?? 0) > 0)
        .toSorted()
        .map((name) => `${name} ${steps[name]?.count}`)
        .join(', ')}`
    },
  },
  {
    number: 5,
    expected: 'no finding on the clock',
    observe: async (bench) => {
      const { verdict } = await imported(bench, 'apache.log')
      const found = verdict.notes.filter(({ code }) => /Clock|Overlap|Gap|Unordered/.test(code))
      return found.length === 0 ? 'no finding on the clock' : JSON.stringify(found)
    },
  },
  {
    number: 6,
    expected: Array(5).fill('1 of 10 ms, 1 of 500 ms').join('; '),
    observe: async (bench) => {
      const found: string[] = []
      for (const name of ['method', 'query', 'suffix', 'root', 'unicode']) {
        const run = await imported(bench, `${name}.log`, '--scenario', bench.file(`${name}.json`))
        const steps = Object.values(run.summary.steps).slice(0, 2)
        found.push(
          steps.map(({ count, responseMs }) => `${count} of ${ms(responseMs.max)}`).join(', '),
        )
      }
      return found.join('; ')
    },
  },
  {
    number: 7,
    expected: 'gate 0, requestErrorShare 0',
    observe: async (bench) => {
      const { summary } = await imported(bench, 'access.log')
      return `${await gated(bench, 'slo.txt')}, requestErrorShare ${summary.requestErrorShare}`
    },
  },
  {
    number: 8,
    expected: 'exit 0, tries 0',
    observe: async ({ dambreak, file, out }) => {
      const args = ['--scenario', file('first.yaml'), '--out', 'fitted.yaml']
      const { code, err } = await dambreak(['fit', file('access.log'), ...args])
      if (code !== 0) return `exit ${code}: ${err}`
      const [, tries] = /tries:[^]*?mid: (\d+)/.exec(readFileSync(out('fitted.yaml'), 'utf8')) ?? []
      return `exit 0, tries ${tries}`
    },
  },
  {
    number: 9,
    expected: '/dev/stdin 1 request, FIFO 1 request, end of SIGTERM',
    observe: async (bench) => {
      const stdin = readFileSync(bench.file('access.log'))
      const args = ['import', '--from', 'access-log', '/dev/stdin', '--out', 'o']
      const { code } = await bench.dambreak(args, { stdin })
      const piped = code === 0 ? requestsOf(bench.record('o')) : `exit ${code}`
      return `/dev/stdin ${piped}, FIFO ${await fromFifo(bench)}, ${await endedInFifo(bench)}`
    },
  },
  {
    number: 16,
    expected: 'Locust refused, k6 refused, JMeter refused',
    observe: async ({ dambreak, file }) => {
      const found: string[] = []
      for (const [whose, name] of Object.entries({
        Locust: 'locust_history.csv',
        k6: 'k6.csv',
        JMeter: 'run.jtl',
      })) {
        const { code, err } = await dambreak(['fit', file(name), '--out', 'o.yaml', '--force'])
        const isRefused =
          code === 2 && err.includes(`measurements of ${whose}, no requests of clients`)
        found.push(isRefused ? `${whose} refused` : `${whose} exit ${code}`)
      }
      return found.join(', ')
    },
  },
  {
    number: 17,
    expected: 'exit 0',
    observe: async ({ dambreak, file }) => {
      const { code, err } = await dambreak(['validate', file('scenario.json')])
      return code === 0 ? 'exit 0' : `exit ${code}: ${err}`
    },
  },
  {
    number: 20,
    // The record is accepted; half of its requests failed, which the objective forbids.
    expected: 'gate 1, __proto__ 1 request',
    observe: async (bench) => {
      const { summary } = await imported(bench, 'access.log')
      const step = Object.entries(summary.steps).find(([name]) => name === '__proto__')?.[1]
      const gate = await gated(bench, '../07-gate-refuses-every-log-run/slo.txt')
      return `${gate}, __proto__ ${step?.count} request`
    },
  },
  {
    number: 22,
    expected: 'a burst of 10 to 30 s and a decay of 100 to 150 s, alone',
    observe: async ({ dambreak, file }) => {
      const args = ['--scenario', file('concert.yaml'), '--json']
      const { code, out, err } = await dambreak(['fit', file('access.log.gz'), ...args])
      if (code !== 0) return `exit ${code}: ${err}`
      return arrivalsFound(JSON.parse(out) as FitOutput)
    },
  },
]

const ms = (value: number | null) => (value === null ? 'unknown' : `${Math.round(value)} ms`)

function each(
  names: readonly string[],
  tell: (run: RunRecord, bench: CaseBench) => string,
): Case['observe'] {
  return async (bench) => {
    const found: string[] = []
    for (const name of names) found.push(tell(await imported(bench, name), bench))
    return found.join('; ')
  }
}

async function imported(bench: CaseBench, name: string, ...more: string[]): Promise<RunRecord> {
  const args = ['import', '--from', 'access-log', bench.file(name), '--out', 'o', ...more]
  const { code, err } = await bench.dambreak(args)
  const run = bench.record('o')
  if (code === 0 && run !== null) return run
  throw new Error(`${name}: exit ${code}: ${err}`)
}

async function gated({ dambreak, file }: CaseBench, slo: string): Promise<string> {
  const { code, err } = await dambreak(['gate', 'o', '--slo', file(slo)])
  return code === 0 || code === 1 ? `gate ${code}` : `gate ${code}: ${err}`
}

function contacts({ summary, timeline }: RunRecord): string {
  const arrivals = timeline.arrivals.reduce((total, n) => total + n, 0)
  return `${summary.people.came} clients, ${arrivals} first contacts`
}

function durationAndArrival({ summary }: RunRecord, bench: CaseBench): string {
  const [step] = Object.values(summary.steps).filter(({ count }) => count > 0)
  const [{ timesSec }] = JSON.parse(readFileSync(bench.out('o/arrivals.json'), 'utf8')) as [
    { timesSec: number[] },
  ]
  // Arrivals are counted by tenths of a second; the log opens with the minute that its first line is in.
  const isBefore = timesSec[0] === -0.05
  const when = isBefore ? '33 ms before the time written' : `at ${timesSec[0]} s`
  return `${ms(step?.responseMs.max ?? null)}, ${when}`
}

const requestsOf = (run: RunRecord | null) =>
  `${Object.values(run?.summary.steps ?? {}).reduce((total, { count }) => total + count, 0)} request`

async function fromFifo({ file, out, scratch }: CaseBench): Promise<string> {
  const script = `mkfifo f && (cat "$1" > f &) && exec "$2" "$3" import --from access-log f --out p`
  const { bin } = await import('../../cli/testing/dambreak.ts')
  const args = ['-c', script, 'sh', file('access.log'), process.execPath, bin]
  const child = spawn('sh', args, { cwd: scratch, stdio: 'ignore' })
  const guard = setTimeout(() => child.kill('SIGKILL'), 120_000)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(guard)
  if (code !== 0) return `exit ${code}`
  return requestsOf(JSON.parse(readFileSync(out('p/run.json'), 'utf8')) as RunRecord)
}

/** A FIFO that nobody writes to: a signal ends the command. */
async function endedInFifo({ scratch }: CaseBench): Promise<string> {
  const { bin } = await import('../../cli/testing/dambreak.ts')
  const script = `rm -f f; mkfifo f && exec "$1" "$2" import --from access-log f --out q`
  const child = spawn('sh', ['-c', script, 'sh', process.execPath, bin], {
    cwd: scratch,
    stdio: 'ignore',
  })
  const closed = once(child, 'close')
  setTimeout(() => child.kill('SIGTERM'), 4000)
  const guard = setTimeout(() => child.kill('SIGKILL'), 120_000)
  const [, signal] = (await closed) as [number | null, string | null]
  clearTimeout(guard)
  return `end of ${signal === 'SIGKILL' ? 'SIGKILL' : 'SIGTERM'}`
}

interface FitOutput {
  readonly estimates: readonly { readonly path: string; readonly mid: number }[]
  readonly settings: { readonly arrivals?: readonly { readonly kind: string }[] }
}

function arrivalsFound({ estimates, settings }: FitOutput): string {
  const found = (settings.arrivals ?? []).map(({ kind }, i) => {
    const own = estimates.filter(({ path }) => path.startsWith(`arrivals[${i}].`))
    const at = (name: string) => own.find(({ path }) => path.endsWith(`.${name}`))?.mid ?? NaN
    return { kind, share: at('share'), forSec: at('forSec'), scaleSec: at('scaleSec') }
  })
  const isRight =
    found.length === 2 &&
    found.some(({ kind, forSec }) => kind === 'burst' && forSec >= 10 && forSec <= 30) &&
    found.some(({ kind, scaleSec }) => kind === 'decay' && scaleSec >= 100 && scaleSec <= 150)
  return isRight
    ? 'a burst of 10 to 30 s and a decay of 100 to 150 s, alone'
    : JSON.stringify(found)
}
