import { msToUs } from '../../core/units.ts'
import { indexOf, latencyLayout } from '../../record/histogram.ts'
import { Action } from '../../workload/rows.ts'
import { gateTimeoutMs } from './gate-calls.ts'
import { Phase, type LiveState } from './state.ts'
import type { Outgoing, Transport } from './transport.ts'

const PHASE_MASK = Phase.mask

/** One request of a visitor, in one object that is used again for each. */
export interface Dispatch {
  outgoing: Outgoing
  /** `Want` bits. */
  want: number
  phase: number
  intendedMs: number
  timeoutMs: number
}

/**
 * Hands requests to the transport at their time, however late or slow the target is: what leaves
 * late is the generator's own fault and is measured; what the ceilings keep back is counted.
 */
export class Sender {
  private readonly state: LiveState
  private readonly transport: Transport
  private secondFromMs = 0
  private sentThisSecond = 0
  /** Visitors that say good-bye to the gate, in the order in which they are to be given up. */
  private leaving: { v: number; dueMs: number }[] = []
  private leavingFrom = 0

  constructor(state: LiveState, transport: Transport) {
    this.state = state
    this.transport = transport
  }

  get inFlight(): number {
    return this.transport.inFlight
  }

  get connections(): number {
    return this.transport.connections
  }

  /** False where a ceiling keeps it back; then nothing was sent and nothing will come. */
  send(v: number, dispatch: Dispatch): boolean {
    const { state } = this
    const { tally, rows, wheel } = state
    const nowMs = state.inputs.nowMs()
    const { intendedMs } = dispatch
    const lateUs = msToUs(nowMs - intendedMs)
    tally.latenessUs.recordAt(indexOf(latencyLayout, lateUs > 0 ? lateUs : 0))
    if (!this.mayGo(nowMs)) return false
    state.setPhase(v, (state.phase(v) & ~PHASE_MASK) | dispatch.phase)
    rows.setAction(v, Action.timeout)
    wheel.schedule(v, intendedMs + dispatch.timeoutMs)
    this.go(v, dispatch)
    return true
  }

  /**
   * A redirect is followed: the same request goes on until its time, which already runs, is up. False
   * where a ceiling keeps it back.
   */
  goOn(v: number, dispatch: Dispatch): boolean {
    const { state } = this
    if (!this.mayGo(state.inputs.nowMs())) return false
    state.rows.setAction(v, Action.timeout)
    state.wheel.schedule(v, dispatch.intendedMs + dispatch.timeoutMs)
    this.go(v, dispatch)
    return true
  }

  /** The visitor waits no longer for its answer, which comes before this returns. */
  abandon(v: number): void {
    this.transport.abandon(v)
  }

  forget(v: number): void {
    this.transport.forget(v)
  }

  /** Tells the gate that the visitor is done; nobody waits for what it says. False: not now. */
  sayGoodbye(v: number, outgoing: Outgoing): boolean {
    const { state } = this
    const nowMs = state.inputs.nowMs()
    if (!this.mayGo(nowMs)) return false
    state.setPhase(v, (state.phase(v) & ~PHASE_MASK) | Phase.complete)
    this.leaving.push({ v, dueMs: nowMs + gateTimeoutMs })
    state.tally.sent++
    this.transport.send(v, outgoing, 0)
    return true
  }

  /** Asks for a booking to be taken back, once the run is over. False: not now. */
  undo(v: number, outgoing: Outgoing, want: number): boolean {
    const { state } = this
    if (!this.takeRoom(state.inputs.nowMs())) return false
    state.setPhase(v, (state.phase(v) & ~PHASE_MASK) | Phase.undo)
    this.transport.send(v, outgoing, want)
    return true
  }

  /** Gives up on good-byes that were not answered in time. */
  expire(nowMs: number): void {
    const { leaving } = this
    while (this.leavingFrom < leaving.length && leaving[this.leavingFrom]!.dueMs <= nowMs) {
      const { v } = leaving[this.leavingFrom++]!
      if ((this.state.phase(v) & PHASE_MASK) === Phase.complete) this.transport.abandon(v)
    }
    if (this.leavingFrom < 4096) return
    this.leaving = leaving.slice(this.leavingFrom)
    this.leavingFrom = 0
  }

  private go(v: number, dispatch: Dispatch): void {
    const { tally } = this.state
    tally.sent++
    this.transport.send(v, dispatch.outgoing, dispatch.want)
    const { inFlight, connections } = this.transport
    if (inFlight > tally.maxInFlight) tally.maxInFlight = inFlight
    if (connections > tally.maxConnections) tally.maxConnections = connections
  }

  private mayGo(nowMs: number): boolean {
    const mayGo = this.takeRoom(nowMs)
    if (!mayGo) this.state.tally.droppedCeiling++
    return mayGo
  }

  /** Below both ceilings, and by a permit of the target where it asks for one. */
  private takeRoom(nowMs: number): boolean {
    const { ceiling, permits } = this.state.inputs
    if (nowMs - this.secondFromMs >= 1000) {
      this.secondFromMs = nowMs
      this.sentThisSecond = 0
    }
    if (this.transport.inFlight >= ceiling.inFlight || this.sentThisSecond >= ceiling.perSec) {
      return false
    }
    if (permits?.reserve() === false) return false
    this.sentThisSecond++
    return true
  }
}
