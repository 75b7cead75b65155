import type { Quantile, Distribution } from '../../core/distribution.ts'
import { Histogram, latencyLayout } from '../../record/histogram.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { crowdOf, type Crowd } from '../../workload/behaviour.ts'
import type { ArrivalPlan } from '../../workload/plan.ts'
import type { Population } from '../../workload/population.ts'
import { VisitorRows } from '../../workload/rows.ts'
import type { RunWindow } from '../window.ts'
import { TimeWheel } from '../wheel.ts'
import type { FindingName } from '../../core/codes.ts'
import type { JourneyCalls } from './journey-calls.ts'
import type { GateCalls } from './gate-calls.ts'
import { KeptStore, type Kept } from './kept.ts'
import { createLiveTally, type LiveTally } from './live-tally.ts'
import type { LivePeople, LiveRecorder } from './live-recorder.ts'
import type { Permits } from './transport.ts'

/** Ids on the wheel below the visitors'. */
export const ClientTimerIds = { arrival: 0, bucket: 1, bypassEnds: 2, keysVerified: 3 } as const
const firstRow = 8

/** What is in flight for a visitor: the lower bits of its `phase`. */
export const Phase = {
  idle: 0,
  enter: 1,
  poll: 2,
  step: 3,
  complete: 4,
  undo: 5,
  mask: 7,
} as const
/** Further bits of `phase`. */
export const PhaseFlag = {
  /** The gate's call is made for the second time. */
  again: 8,
  /** Goes past the gate with a key of its own making, or none. */
  keyless: 16,
  /** The pages took its requests, whatever became of them: counted once. */
  bypassCounted: 32,
  /** Nothing will ever happen to this row again. */
  gone: 64,
  /** Redirects followed for the request in flight: three bits from here on. */
  hopsBit: 7,
  /** The pages answered it as one who may be there: found once. */
  bypassFound: 1024,
  /** The gate let it in: if that was too early, it was the gate's doing. */
  hadTurn: 2048,
  /** The pages have answered it as one who may be there. */
  isIn: 4096,
} as const

/** Findings that a client can see for itself. */
export type SeenFinding = Extract<FindingName, 'earlyAdmission' | 'bypassed' | 'eligibleRefused'>

export interface LiveInputs {
  /** Scaled already. */
  readonly scenario: Scenario
  readonly population: Population
  readonly plan: ArrivalPlan
  readonly window: RunWindow
  readonly seed: number
  readonly recorder: LiveRecorder
  readonly people: LivePeople
  readonly calls: JourneyCalls
  readonly gate: GateCalls
  readonly ceiling: Ceiling
  /** Absent: the target takes any rate. */
  readonly permits?: Permits
  /** What those who book, or may have, were made to keep is wanted again, to take their bookings back. */
  readonly keepsBooked: boolean
  /** Wall ms after the window's start. */
  readonly nowMs: () => number
  /** What another runtime keeps its visitors in; absent: what this engine is made for. */
  readonly memory?: LiveMemory
}

/** When something is due for a visitor; writes the time into its row. */
export type Wheel = Pick<TimeWheel, keyof TimeWheel>

/** Where a world keeps what it knows. Rooms for millions are too large for a runtime that has many worlds. */
export interface LiveMemory {
  /** Visitors that there is room for at first. */
  readonly room: number
  readonly wheelOf: (rows: VisitorRows) => Wheel
  readonly kept: Pick<KeptStore, keyof KeptStore>
  readonly tally: LiveTally
  readonly recentUs: Histogram
  readonly quantileOf: (dist: Distribution) => Quantile
}

/**
 * A gate that opens by a clock of its own may be this much ahead of ours: less is not seen as an
 * early admission.
 */
const OPENING_TOLERANCE_MS = 250

export function isEarly({ opensAtMs }: Pick<RunWindow, 'opensAtMs'>, atMs: number): boolean {
  return atMs < opensAtMs - OPENING_TOLERANCE_MS
}

/** What this worker may have in flight, and send a second. */
export interface Ceiling {
  readonly inFlight: number
  readonly perSec: number
}

/**
 * What the parts of a live engine share. Times are wall ms after the window's start. A visitor that
 * waits costs 54 bytes (a row of 32, and 8 + 2 + 4 + 4 of what stands beside it, and the
 * transport's 4), and what the server made it keep.
 */
