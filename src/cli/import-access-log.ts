import { basename } from 'node:path'
import { ParseReport } from '../core/parse-report.ts'
import { DambreakError } from '../core/errors.ts'
import { secToMs } from '../core/units.ts'
import { unreadableInput } from '../logs/input-kind.ts'
import type { LogEntry } from '../logs/log-entry.ts'
import { mergeEntries } from '../logs/read-log.ts'
import { RequestLog, type LogEvidence } from '../logs/request-log.ts'
import type { TimeContext } from '../logs/timestamp.ts'
import { Waits } from '../logs/waits.ts'
import { logNotes } from '../logs/log-notes.ts'
import { LogRun } from '../logs/log-run.ts'
import { PathCount, stepsOfScenario } from '../logs/log-steps.ts'
import { replayOf } from '../logs/replay.ts'
import { judge } from '../objectives/verdict.ts'
import { clockSec, localIso } from '../scenario/clock.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { opensAtMs } from '../scenario/plan-times.ts'
import { defaultSimEnvironment } from '../engine/sim-environment.ts'
import type { Environment } from './environment.ts'
import type { ExitCode } from './exit.ts'
import type { ImportOptions } from './import-options.ts'
import { entriesOf, openInput } from '../logs/input-files.ts'
import { defaultOutput, openOutput, type Files } from './output.ts'
import { loadArgument } from './scenario-argument.ts'
import { exitCodeOfRuns } from './simulations.ts'
import { reportRun } from './report-run.ts'

/** A log further from the opening than this is one of another day. */
const farMs = 86_400_000
const expectedLogs =
  'an access log is in nginx’s combined format, or JSON lines with time and status; gzip too'

/** Makes a run of access logs, and arrivals that a scenario can replay. */
export async function importAccessLogs(
  paths: readonly string[],
  options: ImportOptions,
  environment: Environment,
): Promise<ExitCode> {
  const { scenario: argument } = options
  const loaded =
    argument === undefined ? null : await loadArgument(argument, options, environment.signal)
  const first = await readOnce(paths, options, { environment, loaded })
  const opensAt = openingOf(first, loaded)
  const name = loaded?.scenario.name ?? nameOf(paths)
  const output = await openOutput(
    options.out ?? defaultOutput(environment, name, 'log'),
    environment,
  )
  const { versions, host } = defaultSimEnvironment()
  const { evidence, damages, paths: count } = first
  const replay = replayOf(evidence.arrivals, Date.parse(opensAt))
  const run = new LogRun({
    evidence,
    steps: loaded === null ? count.steps() : stepsOfScenario(loaded.scenario),
    opensAt,
    loaded,
    name,
    versions,
    host,
    notes: [
      ...logNotes(damages, evidence.findings),
      ...(replay === null ? [{ code: 'ReplayTooLarge' } as const] : []),
    ],
  })
  await eachEntry(paths, { environment, context: first.context }, (entry) => run.add(entry))
  const record = run.finish()
  const judged = loaded === null ? record : judge(record, loaded.scenario)
  const extra = replay === null ? new Map<string, string>() : replayFiles(replay, loaded)
  await reportRun({ run: judged, loaded, output, options, environment, extra })
  return exitCodeOfRuns([judged], options.gate ?? false)
}

interface FirstReading {
  readonly evidence: LogEvidence
  readonly damages: readonly ParseReport[]
  readonly paths: PathCount
  readonly context: TimeContext
  /** The zone that times are written in, where they are. */
  readonly zone: string
}

/** Reads the logs once: who came when, from when to when, which paths there are. */
async function readOnce(
  paths: readonly string[],
  options: ImportOptions,
  given: { environment: Environment; loaded: LoadedScenario | null },
): Promise<FirstReading> {
  const { environment, loaded } = given
  const entry = options.entry ?? null
  const context = contextOf(loaded)
  const kinds = await Promise.all(
    paths.map((path) => openInput(path, { context, signal: environment.signal })),
  )
  const other = kinds.find(({ kind }) => kind.kind !== 'combined' && kind.kind !== 'json')
  if (other !== undefined) {
    throw new DambreakError('usage', `${other.path} is no access log: ${expectedLogs}`)
  }
  const finest = kinds.map(({ kind }) => ('times' in kind ? kind.times.resolutionMs : 1000))
  const log = new RequestLog(Math.min(1000, ...finest), { seed: 1, entry })
  const count = new PathCount()
  const damages = await eachEntry(paths, { environment, context }, (found, source) => {
    log.add(found, source)
    count.add(found.target)
  })
  for (const damage of damages) damage.check(unreadableInput)
  const evidence = log.finish()
  if (evidence.arrivals.total === 0) {
    const text = `there is no request to ${entry ?? 'anything'} in ${paths.join(', ')}: nobody came`
    throw new DambreakError('usage', text)
  }
  const zone = kinds.flatMap((input) => input.zone ?? [])[0] ?? 'Z'
  return { evidence, damages, paths: count, context, zone }
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
  paths: readonly string[],
  { environment, context }: { environment: Environment; context: TimeContext },
  take: (entry: LogEntry, source: number) => void,
): Promise<ParseReport[]> {
  const damages = paths.map((path) => new ParseReport(path))
  const logs = []
  for (const [i, path] of paths.entries()) {
    const input = await openInput(path, { context, signal: environment.signal })
    const damage = damages[i] ?? new ParseReport(path)
    logs.push(entriesOf(input, { report: damage, waits: new Waits(), screens: [], context }))
  }
  await mergeEntries(logs, take)
  return damages
}

/** When service opened: as the scenario says, or the whole minute in which the log begins. */
function openingOf({ evidence, zone }: FirstReading, loaded: LoadedScenario | null): string {
  const minuteMs = 60_000
  const beginMs = Math.floor(evidence.firstMs / minuteMs) * minuteMs
  if (loaded === null) return localIso(beginMs, `2000-01-01T00:00:00${zone}`)
  const { scenario } = loaded
  const atMs = opensAtMs(scenario)
  if (atMs >= evidence.firstMs - farMs && atMs <= evidence.lastMs + farMs) return scenario.opensAt
  const [from, to] = [evidence.firstMs, evidence.lastMs].map((ms) => localIso(ms, scenario.opensAt))
  const text = `the log is from ${from} to ${to}, and ${scenario.name} opens at ${scenario.opensAt}: say when it opened that day by --set opensAt=… and endsAt=…`
  throw new DambreakError('usage', text)
}

function nameOf(paths: readonly string[]): string {
  const name = basename(paths[0] ?? 'log').replace(/(\.(log|jsonl?|gz|txt))+$/i, '')
  return name.replaceAll(/[^\w.-]/g, '-').slice(0, 60) || 'log'
}

/** `arrivals.json`, for the field `arrivals`; and the scenario with it, where there is one. */
function replayFiles(
  replay: { kind: 'replay'; timesSec: number[] },
  loaded: LoadedScenario | null,
): Files {
  const files: Files = new Map([['arrivals.json', `${JSON.stringify([replay])}\n`]])
  if (loaded === null) return files
  const document = { ...loaded.document, arrivals: [replay] }
  const parsed = parseScenario(document)
  // Evidence that others fill in may be missing then; a scenario that does not load helps nobody.
  if (parsed.ok) files.set('scenario.json', `${JSON.stringify(document, null, 1)}\n`)
  return files
}
