import { intervalMsOf, msToSec, secToMs } from '../../core/units.ts'
import { Answer } from '../../workload/behaviour.ts'
import { Action, Flag } from '../../workload/rows.ts'
import { FailOpen, pollHazard } from './fail-open.ts'
import { SimTimer, type SimState } from './state.ts'
import { TurnOrder } from './turn-order.ts'

/** The gate looks at its own load once a second. */
const GATE_TICK_MS = 1000

/** What the line hands its visitors on to. */
export interface SimQueueHost {
  /** Tells visitor `v` what the world answered; it decides what it does next. */
  decide(v: number, answer: number): void
  /** Visitor `v` goes in. */
  enter(v: number): void
  /** One ticket of bundle `v`, as a row of its own. */
  separate(v: number): number
  /** The stack stands still: the next `n` tickets of bundle `v` have gone in at that time. */
  project(v: number, n: number, atMs: number): void
  /** Until when the stack stands still, ms. */
  skipEndsMs(): number
}

/** The line in front of the gate: who stands in it, who is called, who leaves, who jumps it. */
export class SimQueue {
  /** Sum of the times spent in line: the other side of Little's law. */
  waitedMs = 0
  private readonly state: SimState
  private readonly host: SimQueueHost
  private readonly failOpen: FailOpen
  private readonly order: TurnOrder
  private contactsThisTick = 0
  private firstContactHazard = 0

  constructor(state: SimState, host: SimQueueHost) {
    const { crowd, scenario, rows } = state
    this.state = state
    this.host = host
    this.order = new TurnOrder(rows, state.firstRow)
    this.failOpen = new FailOpen(
      crowd.keys.failOpen,
      scenario.waitingRoom.failOpen,
      state.failsOpen ? rows.capacity : 0,
    )
    if (state.failsOpen) state.wheel.schedule(SimTimer.second, GATE_TICK_MS)
  }

  /** A visitor draws a ticket and stands at the end. */
  join(v: number): void {
    const { state } = this
    const { gate, rows } = state
    const { nowMs } = state.wheel
    const n = state.ticketsOf(v)
    state.integrate()
    const rate = state.ratePerSec()
    rows.setEtaSec(v, rate > 0 ? gate.ahead(nowMs) / rate : NaN)
    rows.enteredMs[v] = nowMs
    rows.set(v, Flag.waiting)
    gate.waiting += n
    this.contactsThisTick += n
    state.recorder.queued(state.scenarioNowMs(), n)
    if (this.stand(v)) {
      this.jump(v)
    } else if (state.gateOpen && !state.halted && !state.wheel.isPending(SimTimer.turn)) {
      this.scheduleTurn()
    }
  }

  /** Its patience begins; true if its client fails open at once. */
  private stand(v: number): boolean {
    const { state } = this
    const { rows, bundles, crowd, wheel } = state
    if (bundles === null) {
      this.host.decide(v, Answer.queued)
      return state.failsOpen && this.failOpen.join(v, rows.entity(v), this.firstContactHazard)
    }
    const chances = bundles.nextChances()
    if (crowd.patienceSec !== null) {
      rows.setAction(v, Action.abandon)
      wheel.schedule(v, wheel.nowMs + secToMs(crowd.patienceSec(chances.patience)))
    }
    return state.failsOpen && this.failOpen.joinBy(v, chances, this.firstContactHazard)
  }

  /** The gate calls the next turn, if it is time, and plans the one after. */
  callTurn(): void {
    const { state } = this
    if (!state.gateOpen || state.halted) return
    if (state.skipping) {
      this.callRows()
      return
    }
    if (state.ratePerSec() === 0) {
      while (state.gate.hasPlace() && this.callNext());
      return
    }
    // With nobody left to call the gate rests until the next ticket.
    if (!this.callNext()) return
    state.gate.lastTurnMs = state.wheel.nowMs
    this.scheduleTurn()
  }

  /** The gate's rate changed, or it opened: turns go on at the new one. */
  retime(): void {
    const { state } = this
    state.wheel.cancel(SimTimer.turn)
    if (state.gateOpen && !state.halted) this.scheduleTurn()
  }

