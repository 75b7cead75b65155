import { uniform } from '../../core/chance.ts'
import { meanOf } from '../../core/distribution.ts'
import { End as Ends, Outcome, outcomeNames } from '../../core/codes.ts'
import {
  profileSince,
  responseCounts,
  type RequestProfile,
  type ResponseCounts,
} from '../../record/request-profile.ts'
import { Answer as Answers, comesAgainMs } from '../../workload/behaviour.ts'
import { Action as Actions, Flag as Flags } from '../../workload/rows.ts'
import type { Bundles } from './bundles.ts'
import { classNames, classOf, Journeys } from './journeys.ts'
import type { Pages } from './pages.ts'
import type { Returns } from './returns.ts'
import { firstRequestId, Timers, type SimState } from './state.ts'
import { isLost, isSteady, type Sight } from './steadiness.ts'

// Local names: V8 folds a module's own constants, but reads an imported one anew at every use.
const Action = Actions
const Answer = Answers
const End = Ends
const Flag = Flags
const Timer = Timers

/** What a person's tickets showed while the stack stood still; see `closeBooks`. */
export const Mark = { trying: 1, booked: 2 } as const

/** Fewer visitors in a window are as cheap to simulate as to repeat. */
const LEAST_ENTERED = 100
const LONGEST_MS = 3_600_000
/** A skip ends where the load rises or falls by more, as a share. */
const RISE = 0.12
const FALL = 0.25
/** A stack that has broken down gets no worse, and may recover at a somewhat lower load. */
const LOST_RISE = 0.3
const LOST_FALL = 0.15

/** What had been counted at the beginning of a window. */
interface Counts {
  readonly outcomes: Float64Array
  readonly responses: ResponseCounts
  /** Visitors who went in while the pages would refuse them, and eligible people refused. */
  readonly ineligible: number
  readonly refused: number
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
  private readonly windowMs: number
  private readonly bucketMs: number
  private readonly key: number
  private sight: Sight | null = null
  private sums: readonly { busyMs: number; queueMs: number }[]
  private outcomes: Float64Array
  private readonly enteredAtStart = new Float64Array(classNames.length)
  private readonly enteredBefore = new Float64Array(classNames.length)
  private agreed = 0
  private lengthMs: number
  /** What was counted at the beginnings of the last windows. */
  private counts: readonly Counts[] = []
  // Of the skip that goes on.
  private startMs = 0
  private profile: RequestProfile | null = null
  private repeated = 0
  private refusals = 0
  private insideMs = 0
  private toldMs = 0
  private baseRate = 0
  private meanAsks: readonly number[] = []
  private readonly told = new Float64Array(classNames.length)
  private checkedMs = 0
  private asksSince = 0
  private frozen: number[] = []
  private called = 0

  constructor(parts: SkipParts) {
    const { state } = parts
    const { scenario, window } = state
    this.parts = parts
    this.state = state
    this.marks = new Uint8Array(state.population.came)
    this.key = state.crowd.keys.journey
    const thinkingMs = scenario.journey.reduce(
      (sum, { thinkSec }) => sum + 1000 * meanOf(thinkSec),
      0,
    )
    this.windowMs = Math.max(20_000 / window.speed, 0.4 * thinkingMs)
    this.bucketMs = (window.bucketSec * 1000) / window.speed
    this.lengthMs = 2 * this.windowMs
    this.sums = this.stationSums()
    this.outcomes = state.recorder.tallies.outcomes.slice()
    this.journeys.reserve(state.rows.capacity)
    state.wheel.schedule(Timer.watch, Math.max(0, window.opensAtMs) + this.windowMs)
  }

  /** Something happened that changes everything: what was seen before says nothing any more. */
  disturb(): void {
    const { state } = this
    if (state.skipping) this.thaw()
    this.restart()
    state.wheel.schedule(Timer.watch, state.wheel.nowMs + this.windowMs)
  }

  /** A window or a part of a skip is over. */
  look(): void {
    const { state } = this
    if (state.skipping) this.lookAhead()
    else this.lookBack()
  }

  /** The visitor goes in, and would be simulated from now on. */
  entered(v: number): void {
    const { rows, wheel, ledger } = this.state
    this.journeys.reserve(rows.capacity)
    this.journeys.enter(v, classOf(ledger.wouldAnswer(rows.person(v))))
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
    const end = this.project(rows.entity(v), rows.person(v), wheel.nowMs)
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
      this.project(bundles.entity, bundles.person, atMs)
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
    if (this.state.skipping) this.thaw()
  }

  /** Gives the ticket the fate of one seen lately; its end. */
  private project(entity: number, person: number, atMs: number): number {
    const { state, journeys } = this
    const { ledger, recorder } = state
    const kind = classOf(ledger.wouldAnswer(person))
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
        this.marks[person]! |= Mark.booked
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
    const lengthMs = this.untilMs - this.startMs
    return atMs <= this.untilMs ? atMs : this.startMs + ((atMs - this.startMs) % lengthMs)
  }

