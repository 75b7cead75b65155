import { uniform } from '../../core/chance.ts'
import { End } from '../../core/codes.ts'
import { msToUs, secToMs } from '../../core/units.ts'
import { Answer, entityOfReentry, step } from '../../workload/behaviour.ts'
import { personOf } from '../../workload/population.ts'
import { Action, Flag, NO_END } from '../../workload/rows.ts'
import { gateTimeoutMs } from './gate-calls.ts'
import type { Span } from './live-tally.ts'
import { WaitingRoomClient, type WaitingRoomClientHost } from './waiting-room-client.ts'
import { Pages } from './pages.ts'
import { Sender } from './sender.ts'
import { LiveState, PhaseFlag as Mark, Phase, ClientTimerIds, type LiveInputs } from './state.ts'
import type { OnReply, Reply, Transport } from './transport.ts'

const PHASE_MASK = Phase.mask

/**
 * The real world as visitors meet it: what they do becomes a request, what comes back becomes an
 * answer, and `step` decides what they do next, as in the simulation.
 */
export class LiveWorld implements WaitingRoomClientHost {
  readonly state: LiveState
  readonly sender: Sender
  /** The answer to a request that `Sender.undo` sent. */
  onUndone: (v: number, reply: Reply) => void = () => undefined
  private readonly line: WaitingRoomClient
  private readonly pages: Pages
  private readonly gated: boolean
  private readonly bypassShare: number
  private readonly pagesOpenMs: number
  private planned = 0

  constructor(inputs: LiveInputs, connect: (onReply: OnReply) => Transport) {
    const { scenario, window } = inputs
    this.state = new LiveState(inputs)
    this.sender = new Sender(this.state, connect(this.answered.bind(this)))
    this.line = new WaitingRoomClient(this.state, this.sender, this)
    this.pages = new Pages(this.state, this.sender, this)
    this.gated = scenario.waitingRoom.protocol !== 'none'
    this.bypassShare = scenario.behaviour.bypass.share
    this.pagesOpenMs = this.state.pagesOpenMs()
    const { bypassUntilMs, events } = window
    if (bypassUntilMs < Infinity)
      this.state.wheel.schedule(ClientTimerIds.bypassEnds, bypassUntilMs)
    const closing = events.find(({ timed }) => timed.event.kind === 'close-bypass')
    if (closing !== undefined) this.state.wheel.schedule(ClientTimerIds.keysVerified, closing.atMs)
    this.planNext()
  }

  /** No arrival is left, and nothing can happen to whoever came. */
  get isOver(): boolean {
    return this.planned > this.state.inputs.plan.length && this.state.alive === 0
  }

  /** Visitor `id`'s event is due, at the wheel's time. */
  fire(id: number): void {
    const { rows, wheel } = this.state
    const dueMs = wheel.nowMs
    switch (rows.action(id)) {
      case Action.send:
        return this.pages.send(id, dueMs)
      case Action.timeout:
        return this.sender.abandon(id)
      case Action.poll:
        return this.line.poll(id, dueMs)
      case Action.abandon:
        return this.line.giveUp(id, dueMs)
      case Action.knock:
        return this.knockAgain(id, dueMs)
      case Action.enter:
        return this.enterPastGate(id, dueMs)
    }
  }

  /** What the scenario's people do by themselves at a set time. */
  fireTimer(id: number): void {
    if (id === ClientTimerIds.arrival) this.arriveNext()
    else if (id === ClientTimerIds.bypassEnds) this.state.bypassOpen = false
    else if (id === ClientTimerIds.keysVerified) {
      this.state.bypassOpen = false
      this.state.failsOpen = false
    }
  }

  /** Gives up on what is in flight for `id`, and on nothing else: the run is over. */
  fireLast(id: number): void {
    if (this.state.rows.action(id) === Action.timeout) this.sender.abandon(id)
  }

  mayHaveBooked(v: number): boolean {
    return this.pages.mayHaveBooked(v)
  }

  /** The next planned arrival knocks; the one after it is planned. */
  private arriveNext(): void {
    const { plan, nowMs: clockMs } = this.state.inputs
    const { nowMs } = this.state.wheel
    const { tally } = this.state
    const ticket = plan.tickets[this.planned - 1]!
    this.planNext()
    tally.arrivals++
    widen(tally.intendedMs, nowMs)
    widen(tally.dispatchedMs, clockMs())
    this.arrive(ticket, nowMs)
  }

  /** The holder of initial ticket `ticket` comes. */
  arrive(ticket: number, atMs: number): void {
    const person = personOf(this.state.inputs.population, ticket)
    this.knock({ entity: ticket | 0, person, again: false }, atMs)
  }

  issue(v: number): void {
    const { state } = this
    const { rows, inputs } = state
    rows.set(v, Flag.issued)
    state.tickets++
    inputs.people.came(rows.person(v))
    const isReentry = rows.has(v, Flag.reentry)
    inputs.recorder.arrived(state.scenarioMs(rows.enteredMs[v]!), isReentry, 1, rows.person(v))
  }

