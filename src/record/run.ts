import type { EndName, FindingName, OutcomeName } from '../core/codes.ts'
import type { EventDetail } from './event-detail.ts'
import type { Ending, Note, Reason } from './verdict-codes.ts'
import type { Inherited } from '../scenario/schema/evidence.ts'

/**
 * `run.json`, schema version 2: what every engine writes and every report reads.
 * A number an engine cannot observe is `null`, never 0. Times of waits and of the timeline are
 * scenario time, `…Ms` of requests is wall time.
 */
export interface RunRecord {
  schemaVersion: 2
  header: RunHeader
  /** The scenario as it was parsed, evidence labels kept, secrets removed. */
  scenario: Record<string, unknown>
  events: PerformedEvent[]
  verdict: Verdict
  summary: Summary
  timeline: Timeline
  /** HdrHistogram V2, deflated, base64. */
  histograms: Record<string, string>
  audit: Audit
}

export interface RunHeader {
  /** `log`: what an access log tells. */
  engine: 'sim' | 'live' | 'k6' | 'log'
  scenarioName: string
  /** What comes at the stack: population, arrivals, behaviour, journey. */
  workloadHash: string
  /** What it comes at: waiting room, stack, inventory, doors, timeline. */
  stackHash: string
  variant: string
  /**
   * Where the scenario extends another: by file of the chain, the parts of the scenario that the file
   * states (`stack.stations`). All else is stated by the scenario itself or was set for the run.
   */
  inherited?: Inherited
  seed: number
  population: number
  speed: number
  startedAt: string
  opensAt: string
  endsAt: string
  /** `sent-only`: response times run from the actual send, which may have been late itself. */
  timing: 'intended' | 'sent-only'
  versions: Record<string, string>
  host: Record<string, string | number>
  target: string | null
}

export interface PerformedEvent {
  /** ISO 8601 in the scenario's own offset. */
  at: string
  kind: string
  performed: boolean
  detail: EventDetail
}

export interface Verdict {
  valid: boolean
  saturated: boolean
  /** How the run ended; the record of one that did not finish is not valid. */
  ending: Ending
  /** Why the figures must not be used, beside the ending. */
  reasons: Reason[]
  /** What a reader must know besides, of a valid run too. */
  notes: Note[]
  slo: SloResult[]
  reported: ReportedResult[]
}

export interface SloResult {
  expr: string
  observed: number | null
  ok: boolean
}

export interface ReportedResult {
  id: string
  label: string
  expr: string
  observed: number | null
  target: number | { min?: number; max?: number }
  tolerance: number | null
  ok: boolean
  inSample: boolean
  byConstruction: boolean
  source: string
}

export interface Percentiles {
  mean: number | null
  p05: number | null
  p50: number | null
  p90: number | null
  p95: number | null
  p99: number | null
  max: number | null
}

export interface StepSummary {
  count: number
  outcomes: Record<OutcomeName, number>
  /** From the intended start; timed-out requests count as censored at the timeout. */
  responseMs: Percentiles
  /** From the send. */
  serviceMs: Percentiles
  connectMs: Percentiles | null
}

export interface Summary {
  visitors: {
    arrived: number
    reentries: number
    /** Stages passed, not ends. */
    queued: number
    admitted: number
    bypassed: number
  } & Record<EndName, number>
  people: {
    eligible: number
    came: number
    booked: number
    gaveUp: number
  }
  bookedShare: number | null
  errorShare: number | null
  requestErrorShare: number | null
  /** Kaplan-Meier over all who queued; `null` where it is not reached. */
  waitSec: Percentiles
  admittedWaitSec: Percentiles
  /** |displayed on entry − real|, of the admitted. */
  etaErrorSec: { p50: number | null; p95: number | null }
  /** The first seconds after the opening. */
  opening: {
    ticketsIn1Sec: number
    ticketsIn10Sec: number
    ticketsIn60Sec: number
    /** Turns called a second over the first minute; `null` without a rate gate. */
    admitPerSec: number | null
  }
  steps: Record<string, StepSummary>
  findings: Record<FindingName, number | null>
  inventory: { offered: number; left: number } | null
  /** The run's longest stretch in which most requests failed; `null` if there was none. */
  collapse: { fromSec: number; toSec: number; requestErrorShare: number } | null
}

