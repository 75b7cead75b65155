import { basename } from 'node:path'
import { DambreakError } from '../core/errors.ts'
import { readAgain, type AgainReadable } from '../core/files/read-again.ts'
import { ParseReport } from '../core/parse-report.ts'
import { daysToMs, minutesToMs, msToMinutes, secToMs } from '../core/units.ts'
import { judge } from '../objectives/verdict.ts'
import type { RunRecord } from '../record/run.ts'
import { clockSec, localIso } from '../scenario/clock.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import { opensAtMs } from '../scenario/plan-times.ts'
import {
  checkThere,
  entriesOf,
  mayBeStarts,
  openInput,
  readingOf,
  type OpenedInput,
} from './input-files.ts'
import { unreadableInput } from './input-kind.ts'
import type { LogEntry } from './log-entry.ts'
import type { DetectionOptions } from './log-detection.ts'
import type { GivenFields } from './log-field.ts'
import { logNotes, type LogReading } from './log-notes.ts'
import { LogRun } from './log-run.ts'
import { PathCount, stepsOfScenario } from './log-steps.ts'
import { mergeEntries } from './read-log.ts'
import { replayOf, type Replay } from './replay.ts'
import { RequestLog, type LogEvidence } from './request-log.ts'
import type { TimeContext } from './timestamp.ts'
import { Waits } from './waits.ts'

export interface LogImportOptions {
  /** What the log is a log of; `null`: a run by itself, its steps the log's most frequent paths. */
  readonly loaded: LoadedScenario | null
  /** Beginning of the path of first contacts; `null`: the first request of each client. */
  readonly entry: string | null
  /** Fields that have unknown names. */
  readonly given: GivenFields
}

export interface LogImportEnvironment {
  readonly versions: Record<string, string>
  readonly host: Record<string, string | number>
  readonly signal: AbortSignal
}

export interface ImportedLog {
  /** Judged where there is a scenario. */
  readonly run: RunRecord
  /** The arrivals, for the field `arrivals` of a scenario; `null`: too many for a list. */
  readonly replay: Replay | null
}

/** A log further from the opening than this is one of another day. */
const farMs = daysToMs(1)

/**
 * Makes a run of access logs, and arrivals that a scenario can replay. The logs are read twice, so that
 * memory does not grow with their lines: once for who came when, once for the run.
 * @throws DambreakError 'usage' where one is no access log, is empty or mostly broken, or is of another
 *   day than the scenario; 'disk' where one cannot be read; 'interrupted'
 */
export async function importAccessLogs(
  paths: readonly string[],
  options: LogImportOptions,
  environment: LogImportEnvironment,
): Promise<ImportedLog> {
  const inputs = paths.map((path) => againOf(path, environment.signal))
  try {
    return await importInputs(inputs, options, environment)
  } finally {
    for (const input of inputs) await input.close()
  }
}

async function importInputs(
  inputs: readonly AgainReadable[],
  options: LogImportOptions,
  environment: LogImportEnvironment,
): Promise<ImportedLog> {
  const { loaded, given } = options
  const { versions, host } = environment
  const first = await readOnce(inputs, options)
  const { evidence, context } = first
  const opensAt = openingOf(first, loaded)
  const replay = replayOf(evidence.arrivals, Date.parse(opensAt))
  const run = new LogRun({
    evidence,
    steps: loaded === null ? first.paths.steps() : stepsOfScenario(loaded.scenario),
    opensAt,
    loaded,
    name: loaded?.scenario.name ?? logName(inputs.map(({ path }) => path)),
    versions,
    host,
    notes: [
      ...logNotes(first.parseReports, first.readings, evidence),
      ...(replay === null ? [{ code: 'ReplayTooLarge' } as const] : []),
    ],
  })
  await eachEntry(await openLogs(inputs, { context, given }), context, (entry) => run.add(entry))
  const record = run.finish()
  return { run: loaded === null ? record : judge(record, loaded.scenario), replay }
}

/** What can be read twice; what is not there is said when it is opened. */
function againOf(path: string, signal: AbortSignal): AgainReadable {
  checkThere(path)
  return readAgain(path, signal)
}

interface FirstReading {
  readonly evidence: LogEvidence
  readonly parseReports: readonly ParseReport[]
  readonly readings: readonly LogReading[]
  readonly paths: PathCount
  readonly context: TimeContext
  /** The zone that times are written in, where they are. */
  readonly zone: string
}

