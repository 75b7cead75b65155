import { must } from '../../core/assert.ts'
import type { Clock } from '../../core/clock.ts'
import { findingNames, type FindingName } from '../../core/codes.ts'
import { DambreakError } from '../../core/errors.ts'
import { msToSec, secToMs, usToMs } from '../../core/units.ts'
import { assembleRun, auditVerdict } from '../../record/assemble.ts'
import type { EventDetail } from '../../record/event-detail.ts'
import { percentilesOf } from '../../record/histogram.ts'
import type { Recorder } from '../../record/recorder.ts'
import type {
  Audit,
  ObservedQueues,
  PerformedEvent,
  RunHeader,
  RunRecord,
  Verdict,
} from '../../record/run.ts'
import {
  finishedEnding,
  interruptedEnding,
  type Ending,
  type Note,
  type StopDetail,
} from '../../record/verdict-codes.ts'
import { scenarioHeader } from '../../record/scenario-header.ts'
import { localIso } from '../../scenario/clock.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { opensAtMs } from '../../scenario/plan-times.ts'
import { scaleScenario } from '../../scenario/scale.ts'
import { planFromWallSec } from '../../workload/plan.ts'
import { populationOf, type Population } from '../../workload/population.ts'
import { windowOf, type RunWindow } from '../window.ts'
import { callFaults } from '../client/create-journey-calls.ts'
import { cleanUpNotes } from './clean-up.ts'
import { runCrew, type Recorded, type StartThread } from './crew.ts'
import { answerNotes } from '../client/answer-notes.ts'
import { outcomeCounts, ratePerSec } from '../client/live-tally.ts'
import type { LiveJob, LiveProgress } from './live-worker.ts'
import { People, sharePeople, type MaybeBooked } from '../client/people.ts'
import { Snapshots, type LiveSnapshot } from './snapshot.ts'

export interface RehearsalOptions extends Pick<
  LiveJob,
  'target' | 'transport' | 'connections' | 'ceiling' | 'permits' | 'calls' | 'cleansUp'
> {
  readonly seed: number
  readonly population: number
  readonly speed: number
  readonly workers: number
  /** Ends the run this long after its start, wall seconds. */
  readonly forSec?: number
  /** Stations of the target whose queues are observed; [] for none. */
  readonly stations: readonly string[]
}

export interface RehearsalEnvironment {
  readonly clock: Clock
  readonly startThread: StartThread
  readonly versions: Record<string, string>
  readonly host: Record<string, string | number>
  readonly rssBytes: () => number
  /** Aborting it stops the run where it is. */
  readonly signal: AbortSignal
  /** Puts the record in a safe place before bookings are taken back; absent: nobody does. */
  readonly keep?: (run: RunRecord) => Promise<void>
  /** Aborting it ends taking bookings back. */
  readonly endCleanUp?: AbortSignal
}

/** Who goes along with a run: performs its timeline, watches the target, stops it in time. */
export interface Companions {
  /** Everything is ready and the run is about to begin; opening and events are still to come. */
  start(plan: RunPlan): Promise<void>
  /** The run stands here. */
  look(snapshot: LiveSnapshot): void
  /** The run has failed: nothing more is to be performed, watched or shown. */
  abandon(): Promise<void>
  /** The run is over. */
  finish(recorder: Recorder): Promise<Accompanied>
  /** Takes back what was booked, where nobody else does; gives what came of it. */
  undo(booked: readonly MaybeBooked[], signal?: AbortSignal): Promise<Note[]>
}

/** When a run is what. */
export interface RunPlan {
  readonly window: RunWindow
  /** Epoch ms of the window's time 0. */
  readonly originEpochMs: number
  readonly startsAtMs: number
  readonly endsAtMs: number
}

export interface Accompanied {
  readonly events: readonly {
    atSec: number
    kind: string
    performed: boolean
    detail: EventDetail
  }[]
  /** What the target itself found; `null` where it was not asked, or does not know. */
  readonly findings: Readonly<Record<FindingName, number | null>> | null
  /** What the target showed of its queues; `null` where nobody looked. */
  readonly observed: ObservedQueues | null
  /** The rule that stopped the run; `null` if none did. */
  readonly stoppedBy: StopDetail | null
  /** What a reader must know besides. */
  readonly notes: readonly Note[]
}

