import { spawn } from 'node:child_process'
import { createReadStream, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { mean } from 'simple-statistics'
import { lineBatches } from '../core/lines.ts'
import { msToSec, msToUs } from '../core/units.ts'
import { decodeHistogram } from '../record/codec.ts'
import { latencyLayout, type Histogram } from '../record/histogram.ts'
import type { RunRecord } from '../record/run.ts'
import { readRun } from '../record/store.ts'
import { nearestRank } from '../statistics/nearest-rank.ts'
import { k6TimeMs } from '../engine/k6/import/k6-line.ts'
import { start } from '../cli/testing/dambreak.ts'
import { startStackCommand } from '../cli/testing/live-stack.ts'
import type { ValidateK6 } from './validate-k6-engines.ts'
import {
  arrivalDifference,
  perWallSec,
  percentileRows,
  type Compared,
} from './validate-k6-figures.ts'
import { invalidTexts, noteText } from '../report/verdict-words.ts'

const segments = ['0:1/4', '1/4:1/2', '1/2:3/4', '3/4:1'] as const
const sequence = '0,1/4,1/2,3/4,1'
/** Half a bucket of two digits, and the thousandth of the histogram that they merge into. */
const statedError = 1 / 256 + 1e-3
/** From when all runners are started until the first visitor comes: k6 readies its VUs until then. */
const leadMs = 20_000

/** Runs one of our commands to its end; what it wrote to standard output. */
async function dambreak(
  args: readonly string[],
  accepted: readonly number[] = [0],
): Promise<string> {
  const { code, out, err } = await start(args, resolve('.')).ended
  if (!accepted.includes(code ?? -1))
    throw new Error(`dambreak ${args[0]} ended with ${code}: ${err}`)
  return out
}

interface Bundle {
  readonly script: string
  readonly target: string
}

/** One k6 process from beginning to end; it writes all its points to `out`. */
function runK6(
  { script, target }: Bundle,
  given: { k6: string; startAtMs: number; out: string; args: readonly string[] },
): Promise<void> {
  const env = [`DAMBREAK_TARGET=${target}`, `DAMBREAK_START_AT=${given.startAtMs}`]
  const args = [
    'run',
    '--quiet',
    '--system-tags',
    'url',
    '--out',
    `json=${given.out}`,
    ...env.flatMap((text) => ['-e', text]),
    ...given.args,
    script,
  ]
  return new Promise((done, fail) => {
    const child = spawn(given.k6, args, { stdio: ['ignore', 'ignore', 'pipe'] })
    let err = ''
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (err += piece))
    child.once('error', fail)
    child.once('close', (code) => {
      // 99: a threshold; the importer judges what was dropped itself.
      if (code === 0 || code === 99) done()
      else fail(new Error(`k6 ended with ${code}: ${err.slice(-2000)}`))
    })
  })
}

/** Performs the scenario against a fresh stack, with a runner for each list of arguments. */
async function performed(
  options: ValidateK6,
  given: { folder: string; script: string; runners: readonly (readonly string[])[] },
): Promise<{ files: string[]; run: RunRecord }> {
  const { folder, script, runners } = given
  const scale = ['--speed', options.speed, '--population', options.population]
  const stack = await startStackCommand([options.scenario, ...scale])
  const startAtMs = Date.now() + leadMs
  const files = runners.map((_, i) => join(folder, `runner-${i + 1}.json`))
  try {
    await Promise.all(
      runners.map((args, i) =>
        runK6(
          { script, target: stack.url },
          { k6: options.k6, startAtMs, out: files[i] ?? '', args },
        ),
      ),
    )
  } finally {
    await stack.stop()
  }
  const out = join(folder, 'run')
  const scenario = join(folder, '..', 'bundle', 'scenario.json')
  const into = ['--out', out, '--format', 'json', '--quiet']
  await dambreak(['import', '--from', 'k6', '--scenario', scenario, ...into, ...files], [0, 3])
  return { files, run: await readRun(out) }
}

const duration = '{"metric":"http_req_duration","type":"Point"'

/** All raw times of a step's requests, µs, sorted. */
async function rawUs(files: readonly string[], step: string): Promise<Float64Array> {
  const all: number[] = []
  for (const file of files) {
    for await (const batch of lineBatches(createReadStream(file))) {
      for (const line of batch) {
        if (!line.startsWith(duration)) continue
        const { data } = JSON.parse(line) as { data: { value: number; tags: { url?: string } } }
        if (data.tags.url?.endsWith(`/${step}`) === true) all.push(msToUs(data.value))
      }
    }
  }
  return Float64Array.from(all).sort()
}

