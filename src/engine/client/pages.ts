import { End, Outcome, outcomeNames } from '../../core/codes.ts'
import { msToUs } from '../../core/units.ts'
import { indexOf, latencyLayout } from '../../record/histogram.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { Answer, backAtOpeningMs } from '../../workload/behaviour.ts'
import { Action, Flag, NO_END } from '../../workload/rows.ts'
import { failOpenKey } from './gate-calls.ts'
import type { AnswerReading, Caller } from './journey-calls.ts'
import { addTo, faultKey } from './live-tally.ts'
import type { Dispatch, Sender } from './sender.ts'
import { isEarly, PhaseFlag as Mark, Phase, type LiveState } from './state.ts'
import type { Outgoing, Reply } from './transport.ts'

const HOPS = 7 << Mark.hopsBit

/** Tells visitor `v` what the world answered; it decides what it does next. */
export type Decide = (v: number, answer: number, atMs: number) => void

/** The booking pages over HTTP: the request of each step, and what its answer means. */
export class Pages {
  private readonly state: LiveState
  private readonly sender: Sender
  private readonly host: { decide: Decide }
  private readonly timeoutMs: Float64Array
  private readonly bookStep: number
  private readonly gated: boolean
  private readonly keepsNothing: boolean
  private readonly caller: { -readonly [K in keyof Caller]: Caller[K] } = { person: 0, entity: 0 }
  private readonly dispatch: Dispatch

  constructor(state: LiveState, sender: Sender, host: { decide: Decide }) {
    const { scenario, calls, gate } = state.inputs
    this.state = state
    this.sender = sender
    this.host = host
    this.timeoutMs = Float64Array.from(scenario.journey, (entry) => entry.timeoutMs)
    this.bookStep = bookStepOf(scenario)
    this.gated = scenario.waitingRoom.protocol !== 'none'
    this.keepsNothing = calls.keepsNothing && !this.gated
    this.dispatch = {
      outgoing: gate.enter,
      want: 0,
      phase: Phase.step,
      intendedMs: 0,
      timeoutMs: 0,
    }
  }

  timeoutOf(v: number): number {
    return this.timeoutMs[this.state.rows.step(v)]!
  }

  /** Was told of a booking, or asked for one and was not told that there is none. */
  mayHaveBooked(v: number): boolean {
    const { state } = this
    const { rows } = state
    if (rows.has(v, Flag.booked)) return true
    const isIn = !this.gated || (state.phase(v) & (Mark.hadTurn | Mark.keyless)) !== 0
    if (!isIn || rows.step(v) < this.bookStep) return false
    const end = rows.end(v)
    if (end === End.refused || end === End.dropped) return rows.tries(v) > 0
    return end === NO_END || end === End.timedOut || end === End.failed
  }

  /** Sends the request of the visitor's current step. */
  send(v: number, intendedMs: number): void {
    const { state, dispatch } = this
    const { rows, inputs } = state
    const step = rows.step(v)
    this.loadKept(v)
    dispatch.outgoing = inputs.calls.outgoing(step, this.callerOf(v), state.own)
    dispatch.want = inputs.calls.want(step)
    dispatch.intendedMs = intendedMs
    dispatch.timeoutMs = this.timeoutMs[step]!
    state.setPhase(v, state.phase(v) & ~HOPS)
    if (!this.sender.send(v, dispatch)) this.keepBack(v, intendedMs)
  }

