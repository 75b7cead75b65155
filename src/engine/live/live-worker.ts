import { Outcome } from '../../core/codes.ts'
import type { Clock } from '../../core/clock.ts'
import { msToSec, usToMs } from '../../core/units.ts'
import { Recorder, type RecorderOptions } from '../../record/recorder.ts'
import type { TallyParts } from '../../record/tally-parts.ts'
import { answerRulesOf } from '../../scenario/request/answer-rules.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { planArrivals } from '../../workload/plan.ts'
import { populationOf } from '../../workload/population.ts'
import type { RunWindow } from '../window.ts'
import { errorParts, type ErrorParts } from '../worker.ts'
import { Agenda, type EventLoop } from './agenda.ts'
import { CleanUp, type CleanUpCount } from './clean-up.ts'
import { closeBooks } from '../client/close-books.ts'
import { GateCalls } from '../client/gate-calls.ts'
import {
  createJourneyCalls,
  createUndoCalls,
  type JourneyInputs,
} from '../client/create-journey-calls.ts'
import type { JourneyCalls } from '../client/journey-calls.ts'
import { liveTallyParts, type LiveTallyParts } from '../client/live-tally.ts'
import { People, type SharedPeople } from '../client/people.ts'
import type { Ceiling } from '../client/state.ts'
import type { Target, Transport, TransportOptions } from '../client/transport.ts'
import { SharedPermits, type PermitMemory } from './transport/shared-permits.ts'
import type { TransportName } from './transport/transports.ts'
import { LiveWorld } from '../client/world.ts'
import { StopAt } from './stop-at.ts'

/** One worker's part of a rehearsal; plain data, so that it can be handed to a thread. */
export interface LiveJob {
  /** Scaled already. */
  readonly scenario: Scenario
  readonly seed: number
  readonly part: number
  readonly parts: number
  readonly window: RunWindow
  readonly recorder: RecorderOptions
  /** Wall ms of the window at which the run begins. */
  readonly startsAtMs: number
  /** Wall ms of the window at which nothing new is begun. */
  readonly endsAtMs: number
  readonly drainMs: number
  readonly people: SharedPeople
  readonly target: Target
  readonly transport: TransportName
  readonly connections: Pick<TransportOptions, 'mode' | 'connections' | 'localAddresses'>
  readonly ceiling: Ceiling
  /** Of all parts together; `null`: the target takes any rate. */
  readonly permits: PermitMemory | null
  readonly calls: CallContext
  /** Takes back every booking at the end, by the scenario's `undo`. */
  readonly cleansUp: boolean
}

/** What the journey's requests are filled in with, besides who asks. */
type CallContext = Pick<JourneyInputs, 'runCode' | 'environment' | 'tables'>

/** Where a worker stands; counts are since the start, but for the latencies. */
export interface LiveProgress {
  /** Wall ms of the window. */
  readonly atMs: number
  readonly arrived: number
  readonly waiting: number
  readonly inside: number
  readonly booked: number
  readonly requests: number
  readonly requestErrors: number
  readonly errorEnds: number
  /** Calls of the waiting room that have ended, and those without an answer of its protocol. */
  readonly gateCalls: number
  readonly gateErrors: number
  readonly polls: number
  readonly sent: number
  readonly inFlight: number
  readonly connections: number
  readonly droppedGenerator: number
  readonly droppedCeiling: number
  /** Counters of response times since the last report, µs: index and count by turns. */
  readonly recentUs: readonly number[]
  /** 99th percentile of lateness since the start, ms. */
  readonly latenessMsP99: number
}

export interface LiveDone {
  readonly stopped: boolean
  readonly recorded: TallyParts
  readonly tally: LiveTallyParts
  readonly tickets: number
  readonly lagMs: number
  readonly cpuMs: number
}