/** Iterations that began by the wall second after the run's beginning: what the plan asks k6 for. */
async function begunPerSec(files: readonly string[]): Promise<number[]> {
  const begunMs: number[] = []
  let startsAtMs = 0
  for (const file of files) {
    for await (const batch of lineBatches(createReadStream(file))) {
      for (const line of batch) {
        if (line.startsWith('{"metric":"dambreak_runners","type":"Point"')) {
          const { data } = JSON.parse(line) as { data: { tags: { starts_at: string } } }
          startsAtMs = Number(data.tags.starts_at)
        }
        if (!line.startsWith('{"metric":"iteration_duration","type":"Point"')) continue
        const { data } = JSON.parse(line) as { data: { time: string; value: number } }
        begunMs.push((k6TimeMs(data.time) ?? Number.NaN) - data.value)
      }
    }
  }
  const seconds: number[] = []
  for (const ms of begunMs) {
    const second = Math.max(0, Math.floor(msToSec(ms - startsAtMs)))
    seconds[second] = (seconds[second] ?? 0) + 1
  }
  return Array.from(seconds, (n) => n ?? 0)
}

/** The series that a metrics store would keep of the requests' times. */
async function seriesOf(files: readonly string[], metric: string): Promise<number> {
  const seen = new Set<string>()
  const start = `{"metric":"${metric}","type":"Point"`
  for (const file of files) {
    for await (const batch of lineBatches(createReadStream(file))) {
      for (const line of batch) {
        if (!line.startsWith(start)) continue
        const { data } = JSON.parse(line) as { data: { tags: object } }
        seen.add(JSON.stringify(data.tags))
      }
    }
  }
  return seen.size
}

function serviceOf(run: RunRecord, step: string): Histogram {
  return decodeHistogram(run.histograms[`serviceUs.${step}`] ?? '', latencyLayout)
}

async function comparedSteps(four: { files: string[]; run: RunRecord }): Promise<Compared[]> {
  const steps = Object.keys(four.run.summary.steps)
  return Promise.all(
    steps.map(async (step) => {
      const each = await Promise.all(four.files.map((file) => rawUs([file], step)))
      return {
        step,
        merged: serviceOf(four.run, step),
        exact: await rawUs(four.files, step),
        averageOf: (q: number) => mean(each.map((us) => nearestRank(us, q) ?? Number.NaN)),
      }
    }),
  )
}

/**
 * Four k6 processes on four execution segments, merged, against one process that has all, on the
 * reference stack. The arrivals must be the same to within one a second, and the percentiles of the
 * merged histogram those of all raw points of the four together (k6's own `http_req_duration`) to
 * within the error of the buckets. Beside them stands what k6 users do without: the average of the four.
 */
export async function mergedHolds(options: ValidateK6): Promise<boolean> {
  const root = mkdtempSync(join(tmpdir(), 'dambreak-validate-k6-'))
  try {
    const bundle = join(root, 'bundle')
    const scale = ['--speed', options.speed, '--population', options.population]
    await dambreak(['export', options.scenario, '--to', 'k6', '--out', bundle, ...scale])
    const script = readdirSync(bundle).find((name) => /^surge\.[jt]s$/.test(name))
    if (script === undefined) throw new Error('the export holds no script')
    const places = { script: join(bundle, script) }
    const folderOf = (name: string) => {
      const folder = join(root, name)
      mkdirSync(folder)
      return folder
    }
    const one = await performed(options, { ...places, folder: folderOf('one'), runners: [[]] })
    const four = await performed(options, {
      ...places,
      folder: folderOf('four'),
      runners: segments.map((segment) => [
        '--execution-segment',
        segment,
        '--execution-segment-sequence',
        sequence,
      ]),
    })
    for (const { run } of [one, four]) {
      const { visitors } = run.summary
      const { valid, notes } = run.verdict
      console.log(
        `${run.audit.k6?.runners} runners: ${visitors.arrived} visitors, ${visitors.booked} booked; ${valid ? 'valid' : invalidTexts(run.verdict).join('; ')} (${notes.map((note) => noteText(note, run.header.opensAt)).join('; ')})`,
      )
    }
    const begun = arrivalDifference(await begunPerSec(one.files), await begunPerSec(four.files))
    const came = arrivalDifference(perWallSec(one.run), perWallSec(four.run))
    console.log(
      `\nvisitors begun: ${begun.inASecond} apart in any second at most, ${begun.inAll} in all; tickets, which the gate's answers delay: ${came.inASecond} and ${came.inAll}\n`,
    )
    const rows = percentileRows(await comparedSteps(four), statedError)
    for (const { text } of rows) console.log(text)
    const series = await seriesOf(four.files, 'dambreak_requests')
    console.log(`\nseries of dambreak_requests (step, outcome, bucket): ${series}`)
    return (
      begun.inASecond <= 1 &&
      begun.inAll === 0 &&
      [one, four].every(({ run }) => run.verdict.valid) &&
      rows.every(({ ok }) => ok)
    )
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
