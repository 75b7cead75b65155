import { uniform } from '../../core/chance.ts'
import { Outcome } from '../../core/codes.ts'
import { msToUs, secToMs } from '../../core/units.ts'
import { indexOf, latencyLayout } from '../../record/histogram.ts'
import { Answer, patienceMs } from '../../workload/behaviour.ts'
import { Action, Flag } from '../../workload/rows.ts'
import { GateWord, gateTimeoutMs, readGateAnswer, type GateAnswer } from './gate-calls.ts'
import type { Dispatch, Sender } from './sender.ts'
import { isEarly, PhaseFlag as Mark, Phase, type LiveState } from './state.ts'
import { Want, type Outgoing, type Reply } from './transport.ts'

/** Polls are spread over this share of their interval: a metronome trips the guards of real gates. */
const JITTER = 0.1

/** What the line hands its visitors on to. */
export interface WaitingRoomClientHost {
  /** Tells visitor `v` what the world answered; it decides what it does next. */
  decide(v: number, answer: number, atMs: number): void
  /** The visitor came, and counts. */
  issue(v: number): void
  /** Visitor `v` goes in. */
  enter(v: number, atMs: number): void
}

/** The waiting room as its clients see it: first contact, polls, the turn. */
export class WaitingRoomClient {
  private readonly state: LiveState
  private readonly sender: Sender
  private readonly host: WaitingRoomClientHost
  private readonly answer: GateAnswer = { word: 0, outcome: 0, fields: {} }
  private readonly dispatch: Dispatch
  private readonly ttlCeilingSec: number

  constructor(state: LiveState, sender: Sender, host: WaitingRoomClientHost) {
    this.state = state
    this.sender = sender
    this.host = host
    const { maxTtlSec, pollSec } = state.inputs.scenario.waitingRoom
    this.ttlCeilingSec = Math.max(maxTtlSec, pollSec.back)
    this.dispatch = {
      outgoing: state.inputs.gate.enter,
      want: Want.body,
      phase: Phase.enter,
      intendedMs: 0,
      timeoutMs: gateTimeoutMs,
    }
  }

  /** First contact: asks for a ticket. */
  knock(v: number, intendedMs: number): void {
    this.state.rows.enteredMs[v] = intendedMs
    if (this.call(v, this.state.inputs.gate.enter, Phase.enter, intendedMs)) return
    this.host.issue(v)
    this.fail(v, Outcome.dropped, intendedMs)
  }

  poll(v: number, intendedMs: number): void {
    const { state } = this
    state.kept.load(v, state.own)
    const outgoing = state.inputs.gate.poll(state.own.key, state.ttlSec(v))
    if (this.call(v, outgoing, Phase.poll, intendedMs)) state.tally.polls++
    else this.pollLater(v, intendedMs)
  }

  /** The gate's answer to a first contact or a poll. */
  answered(v: number, reply: Reply, phase: number): void {
    const { state, answer } = this
    const { tally } = state
    readGateAnswer(reply, answer)
    tally.gateOutcomes[answer.outcome]!++
    if (answer.outcome === Outcome.dropped) tally.droppedGenerator++
    // NaN where it was never sent.
    const us = msToUs(reply.doneMs - reply.sentMs)
    if (!Number.isNaN(us)) tally.gateResponseUs.recordAt(indexOf(latencyLayout, us))
    state.inputs.recorder.gateCalled?.(phase & Phase.mask, answer.outcome, us)
    if (reply.connectUs >= 0) {
      tally.gateConnectUs.recordAt(indexOf(latencyLayout, reply.connectUs))
    }
    const isTimeout =
      answer.outcome === Outcome.timeout || answer.outcome === Outcome.connectTimeout
    if (isTimeout && (phase & Mark.again) === 0) {
      if (state.isEnding) this.leaveUnfinished(v, phase)
      else this.callAgain(v, reply.doneMs, phase)
      return
    }
    state.setPhase(v, phase & ~(Phase.mask | Mark.again))
    if ((phase & Phase.mask) === Phase.enter) this.entered(v, reply.doneMs, isTimeout)
    else this.polled(v, reply.doneMs, isTimeout)
  }