  /** A window is over: has anything changed since the one before? */
  private lookBack(): void {
    const { state } = this
    const { wheel } = state
    const sight = this.see()
    if (this.sight !== null) {
      const agrees = isSteady(this.sight, sight)
      this.agreed = agrees ? this.agreed + 1 : 0
      if (!agrees) {
        this.journeys.forget()
        this.lengthMs = 2 * this.windowMs
      }
    }
    this.sight = sight
    if (this.agreed === 0) this.counts = []
    if (this.agreed >= (isLost(sight) ? 1 : 2) && this.maySkip(sight)) this.freeze()
    else {
      // One window or two are repeated: a copy that is not worth it while nothing agrees.
      if (this.agreed > 0 || isLost(sight)) this.counts = [...this.counts.slice(-1), this.count()]
      wheel.schedule(Timer.watch, wheel.nowMs + this.windowMs)
    }
    this.enteredBefore.set(this.journeys.entered)
  }

  private maySkip({ entered }: Sight): boolean {
    const { state } = this
    const isCalled = state.scenario.waitingRoom.protocol === 'none' || state.ratePerSec() > 0
    const leftMs = this.parts.nextControlMs() - state.wheel.nowMs
    return (
      entered >= LEAST_ENTERED &&
      isCalled &&
      state.gateOpen &&
      !state.halted &&
      Math.min(leftMs, state.window.endsAtMs - state.wheel.nowMs) > this.windowMs &&
      this.journeys.knows(0)
    )
  }

  private see(): Sight {
    const { state, parts } = this
    const sums = this.stationSums()
    const { tallies } = state.recorder
    const entered = total(this.journeys.entered) - total(this.enteredBefore)
    const sight = {
      entered,
      ...askedAndFailed(this.outcomes, tallies.outcomes),
      inside: state.inside,
      stations: parts.pages.servers.stations.map((_, s) => ({
        busy: (sums[s]!.busyMs - this.sums[s]!.busyMs) / this.windowMs,
        queue: (sums[s]!.queueMs - this.sums[s]!.queueMs) / this.windowMs,
      })),
    }
    this.sums = sums
    this.outcomes = tallies.outcomes.slice()
    return sight
  }

  private count(): Counts {
    const { tallies } = this.state.recorder
    return {
      outcomes: tallies.outcomes.slice(),
      responses: responseCounts(tallies),
      ineligible: this.journeys.entered[2]!,
      refused: this.state.ledger.findings.eligibleRefused,
    }
  }

  /** Refusals of eligible people to each who went in while the pages would refuse it. */
  private refusalsOf({ ineligible, refused }: Counts): number {
    const entered = this.journeys.entered[2]! - ineligible
    const refusals = this.state.ledger.findings.eligibleRefused - refused
    return entered === 0 ? 0 : refusals / entered
  }

  private stationSums() {
    const { nowMs } = this.state.wheel
    return this.parts.pages.servers.stations.map((station) => station.sums(nowMs))
  }

  /** Nothing is known of the present. */
  private restart(): void {
    this.sight = null
    this.agreed = 0
    this.lengthMs = 2 * this.windowMs
    this.journeys.forget()
    this.resync()
  }

  /** The next window begins now. */
  private resync(): void {
    const { tallies } = this.state.recorder
    this.sums = this.stationSums()
    this.outcomes = tallies.outcomes.slice()
    this.counts = [this.count()]
    this.enteredBefore.set(this.journeys.entered)
  }

  private freeze(): void {
    const { state, parts } = this
    const { wheel, rows, window } = state
    const { nowMs } = wheel
    this.startMs = nowMs
    this.untilMs = Math.min(nowMs + this.lengthMs, parts.nextControlMs() - 1, window.endsAtMs - 1)
    this.profile = profileSince(this.counts[0]!, state.recorder.tallies)
    this.repeated = 0
    this.insideMs = 0
    this.toldMs = nowMs
    this.refusals = this.refusalsOf(this.counts[0]!)
    this.enteredAtStart.set(this.journeys.entered)
    this.meanAsks = classNames.map((_, kind) => this.journeys.meanAsks(kind))
    this.baseRate = this.asksOf(this.enteredBefore) / this.windowMs
    this.frozen = []
    this.called = 0
    const stop = (id: number) => {
      if (!wheel.isPending(id)) return
      this.frozen.push(id)
      wheel.cancel(id)
    }
    for (const request of parts.pages.servers.requests.all) {
      if (request.inUse) stop(firstRequestId + request.index)
    }
    for (let v = state.firstRow; v < rows.length; v++) {
      const isCalled = rows.has(v, Flag.called) && rows.has(v, Flag.waiting)
      if (isCalled) this.called++
      const action = rows.action(v)
      if (isCalled || action === Action.send || action === Action.timeout) stop(v)
    }
    state.integrate()
    state.gate.waiting -= this.called
    parts.pages.servers.stations.forEach((station, s) => {
      const { busy, queue } = this.sight!.stations[s]!
      station.pause(nowMs, busy, queue)
    })
    state.skipping = true
    this.skips++
    this.told.set(this.journeys.entered)
    this.checkedMs = nowMs
    this.asksSince = 0
    wheel.schedule(Timer.watch, this.nextLookMs(nowMs))
  }

