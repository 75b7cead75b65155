import { must } from '../../core/assert.ts'
import { uniform } from '../../core/chance.ts'
import { meanOfDistribution } from '../../core/distribution.ts'
import { End } from '../../core/codes.ts'
import { secToMs } from '../../core/units.ts'
import { profileSince, type RequestProfile } from '../../record/request-profile.ts'
import { Answer, comesAgainMs } from '../../workload/behaviour.ts'
import { Action, Flag } from '../../workload/rows.ts'
import type { Bundles } from './bundles.ts'
import { classNames, classOf, Journeys } from './journeys.ts'
import { LoadWatch, type Change } from './load-watch.ts'
import type { Pages } from './pages.ts'
import type { Returns } from './returns.ts'
import { SteadyWindows, type Counts } from './steady-windows.ts'
import { Standstill } from './standstill.ts'
import { SimTimer, type SimState } from './state.ts'
import { isFickle, isLost, isSteady, staysLost, type WindowSample } from './steadiness.ts'

/** What a person's tickets showed while the stack stood still; see `closeBooks`. */
export const TicketMark = { trying: 1, booked: 2 } as const

/** Fewer visitors in a window are as cheap to simulate as to repeat. */
const MIN_ENTERED = 100
const LONGEST_SEC = 3600
const SHORTEST_WINDOW_SEC = 30
/**
 * Windows in a row that must have agreed. In a stack that has just broken down some of those who went
 * in before still get through.
 */
const AGREED = 2
const AGREED_LOST = 3
/** Each skip is so many times as long as the one before, and the first of a stack that is lost, which is dear to look at. */
const GROWTH = 2
const LOST_GROWTH = 3
/** A window, as a share of the time that a visitor thinks on its journey. */
const WINDOW_SHARE = 0.4

/** What a skip repeats. */
interface Repetition {
  readonly profile: RequestProfile
  /** Requests of a visitor of each class, and refusals of an eligible person of one refused. */
  readonly meanAsks: readonly number[]
  readonly refusalsEach: number
  readonly watch: LoadWatch
  /** Visitors who had gone in to be refused when it began. */
  readonly ineligible: number
  /** Visitors who had gone in when it was told last, by class. */
  readonly told: Float64Array
  toldMs: number
  /** The profile was repeated so often in all. */
  factor: number
}

/** What the rest of the simulation gives the skipper. */
export interface SkipParts {
  readonly state: SimState
  readonly pages: Pages
  readonly bundles: Bundles
  readonly returns: Returns
  /** When something happens by the timeline next, ms; Infinity: nothing. */
  readonly nextControlMs: () => number
}

/**
 * Lets the booking stack stand still while nothing changes. Windows of time are simulated in full
 * and compared; once they agree, what is inside is put off by the length of a skip as if no time
 * passed for it, while the waiting line, arrivals and patience go on. Who would go in meanwhile
 * repeats the journey of a visitor of the same class seen lately. Afterwards the stack goes on from
 * the state in which it stood still, one that had collapsed in collapse, and the next window says
 * whether longer skips are right. Halts, scale-outs and whatever else is on the timeline are always
 * simulated.
 */
export class Skipper {
  readonly journeys = new Journeys()
  /** What people's projected tickets show; `Mark`. */
  readonly marks: Uint8Array
  /** The stack stands still until then, ms. */
  untilMs = 0
  skips = 0
  skippedMs = 0
  private readonly state: SimState
  private readonly parts: SkipParts
  private readonly windows: SteadyWindows
  private readonly standstill: Standstill
  private readonly timeoutMs: number
  private readonly bucketMs: number
  private readonly key: number
  private sample: WindowSample | null = null
  /** The last sample of a stack that was lost when the load fell. */
  private lost: WindowSample | null = null
  /** Windows in a row that agreed with the one before. */
  private agreed = 0
  /** What was counted at the beginnings of the last windows. */
  private counts: readonly Counts[] = []
  private lengthMs: number
  private repetition: Repetition | null = null
  /** Time that those projected lately spend inside, visitor-milliseconds. */
  private insideMs = 0