/** Between everything being ready and the first arrival that may come. */
const leadMs = 300
/** What is in flight at the end may take as long as its timeout, but not longer than this. */
const maxDrainMs = 30_000

/** Performs a loaded scenario against a target over HTTP, and gives its record. */
export async function runRehearsal(
  loaded: LoadedScenario,
  options: RehearsalOptions,
  given: { environment: RehearsalEnvironment; companions: Companions },
): Promise<RunRecord> {
  const { environment, companions } = given
  const { clock } = environment
  const { population: f, speed, seed } = options
  const scenario = scaleScenario(loaded.scenario, { population: f, speed })
  const span = spanOf(scenario, options)
  const population = populationOf(scenario, seed)
  checkCalls(scenario, options, population)
  const people = sharePeople(population)
  const snapshots = new Snapshots(span.window)
  const startMs = clock.monotonicMs()
  let startedAtMs = clock.epochMs()
  let rssBytes = 0
  let run: RunRecord | null = null
  const told = new People(population, people)
  const cleanedUp = await runCrew({
    start: environment.startThread,
    jobs: jobsOf(scenario, options, { ...span, people }),
    signal: environment.signal,
    onReady: async () => {
      const originEpochMs = clock.epochMs() + leadMs - span.startsAtMs
      startedAtMs = originEpochMs + span.startsAtMs
      await companions.start({ originEpochMs, ...span })
      return originEpochMs
    },
    onProgress: (all: readonly LiveProgress[], newest: LiveProgress) => {
      // While it goes on: the threads are gone when it is over, and their memory with them.
      rssBytes = Math.max(rssBytes, environment.rssBytes())
      companions.look(snapshots.fold(all, newest))
    },
    onRecorded: async (crew) => {
      const measured = { wallSec: msToSec(clock.monotonicMs() - startMs), rssBytes }
      const along = await companions.finish(crew.recorder)
      run = recordOf(loaded, options, {
        environment,
        crew,
        along,
        told,
        span,
        startedAtMs,
        measured,
      })
      await environment.keep?.(run)
    },
    ...(environment.endCleanUp === undefined ? {} : { endCleanUp: environment.endCleanUp }),
  }).catch(async (error: unknown) => {
    await companions.abandon()
    throw error
  })
  const done = must<RunRecord>(run, 'the record of a crew that has ended')
  const undone = await companions.undo(told.whoMayHaveBooked(), environment.endCleanUp)
  done.verdict.notes.push(...undone, ...cleanUpNotes(cleanedUp))
  return done
}

interface Ended {
  readonly environment: RehearsalEnvironment
  readonly crew: Recorded
  readonly along: Accompanied
  readonly told: People
  readonly span: { window: RunWindow; startsAtMs: number; endsAtMs: number }
  readonly startedAtMs: number
  readonly measured: { wallSec: number; rssBytes: number }
}

/** The record of a run that is over; what is taken back afterwards is still to be noted. */
function recordOf(loaded: LoadedScenario, options: RehearsalOptions, ended: Ended): RunRecord {
  const { environment, crew, along, told, span, startedAtMs, measured } = ended
  const counted = told.count()
  const seen = { doubleBooking: counted.doubleBooking, ineligibleBooked: counted.ineligibleBooked }
  const unobserved = addFindings(crew.recorder, seen, along.findings)
  const audit = auditOf(crew, options, measured)
  const finished = crew.recorder.finish({ people: counted.people, inventory: null, unobserved })
  if (along.observed !== null) finished.timeline.observed = along.observed
  return assembleRun({
    header: headerOf(loaded, options, {
      startedAt: new Date(startedAtMs).toISOString(),
      endsAtSec: msToSec((span.endsAtMs - span.window.opensAtMs) * options.speed),
      environment,
    }),
    scenario: loaded.document,
    events: eventsOf(loaded, along),
    verdict: verdictOf(crew, audit, along),
    finished,
    audit,
  })
}