export type ToLiveWorker =
  | { readonly kind: 'job'; readonly job: LiveJob }
  /** Epoch ms of the window's time 0. */
  | { readonly kind: 'go'; readonly originEpochMs: number }
  /** What was recorded is safe: bookings may be taken back. */
  | { readonly kind: 'cleanUp' }

export type FromLiveWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly progress: LiveProgress }
  | { readonly kind: 'done'; readonly done: LiveDone }
  | { readonly kind: 'cleanedUp'; readonly count: CleanUpCount | null }
  | { readonly kind: 'failed'; readonly error: ErrorParts }

/** What a thread hears of its crew by; a `MessagePort` is one. */
export interface CrewPort {
  on(event: 'message', listener: (message: ToLiveWorker) => void): unknown
  postMessage(message: FromLiveWorker): void
}

export interface LiveWorkerEnvironment {
  readonly clock: Clock
  /** One clock for all threads. */
  readonly processMs: () => number
  readonly turns: EventLoop
  readonly connect: (name: TransportName, options: TransportOptions) => Transport
  /** CPU time of this thread. */
  readonly cpuMs: () => number
}

const progressEveryMs = 250

/**
 * Serves one rehearsal on the port: is told its job, makes ready, goes at the word, and reports.
 * `stop` is one shared 32-bit integer: not zero means stop where you are, `StopAt.cleanUp` that
 * taking bookings back ends too.
 */
export function serveRehearsal(
  port: CrewPort,
  stop: Int32Array,
  environment: LiveWorkerEnvironment,
): void {
  const tell = (message: FromLiveWorker) => port.postMessage(message)
  const fail = (error: unknown) => tell({ kind: 'failed', error: errorParts(error) })
  let prepared: Prepared | null = null
  port.on('message', (message) => {
    try {
      if (message.kind === 'job') {
        prepared = prepare(message.job, environment)
        tell({ kind: 'ready' })
      } else if (prepared === null) return
      else if (message.kind === 'cleanUp') {
        cleanUp(prepared, tell)
      } else {
        perform({ prepared, originEpochMs: message.originEpochMs, stop, environment, tell })
      }
    } catch (error) {
      fail(error)
    }
  })
}

interface Prepared {
  readonly job: LiveJob
  readonly world: LiveWorld
  readonly recorder: Recorder
  readonly undo: JourneyCalls | null
  readonly close: () => Promise<void>
  /** Monotonic ms of the window's time 0; set at the word. */
  readonly origin: { ms: number }
  /** Made as soon as the run is over, for from then on nothing may be under way. */
  cleaner: CleanUp | null
}

function prepare(job: LiveJob, { clock, processMs, connect }: LiveWorkerEnvironment): Prepared {
  const { scenario, seed, window, target } = job
  const population = populationOf(scenario, seed)
  const plan = planArrivals(scenario, population, {
    seed,
    untilWallSec: msToSec(job.endsAtMs - window.opensAtMs),
    part: job.part,
    parts: job.parts,
  })
  const recorder = new Recorder(job.recorder)
  const origin = { ms: 0 }
  const nowMs = () => clock.monotonicMs() - origin.ms
  const inputs = { ...job.calls, population, seed, target, epochMs: () => clock.epochMs() }
  const undo = job.cleansUp ? createUndoCalls(scenario, inputs) : null
  const permits = job.permits === null ? {} : { permits: new SharedPermits(job.permits, processMs) }
  let close = () => Promise.resolve()
  const world = new LiveWorld(
    {
      scenario,
      population,
      plan,
      window,
      seed,
      recorder,
      people: new People(population, job.people),
      calls: createJourneyCalls(scenario, inputs),
      gate: new GateCalls(target.basePath, scenario.waitingRoom),
      ceiling: job.ceiling,
      ...permits,
      keepsBooked: undo !== null,
      nowMs,
    },
    (onReply) => {
      const transport = connect(job.transport, {
        ...job.connections,
        ...permits,
        target,
        onReply,
        nowMs,
        bodies: answerRulesOf(scenario),
      })
      close = () => transport.close()
      return transport
    },
  )
  return { job, world, recorder, undo, close: () => close(), origin, cleaner: null }
}