  /** Leaves by itself. */
  giveUp(v: number, atMs: number): void {
    this.stepOut(v, atMs, false)
    this.host.decide(v, Answer.gaveUp, atMs)
  }

  /** Out of the line, let in or not; if not, its wait is known only up to now. */
  stepOut(v: number, atMs: number, admitted: boolean): void {
    const { state } = this
    const { recorder } = state.inputs
    state.waiting--
    state.rows.clear(v, Flag.waiting)
    recorder.waitEnded(state.scenarioMs(state.rows.enteredMs[v]!), state.scenarioMs(atMs), admitted)
  }

  private call(v: number, outgoing: Outgoing, phase: number, intendedMs: number): boolean {
    const { dispatch } = this
    dispatch.outgoing = outgoing
    dispatch.phase = phase
    dispatch.intendedMs = intendedMs
    return this.sender.send(v, dispatch)
  }

  /** The run is over: it came, and what would have become of it is not known. */
  private leaveUnfinished(v: number, phase: number): void {
    this.state.setPhase(v, phase & ~Phase.mask)
    if ((phase & Phase.mask) === Phase.enter) this.host.issue(v)
  }

  /** The one retry of the protocol's client, at once. */
  private callAgain(v: number, nowMs: number, phase: number): void {
    const { state } = this
    state.setPhase(v, phase | Mark.again)
    const kind = phase & Phase.mask
    state.kept.load(v, state.own)
    const { gate } = state.inputs
    const outgoing = kind === Phase.enter ? gate.enter : gate.poll(state.own.key, state.ttlSec(v))
    if (this.call(v, outgoing, kind, nowMs)) return
    state.setPhase(v, phase & ~(Phase.mask | Mark.again))
    if (kind === Phase.poll) return this.pollLater(v, nowMs)
    this.host.issue(v)
    this.fail(v, Outcome.dropped, nowMs)
  }

  private entered(v: number, nowMs: number, isTimeout: boolean): void {
    const { state, answer, host } = this
    // Nobody has a ticket while the gate is off: this was no visitor yet.
    if (answer.word === GateWord.notStarted) {
      state.crowd.resumeAtMs = state.resumeAtMs(nowMs)
      host.decide(v, Answer.closed, nowMs)
      return
    }
    host.issue(v)
    switch (answer.word) {
      case GateWord.pass:
      case GateWord.wait:
        this.join(v)
        if (answer.word === GateWord.pass) this.admit(v, nowMs)
        else this.waitOn(v, nowMs)
        return
      case GateWord.free:
        state.setPhase(v, state.phase(v) | Mark.hadTurn)
        host.enter(v, nowMs)
        return
      default:
        if (isTimeout && this.failsOpen(v)) this.failOpen(v, nowMs)
        else this.fail(v, answer.outcome, nowMs)
    }
  }

  private polled(v: number, nowMs: number, isTimeout: boolean): void {
    const { state, answer, host } = this
    switch (answer.word) {
      case GateWord.pass:
      case GateWord.free:
        this.admit(v, nowMs)
        return
      case GateWord.wait:
        this.waitOn(v, nowMs)
        return
      case GateWord.expired:
        this.stepOut(v, nowMs, false)
        state.crowd.resumeAtMs = state.resumeAtMs(nowMs)
        host.decide(v, Answer.voided, nowMs)
        return
      case GateWord.refused:
        this.stepOut(v, nowMs, false)
        this.fail(v, Outcome.http4xx, nowMs)
        return
      default:
        if (isTimeout && this.failsOpen(v)) {
          this.stepOut(v, nowMs, false)
          this.failOpen(v, nowMs)
        } else this.pollLater(v, nowMs)
    }
  }

