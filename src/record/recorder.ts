import { assert } from '../core/assert.ts'
import { End, Outcome, findingNames, outcomeNames } from '../core/codes.ts'
import type { FindingName } from '../core/codes.ts'
import { secToMs } from '../core/units.ts'
import { figuresOf, type RunFigures } from './figures.ts'
import { finishTallies } from './finish.ts'
import type { FinishInput, FinishedRun } from './finish.ts'
import { indexOf, latencyLayout } from './histogram.ts'
import { giveOut } from './cells.ts'
import type { RequestProfile } from './request-profile.ts'
import type { HistogramSeries } from './series.ts'
import { Opening, addTallies, createTallies } from './tallies.ts'
import { talliesOf, tallyParts, type TallyParts } from './tally-parts.ts'
import type { LevelName, RecorderOptions, Tallies } from './tallies.ts'

export { layoutTimeline } from './timeline.ts'
export type { RecorderOptions } from './tallies.ts'
export type { FinishInput, FinishedRun } from './finish.ts'
export type { RunFigures } from './figures.ts'

/** Per Outcome code, 1 where an answer came, or its timeout did: what latency histograms hold. */
const timed = new Uint8Array(outcomeNames.length)
for (const name of ['ok', 'http4xx', 'http5xx', 'malformed', 'timeout'] as const) {
  timed[Outcome[name]] = 1
}

/**
 * The one recorder of every engine: numeric codes in, counts in typed arrays, a part of a
 * `RunRecord` out. All times are scenario milliseconds after the start of the timeline; latencies
 * of requests are wall microseconds. Every method but `merge` and `finish` is O(1) and allocates
 * nothing but a page of counters now and then. A time before or after the timeline counts in its
 * first or last bucket, so that the timeline always adds up to the summary.
 */
export class Recorder {
  readonly tallies: Tallies
  readonly #bucketMs: number
  readonly #lastBucket: number
  readonly #opensAtMs: number
  // What `request` touches, one step nearer: it is called tens of millions of times.
  readonly #outcomes: Float64Array
  readonly #stepResponse: Uint32Array
  readonly #stepService: Uint32Array
  readonly #requests: Uint32Array
  readonly #requestErrors: Uint32Array
  readonly #response: HistogramSeries
  readonly #service: HistogramSeries
  readonly #punctual: boolean
  /** A part of a request that repeating has left over. */
  #rest = 0.5

  constructor(options: RecorderOptions) {
    this.tallies = createTallies(options)
    this.#bucketMs = secToMs(options.bucketSec)
    this.#lastBucket = options.buckets - 1
    this.#opensAtMs = options.opensAtMs
    const { outcomes, steps, flows, series } = this.tallies
    this.#outcomes = outcomes
    this.#stepResponse = steps.responseUs
    this.#stepService = steps.serviceUs
    this.#requests = flows.requests
    this.#requestErrors = flows.requestErrors
    this.#response = series.responseUs
    this.#service = series.serviceUs
    this.#punctual = options.punctual ?? false
  }

  #bucketAt(atMs: number): number {
    const bucket = (atMs / this.#bucketMs) | 0
    if (bucket < 0) return 0
    return bucket > this.#lastBucket ? this.#lastBucket : bucket
  }

  /** `n` tickets were issued, or as many visitors came without one. */
  arrived(atMs: number, isReentry: boolean, n = 1): void {
    const { flows, opening } = this.tallies
    const bucket = this.#bucketAt(atMs)
    flows.arrivals[bucket]! += n
    if (isReentry) flows.reentries[bucket]! += n
    const sinceMs = atMs - this.#opensAtMs
    if (sinceMs < 0 || sinceMs >= 60_000) return
    opening[Opening.in60Sec]! += n
    if (sinceMs < 10_000) opening[Opening.in10Sec]! += n
    if (sinceMs < 1000) opening[Opening.in1Sec]! += n
  }

