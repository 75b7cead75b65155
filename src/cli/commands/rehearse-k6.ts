import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DambreakError } from '../../core/errors.ts'
import { exportRun, type ExportedRun } from '../../engine/k6/export-run.ts'
import { exportWarnings } from '../../report/k6-export-words.ts'
import { k6Script, scriptName } from '../../engine/k6/k6-script.ts'
import { importK6 } from '../../engine/k6/import/import-k6.ts'
import type { K6End } from '../../engine/k6/k6-exit.ts'
import { eventsOf, type Accompanied, type Companions } from '../../engine/live/run.ts'
import type { Target } from '../../engine/client/transport.ts'
import type { RunWindow } from '../../engine/window.ts'
import { findingNames } from '../../core/codes.ts'
import { diskError } from '../../core/files/disk-error.ts'
import { makeDirectory } from '../../core/files/make-directory.ts'
import { Recorder } from '../../record/recorder.ts'
import type { RunRecord } from '../../record/run.ts'
import { finishedEnding, interruptedEnding, type Ending } from '../../record/verdict-codes.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { formats } from '../../report/format.ts'
import { endingText } from '../../report/verdict-words.ts'
import { defaultSimEnvironment } from '../../engine/sim-environment.ts'
import type { Environment } from '../environment.ts'
import { findK6, type K6Binary } from '../k6-binary.ts'
import { k6Files } from '../../engine/k6/import/k6-files.ts'
import { k6Variables, runK6, type K6Progress } from '../k6-process.ts'
import { printable } from '../printable.ts'
import { startStatusLine } from '../progress.ts'

export interface K6Rehearsal {
  readonly loaded: LoadedScenario
  readonly target: Target
  readonly seed: number
  readonly population: number
  readonly speed: number
  readonly visitorsPerVu: number
  readonly quiet: boolean
  /** Stations of the target whose queues are observed. */
  readonly stations: readonly string[]
  /** Where the results will be: k6's own files are made beside it. */
  readonly outPath: string
  readonly runCode: string
  readonly environment: Environment
  /** Ends the run early. */
  readonly signal: AbortSignal
  readonly companions: Companions
}

export interface K6Rehearsed {
  readonly run: RunRecord
  /** How k6 itself failed, or `null`: what it had recorded by then is in the run. */
  readonly failure: Extract<Ending, { kind: 'failed' }> | null
  /** Moves k6's own files into the directory of the results. */
  readonly keep: () => void
}

/** Time that k6 needs to start, and per VU that it prepares, on a busy machine. */
const startMs = 4000
const startMsPerVu = 25