  enter(v: number, atMs: number): void {
    this.state.inside++
    this.state.rows.set(v, Flag.inside)
    this.decide(v, Answer.passed, atMs)
  }

  decide(v: number, answer: number, atMs: number): void {
    const { rows, crowd, wheel } = this.state
    step(crowd, rows, v, answer, atMs)
    const end = rows.end(v)
    const isNoMore = end !== NO_END && !rows.has(v, Flag.gone)
    if (rows.action(v) === Action.none) wheel.cancel(v)
    else wheel.schedule(v, rows.nextAtMs)
    if (isNoMore) this.close(v, end, atMs)
    this.settle(v)
  }

  private planNext(): void {
    const { plan, window } = this.state.inputs
    const next = this.planned++
    if (next >= plan.length) return
    const sec = plan.fromWallSec + plan.keys[next]! * plan.quantumSec
    this.state.wheel.schedule(ClientTimerIds.arrival, window.opensAtMs + secToMs(sec))
  }

  private knock(
    { entity, person, again }: { entity: number; person: number; again: boolean },
    atMs: number,
  ): void {
    const { state } = this
    const { rows } = state
    const v = state.addRow(entity, person)
    rows.enteredMs[v] = atMs
    if (again) rows.set(v, Flag.reentry)
    if (this.gated && !this.takesBypass(person)) {
      this.line.knock(v, atMs)
      return
    }
    this.issue(v)
    this.enterPastGate(v, atMs)
  }

  private knockAgain(v: number, atMs: number): void {
    const { rows, crowd } = this.state
    rows.setAction(v, Action.none)
    const person = rows.person(v)
    const hadTicket = rows.has(v, Flag.issued)
    if (crowd.bookings[person] === 0) {
      const entity = hadTicket ? entityOfReentry(crowd, rows.entity(v)) : rows.entity(v)
      this.knock({ entity, person, again: hadTicket }, atMs)
    }
    this.settle(v)
  }

  private takesBypass(person: number): boolean {
    const { bypassOpen, crowd } = this.state
    return bypassOpen && uniform(crowd.keys.bypass, person) < this.bypassShare
  }

  /** Goes in without a turn: where there is no gate, by a direct link, or failing open. */
  private enterPastGate(v: number, atMs: number): void {
    const { state } = this
    if (atMs < this.pagesOpenMs) {
      this.decide(v, Answer.notOpen, atMs)
      return
    }
    if (this.gated) state.setPhase(v, state.phase(v) | Mark.keyless)
    this.enter(v, atMs)
  }

  /** Every answer comes in here, also those that `abandon` brings about. */
  private answered(v: number, reply: Reply): void {
    const { state } = this
    const { rows, wheel } = state
    const phase = state.phase(v)
    const kind = phase & PHASE_MASK
    if (kind === Phase.undo) {
      state.setPhase(v, phase & ~PHASE_MASK)
      this.onUndone(v, reply)
      return
    }
    if (kind === Phase.complete) {
      state.inputs.recorder.gateCalled?.(kind, reply.outcome, msToUs(reply.doneMs - reply.sentMs))
      state.setPhase(v, phase & ~PHASE_MASK)
      this.release(v)
      this.settle(v)
      return
    }
    const timeoutMs = kind === Phase.step ? this.pages.timeoutOf(v) : gateTimeoutMs
    const intendedMs = rows.times[v * 4]! - timeoutMs
    wheel.cancel(v)
    rows.setAction(v, Action.none)
    if (kind === Phase.step) this.pages.answered(v, reply, intendedMs)
    else this.line.answered(v, reply, phase)
  }

  /** Its ticket came to its end. */
  private close(v: number, end: number, atMs: number): void {
    const { state } = this
    const { rows, inputs, own } = state
    inputs.recorder.ended(state.scenarioMs(atMs), end, 1, rows.person(v))
    if (end >= End.refused && end <= End.dropped) state.errorEnds++
    // The rest of its row's life, if any, is that of the same person, coming again.
    rows.set(v, Flag.gone)
    if (rows.has(v, Flag.inside)) {
      state.inside--
      rows.clear(v, Flag.inside)
      if (this.gated && (state.phase(v) & Mark.keyless) === 0) {
        state.kept.load(v, own)
        if (own.key !== '' && this.sender.sayGoodbye(v, inputs.gate.complete(own.key))) return
      }
    }
    this.release(v)
  }

  private release(v: number): void {
    const { kept, inputs } = this.state
    this.sender.forget(v)
    if (!(inputs.keepsBooked && this.mayHaveBooked(v))) kept.drop(v)
  }

  /** Takes note once nothing can happen to the row any more. */
  private settle(v: number): void {
    const { state } = this
    const { rows } = state
    const phase = state.phase(v)
    if ((phase & (PHASE_MASK | Mark.gone)) !== 0 || rows.action(v) !== Action.none) return
    if (rows.end(v) === NO_END && rows.has(v, Flag.issued)) return
    state.setPhase(v, phase | Mark.gone)
    state.alive--
  }
}

function widen(span: Span, ms: number): void {
  if (ms < span.first) span.first = ms
  if (ms > span.last) span.last = ms
}
