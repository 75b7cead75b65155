import {
  End,
  endNames,
  findingNames,
  Outcome,
  outcomeNames,
  type FindingName,
} from '../../../core/codes.ts'
import { daysToMs, msToSec, secToMs } from '../../../core/units.ts'
import { Histogram, latencyLayout, waitLayout, type Layout } from '../../../record/histogram.ts'
import { Recorder } from '../../../record/recorder.ts'
import type { Mapping } from '../../../scenario/plain.ts'
import type { Scenario } from '../../../scenario/schema/schema.ts'
import type { Population } from '../../../workload/population.ts'
import { People, sharePeople } from '../../client/people.ts'
import type { RunWindow } from '../../window.ts'
import { bucketOf, middleOf } from '../buckets.ts'
import { metrics } from '../points.ts'
import { AnswerTally } from './answer-tally.ts'
import { BucketLevels } from './bucket-levels.ts'
import type { BrokenLineKind, K6Point } from './k6-line.ts'

/** What the tally counts a point by; `opensAtEpochMs` is that of the wall. */
export interface TallyOptions {
  /** Scaled as the run was. */
  readonly scenario: Scenario
  readonly population: Population
  readonly window: RunWindow
  readonly opensAtEpochMs: number
  /** Visitors that come in one iteration of k6: as many are dropped with it. */
  readonly visitorsPerIteration: number
}

/** Further from the opening than this no point of a run can be. */
const farMs = daysToMs(31)
/** More at once says no counter of ours; dropped iterations k6 may add up. */
const maxAtOnce = 1e6
/** What all points may add up to: no counter here or in a recorder is narrower. */
const maxCounted = 0x7fff_ffff

/**
 * Adds up the points of all runners, in whatever order they come: two orders give the same record.
 * A ticket's stages count as they are told; its time in the queue and inside comes of differences.
 */
export class K6Tally {
  readonly recorder: Recorder
  readonly people: People
  readonly gateOutcomes = new Float64Array(outcomeNames.length)
  readonly gateUs = new Histogram(latencyLayout)
  readonly findings = new Map<FindingName, number>()
  readonly answers: AnswerTally
  /** Of the actions that were due at a set time. */
  readonly latenessMs = new Histogram(waitLayout)
  /** Planned visitors that k6 did not start before the end of the run. */
  dropped = 0
  polls = 0
  /** Tickets, re-entries too, that came (the dropped ones not), and those that ended. */
  tickets = 0
  ended = 0
  /** Initial tickets that came. */
  arrived = 0
  readonly cameMs = { first: Infinity, last: -Infinity }
  readonly seenMs = { first: Infinity, last: -Infinity }
  private counted = 0
  private queued = 0
  private waitsOver = 0
  private readonly options: TallyOptions
  private readonly widthMs: number
  private readonly opensAtMs: number
  private readonly stepOf: ReadonlyMap<string, number>
  private readonly waiting: BucketLevels
  private readonly inside: BucketLevels
  private readonly pollsOf: Float64Array
  /** Tickets of each person that came less those that ended. */
  private readonly open: Int32Array
  /** Sums over the runners of each second of the wall. */
  private readonly vusOf = new Map<number, { vus: number; most: number }>()
  private readonly middles: Readonly<Record<Layout['unit'], Map<string, number>>> = {
    us: new Map(),
    ms: new Map(),
  }

  constructor(options: TallyOptions) {
    const { scenario, population, window } = options
    const { bucketSec, buckets, startSec, speed } = window
    this.options = options
    this.opensAtMs = Math.round(window.opensAtMs * speed)
    this.widthMs = secToMs(bucketSec)
    const steps = scenario.journey.map(({ step }) => step)
    this.answers = new AnswerTally(steps)
    this.stepOf = new Map(steps.map((step, i) => [step, i]))
    const timeline = { startSec, bucketSec, buckets, opensAtMs: this.opensAtMs }
    this.recorder = new Recorder({ ...timeline, steps, stations: [] })
    const shared = sharePeople(population)
    this.people = new People(population, shared)
    this.open = new Int32Array(shared.marks.byteLength)
    this.waiting = new BucketLevels(buckets, this.widthMs)
    this.inside = new BucketLevels(buckets, this.widthMs)
    this.pollsOf = new Float64Array(buckets)
  }