  /** Just before the timeline's next bucket, or when the skip is over. */
  private nextLookMs(nowMs: number): number {
    const next = (Math.floor(nowMs / this.bucketMs + 1e-6) + 1) * this.bucketMs
    return Math.min(this.untilMs, next - 1e-3)
  }

  /** A part of a skip is over: tells its requests, and ends it where the load has changed. */
  private lookAhead(): void {
    const { state } = this
    const { nowMs } = state.wheel
    this.tell(nowMs)
    const change = this.changeOf(nowMs)
    if (nowMs >= this.untilMs || change !== 'none') {
      this.thaw()
      if (change === 'none') {
        this.lengthMs = Math.min(LONGEST_MS / state.window.speed, 2 * this.lengthMs)
      } else {
        this.lengthMs = 2 * this.windowMs
        this.sight = null
        this.agreed = change === 'rise' ? 0 : 1
      }
      state.wheel.schedule(Timer.watch, nowMs + this.windowMs)
    } else state.wheel.schedule(Timer.watch, this.nextLookMs(nowMs + 2e-3))
  }

  /** Requests of those who went in since the last time. */
  private tell(nowMs: number): void {
    const { journeys, profile, told, state } = this
    const asks = this.asksOf(told)
    // Those inside stay as many as they are; by Little's law they would be these.
    state.addInside(this.insideMs - state.inside * (nowMs - this.toldMs))
    this.insideMs = 0
    this.toldMs = nowMs
    told.set(journeys.entered)
    this.asksSince += asks
    if (profile === null || profile.requests === 0) return
    const factor = asks / profile.requests
    this.repeated += factor
    state.recorder.repeat(profile, factor, state.scenarioMs(nowMs))
  }

  /** Requests to be expected of those who went in since `before`. */
  private asksOf(before: Float64Array): number {
    const { entered } = this.journeys
    return this.meanAsks.reduce(
      (sum, asks, kind) => sum + asks * (entered[kind]! - before[kind]!),
      0,
    )
  }

  private changeOf(nowMs: number): 'none' | 'rise' | 'fall' {
    const spanMs = nowMs - this.checkedMs
    if (spanMs < this.windowMs) return 'none'
    const expected = this.baseRate * spanMs
    // A bundle more or less in the span says nothing.
    const slack = 2 * this.parts.bundles.size * (expected / Math.max(1, this.sight?.entered ?? 0))
    const asks = this.asksSince
    this.checkedMs = nowMs
    this.asksSince = 0
    const lost = this.sight !== null && isLost(this.sight)
    if (asks > expected * (1 + (lost ? LOST_RISE : RISE)) + slack) return 'rise'
    return asks < expected * (1 - (lost ? LOST_FALL : FALL)) - slack ? 'fall' : 'none'
  }

  /** The stack goes on from where it stood still, as if no time had passed. */
  private thaw(): void {
    const { state, parts } = this
    const { wheel, rows } = state
    const { nowMs } = wheel
    const offMs = nowMs - this.startMs
    for (const id of this.frozen) wheel.schedule(id, rows.times[id * 4]! + offMs)
    for (const request of parts.pages.servers.requests.all) {
      if (request.inUse) request.putOff(offMs)
    }
    for (let v = state.firstRow; v < rows.length; v++) {
      const isCalled = rows.has(v, Flag.called) && rows.has(v, Flag.waiting)
      if (isCalled || rows.has(v, Flag.inside)) rows.enteredMs[v]! += offMs
    }
    state.integrate()
    state.gate.waiting += this.called
    for (const station of parts.pages.servers.stations) station.resume(nowMs)
    state.skipping = false
    if (this.profile !== null) state.recorder.repeatedSteps(this.profile, this.repeated)
    const refused = this.journeys.entered[2]! - this.enteredAtStart[2]!
    state.ledger.findings.eligibleRefused += Math.round(this.refusals * refused)
    this.skippedMs += offMs
    this.resync()
  }
}

function askedAndFailed(before: Float64Array, after: Float64Array) {
  let asked = 0
  let failed = 0
  after.forEach((n, i) => {
    asked += n - before[i]!
    if (i % outcomeNames.length !== Outcome.ok) failed += n - before[i]!
  })
  return { asked, failed }
}

function total(values: Float64Array): number {
  return values.reduce((sum, n) => sum + n, 0)
}