/** Arrays have one entry a bucket; flows are counts in the bucket, levels the mean over it. */
export interface TimelineLevels {
  bucketSec: number
  /** Epoch seconds of the first bucket's start, a multiple of `bucketSec`. */
  startSec: number
  arrivals: number[]
  reentries: number[]
  queued: number[]
  admitted: number[]
  bypassed: number[]
  /** Bookings committed; they add up to `people.booked`. */
  booked: number[]
  /** Ends that are errors (refused, timedOut, failed, dropped). */
  errors: number[]
  abandoned: number[]
  requests: number[]
  requestErrors: number[]
  waiting: number[]
  inside: number[]
  pollsPerSec: number[]
  instances: number[]
  stations: Record<string, { busy: number[]; queue: number[]; utilisation: number[] }>
}

export interface Timeline extends TimelineLevels {
  /** What the target itself showed of its queues, where it was observed. */
  observed?: ObservedQueues
  responseMs: PercentileSeries
  serviceMs: PercentileSeries
  /** Kaplan-Meier by the time of entry into the queue. */
  waitSecByEntry: PercentileSeries
  /** Sparse: '' where the bucket holds nothing. Names: responseUs, serviceUs, admittedWaitMs, censoredWaitMs. */
  histograms: Record<string, string[]>
}

/** Means a bucket; `null` what the target does not show. */
export interface ObservedQueues {
  waiting: number[] | null
  inside: number[] | null
}

export interface PercentileSeries {
  p50: (number | null)[]
  p95: (number | null)[]
  p99: (number | null)[]
}

export interface Audit {
  intendedRate: number | null
  achievedRate: number | null
  latenessMs: { p50: number; p99: number; max: number } | null
  dropped: { generator: number; ceiling: number }
  eventLoopLagMs: number | null
  cpuShare: number | null
  rssBytes: number | null
  bytesPerVisitor: number | null
  wallSec: number
  /** State changes of one visitor or one request; polls are a rate, not events. */
  events: number
  eventsPerSec: number
  /** Of the live engine alone. */
  live?: LiveAudit
  /** Of an imported k6 run alone. */
  k6?: K6Audit
}

/** What k6 tells of its runners. */
export interface K6Audit {
  runners: number
  /** The part of the arrivals that each had, as `0:1/4`. */
  segments: string[]
  /** How much later than planned the first and the last of them began; `null` where none says. */
  startedLateMs: { first: number; last: number } | null
  /** Visitors that k6 did not start before the end. */
  droppedIterations: number
  /** VUs at work: the highest sum over all runners within one second; `vus`: how many there were. */
  maxVus: number
  vus: number
  files: number
  lines: number
  /** Lines that could not be read. */
  damagedLines: number
  /** Calls of the waiting room, which are no step of a journey. */
  gateCalls: {
    count: number
    polls: number
    outcomes: Record<OutcomeName, number>
    serviceMs: Percentiles
  }
}

/** One connection per visitor, or a pool of so many. */
export type LiveConnections =
  { readonly mode: 'perVisitor' } | { readonly mode: 'pool'; readonly connections: number }

/** What a live generator did beside its visitors' requests. */
export interface LiveAudit {
  /** The HTTP client: `wire`, `undici`. */
  transport: string
  connections: LiveConnections
  cpuSec: number
  workers: number
  /** Upper bounds where there were several workers. */
  maxInFlight: number
  maxConnections: number
  /** Calls of the waiting room, which are no step of a journey. */
  gateCalls: {
    count: number
    polls: number
    outcomes: Record<OutcomeName, number>
    serviceMs: Percentiles
    connectMs: Percentiles
  }
}