  /** Takes a point in; gives what is wrong with it where it cannot be. */
  take(point: K6Point): BrokenLineKind | null {
    const { atMs, metric, value } = point
    if (Math.abs(atMs - this.options.opensAtEpochMs) > farMs) {
      return 'TimeFarFromRun'
    }
    if (!Number.isInteger(value) || value < 0 || value > maxAtOnce) return 'ImpossibleValue'
    const take = takers.get(metric)
    if (take === undefined) return null
    const broken = value === 0 && metric !== 'vus' ? null : this.takeBy(take, point)
    if (broken !== null) return broken
    this.seenMs.first = Math.min(this.seenMs.first, atMs)
    this.seenMs.last = Math.max(this.seenMs.last, atMs)
    return null
  }

  private takeBy(take: Taker, point: K6Point): BrokenLineKind | null {
    const { metric, value } = point
    if (metric.startsWith('vus')) return take(this, point)
    const n = metric === 'dropped_iterations' ? this.options.visitorsPerIteration : 1
    const counted = this.counted + value * n
    if (counted > maxCounted) return 'ImpossibleValue'
    const broken = take(this, point)
    if (broken === null) this.counted = counted
    return broken
  }

  /** Whole scenario ms after the start of the timeline. */
  scenarioMs(epochMs: number): number {
    const { opensAtEpochMs, window } = this.options
    return this.opensAtMs + Math.round((epochMs - opensAtEpochMs) * window.speed)
  }

  takeVisitor({ atMs: epochMs, value, tags, metadata }: K6Point): BrokenLineKind | null {
    const { recorder, people, waiting, inside } = this
    const { event } = tags
    const atMs = this.scenarioMs(epochMs)
    const person = this.personOf(metadata)
    const needsPerson = event === 'arrived' || event === 'reentered' || event === 'committed'
    if (person === null && needsPerson) return 'UnknownPerson'
    switch (event) {
      case 'arrived':
      case 'reentered':
        recorder.arrived(atMs, event === 'reentered', value)
        people.came(person ?? 0)
        this.open[person ?? 0]! += value
        this.tickets += value
        inside.change(atMs, value)
        if (event === 'arrived') this.came(epochMs, value)
        return null
      case 'queued':
        recorder.queued(atMs, value)
        this.queued += value
        waiting.change(atMs, value)
        inside.change(atMs, -value)
        return null
      case 'admitted':
        recorder.admitted(atMs, value)
        return null
      case 'bypassed':
        recorder.bypassed(atMs, value)
        return null
      case 'committed':
        people.addBookings(person ?? 0, value)
        recorder.bookings(atMs, value)
        return null
      case 'late':
        this.drop(atMs, value)
        return null
      default:
        return this.takeEnd(event, { atMs, value, person })
    }
  }

  private came(epochMs: number, n: number): void {
    this.arrived += n
    this.cameMs.first = Math.min(this.cameMs.first, epochMs)
    this.cameMs.last = Math.max(this.cameMs.last, epochMs)
  }

  private takeEnd(
    event: unknown,
    at: { atMs: number; value: number; person: number | null },
  ): BrokenLineKind | null {
    const { atMs, value, person } = at
    const end = endNames.findIndex((name) => name === event)
    if (end < 0) return 'UnknownEvent'
    this.recorder.ended(atMs, end, value)
    this.ended += value
    this.inside.change(atMs, -value)
    if (person === null) return null
    if (end === End.unfinished) this.people.trying(person)
    this.open[person]! -= value
    return null
  }

  /** A wait is over: the point is of its end, its length is in the tag. */
  takeWait({ atMs: epochMs, value, tags }: K6Point): BrokenLineKind | null {
    const { state } = tags
    if (state !== 'admitted' && state !== 'censored') return 'UnknownEvent'
    const waitMs = this.middle(waitLayout, tags)
    if (waitMs === null) return 'UnknownBucket'
    const atMs = this.scenarioMs(epochMs)
    this.recorder.waitEnded(atMs - waitMs, atMs, state === 'admitted', value)
    this.waitsOver += value
    this.waiting.change(atMs, -value)
    this.inside.change(atMs, value)
    return null
  }