  /** Someone who had been called is gone: in section admission the place is free again. */
  freePlace(): void {
    const { gate, gateOpen, halted, wheel } = this.state
    gate.placesTaken--
    if (gateOpen && !halted && gate.hasPlace() && gate.waiting > 0) {
      wheel.schedule(SimTimer.turn, wheel.nowMs)
    }
  }

  /** The called visitor polls and is let in. */
  admit(v: number): void {
    const { state } = this
    if (state.halted) {
      this.pollInVain(v)
      return
    }
    const { rows, recorder } = state
    const { nowMs } = state.wheel
    // Let in uncalled, it has its turn here.
    if (!rows.has(v, Flag.called)) this.checkOrder(v)
    const enteredMs = rows.enteredMs[v]!
    const etaMs = secToMs(rows.etaSec(v))
    this.stepOut(v, true)
    recorder.admitted(state.scenarioNowMs())
    if (!Number.isNaN(etaMs)) {
      recorder.etaError(state.scenarioMs(Math.abs(etaMs - (nowMs - enteredMs))))
    }
    this.host.enter(v)
  }

  /** Leaves by itself; the gate learns of it only when the key lapses. */
  giveUp(v: number): void {
    const { state } = this
    const n = state.ticketsOf(v)
    this.stepOut(v, false)
    state.rows.set(v, Flag.gone)
    state.rows.enteredMs[v] = state.gate.left(v, state.wheel.nowMs, state.ratePerSec(), n)
    this.host.decide(v, Answer.gaveUp)
  }

  /** Out of the line, let in or not; if not, its wait is known only up to now. */
  stepOut(v: number, admitted: boolean): void {
    const { state } = this
    const { nowMs } = state.wheel
    const enteredMs = state.rows.enteredMs[v]!
    const n = state.ticketsOf(v)
    state.integrate()
    state.gate.waiting -= n
    state.rows.clear(v, Flag.waiting)
    state.recorder.waitEnded(state.scenarioMs(enteredMs), state.scenarioMs(nowMs), admitted, n)
    this.waitedMs += n * (nowMs - enteredMs)
  }

  /** Throws the queue away; its people may come back at the resume. */
  voidTickets(): void {
    const { gate, rows } = this.state
    for (let v = gate.head; v < rows.length; v++) {
      if (rows.has(v, Flag.waiting) && !rows.has(v, Flag.called)) this.void(v)
    }
    gate.head = rows.length
  }

  /** Once a second the gate's load decides how many polls go unanswered. */
  tick(): void {
    const { state } = this
    const { gate } = state
    const rate = state.ratePerSec()
    const load = gate.pollsPerSec(rate) + this.contactsThisTick / msToSec(GATE_TICK_MS)
    this.contactsThisTick = 0
    const p = state.halted ? 0 : gate.unansweredShare(load)
    this.firstContactHazard = p > 0 && state.failsOpen ? pollHazard(p) : 0
    if (this.firstContactHazard > 0) {
      const polls = msToSec(GATE_TICK_MS) / gate.pollSec(rate)
      this.failOpen.add(this.firstContactHazard * polls, (row) => this.jump(row))
    }
    state.wheel.schedule(SimTimer.second, state.wheel.nowMs + GATE_TICK_MS)
  }

  /** Calls the first in line; false when nobody is left. A key not yet lapsed costs a turn. */
  private callNext(): boolean {
    const { state } = this
    const { nowMs } = state.wheel
    const { gate, rows } = state
    while (gate.head < rows.length) {
      const v = gate.head++
      if (rows.has(v, Flag.gone) && nowMs < rows.enteredMs[v]!) {
        if (gate.hasPlace()) continue
        this.loseTurn(v)
        return true
      }
      if (!rows.has(v, Flag.waiting) || rows.has(v, Flag.called)) continue
      this.checkOrder(v)
      gate.placesTaken++
      const called = this.nextOf(v)
      rows.set(called, Flag.called)
      state.recorder.turnCalled(state.scenarioNowMs())
      this.host.decide(called, Answer.called)
      return true
    }
    return false
  }