/** @throws DambreakError 'scenario' with all that the requests of a run lack */
function checkCalls(
  scenario: LoadedScenario['scenario'],
  { calls, target, seed }: RehearsalOptions,
  population: Population,
): void {
  const faults = callFaults(scenario, { ...calls, target, seed, population, epochMs: () => 0 })
  if (faults.length === 0) return
  throw new DambreakError('scenario', `the scenario ${scenario.name} cannot be rehearsed`, faults)
}

/** The parts of one rehearsal, a worker each. */
function jobsOf(
  scenario: LoadedScenario['scenario'],
  options: RehearsalOptions,
  shared: Pick<LiveJob, 'window' | 'startsAtMs' | 'endsAtMs' | 'people'>,
): LiveJob[] {
  const { seed, speed, workers, target, transport, calls } = options
  const { window } = shared
  const timeoutsMs = scenario.journey.map((step) => step.timeoutMs)
  return Array.from({ length: workers }, (_, part) => ({
    ...shared,
    scenario,
    seed,
    part,
    parts: workers,
    recorder: {
      startSec: window.startSec,
      bucketSec: window.bucketSec,
      buckets: window.buckets,
      opensAtMs: window.opensAtMs * speed,
      steps: scenario.journey.map((step) => step.step),
      stations: options.stations,
    },
    drainMs: Math.min(Math.max(...timeoutsMs), maxDrainMs),
    target,
    transport,
    calls,
    cleansUp: options.cleansUp,
    ceiling: divided(options.ceiling, workers),
    permits: options.permits,
    connections: {
      ...options.connections,
      connections: Math.ceil(options.connections.connections / workers),
    },
  }))
}

function verdictOf(crew: Recorded, audit: Audit, along: Accompanied): Verdict {
  const verdict = auditVerdict(audit, crew.tally.sent)
  const ending = endingOf(crew, along)
  return {
    ...verdict,
    valid: verdict.valid && ending.kind === 'finished',
    ending,
    notes: [...along.notes, ...answerNotes(crew.tally)],
  }
}

function endingOf({ failure, stopped }: Recorded, { stoppedBy }: Accompanied): Ending {
  if (failure !== null) {
    return { kind: 'failed', detail: { code: 'WorkerFailed', message: failure } }
  }
  if (stoppedBy !== null) return { kind: 'stopped', detail: stoppedBy }
  return stopped ? interruptedEnding : finishedEnding
}

/** From when to when a run goes on, wall ms of its window. */
function spanOf(
  scenario: LoadedScenario['scenario'],
  { speed, forSec }: Pick<RehearsalOptions, 'speed' | 'forSec'>,
): { window: RunWindow; startsAtMs: number; endsAtMs: number } {
  const fromWallSec = planFromWallSec(scenario)
  const whole = windowOf(scenario, { speed, fromSec: fromWallSec * speed, untilSec: Infinity })
  const firstEventMs = whole.events.map(({ atMs }) => atMs)
  const startsAtMs = Math.min(whole.opensAtMs + secToMs(fromWallSec), ...firstEventMs)
  if (forSec === undefined) return { window: whole, startsAtMs, endsAtMs: whole.endsAtMs }
  const endsAtMs = Math.min(whole.endsAtMs, startsAtMs + secToMs(forSec))
  const untilSec = msToSec((endsAtMs - whole.opensAtMs) * speed)
  const window = windowOf(scenario, { speed, fromSec: fromWallSec * speed, untilSec })
  // A shorter run may have a finer timeline, which begins at another boundary.
  const shiftMs = window.opensAtMs - whole.opensAtMs
  return { window, startsAtMs: startsAtMs + shiftMs, endsAtMs: endsAtMs + shiftMs }
}