  /** `n` tickets entered the queue. */
  queued(atMs: number, n = 1): void {
    this.tallies.flows.queued[this.#bucketAt(atMs)]! += n
  }

  /** Through the gate, in their turn. */
  admitted(atMs: number, n = 1): void {
    this.tallies.flows.admitted[this.#bucketAt(atMs)]! += n
  }

  /** Past the gate, without their turn. */
  bypassed(atMs: number, n = 1): void {
    this.tallies.flows.bypassed[this.#bucketAt(atMs)]! += n
  }

  /** `admitted` false: `n` waits were cut off (gave up, voided, jumped, or are still going on). */
  waitEnded(enteredMs: number, endedMs: number, admitted: boolean, n = 1): void {
    const { admittedWaitMs, censoredWaitMs } = this.tallies.series
    const waits = admitted ? admittedWaitMs : censoredWaitMs
    waits.record(this.#bucketAt(enteredMs), endedMs - enteredMs, n)
  }

  /** |displayed on entry − real| of `n` who were admitted. */
  etaError(errorMs: number, n = 1): void {
    this.tallies.etaErrorMs.record(errorMs, n)
  }

  /**
   * A booking was committed, whether or not its visitor still waited for the answer: the timeline's
   * `booked` adds up to `people.booked`, not to the tickets that ended so.
   */
  booked(atMs: number): void {
    this.bookings(atMs, 1)
  }

  /** So many at once; `booked` takes no count, for live engines hand it the person. */
  bookings(atMs: number, n: number): void {
    this.tallies.flows.booked[this.#bucketAt(atMs)]! += n
  }

  /** End code; exactly once a ticket, here of `n` of them. */
  ended(atMs: number, end: number, n = 1): void {
    const { ends, flows } = this.tallies
    ends[end]! += n
    if (end === End.abandoned) flows.abandoned[this.#bucketAt(atMs)]! += n
    else if (end >= End.refused && end <= End.dropped) flows.errors[this.#bucketAt(atMs)]! += n
  }

  /**
   * One request of step number `step` came to its Outcome code. Every outcome but `ok` counts as a
   * request error, `http4xx` too: the visitor did not get what the journey asked for. Latencies
   * are kept of ok, http4xx, http5xx, malformed and timeout (censored at the timeout: failures must
   * not flatter); refused, reset, connectTimeout and dropped had no answer and stay out.
   */
  request(
    step: number,
    outcome: number,
    doneMs: number,
    responseUs: number,
    serviceUs: number,
  ): void {
    this.answered(step, outcome, doneMs, responseUs)
    if (!this.#punctual && timed[outcome] === 1) this.served(step, doneMs, serviceUs)
  }

  /** As `request`, of an engine that tells service times apart (`served`). */
  answered(step: number, outcome: number, doneMs: number, responseUs: number, n = 1): void {
    this.untimed(step, outcome, doneMs, n)
    if (timed[outcome] !== 1) return
    const response = indexOf(latencyLayout, responseUs)
    this.#stepResponse[step * latencyLayout.countsLength + response]! += n
    this.#response.recordAt(this.#bucketAt(doneMs), response, n)
  }

  /** As `request`, where nobody knows how long it took. */
  untimed(step: number, outcome: number, doneMs: number, n = 1): void {
    const bucket = this.#bucketAt(doneMs)
    this.#outcomes[step * outcomeNames.length + outcome]! += n
    this.#requests[bucket]! += n
    if (outcome !== Outcome.ok) this.#requestErrors[bucket]! += n
  }

  /** The service time of a request that is counted by `answered`. */
  served(step: number, doneMs: number, serviceUs: number, n = 1): void {
    const service = indexOf(latencyLayout, serviceUs)
    this.#stepService[step * latencyLayout.countsLength + service]! += n
    this.#service.recordAt(this.#bucketAt(doneMs), service, n)
  }

  /**
   * Requests like those of the profile, `factor` times as many in all, came to their outcomes at that
   * time; `repeatedSteps` counts them by step. Only of an engine whose requests are never late
   * (`punctual`).
   */
  repeat(profile: RequestProfile, factor: number, atMs: number): void {
    assert(this.#punctual, 'response and service times of a profile are one')
    const bucket = this.#bucketAt(atMs)
    const given = { factor, rest: this.#rest }
    this.#rest = giveOut(profile.outcomes, given, (place, n) => {
      this.#outcomes[place]! += n
      this.#requests[bucket]! += n
      if (place % outcomeNames.length !== Outcome.ok) this.#requestErrors[bucket]! += n
    })
    this.#response.repeat(bucket, profile.overall, factor)
  }

  /** The response times, by step, of all that was repeated of the profile: `factor` in all. */
  repeatedSteps(profile: RequestProfile, factor: number): void {
    giveOut(profile.responses, { factor, rest: 0.5 }, (place, n) => {
      this.#stepResponse[place]! += n
    })
  }

  /**
   * A request that was kept back because the target had stalled and a ceiling was reached: dropped,
   * and in the latencies censored at its timeout, so that what was not sent does not flatter.
   */
  keptBack(step: number, atMs: number, timeoutUs: number): void {
    const bucket = this.#bucketAt(atMs)
    this.#outcomes[step * outcomeNames.length + Outcome.dropped]! += 1
    this.#requests[bucket]! += 1
    this.#requestErrors[bucket]! += 1
    const response = indexOf(latencyLayout, timeoutUs)
    this.#stepResponse[step * latencyLayout.countsLength + response]! += 1
    this.#response.recordAt(bucket, response)
  }

  /** A connection for a request of this step took so long; only engines that connect call it. */
  connected(step: number, connectUs: number, n = 1): void {
    const index = indexOf(latencyLayout, connectUs)
    this.tallies.steps.connectUs[step * latencyLayout.countsLength + index]! += n
  }

  /** The gate called `n` turns. */
  turnCalled(atMs: number, n = 1): void {
    const { opening } = this.tallies
    opening[Opening.turns]! += n
    const sinceMs = atMs - this.#opensAtMs
    if (sinceMs >= 0 && sinceMs < 60_000) opening[Opening.turnsIn60Sec]! += n
  }

  /** Means over one bucket. Parts that are merged add up: each gives its own share of a level. */
  levels(
    bucket: number,
    waiting: number,
    inside: number,
    pollsPerSec: number,
    instances: number,
  ): void {
    const { levels } = this.tallies
    assert(bucket >= 0 && bucket <= this.#lastBucket, 'bucket outside the timeline')
    levels.waiting[bucket] = waiting
    levels.inside[bucket] = inside
    levels.pollsPerSec[bucket] = pollsPerSec
    levels.instances[bucket] = instances
  }

  /** Mean of one level over one bucket, where it is known apart from the others. */
  level(name: LevelName, bucket: number, mean: number): void {
    assert(bucket >= 0 && bucket <= this.#lastBucket, 'bucket outside the timeline')
    this.tallies.levels[name][bucket] = mean
  }

  /** Means over one bucket of station number `station`; utilisation is a share of its slots. */
  station(bucket: number, station: number, busy: number, queue: number, utilisation: number): void {
    const levels = this.tallies.stations[station]
    if (levels === undefined) throw new Error(`dambreak bug: no station number ${station}`)
    assert(bucket >= 0 && bucket <= this.#lastBucket, 'bucket outside the timeline')
    levels.busy[bucket] = busy
    levels.queue[bucket] = queue
    levels.utilisation[bucket] = utilisation
  }

  /** `n` more cases of what must not happen. */
  finding(name: FindingName, n: number): void {
    this.tallies.findings[findingNames.indexOf(name)]! += n
  }

  /** Adds another recorder of the same options; workers merge, nobody averages. */
  merge(other: Recorder): void {
    addTallies(this.tallies, other.tallies)
  }

  /** What was recorded so far as plain data, for the way to another thread. */
  parts(): TallyParts {
    return tallyParts(this.tallies)
  }

  /** Adds what another thread recorded, under the same options. */
  mergeParts(parts: TallyParts): void {
    addTallies(this.tallies, talliesOf(parts))
  }

  /** As `finish`, without writing the histograms out: enough to evaluate expressions on. */
  figures(input: FinishInput, opensAt: string): RunFigures {
    return figuresOf(this.tallies, input, opensAt)
  }

  /** Summary, timeline and histograms of what was recorded so far; changes nothing. */
  finish(input: FinishInput): FinishedRun {
    return finishTallies(this.tallies, input)
  }
}