  takeEtaError({ value, tags }: K6Point): BrokenLineKind | null {
    const ms = this.middle(waitLayout, tags)
    if (ms === null) return 'UnknownBucket'
    this.recorder.etaError(ms, value)
    return null
  }

  takeLateness({ value, tags }: K6Point): BrokenLineKind | null {
    const ms = this.middle(waitLayout, tags)
    if (ms === null) return 'UnknownBucket'
    this.latenessMs.record(ms, value)
    return null
  }

  takeRequest({ atMs, value, tags }: K6Point): BrokenLineKind | null {
    const step = this.stepOf.get(String(tags['step']))
    if (step === undefined) return 'UnknownStep'
    const outcome = outcomeNames.findIndex((name) => name === tags['outcome'])
    if (outcome < 0) return 'UnknownOutcome'
    const us = this.middle(latencyLayout, tags)
    if (us === null) return 'UnknownBucket'
    const doneMs = this.scenarioMs(atMs)
    this.recorder.answered(step, outcome, doneMs, us, value)
    return null
  }

  takeTime({ metric, atMs, value, tags }: K6Point): BrokenLineKind | null {
    const step = this.stepOf.get(String(tags['step']))
    if (step === undefined) return 'UnknownStep'
    const us = this.middle(latencyLayout, tags)
    if (us === null) return 'UnknownBucket'
    const doneMs = this.scenarioMs(atMs)
    if (metric === metrics.connects) this.recorder.connected(step, us, value)
    else this.recorder.served(step, doneMs, us, value)
    return null
  }

  takeGateCall({ atMs, value, tags }: K6Point): BrokenLineKind | null {
    const outcome = outcomeNames.findIndex((name) => name === tags['outcome'])
    if (outcome < 0) return 'UnknownOutcome'
    // What never got as far as a connection may have no time.
    const us = tags['us'] === undefined ? -1 : this.middle(latencyLayout, tags)
    if (us === null) return 'UnknownBucket'
    this.gateOutcomes[outcome]! += value
    if (isAnswered(outcome) && us >= 0) this.gateUs.record(us, value)
    if (tags['call'] !== 'poll') return null
    this.polls += value
    const last = this.pollsOf.length - 1
    const bucket = Math.floor(this.scenarioMs(atMs) / this.widthMs)
    this.pollsOf[Math.max(0, Math.min(last, bucket))]! += value
    return null
  }

  takeFinding({ value, tags }: K6Point): BrokenLineKind | null {
    const name = findingNames.find((one) => one === tags['finding'])
    if (name === undefined) return 'UnknownEvent'
    this.findings.set(name, (this.findings.get(name) ?? 0) + value)
    return null
  }

  /** k6 had no VU for iterations: their visitors were due, and are dropped. */
  takeDropped({ atMs: epochMs, value }: K6Point): BrokenLineKind | null {
    this.drop(this.scenarioMs(epochMs), value * this.options.visitorsPerIteration)
    return null
  }

  /** So many planned visitors never came, as nothing in the files says: they are dropped at the end. */
  dropAtEnd(visitors: number): void {
    const { window } = this.options
    this.drop(Math.round(window.endsAtMs * window.speed), visitors)
  }

  private drop(atMs: number, visitors: number): void {
    this.recorder.arrived(atMs, false, visitors)
    this.recorder.ended(atMs, End.dropped, visitors)
    this.dropped += visitors
  }

  takeVus({ metric, atMs, value }: K6Point): BrokenLineKind | null {
    const second = Math.floor(msToSec(atMs))
    const at = this.vusOf.get(second) ?? { vus: 0, most: 0 }
    if (metric === 'vus') at.vus += value
    else at.most += value
    this.vusOf.set(second, at)
    return null
  }

  /** VUs of all runners in the second that had most. */
  maxVus(): { vus: number; most: number } {
    let vus = 0
    let most = 0
    for (const at of this.vusOf.values()) {
      vus = Math.max(vus, at.vus)
      most = Math.max(most, at.most)
    }
    return { vus, most }
  }