  /** Has a ticket, and stands in line from the moment at which it knocked. */
  private join(v: number): void {
    const { state, answer } = this
    const { rows, inputs } = state
    const { nwait = 0, tps = 0 } = answer.fields
    const enteredMs = rows.enteredMs[v]!
    rows.setEtaSec(v, tps > 0 ? nwait / tps : NaN)
    rows.set(v, Flag.waiting)
    state.waiting++
    inputs.recorder.queued(state.scenarioMs(enteredMs))
    this.host.decide(v, Answer.queued, enteredMs)
  }

  private admit(v: number, nowMs: number): void {
    const { state, answer } = this
    const { rows, inputs } = state
    const { recorder, window } = inputs
    const waitedMs = nowMs - rows.enteredMs[v]!
    const etaMs = secToMs(rows.etaSec(v))
    this.keepKey(v)
    this.stepOut(v, nowMs, true)
    recorder.turnCalled(state.scenarioMs(nowMs))
    recorder.admitted(state.scenarioMs(nowMs))
    if (!Number.isNaN(etaMs)) recorder.etaError(state.scenarioMs(Math.abs(etaMs - waitedMs)))
    if (answer.word === GateWord.pass && isEarly(window, nowMs)) state.findings.earlyAdmission++
    state.setPhase(v, state.phase(v) | Mark.hadTurn)
    this.host.enter(v, nowMs)
  }

  /** Told to wait: polls again when the gate said, or gives up before that. */
  private waitOn(v: number, nowMs: number): void {
    const { ttl = 0 } = this.answer.fields
    this.state.setTtlSec(v, ttl)
    this.keepKey(v)
    this.pollLater(v, nowMs)
  }

  private keepKey(v: number): void {
    const { state } = this
    const { key } = this.answer.fields
    if (key === undefined) return
    state.kept.load(v, state.own)
    if (state.own.key === key) return
    state.own.key = key
    state.kept.save(v, state.own)
  }

  /**
   * The next poll, some per cent before or after its time, or the end of its patience. A `ttl` of 0
   * means: no more polls; one beyond the client's own bound counts as that.
   */
  private pollLater(v: number, nowMs: number): void {
    const { rows, wheel, crowd } = this.state
    const ttlSec = Math.min(this.state.ttlSec(v), this.ttlCeilingSec)
    const entity = rows.entity(v)
    // The draw's number is the time: polls are not counted, and the answers' times are no plan's.
    const spread = 1 + JITTER * (uniform(crowd.keys.poll, entity, nowMs | 0) - 0.5)
    const atMs = ttlSec > 0 ? nowMs + secToMs(ttlSec) * spread : Infinity
    const endsMs = Math.max(nowMs, rows.enteredMs[v]! + patienceMs(crowd, entity))
    const dueMs = Math.min(atMs, endsMs)
    if (dueMs === Infinity) {
      rows.setAction(v, Action.none)
      return
    }
    rows.setAction(v, endsMs <= atMs ? Action.abandon : Action.poll)
    wheel.schedule(v, dueMs)
  }

  /** The gate will have none of it: what comes of that is as after a request that failed for good. */
  private fail(v: number, outcome: number, nowMs: number): void {
    this.state.rows.setTries(v, this.state.crowd.retryTries)
    this.host.decide(v, outcome === Outcome.ok ? Outcome.http4xx : outcome, nowMs)
  }

  private failsOpen(v: number): boolean {
    const { crowd, rows, inputs, failsOpen } = this.state
    const { failOpen } = inputs.scenario.waitingRoom
    return failsOpen && uniform(crowd.keys.failOpen, rows.entity(v), 0) < failOpen
  }

  /** Two calls timed out, and the client goes on all the same. */
  private failOpen(v: number, nowMs: number): void {
    // The two timeouts that `step` counts in have passed already.
    this.host.decide(v, Answer.failedOpen, nowMs - 2 * gateTimeoutMs)
  }
}