/** Performs a rehearsal by k6, and gives its record as the importer reads it from k6's output. */
export async function rehearseByK6(rehearsal: K6Rehearsal): Promise<K6Rehearsed> {
  const { loaded, environment, companions, outPath } = rehearsal
  const k6 = await findK6(environment)
  const exported = exportRun(loaded, { ...rehearsal, parts: 1 })
  for (const text of exportWarnings(exported, 1)) environment.err(`warning: ${text}\n`)
  const folder = await writeExport(exported, outPath)
  const points = join(folder, 'points.json.gz')
  try {
    const plan = planOf(exported, environment.clock.epochMs())
    await companions.start(plan).catch(async (error: unknown) => {
      await companions.abandon()
      throw error
    })
    const end = await perform(rehearsal, { k6, exported, folder, startsAt: plan.startsAtEpochMs })
    const spare = spareRecorder(rehearsal, plan.window)
    const along = await companions.finish(spare)
    const run = await imported(rehearsal, { k6, points, end, along })
    addCompanions(run, along, { spare, loaded })
    return {
      run,
      failure: end.ending.kind === 'failed' ? end.ending : null,
      keep: () => keep(folder, outPath, environment),
    }
  } catch (error) {
    // k6's own output may be the only record of the run.
    if (existsSync(points)) environment.err(`what k6 wrote is kept in ${printable(folder)}\n`)
    else rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Moves k6's own files to the results. If there are no results, the files stay where they are. */
function keep(folder: string, outPath: string, { err }: Environment): void {
  try {
    renameSync(folder, join(outPath, 'k6'))
  } catch {
    err(`what k6 wrote is kept in ${printable(folder)}\n`)
  }
}

async function writeExport(exported: ExportedRun, outPath: string): Promise<string> {
  try {
    await makeDirectory(dirname(outPath))
    const folder = mkdtempSync(join(dirname(outPath), '.dambreak-k6-'))
    for (const [name, text] of [[scriptName, k6Script()] as const, ...exported.files]) {
      writeFileSync(join(folder, name), text)
    }
    return folder
  } catch (error) {
    throw diskError(error, `write ${outPath}`)
  }
}

/** When the run starts, opens and ends: late enough for k6 to be ready. */
function planOf({ data, users }: ExportedRun, nowEpochMs: number) {
  const { window, startsAtMs } = data
  const startsAtEpochMs = Math.ceil(nowEpochMs + startMs + users.atOnce * startMsPerVu)
  return {
    window: { ...window, bypassUntilMs: window.bypassUntilMs ?? Infinity },
    originEpochMs: startsAtEpochMs - startsAtMs,
    startsAtEpochMs,
    startsAtMs,
    endsAtMs: window.endsAtMs,
  }
}

async function perform(
  { loaded, target, runCode, environment, signal, quiet }: K6Rehearsal,
  given: { k6: K6Binary; exported: ExportedRun; folder: string; startsAt: number },
): Promise<K6End> {
  const { k6, exported, folder, startsAt } = given
  const status = startStatusLine(environment, quiet)
  const end = await runK6({
    k6: k6.path,
    folder,
    args: ['--out', 'json=points.json.gz', scriptName],
    variables: k6Variables(environment.variables ?? {}, {
      DAMBREAK_TARGET: `${target.protocol}//${target.host}${target.basePath}`,
      // A name is looked up once, by us.
      ...(target.serverName === target.address ? {} : { DAMBREAK_ADDRESS: target.address }),
      DAMBREAK_START_AT: String(startsAt),
      DAMBREAK_RUN: runCode,
      ...codeFor(target, loaded),
    }),
    signal,
    onProgress: (progress) => status.show(() => [statusText(progress, exported)]),
  })
  status.end()
  return end
}

/** The script asks for consent itself, and needs the code for that. */
function codeFor({ isLoopback }: Target, { scenario }: LoadedScenario): Record<string, string> {
  const { authorisation } = scenario
  return isLoopback || authorisation === undefined ? {} : { DAMBREAK_AUTHORISATION: authorisation }
}

function statusText({ phase, vusBusy, vus, done }: K6Progress, { data }: ExportedRun): string {
  if (phase === 'prepares') return `k6 prepares ${vusBusy} of ${vus} VUs`
  const { count } = formats
  const { visitorsPerVu, arrivals } = data
  const gone = Math.min(arrivals.visitors, done * visitorsPerVu)
  return `k6: ${count(vusBusy)} of ${count(vus)} VUs at work · ${count(gone)} of ${count(arrivals.visitors)} visitors gone`
}

async function imported(
  { loaded, signal }: K6Rehearsal,
  given: { k6: K6Binary; points: string; end: K6End; along: Accompanied },
): Promise<RunRecord> {
  const { k6, points, end, along } = given
  const { versions, host } = defaultSimEnvironment()
  try {
    // What was recorded is read to its end, also after a Ctrl-C.
    return await importK6(k6Files([points], new AbortController().signal), loaded, {
      versions: { ...versions, k6: k6.version },
      host,
      ending: endingOf(end, along, signal),
      isAccompanied: true,
      notes: [
        ...along.notes,
        ...(end.isThresholdCrossed ? [{ code: 'K6ThresholdCrossed' } as const] : []),
      ],
    })
  } catch (error) {
    // Nothing was recorded, and k6 has said why.
    if (signal.aborted || end.ending.kind === 'interrupted')
      throw new DambreakError('interrupted', 'stopped before anything was recorded')
    if (end.ending.kind === 'finished') throw error
    throw new DambreakError('engine', endingText(end.ending), [], error)
  }
}

/** A rule that held comes before what k6 says of a run that was stopped by it. */
function endingOf({ ending }: K6End, { stoppedBy }: Accompanied, signal: AbortSignal): Ending {
  if (stoppedBy !== null) return { kind: 'stopped', detail: stoppedBy }
  if (ending.kind !== 'finished') return ending
  return signal.aborted ? interruptedEnding : finishedEnding
}

/** A recorder for what the companions observe of the target. What visitors do is in k6's points. */
function spareRecorder({ loaded, stations, speed }: K6Rehearsal, window: RunWindow): Recorder {
  return new Recorder({
    startSec: window.startSec,
    bucketSec: window.bucketSec,
    buckets: window.buckets,
    opensAtMs: window.opensAtMs * speed,
    steps: loaded.scenario.journey.map((step) => step.step),
    stations,
  })
}

function addCompanions(
  run: RunRecord,
  along: Accompanied,
  { spare, loaded }: { spare: Recorder; loaded: LoadedScenario },
): void {
  run.events.push(...eventsOf(loaded, along))
  for (const name of findingNames) {
    const theirs = along.findings?.[name] ?? null
    const { findings } = run.summary
    if (theirs !== null) findings[name] = Math.max(findings[name] ?? 0, theirs)
  }
  const { timeline } = spare.finish({ people: run.summary.people, inventory: null })
  if (along.events.length > 0) run.timeline.instances = timeline.instances
  if (along.observed === null) return
  run.timeline.observed = along.observed
  run.timeline.stations = timeline.stations
  run.timeline.instances = timeline.instances
}