  /** The answer to the request of the visitor's step, which was meant to leave at `intendedMs`. */
  answered(v: number, reply: Reply, intendedMs: number): void {
    const { state } = this
    const { rows, inputs } = state
    const step = rows.step(v)
    const phase = state.phase(v)
    this.loadKept(v)
    const hops = (phase & HOPS) >> Mark.hopsBit
    const reading = inputs.calls.read(step, reply, state.own, hops, this.callerOf(v))
    const isKept = !reading.keptChanged || this.saveKept(v, phase)
    this.noteReading(step, reading, isKept)
    if (isKept && reading.next !== null) {
      this.follow(v, reading.next, { intendedMs, doneMs: reply.doneMs })
      return
    }
    state.setPhase(v, phase & ~(Phase.mask | HOPS))
    const answer = isKept ? reading.answer : Outcome.malformed
    const outcome = isKept ? reading.outcome : Outcome.malformed
    this.record(step, outcome, reply, intendedMs)
    this.takeNote(v, answer, outcome)
    if (answer === Answer.alreadyBooked) this.learnBooked(v, step, reply.doneMs)
    else if (step === this.bookStep) this.takeBooking(v, answer, reply.doneMs)
    if (answer === Answer.closed) this.turnedAway(v, outcome, reply.doneMs)
    else if (answer === Answer.notOpen) this.tooEarly(v, outcome, reply.doneMs)
    else this.host.decide(v, answer, reply.doneMs)
  }

  /** Service is off: whoever is told when it will be back leaves, and may come again. */
  private turnedAway(v: number, outcome: number, atMs: number): void {
    const { state } = this
    state.crowd.resumeAtMs = state.resumeAtMs(atMs)
    this.host.decide(v, state.crowd.resumeAtMs < Infinity ? Answer.voided : outcome, atMs)
  }

  /** Stands at closed pages, and asks again when they open; pages that stay closed have failed. */
  private tooEarly(v: number, outcome: number, atMs: number): void {
    const { rows, crowd, wheel } = this.state
    if (atMs >= crowd.opensAtMs) return this.host.decide(v, outcome, atMs)
    rows.setSending(v, rows.step(v), rows.tries(v))
    wheel.schedule(v, backAtOpeningMs(crowd, rows.entity(v)))
  }

  private callerOf(v: number): Caller {
    const { caller } = this
    const { rows } = this.state
    caller.person = rows.person(v)
    caller.entity = rows.entity(v)
    return caller
  }

  private loadKept(v: number): void {
    if (this.keepsNothing) return
    const { kept, own } = this.state
    kept.load(v, own)
    if ((this.state.phase(v) & Mark.keyless) !== 0) own.key = failOpenKey
  }

  /** False where it is more than a visitor has room for. */
  private saveKept(v: number, phase: number): boolean {
    const { kept, own } = this.state
    if ((phase & Mark.keyless) !== 0) own.key = ''
    return kept.save(v, own)
  }

  /** What a reader must know of answers that could not be taken as they are. */
  private noteReading(step: number, reading: AnswerReading, isKept: boolean): void {
    const { tally, inputs } = this.state
    const { droppedCookies, fault, faultOf } = reading
    if (droppedCookies > 0) {
      tally.droppedCookies += droppedCookies
      inputs.recorder.cookiesDropped?.(droppedCookies)
    }
    if (fault === null && isKept) return
    const { step: name } = inputs.scenario.journey[step]!
    const seen = { step: name, fault: fault ?? ('ValueTooLong' as const), of: faultOf }
    addTo(tally.answerFaults, faultKey(seen), 1)
    inputs.recorder.answerFault?.(seen)
  }

  private follow(v: number, next: Outgoing, at: { intendedMs: number; doneMs: number }): void {
    const { state, dispatch } = this
    const { intendedMs, doneMs } = at
    state.setPhase(v, state.phase(v) + (1 << Mark.hopsBit))
    dispatch.outgoing = next
    dispatch.want = state.inputs.calls.want(state.rows.step(v))
    dispatch.intendedMs = intendedMs
    dispatch.timeoutMs = this.timeoutOf(v)
    if (this.sender.goOn(v, dispatch)) return
    state.setPhase(v, state.phase(v) & ~(Phase.mask | HOPS))
    this.keepBack(v, doneMs)
  }

  /** A ceiling keeps the request of its step from leaving, or from being led on. */
  private keepBack(v: number, atMs: number): void {
    const { state } = this
    const { rows, inputs } = state
    rows.setAction(v, Action.none)
    inputs.recorder.keptBack(rows.step(v), state.scenarioMs(atMs), msToUs(this.timeoutOf(v)))
    state.requests++
    state.requestErrors++
    this.host.decide(v, Outcome.dropped, atMs)
  }

