import { chunksOf } from '../core/files/read-bytes.ts'
import { ParseReport } from '../core/parse-report.ts'
import { unreadableInput } from '../logs/input-kind.ts'
import { mergeEntries } from '../logs/read-log.ts'
import { RequestLog, type LogEvidence } from '../logs/request-log.ts'
import type { Screen } from '../logs/screen.ts'
import type { TimeContext } from '../logs/timestamp.ts'
import { Waits } from '../logs/waits.ts'
import type { RunRecord } from '../record/run.ts'
import {
  entriesOf,
  mayBeStarts,
  openInput,
  readingOf,
  type OpenedInput,
} from '../logs/input-files.ts'
import type { GivenFields } from '../logs/log-field.ts'
import type { LogReading } from '../logs/log-notes.ts'
import type { StepMatcher } from '../logs/step-matcher.ts'
import { readRunArgument } from '../record/run-argument.ts'

/** Everything that the inputs of a fit hold, read once. */
export interface FitInputs {
  /** Of all logs together; `null` where there is none. */
  readonly log: LogEvidence | null
  readonly waits: Waits
  readonly screens: readonly Screen[]
  readonly runs: readonly NamedRun[]
  /** One an input that has lines. */
  readonly parseReports: readonly ParseReport[]
  /** How each of them was read. */
  readonly readings: readonly LogReading[]
  /** The zone that times are written in, where they are. */
  readonly zone: string | null
}

export interface NamedRun {
  readonly name: string
  readonly run: RunRecord
}

export interface FitReading {
  readonly context: TimeContext
  readonly seed: number
  readonly entry: string | null
  /** Of the scenario whose steps are fitted. */
  readonly steps: StepMatcher
  /** Fields that have unknown names. */
  readonly given: GivenFields
  readonly signal: AbortSignal
}

/**
 * Reads every input, its kind detected from its content: logs are streamed, all of them side by side in
 * the order of their times.
 * @throws DambreakError 'usage' where one is nothing that can be fitted, is empty or mostly broken;
 * 'disk' where it cannot be read; 'interrupted'
 */
export async function readFitInputs(
  paths: readonly string[],
  reading: FitReading,
): Promise<FitInputs> {
  const runs: NamedRun[] = []
  const opened: OpenedInput[] = []
  for (const path of paths) {
    const chunks = () => chunksOf(path, reading.signal)
    const input = await openInput({ path, chunks }, reading)
    if (input.kind.kind === 'run') runs.push({ name: path, run: await readRunArgument(path) })
    else opened.push(input)
  }
  const waits = new Waits()
  const screens: Screen[] = []
  const parsed = opened.map((input) => ({ input, report: new ParseReport(input.path) }))
  const logs = parsed.map(({ input, report }) => {
    return entriesOf(input, { report, waits, screens, context: reading.context })
  })
  const parseReports = parsed.map(({ report }) => report)
  const finest = opened.map(({ kind }) => (kind.kind === 'run' ? 1000 : kind.times.resolutionMs))
  const log = new RequestLog(Math.min(1000, ...finest), {
    ...reading,
    mayBeStarts: opened.map(mayBeStarts),
  })
  let requests = 0
  await mergeEntries(logs, (entry, source) => {
    requests++
    log.add(entry, source)
  })
  for (const report of parseReports) report.check(unreadableInput)
  const zone = opened.find((input) => input.zone !== null)?.zone ?? null
  const readings = opened.flatMap((input) => readingOf(input) ?? [])
  const found = requests === 0 ? null : log.finish()
  return { log: found, waits, screens, runs, parseReports, readings, zone }
}