function divided(ceiling: LiveJob['ceiling'], workers: number): LiveJob['ceiling'] {
  return {
    inFlight: Math.max(1, Math.floor(ceiling.inFlight / workers)),
    perSec: Math.max(1, Math.floor(ceiling.perSec / workers)),
  }
}

/**
 * Each finding is what either side has seen of it: neither sees more than there is. Gives those that
 * nobody could see.
 */
function addFindings(
  recorder: Recorder,
  seen: Partial<Record<FindingName, number>>,
  theirs: Accompanied['findings'],
): FindingName[] {
  for (const [name, n] of Object.entries(seen)) recorder.finding(name as FindingName, n)
  for (const name of findingNames) {
    const ours = recorder.tallies.findings[findingNames.indexOf(name)] ?? 0
    const more = (theirs?.[name] ?? 0) - ours
    if (more > 0) recorder.finding(name, more)
  }
  // Who was let in before whom only the target knows: clients learn of their turn when they poll.
  const isKnown = theirs?.orderInversion !== null && theirs?.orderInversion !== undefined
  return isKnown ? [] : ['orderInversion']
}

function auditOf(
  crew: Recorded,
  { workers, transport, connections }: RehearsalOptions,
  { wallSec, rssBytes }: { wallSec: number; rssBytes: number },
): Audit {
  const { tally, tickets, lagMs, cpuMs } = crew
  const ms = (q: number) => usToMs(tally.latenessUs.quantile(q) ?? 0)
  const isAny = tally.latenessUs.total() > 0
  return {
    intendedRate: ratePerSec(tally.arrivals, tally.intendedMs),
    achievedRate: ratePerSec(tally.arrivals, tally.dispatchedMs),
    latenessMs: isAny ? { p50: ms(0.5), p99: ms(0.99), max: ms(1) } : null,
    dropped: { generator: tally.droppedGenerator, ceiling: tally.droppedCeiling },
    eventLoopLagMs: lagMs,
    cpuShare: wallSec > 0 ? msToSec(cpuMs) / wallSec / workers : null,
    rssBytes,
    bytesPerVisitor: tickets > 0 ? rssBytes / tickets : null,
    wallSec,
    events: tally.sent,
    eventsPerSec: wallSec > 0 ? tally.sent / wallSec : 0,
    live: {
      transport,
      connections:
        connections.mode === 'pool'
          ? { mode: 'pool', connections: connections.connections }
          : { mode: 'perVisitor' },
      cpuSec: msToSec(cpuMs),
      workers,
      maxInFlight: tally.maxInFlight,
      maxConnections: tally.maxConnections,
      gateCalls: {
        count: tally.gateOutcomes.reduce((sum, n) => sum + n, 0),
        polls: tally.polls,
        outcomes: outcomeCounts(tally.gateOutcomes),
        serviceMs: percentilesOf(tally.gateResponseUs),
        connectMs: percentilesOf(tally.gateConnectUs),
      },
    },
  }
}

function headerOf(
  loaded: LoadedScenario,
  options: RehearsalOptions,
  given: { startedAt: string; endsAtSec: number; environment: RehearsalEnvironment },
): RunHeader {
  const { scenario } = loaded
  const { startedAt, endsAtSec, environment } = given
  const { protocol, host, basePath } = options.target
  return {
    engine: 'live',
    ...scenarioHeader(loaded),
    seed: options.seed,
    population: options.population,
    speed: options.speed,
    startedAt,
    opensAt: scenario.opensAt,
    endsAt: localIso(opensAtMs(scenario) + secToMs(endsAtSec), scenario.opensAt),
    timing: 'intended',
    versions: environment.versions,
    host: environment.host,
    target: `${protocol}//${host}${basePath}`,
  }
}

/** What was performed, as the record keeps it. */
export function eventsOf(
  { scenario }: Pick<LoadedScenario, 'scenario'>,
  { events }: Pick<Accompanied, 'events'>,
): PerformedEvent[] {
  return events.map(({ atSec, kind, performed, detail }) => ({
    at: localIso(opensAtMs(scenario) + secToMs(atSec), scenario.opensAt),
    kind,
    performed,
    detail,
  }))
}
