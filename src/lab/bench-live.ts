/**
 * `npm run bench:live`: what load the live engine makes of a second of CPU, beside wrk, hey,
 * autocannon (where it is installed) and undici in the engine's own place. nginx from Debian's
 * packages on one core, the generator on the other, alternating; ours open loop at 80% of the rate
 * that wrk reached in the same round. One JSON line a run, and one of medians for each number of
 * connections.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { median } from 'simple-statistics'
import { startNginx } from './bench-nginx.ts'
import type { GeneratorResult, GeneratorRun } from './bench-live-generator.ts'
import { countsOf, wholeNumber } from '../cli/options.ts'

interface Options {
  readonly rounds: number
  readonly seconds: number
  readonly connections: number[]
}

/** Requests a CPU-second of the generator, and a second of the wall. */
interface Measured {
  readonly perCpuSec: number
  readonly perSec: number
  readonly more?: object
}

type Kind = 'wrk' | 'wire' | 'undici' | 'hey' | 'autocannon'

const generator = fileURLToPath(new URL('./bench-live-generator.ts', import.meta.url))
const generatorCore = '1'

function has(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** Runs another generator on our core; its CPU time is what the shell counts of its children. */
function measureOther(command: string, answered: RegExp): Measured {
  const script = `TIMEFORMAT='CPU %U %S %R'; { time taskset -c ${generatorCore} ${command} ; } 2>&1`
  const out = execFileSync('bash', ['-c', script], { encoding: 'utf8' })
  const [, user, system, wall] = /CPU ([\d.]+) ([\d.]+) ([\d.]+)/.exec(out) ?? []
  const [, count = '', unit = ''] = answered.exec(out) ?? []
  const n = Number(count) * (unit === 'k' ? 1000 : 1)
  return { perCpuSec: n / (Number(user) + Number(system)), perSec: n / Number(wall) }
}

function measureOurs(run: GeneratorRun): Measured {
  const args = ['-c', generatorCore, process.execPath, generator, JSON.stringify(run)]
  const text = execFileSync('taskset', args, { encoding: 'utf8' })
  const result = JSON.parse(text) as GeneratorResult
  const { answered, cpuSec } = result
  return { perCpuSec: answered / cpuSec, perSec: run.perSec, more: result }
}

function measure(kind: Kind, run: Omit<GeneratorRun, 'transport'>): Measured {
  const { url, connections, sec } = run
  switch (kind) {
    case 'wrk':
      return measureOther(`wrk -t1 -c${connections} -d${sec}s ${url}`, /(\d+) requests in/)
    case 'hey':
      return measureOther(`hey -c ${connections} -z ${sec}s ${url}`, /\[200\]\s+(\d+)/)
    case 'autocannon':
      return measureOther(
        `autocannon -c ${connections} -d ${sec} ${url}`,
        /([\d.]+)(k?) requests in/,
      )
    case 'wire':
    case 'undici':
      return measureOurs({ ...run, transport: kind })
  }
}

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)

function bench(url: string, connections: number, { rounds, seconds }: Options): boolean {
  const others = (['hey', 'autocannon'] as const).filter(has)
  const kinds: Kind[] = ['wire', 'undici', ...others]
  const found: Partial<Record<Kind, number[]>> = {}
  const note = (kind: Kind, round: number, measured: Measured) => {
    ;(found[kind] ??= []).push(measured.perCpuSec)
    say({ round, connections, kind, ...measured })
  }
  for (let round = 0; round < rounds; round++) {
    const plain = { url, connections, sec: seconds, perSec: 0 }
    const wrk = measure('wrk', plain)
    note('wrk', round, wrk)
    for (const kind of kinds) {
      // undici cannot send that much: it is measured at a fifth of it.
      const share = kind === 'undici' ? 0.2 : 0.8
      note(kind, round, measure(kind, { ...plain, perSec: Math.floor(wrk.perSec * share) }))
    }
  }
  const medians = Object.fromEntries(
    Object.entries(found).map(([kind, values]) => [kind, Math.round(median(values))]),
  ) as Record<Kind, number>
  const ofWrk = medians.wire / medians.wrk
  const timesOthers = Object.fromEntries(
    ['undici', ...others].map((kind) => [kind, medians.wire / medians[kind as Kind]]),
  )
  say({ connections, medianPerCpuSec: medians, wireOfWrk: ofWrk, wireTimes: timesOthers })
  return ofWrk >= 0.75 && Object.values(timesOthers).every((times) => times >= 2.5)
}

const options = new Command('npm run bench:live --')
  .description('Requests a CPU-second of the live engine, beside wrk, hey, autocannon and undici.')
  .option('--rounds <n>', 'alternating', wholeNumber(1, 100), 5)
  .option('--seconds <n>', 'a run', wholeNumber(1, 600), 8)
  .option('--connections <list>', 'such as 64,1000', countsOf(1, 10_000), [64, 1000])
  .parse()
  .opts<Options>()

for (const program of ['nginx', 'wrk', 'taskset']) {
  if (!has(program)) throw new Error(`${program} is not installed`)
}
const nginx = await startNginx({ core: '0' })
try {
  const reached = options.connections.map((connections) => bench(nginx.url, connections, options))
  process.exitCode = reached.every(Boolean) ? 0 : 1
} finally {
  await nginx.stop()
}