  constructor(parts: SkipParts) {
    const { state, pages } = parts
    const { journey } = state.scenario
    const { speed, bucketSec, opensAtMs } = state.window
    this.parts = parts
    this.state = state
    this.marks = new Uint8Array(state.population.came)
    this.key = state.crowd.keys.journey
    const thinkSec = journey.reduce((sum, step) => sum + meanOfDistribution(step.thinkSec), 0)
    const windowSec = Math.max(SHORTEST_WINDOW_SEC / speed, WINDOW_SHARE * thinkSec)
    this.windows = new SteadyWindows(state, pages, this.journeys, secToMs(windowSec))
    this.standstill = new Standstill(state, pages)
    this.timeoutMs = Math.min(...journey.map(({ timeoutMs }) => timeoutMs))
    this.bucketMs = secToMs(bucketSec) / speed
    this.lengthMs = this.shortestMs()
    this.journeys.reserve(state.rows.capacity)
    this.windows.open(Math.max(0, opensAtMs))
  }

  /** Something happened that changes everything: what was seen before says nothing any more. */
  disturb(): void {
    if (this.state.skipping) this.goOn()
    this.sample = null
    this.lost = null
    this.agreed = 0
    this.lengthMs = this.shortestMs()
    this.counts = []
    this.windows.open()
  }

  /** A part of a window, or of a skip, is over. */
  look(): void {
    if (this.state.skipping) {
      this.lookAhead()
      return
    }
    const sample = this.windows.look()
    if (sample !== null) this.lookBack(sample)
  }

  /** The visitor goes in, and would be simulated from now on. */
  entered(v: number): void {
    const { rows, wheel } = this.state
    this.journeys.reserve(rows.capacity)
    this.journeys.enter(v, this.classOf(v, rows.person(v)))
    rows.enteredMs[v] = wheel.nowMs
  }

  /** The ticket of a visitor who was inside ended. */
  left(v: number, end: number): void {
    const { rows, wheel } = this.state
    const booked = rows.has(v, Flag.booked)
    // Its person booked with another device meanwhile: projected ones meet that by themselves.
    if (end === End.alreadyBooked && !booked && this.journeys.mayBook(v)) return
    this.journeys.leave(v, end, wheel.nowMs - rows.enteredMs[v]!, booked)
  }

  /** While the stack stands still, visitor `v` of its own goes in. */
  projectOwn(v: number): void {
    const { rows, wheel } = this.state
    const kind = this.classOf(v, rows.person(v))
    const end = this.project(rows.entity(v), rows.person(v), kind, wheel.nowMs)
    rows.setEnd(v, end)
    rows.setAction(v, Action.none)
    wheel.cancel(v)
  }

  /** While the stack stands still, the next `n` tickets of bundle `v` go in at that time. */
  projectBundle(v: number, n: number, atMs: number): void {
    const { bundles } = this.parts
    const { rows, wheel } = this.state
    const isAll = n === bundles.tickets(v)
    for (let i = 0; i < n; i++) {
      bundles.draft(v)
      this.project(bundles.entity, bundles.person, this.classOf(v, bundles.person), atMs)
    }
    if (!isAll) return
    wheel.cancel(v)
    rows.setAction(v, Action.none)
    rows.clear(v, Flag.issued | Flag.waiting)
  }

  /** While the stack stands still nobody asks it anything. */
  defer(v: number): void {
    this.state.wheel.schedule(v, this.untilMs + 1e-3)
  }

  /** Ends a skip that goes on: the run is over. */
  finish(): void {
    if (!this.state.skipping) return
    this.tell()
    this.goOn()
  }