  /** While the stack stands still, turns are called a bundle at a time, in the time that they take. */
  private callRows(): void {
    const { gate, wheel } = this.state
    const turnMs = intervalMsOf(this.state.ratePerSec())
    const most = Math.max(1, Math.floor((this.host.skipEndsMs() - wheel.nowMs) / turnMs) + 1)
    const turns = this.callBundle(most, turnMs)
    if (turns === 0) return
    gate.lastTurnMs = wheel.nowMs + (turns - 1) * turnMs
    this.scheduleTurn()
  }

  /** Calls up to `most` tickets of the first row in line; how many turns that took, 0 for none. */
  private callBundle(most: number, turnMs: number): number {
    const { state } = this
    const { nowMs } = state.wheel
    const { gate, rows } = state
    for (; gate.head < rows.length; gate.head++) {
      const v = gate.head
      const lapsesMs = rows.enteredMs[v]!
      const isGone = rows.has(v, Flag.gone) && nowMs < lapsesMs
      if (!isGone && (!rows.has(v, Flag.waiting) || rows.has(v, Flag.called))) continue
      const tickets = state.ticketsOf(v)
      const turns = Math.min(tickets, most, isGone ? Math.ceil((lapsesMs - nowMs) / turnMs) : most)
      if (turns === tickets) gate.head++
      if (!isGone) this.admitTickets(v, turns, turnMs)
      else if (turns < tickets && state.bundles !== null) state.bundles.more[v]! -= turns
      return turns
    }
    return 0
  }

  private admitTickets(v: number, n: number, turnMs: number): void {
    const { state } = this
    const { rows, recorder, gate, crowd } = state
    const { nowMs } = state.wheel
    const enteredMs = rows.enteredMs[v]!
    const atMs = nowMs + ((n - 1) / 2) * turnMs + secToMs(crowd.frontPollSec / 2)
    const scenarioMs = state.scenarioMs(atMs)
    this.checkOrder(v)
    recorder.turnCalled(state.scenarioNowMs(), n)
    state.integrate()
    gate.waiting -= n
    this.waitedMs += n * (nowMs - enteredMs)
    recorder.waitEnded(state.scenarioMs(enteredMs), scenarioMs, true, n)
    recorder.admitted(scenarioMs, n)
    const etaMs = secToMs(rows.etaSec(v))
    if (!Number.isNaN(etaMs)) {
      recorder.etaError(state.scenarioMs(Math.abs(etaMs - (atMs - enteredMs))), n)
    }
    this.host.project(v, n, atMs)
  }

  /** The first ticket of row `v`: the row itself, unless it is a bundle that goes on being first. */
  private nextOf(v: number): number {
    const { bundles, gate } = this.state
    if (bundles === null || !bundles.isBundle(v)) return v
    const own = this.host.separate(v)
    if (own !== v) gate.head = v
    return own
  }

  /** A turn goes to one of a bundle's keys that have not lapsed. */
  private loseTurn(v: number): void {
    const { bundles, gate } = this.state
    if (bundles === null || bundles.tickets(v) === 1) return
    bundles.more[v]!--
    gate.head = v
  }

  private checkOrder(v: number): void {
    if (this.order.isInverted(v)) this.state.ledger.findings.orderInversion++
  }

  private scheduleTurn(): void {
    const { gate, wheel } = this.state
    const { nowMs } = wheel
    const rate = this.state.ratePerSec()
    if (rate > 0)
      wheel.schedule(SimTimer.turn, Math.max(nowMs, gate.lastTurnMs + intervalMsOf(rate)))
    else if (gate.hasPlace()) wheel.schedule(SimTimer.turn, nowMs)
  }

  /** It was called before the halt, and polls during it. */
  private pollInVain(v: number): void {
    const { state } = this
    if (state.voiding) {
      this.void(v)
      return
    }
    state.crowd.resumeAtMs = state.resumeAtMs()
    this.host.decide(v, Answer.heldUp)
  }

  private void(v: number): void {
    this.stepOut(v, false)
    this.host.decide(v, Answer.voided)
  }

  /** Two polls in a row went unanswered, and the client goes on all the same. */
  private jump(v: number): void {
    const { rows, failsOpen } = this.state
    if (!failsOpen || !rows.has(v, Flag.waiting) || rows.has(v, Flag.called)) return
    this.stepOut(v, false)
    this.host.decide(v, Answer.failedOpen)
  }
}