export class LiveState {
  readonly inputs: LiveInputs
  readonly rows: VisitorRows
  readonly wheel: Wheel
  readonly crowd: Crowd
  readonly kept: LiveMemory['kept']
  readonly tally: LiveTally
  readonly findings: Record<SeenFinding, number> = {
    earlyAdmission: 0,
    bypassed: 0,
    eligibleRefused: 0,
  }
  /** Response times of steps since the live view last looked, µs. */
  readonly recentUs: Histogram
  /** What the visitor at hand keeps: loaded, used, and loaded again for the next. */
  readonly own: Kept = { key: '', cookies: '', values: {} }
  readonly firstRow = firstRow
  /** Some go straight to the pages. */
  bypassOpen: boolean
  /** Nothing new is begun any more. */
  isEnding = false
  /** Clients that fail open are let in. */
  failsOpen: boolean
  waiting = 0
  inside = 0
  tickets = 0
  booked = 0
  requests = 0
  requestErrors = 0
  errorEnds = 0
  /** Rows to which something may still happen. */
  alive = 0
  private phases: Uint16Array
  private ttlsSec: Float32Array

  constructor(inputs: LiveInputs) {
    const { scenario, seed, window, plan, people } = inputs
    this.inputs = inputs
    const { memory } = inputs
    // Re-entries add rows. Room that is never touched takes no memory.
    const room = firstRow + (memory?.room ?? plan.length * 2 + 1024)
    this.rows = new VisitorRows(firstRow, room)
    this.wheel = memory?.wheelOf(this.rows) ?? new TimeWheel(this.rows, firstRow)
    this.tally = memory?.tally ?? createLiveTally()
    this.recentUs = memory?.recentUs ?? new Histogram(latencyLayout)
    this.phases = new Uint16Array(room)
    this.ttlsSec = new Float32Array(room)
    this.kept = memory?.kept ?? new KeptStore(room)
    this.crowd = crowdOf(scenario, seed, people.bookings, memory?.quantileOf)
    this.crowd.opensAtMs = window.opensAtMs
    this.bypassOpen = scenario.behaviour.bypass.share > 0
    this.failsOpen = scenario.waitingRoom.failOpen > 0
  }

  addRow(entity: number, person: number): number {
    const v = this.rows.add(entity, person)
    if (v >= this.phases.length) this.grow()
    this.alive++
    return v
  }

  /** Everybody is gone: the rows are used again. */
  clear(): void {
    this.rows.keepFirst(firstRow)
    this.phases.fill(0)
    this.ttlsSec.fill(0)
    this.alive = 0
  }

  phase(v: number): number {
    return this.phases[v]!
  }

  setPhase(v: number, phase: number): void {
    this.phases[v] = phase
  }

  /** Seconds to its next poll, as the gate last said. */
  ttlSec(v: number): number {
    return this.ttlsSec[v]!
  }

  setTtlSec(v: number, sec: number): void {
    this.ttlsSec[v] = sec
  }

  /** Wall milliseconds to the scenario's, as the recorder counts them. */
  scenarioMs(wallMs: number): number {
    return wallMs * this.inputs.window.speed
  }

  /** When service will be back, as people are told; Infinity if it never will. */
  resumeAtMs(nowMs: number): number {
    const resume = this.inputs.window.events.find(
      ({ atMs, timed }) => timed.event.kind === 'resume' && atMs >= nowMs,
    )
    return resume === undefined ? Infinity : resume.atMs
  }

  /** From when on the pages are open to whoever needs no turn: as the scenario's people open them. */
  pagesOpenMs(): number {
    const { opensAtMs, events } = this.inputs.window
    const early = events.find(({ timed }) => timed.event.kind === 'open-early')
    return Math.min(opensAtMs, early?.atMs ?? Infinity)
  }

  private grow(): void {
    const { capacity } = this.rows
    const phases = new Uint16Array(capacity)
    phases.set(this.phases)
    this.phases = phases
    const ttlsSec = new Float32Array(capacity)
    ttlsSec.set(this.ttlsSec)
    this.ttlsSec = ttlsSec
  }
}