  private classOf(v: number, person: number): number {
    const { ledger, rows } = this.state
    return classOf(ledger.wouldAnswer(person), rows.has(v, Flag.door))
  }

  /** Gives the ticket the fate of one seen lately; its end. */
  private project(entity: number, person: number, kind: number, atMs: number): number {
    const { state, journeys } = this
    const { ledger, recorder } = state
    journeys.entered[kind]!++
    const place = journeys.pick(kind, uniform(this.key, entity))
    const durationMs = journeys.durationMs[place]!
    const endMs = atMs + durationMs
    this.insideMs += durationMs
    // As many end in the first moments of a skip as go in: what stands still takes their place later.
    const atSkipMs = state.scenarioMs(this.wrapped(endMs))
    let end = journeys.ends[place]!
    if (journeys.booked[place] === 1) {
      const booking = ledger.book(person, entity)
      if (booking === Answer.ok) {
        this.marks[person]! |= TicketMark.booked
        recorder.booked(atSkipMs)
      } else if (end === End.booked) {
        end = booking === Answer.soldOut ? End.soldOut : End.alreadyBooked
      }
    }
    recorder.ended(atSkipMs, end)
    if (end >= End.ineligible && ledger.bookings[person] === 0) {
      const againMs = comesAgainMs(state.crowd, entity, endMs)
      if (againMs < Infinity) this.parts.returns.add(againMs, person, true)
    }
    return end
  }

  private wrapped(atMs: number): number {
    const { startMs } = this.standstill
    const lengthMs = this.untilMs - startMs
    return atMs <= this.untilMs ? atMs : startMs + ((atMs - startMs) % lengthMs)
  }

  private shortestMs(): number {
    return 2 * this.windows.windowMs
  }

  /** A window is over: has anything changed since the one before? */
  private lookBack(sample: WindowSample): void {
    if (this.sample !== null) {
      const agrees = isSteady(this.sample, sample)
      this.agreed = agrees ? this.agreed + 1 : 0
      if (!agrees) this.lengthMs = this.shortestMs()
    } else if (this.lost !== null) {
      if (staysLost(this.lost, sample)) this.agreed++
      else this.lengthMs = this.shortestMs()
    }
    this.sample = sample
    this.lost = null
    const [counts] = this.agreed === 0 ? [] : this.counts
    if (counts !== undefined && this.agreed >= this.needed(sample) && this.maySkip(sample)) {
      if (isLost(sample)) this.lengthMs = Math.max(this.lengthMs, LOST_GROWTH * this.shortestMs())
      this.stop(sample, counts)
      return
    }
    // One window or two are repeated; the copy is not worth it while nothing agrees.
    const kept = this.agreed === 0 ? [] : this.counts.slice(-1)
    this.counts = this.agreed > 0 ? [...kept, this.windows.count()] : []
    this.windows.open()
  }

  private needed(sample: WindowSample): number {
    return isLost(sample) ? AGREED_LOST : AGREED
  }

  private maySkip(sample: WindowSample): boolean {
    const { state, parts } = this
    const { window, wheel } = state
    const isCalled = state.scenario.waitingRoom.protocol === 'none' || state.ratePerSec() > 0
    const leftMs = Math.min(parts.nextControlMs(), window.endsAtMs) - wheel.nowMs
    return (
      sample.entered >= MIN_ENTERED &&
      !isFickle(sample, this.timeoutMs) &&
      isCalled &&
      state.gateOpen &&
      !state.halted &&
      leftMs > this.windows.windowMs &&
      this.journeys.knows(0)
    )
  }