  private record(step: number, outcome: number, reply: Reply, intendedMs: number): void {
    const { state } = this
    const { recorder } = state.inputs
    const { sentMs, doneMs, connectUs } = reply
    const responseUs = msToUs(doneMs - intendedMs)
    // What was never sent has no service time; its response time is all wait.
    const serviceUs = Number.isNaN(sentMs) ? responseUs : msToUs(doneMs - sentMs)
    recorder.request(step, outcome, state.scenarioMs(doneMs), responseUs, serviceUs)
    if (connectUs >= 0) recorder.connected(step, connectUs)
    if (outcome === Outcome.dropped) state.tally.droppedGenerator++
    state.requests++
    if (outcome !== Outcome.ok) state.requestErrors++
    state.recentUs.recordAt(indexOf(latencyLayout, responseUs))
  }

  /** What a client can see for itself of what must not happen. */
  private takeNote(v: number, answer: number, outcome: number): void {
    const { findings, inputs, rows } = this.state
    const phase = this.state.phase(v)
    // An answer of the pages themselves, whatever it says: they let it in.
    const isIn = answer === Answer.ok || answer >= Answer.soldOut
    if ((phase & Mark.keyless) !== 0) this.noteBypass(v, isIn, outcome)
    if (isIn && (phase & (Mark.hadTurn | Mark.isIn)) === 0) this.noteEntry(v)
    if (answer === Answer.ineligible && inputs.people.isEligible(rows.person(v))) {
      findings.eligibleRefused++
    }
  }

  /** It came past the gate if the pages took its request; it is proved where they say anything. */
  private noteBypass(v: number, isIn: boolean, outcome: number): void {
    const { state } = this
    const { findings, inputs } = state
    const wasTaken =
      outcome === Outcome.ok || outcome === Outcome.http5xx || outcome === Outcome.timeout
    if (wasTaken && (state.phase(v) & Mark.bypassCounted) === 0) {
      state.setPhase(v, state.phase(v) | Mark.bypassCounted)
      inputs.recorder.bypassed(state.scenarioMs(inputs.nowMs()))
    }
    if (isIn && (state.phase(v) & Mark.bypassFound) === 0) {
      state.setPhase(v, state.phase(v) | Mark.bypassFound)
      findings.bypassed++
    }
  }

  /** Came without a turn, and is in: it must not be so before the opening. */
  private noteEntry(v: number): void {
    const { state } = this
    state.setPhase(v, state.phase(v) | Mark.isIn)
    if (isEarly(state.inputs.window, state.inputs.nowMs())) state.findings.earlyAdmission++
  }

  /** Records the end of a booking request from its answer. */
  private takeBooking(v: number, answer: number, atMs: number): void {
    const { rows, inputs } = this.state
    const person = rows.person(v)
    if (answer === Answer.ok) {
      rows.set(v, Flag.booked)
      if (inputs.people.booked(person)) this.countBooking(person, atMs)
    } else if (mayHaveBooked[answer] === 1) inputs.people.mayHaveBooked(person)
  }

  /** Told of a booking that an earlier request has made, maybe its own: the answer did not arrive. */
  private learnBooked(v: number, step: number, atMs: number): void {
    const { rows, inputs } = this.state
    const person = rows.person(v)
    if (!inputs.people.learnBooked(person)) return
    if (step === this.bookStep && rows.tries(v) > 0) rows.set(v, Flag.booked)
    this.countBooking(person, atMs)
  }

  private countBooking(person: number, atMs: number): void {
    const { state } = this
    state.inputs.recorder.booked(state.scenarioMs(atMs), person)
    state.booked++
  }
}

/** Outcomes after which a request to book may yet have booked. */
const mayHaveBooked = new Uint8Array(outcomeNames.length)
for (const name of ['reset', 'timeout', 'http5xx', 'malformed'] as const) {
  mayHaveBooked[Outcome[name]] = 1
}

/** The last step books unless another one says that it does. */
export function bookStepOf({ journey }: Pick<Scenario, 'journey'>): number {
  const named = journey.findIndex((entry) => entry.role === 'book')
  return named >= 0 ? named : journey.length - 1
}