function perform(given: {
  prepared: Prepared
  originEpochMs: number
  stop: Int32Array
  environment: LiveWorkerEnvironment
  tell: (message: FromLiveWorker) => void
}): void {
  const { prepared, originEpochMs, stop, environment, tell } = given
  const { job, world, recorder, close, origin } = prepared
  const { clock, turns, cpuMs } = environment
  origin.ms = clock.monotonicMs() + (originEpochMs - clock.epochMs())
  const nowMs = () => clock.monotonicMs() - origin.ms
  const cpuBeforeMs = cpuMs()
  let reportedMs = -Infinity
  const agenda = new Agenda({
    world,
    turns,
    nowMs,
    startsAtMs: job.startsAtMs,
    endsAtMs: job.endsAtMs,
    drainMs: job.drainMs,
    isStopped: () => Atomics.load(stop, 0) !== 0,
    onLook: (atMs) => {
      if (atMs - reportedMs < progressEveryMs) return
      reportedMs = atMs
      tell({ kind: 'progress', progress: progressOf(world, atMs) })
    },
    onOver: (end) => {
      const { state } = world
      closeBooks(state, Math.min(nowMs(), job.endsAtMs))
      tell({ kind: 'progress', progress: progressOf(world, nowMs()) })
      const done = {
        stopped: end === 'stopped',
        recorded: recorder.parts(),
        tally: liveTallyParts(state.tally),
        tickets: state.tickets,
        lagMs: agenda.maxLagMs,
        cpuMs: cpuMs() - cpuBeforeMs,
      }
      prepared.cleaner = cleanerOf(prepared, { stop, turns })
      const closed = prepared.cleaner === null ? close() : Promise.resolve()
      void closed.then(() => tell({ kind: 'done', done }))
    },
  })
  agenda.start()
}

/** `null`: nothing is to be taken back. */
function cleanerOf(
  { job, world, undo }: Prepared,
  { stop, turns }: { stop: Int32Array; turns: EventLoop },
): CleanUp | null {
  if (undo === null) return null
  const timeoutMs = job.scenario.undo?.timeoutMs ?? 0
  const isStopped = () => Atomics.load(stop, 0) === StopAt.cleanUp
  return new CleanUp(world, { calls: undo, timeoutMs, turns, isStopped })
}

function cleanUp({ cleaner, close }: Prepared, tell: (message: FromLiveWorker) => void): void {
  if (cleaner === null) return tell({ kind: 'cleanedUp', count: null })
  cleaner.run((count) => {
    void close().then(() => tell({ kind: 'cleanedUp', count }))
  })
}

function progressOf({ state, sender }: LiveWorld, atMs: number): LiveProgress {
  const { tally, recentUs } = state
  const recent: number[] = []
  for (let i = recentUs.next(0); i >= 0; i = recentUs.next(i + 1)) {
    recent.push(i, recentUs.counts[i]!)
  }
  recentUs.clear()
  const gateCalls = tally.gateOutcomes.reduce((sum, n) => sum + n, 0)
  return {
    atMs,
    arrived: state.tickets,
    waiting: state.waiting,
    inside: state.inside,
    booked: state.booked,
    requests: state.requests,
    requestErrors: state.requestErrors,
    errorEnds: state.errorEnds,
    gateCalls,
    gateErrors: gateCalls - tally.gateOutcomes[Outcome.ok]!,
    polls: tally.polls,
    sent: tally.sent,
    inFlight: sender.inFlight,
    connections: sender.connections,
    droppedGenerator: tally.droppedGenerator,
    droppedCeiling: tally.droppedCeiling,
    recentUs: recent,
    latenessMsP99: usToMs(tally.latenessUs.quantile(0.99) ?? 0),
  }
}