  private stop(sample: WindowSample, counts: Counts): void {
    const { state, parts, journeys } = this
    const { nowMs } = state.wheel
    const { windowMs, enteredBefore } = this.windows
    const meanAsks = classNames.map((_, kind) => journeys.meanAsks(kind))
    const requests = this.asksOf(meanAsks, enteredBefore)
    const refused = state.ledger.findings.eligibleRefused - counts.refused
    const ineligible = journeys.ineligible() - counts.ineligible
    this.repetition = {
      profile: profileSince(counts, state.recorder.tallies),
      meanAsks,
      refusalsEach: ineligible === 0 ? 0 : refused / ineligible,
      watch: new LoadWatch(nowMs, windowMs, {
        requestsPerMs: requests / windowMs,
        requestsPerBundle: (requests / sample.entered) * parts.bundles.size,
        isLost: isLost(sample),
      }),
      ineligible: journeys.ineligible(),
      told: journeys.entered.slice(),
      toldMs: nowMs,
      factor: 0,
    }
    const endsMs = Math.min(parts.nextControlMs(), state.window.endsAtMs) - 1
    this.untilMs = Math.min(nowMs + this.lengthMs, endsMs)
    this.skips++
    this.standstill.begin(sample)
    this.lookNextAfter(nowMs)
  }

  /** Just before the timeline's next bucket, or when the skip is over. */
  private lookNextAfter(nowMs: number): void {
    const next = (Math.floor(nowMs / this.bucketMs + 1e-6) + 1) * this.bucketMs
    this.state.wheel.schedule(SimTimer.watch, Math.min(this.untilMs, next - 1e-3))
  }

  /** A part of a skip is over: tells its requests, and ends it where the load has changed. */
  private lookAhead(): void {
    const { nowMs } = this.state.wheel
    const change = this.tell()
    if (nowMs < this.untilMs && change === 'none') {
      this.lookNextAfter(nowMs + 2e-3)
      return
    }
    const sample = must(this.sample, 'what was seen before the skip')
    this.goOn()
    if (change === 'none') {
      const longestMs = secToMs(LONGEST_SEC) / this.state.window.speed
      const growth = isLost(sample) ? LOST_GROWTH : GROWTH
      this.lengthMs = Math.min(longestMs, growth * this.lengthMs)
    } else {
      // A stack that gives nothing gives nothing at a lower load, as long as its queues stay full.
      this.lost = change === 'fall' && isLost(sample) ? sample : null
      this.lengthMs = this.shortestMs()
      this.sample = null
      this.agreed = change === 'rise' ? 0 : this.needed(sample) - 1
    }
    this.counts = [this.windows.count()]
    this.windows.open()
  }

  /** Counts the requests of those who went in since it did so last. */
  private tell(): Change {
    const { state, journeys } = this
    const { nowMs } = state.wheel
    const repetition = must(this.repetition, 'what a skip repeats')
    const { profile, told, toldMs, meanAsks } = repetition
    const asks = this.asksOf(meanAsks, told)
    // Those inside stay as many as they are; by Little's law they would be these.
    state.addInside(this.insideMs - state.inside * (nowMs - toldMs))
    this.insideMs = 0
    repetition.toldMs = nowMs
    told.set(journeys.entered)
    if (profile.requests > 0) {
      const factor = asks / profile.requests
      repetition.factor += factor
      state.recorder.repeat(profile, factor, state.scenarioMs(nowMs))
    }
    return repetition.watch.add(asks, nowMs)
  }

  /** Requests to be expected of those who went in since `before`. */
  private asksOf(meanAsks: readonly number[], before: Float64Array): number {
    const { entered } = this.journeys
    return meanAsks.reduce((sum, asks, kind) => sum + asks * (entered[kind]! - before[kind]!), 0)
  }

  /** The stack goes on from where it stood still. */
  private goOn(): void {
    const { state, journeys } = this
    const { profile, factor, refusalsEach, ineligible } = must(
      this.repetition,
      'what a skip repeats',
    )
    this.skippedMs += this.standstill.end()
    state.recorder.repeatedSteps(profile, factor)
    const refused = journeys.ineligible() - ineligible
    state.ledger.findings.eligibleRefused += Math.round(refusalsEach * refused)
    this.repetition = null
  }
}