  /**
   * Closes the books: tickets without an end are unfinished. Gives how many they are; less than 0
   * where so many ended that were never told to have come.
   */
  close(): number {
    const { recorder, people, open } = this
    const lastMs = this.seenMs.last === -Infinity ? 0 : this.scenarioMs(this.seenMs.last)
    this.closeLevels(lastMs)
    this.closeWaits(lastMs)
    open.forEach((left, person) => {
      if (left > 0) people.trying(person)
    })
    const left = this.tickets - this.ended
    if (left > 0) recorder.ended(lastMs, End.unfinished, left)
    // Their lines are lost; but whoever ended had come.
    else if (left < 0) recorder.arrived(lastMs, false, -left)
    return left
  }

  private closeLevels(lastMs: number): void {
    const { recorder, pollsOf, widthMs, options } = this
    const untilMs = Math.max(lastMs, 0)
    const [waiting, inside] = [this.waiting.means(untilMs), this.inside.means(untilMs)]
    const wallSec = msToSec(widthMs) / options.window.speed
    pollsOf.forEach((polls, bucket) => {
      recorder.levels(bucket, waiting[bucket]!, inside[bucket]!, polls / wallSec, 0)
    })
  }

  /** Waits that nobody told the end of go on: they are of those who queued last. */
  private closeWaits(lastMs: number): void {
    let left = this.queued - this.waitsOver
    const { queued } = this.recorder.tallies.flows
    for (let bucket = queued.length - 1; bucket >= 0 && left > 0; bucket--) {
      const n = Math.min(left, queued[bucket]!)
      const enteredMs = Math.min(lastMs, (bucket + 0.5) * this.widthMs)
      if (n > 0) this.recorder.waitEnded(enteredMs, lastMs, false, n)
      left -= n
    }
  }

  private personOf({ person }: Mapping): number | null {
    const text = typeof person === 'string' || typeof person === 'number' ? String(person) : ''
    if (!/^\d{1,10}$/.test(text)) return null
    const number = Number(text)
    return number < this.open.length ? number : null
  }

  /** The middle of the bucket that a tag `us` or `ms` names, or `null` where it names none. */
  private middle(layout: Layout, tags: Mapping): number | null {
    const text = tags[layout.unit]
    if (typeof text !== 'string') return null
    const known = this.middles[layout.unit]
    const seen = known.get(text)
    if (seen !== undefined) return seen
    const lower = /^\d{1,12}$/.test(text) ? Number(text) : -1
    if (lower < 0 || bucketOf(layout, lower) !== lower) return null
    const middle = middleOf(layout, lower)
    known.set(text, middle)
    return middle
  }
}

/** Refused, reset and dropped calls were never answered. */
function isAnswered(outcome: number): boolean {
  const { refused, reset, connectTimeout, dropped } = Outcome
  return ![refused, reset, connectTimeout, dropped].some((code) => code === outcome)
}

type Taker = (tally: K6Tally, point: K6Point) => BrokenLineKind | null

const takers: ReadonlyMap<string, Taker> = new Map<string, Taker>([
  [metrics.visitors, (tally, point) => tally.takeVisitor(point)],
  [metrics.waits, (tally, point) => tally.takeWait(point)],
  [metrics.etaErrors, (tally, point) => tally.takeEtaError(point)],
  [metrics.requests, (tally, point) => tally.takeRequest(point)],
  [metrics.services, (tally, point) => tally.takeTime(point)],
  [metrics.connects, (tally, point) => tally.takeTime(point)],
  [metrics.gateCalls, (tally, point) => tally.takeGateCall(point)],
  [metrics.lateness, (tally, point) => tally.takeLateness(point)],
  [metrics.answerFaults, (tally, point) => tally.answers.takeFault(point)],
  [metrics.droppedCookies, (tally, point) => tally.answers.takeDroppedCookies(point)],
  [metrics.findings, (tally, point) => tally.takeFinding(point)],
  ['dropped_iterations', (tally, point) => tally.takeDropped(point)],
  ['vus', (tally, point) => tally.takeVus(point)],
  ['vus_max', (tally, point) => tally.takeVus(point)],
])
