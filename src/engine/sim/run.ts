import type { Clock } from '../../core/clock.ts'
import { DambreakError } from '../../core/errors.ts'
import { msToSec, secToMs } from '../../core/units.ts'
import { assembleRun, auditVerdict, loadNotes } from '../../record/assemble.ts'
import type { Audit, RunHeader, RunRecord } from '../../record/run.ts'
import { interruptedEnding } from '../../record/verdict-codes.ts'
import { scenarioHeader } from '../../record/scenario-header.ts'
import { localIso } from '../../scenario/clock.ts'
import { sizeLimits } from '../../scenario/schema/limits.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { opensAtMs } from '../../scenario/plan-times.ts'
import { scaleScenario } from '../../scenario/scale.ts'
import { expectedTickets, ticketsText } from '../../scenario/size.ts'
import { performedEvents } from './controls.ts'
import { missesCheck, type CountCheck } from './count-check.ts'
import type { Grain } from './grain.ts'
import { simulate, type SimProgress, type SimResult } from './simulate.ts'

export interface RunOptions {
  seed: number
  population: number
  speed: number
  /** Cuts the run at this many seconds after the opening, scenario time. */
  untilSec?: number
  /** How coarse it may be; absent: as fine as can be. */
  grain?: Grain
  /** A run that misses one of these ends there: its record is invalid, and has that time as `endsAt`. */
  checks?: readonly CountCheck[]
  /** False stops the run, which is then marked invalid. */
  onProgress?: (progress: SimProgress) => boolean
}

/** What a run records of the machine it ran on. */
export interface RunEnvironment {
  clock: Clock
  versions: Record<string, string>
  host: Record<string, string | number>
  rssBytes(): number
  cpuMs(): number
}

/**
 * Simulates a loaded scenario and gives its record. But for `startedAt`, `host`, `versions` and the
 * measured times of the audit it is a pure function of scenario and options.
 */
export function runSimulation(
  loaded: LoadedScenario,
  options: RunOptions,
  environment: RunEnvironment,
): RunRecord {
  const { population, speed, seed, checks = [] } = options
  const tickets = expectedTickets(loaded.scenario) * population
  if (tickets > sizeLimits.tickets) {
    throw new DambreakError('usage', `--population ${population} ${ticketsText(tickets)}`)
  }
  const { clock } = environment
  const startedAt = new Date(clock.epochMs()).toISOString()
  const before = { wallMs: clock.monotonicMs(), cpuMs: environment.cpuMs() }
  let sinceSec = -Infinity
  let missedAtSec: number | null = null
  const onProgress = (progress: SimProgress): boolean => {
    if (missesCheck(checks, sinceSec, progress)) missedAtSec = progress.atSec
    sinceSec = progress.atSec
    return options.onProgress?.(progress) !== false && missedAtSec === null
  }
  const result = simulate(scaleScenario(loaded.scenario, { population, speed }), {
    seed,
    speed,
    ...(options.untilSec === undefined ? {} : { untilSec: options.untilSec }),
    ...(options.grain === undefined ? {} : { grain: options.grain }),
    onProgress,
  })
  const finished = result.recorder.finish({ people: result.people, inventory: result.inventory })
  const audit = auditOf(result, before, environment)
  const verdict = auditVerdict(audit, 0)
  if (!result.finished) {
    verdict.valid = false
    verdict.ending =
      missedAtSec === null
        ? interruptedEnding
        : { kind: 'cutShort', detail: { code: 'CountMissed' } }
  }
  verdict.notes = loadNotes(options)
  return assembleRun({
    header: headerOf(loaded, { ...options, ...untilOf(missedAtSec) }, { startedAt, environment }),
    scenario: loaded.document,
    events: performedEvents(result.events, (atSec) =>
      localIso(opensAtMs(loaded.scenario) + secToMs(atSec), loaded.scenario.opensAt),
    ),
    verdict,
    finished,
    audit,
  })
}

function untilOf(missedAtSec: number | null): Pick<RunOptions, 'untilSec'> {
  return missedAtSec === null ? {} : { untilSec: missedAtSec }
}

function headerOf(
  loaded: LoadedScenario,
  { seed, population, speed, untilSec }: RunOptions,
  { startedAt, environment }: { startedAt: string; environment: RunEnvironment },
): RunHeader {
  const { scenario } = loaded
  const endsAt =
    untilSec === undefined
      ? scenario.endsAt
      : localIso(opensAtMs(scenario) + secToMs(untilSec), scenario.opensAt)
  return {
    engine: 'sim',
    ...scenarioHeader(loaded),
    seed,
    population,
    speed,
    startedAt,
    opensAt: scenario.opensAt,
    endsAt,
    timing: 'intended',
    versions: environment.versions,
    host: environment.host,
    target: null,
  }
}

/** The simulator keeps its schedule by construction: it is never late and drops nothing. */
function auditOf(
  result: SimResult,
  before: { wallMs: number; cpuMs: number },
  environment: RunEnvironment,
): Audit {
  const wallSec = msToSec(environment.clock.monotonicMs() - before.wallMs)
  const rssBytes = environment.rssBytes()
  return {
    intendedRate: null,
    achievedRate: null,
    latenessMs: { p50: 0, p99: 0, max: 0 },
    dropped: { generator: 0, ceiling: 0 },
    eventLoopLagMs: null,
    cpuShare: wallSec > 0 ? msToSec(environment.cpuMs() - before.cpuMs) / wallSec : null,
    rssBytes,
    bytesPerVisitor: result.tickets > 0 ? rssBytes / result.tickets : null,
    wallSec,
    events: result.changes,
    eventsPerSec: wallSec > 0 ? result.changes / wallSec : 0,
  }
}