/** Reads the logs once: who came when, from when to when, which paths there are. */
async function readOnce(
  sources: readonly AgainReadable[],
  { loaded, entry, given }: LogImportOptions,
): Promise<FirstReading> {
  const context = contextOf(loaded)
  const inputs = await openLogs(sources, { context, given })
  const finest = inputs.map(({ kind }) => (kind.kind === 'run' ? 1000 : kind.times.resolutionMs))
  const options = { seed: 1, entry, steps: null, mayBeStarts: inputs.map(mayBeStarts) }
  const log = new RequestLog(Math.min(1000, ...finest), options)
  const count = new PathCount()
  const parseReports = await eachEntry(inputs, context, (found, source) => {
    log.add(found, source)
    count.add(found.target)
  })
  for (const report of parseReports) report.check(unreadableInput)
  const evidence = log.finish()
  if (evidence.arrivals.total === 0) {
    const names = sources.map(({ path }) => path).join(', ')
    throw new DambreakError(
      'usage',
      `there is no request to ${entry ?? 'anything'} in ${names}: nobody came`,
    )
  }
  const zone = inputs.flatMap((input) => input.zone ?? [])[0] ?? 'Z'
  const readings = inputs.flatMap((input) => readingOf(input) ?? [])
  return { evidence, parseReports, readings, paths: count, context, zone }
}

function contextOf(loaded: LoadedScenario | null): TimeContext {
  if (loaded === null) return { zone: 'Z', clockMs: null }
  const { opensAt } = loaded.scenario
  return {
    zone: /(?:Z|[+-]\d\d:\d\d)$/.exec(opensAt)?.[0] ?? 'Z',
    clockMs: (text) => {
      const sec = clockSec(text, opensAt)
      return sec === null ? null : Date.parse(opensAt) + secToMs(sec)
    },
  }
}

/** Every request of the logs in the order of their times; what could not be read of each. */
async function eachEntry(
  inputs: readonly OpenedInput[],
  context: TimeContext,
  take: (entry: LogEntry, source: number) => void,
): Promise<ParseReport[]> {
  const parsed = inputs.map((input) => ({ input, report: new ParseReport(input.path) }))
  const logs = parsed.map(({ input, report }) =>
    entriesOf(input, { report, waits: new Waits(), screens: [], context }),
  )
  await mergeEntries(logs, take)
  return parsed.map(({ report }) => report)
}

async function openLogs(
  sources: readonly AgainReadable[],
  options: DetectionOptions,
): Promise<OpenedInput[]> {
  const inputs: OpenedInput[] = []
  for (const source of sources) inputs.push(await openInput(source, options))
  const other = inputs.find(({ kind }) => !isOfRequests(kind))
  if (other === undefined) return inputs
  throw new DambreakError(
    'usage',
    `${other.path} is no access log: one is in a format of docs/guides/fit.md, such as nginx’s combined or JSON lines with time and status; gzip too`,
  )
}

/** A table of requests says how they were answered. */
const isOfRequests = (kind: OpenedInput['kind']): boolean =>
  kind.kind === 'log' || (kind.kind === 'csv' && (kind.table.plan?.keys.status.length ?? 0) > 0)

/** When service opened: as the scenario says, or the whole minute in which the log begins. */
function openingOf({ evidence, zone }: FirstReading, loaded: LoadedScenario | null): string {
  const beginMs = minutesToMs(Math.floor(msToMinutes(evidence.firstMs)))
  if (loaded === null) return localIso(beginMs, `2000-01-01T00:00:00${zone}`)
  const { scenario } = loaded
  const atMs = opensAtMs(scenario)
  if (atMs >= evidence.firstMs - farMs && atMs <= evidence.lastMs + farMs) return scenario.opensAt
  const [from, to] = [evidence.firstMs, evidence.lastMs].map((ms) => localIso(ms, scenario.opensAt))
  throw new DambreakError(
    'usage',
    `the log is from ${from} to ${to}, and ${scenario.name} opens at ${scenario.opensAt}: say when it opened that day by --set opensAt=… and endsAt=…`,
  )
}

/** What a run of logs is called without a scenario: as the first file. */
export function logName(paths: readonly string[]): string {
  const name = basename(paths[0] ?? 'log').replace(/(\.(log|jsonl?|gz|txt))+$/i, '')
  return name.replaceAll(/[^\w.-]/g, '-').slice(0, 60) || 'log'
}
