import { End } from '../../core/codes.ts'
import { secToMs } from '../../core/units.ts'
import { comesBackMs } from '../../workload/behaviour.ts'
import type { BundlePlan } from '../../workload/bundle-plan.ts'
import { Action, Flag } from '../../workload/rows.ts'
import type { Bundles } from './bundles.ts'
import { Returns } from './returns.ts'
import { SimTimer, type SimState } from './state.ts'

/** What the batches hand their visitors on to. */
export interface VisitorBatchesHost {
  /** Stands at the end of the line. */
  join(v: number): void
  /** Stands in line at further door number `door`. */
  joinDoor(v: number, door: number): void
  /** Goes in without a turn. */
  enterPastGate(v: number): void
  /** The stack stands still: the next `n` tickets of bundle `v` have gone in at that time. */
  project(v: number, n: number, atMs: number): void
}

/**
 * What a bundle of tickets does as one, and how single visitors come out of it: they go in one after
 * another, at the pace at which its tickets would have come.
 */
export class VisitorBatches {
  readonly bundles: Bundles
  readonly returns: Returns
  private readonly plan: BundlePlan
  private readonly state: SimState
  private readonly host: VisitorBatchesHost
  private readonly gated: boolean
  private readonly doorCount: number
  /** Planned bundles that were turned away because service was off. */
  private readonly turnedAway: Uint8Array
  private planned = 0
  /** People who came by a ticket that is not of the plan's own time. */
  private readonly late: Uint8Array
  private readonly releaseMs: number

  constructor(state: SimState, plan: BundlePlan, bundles: Bundles, host: VisitorBatchesHost) {
    const { scenario, window, population } = state
    this.state = state
    this.plan = plan
    this.bundles = bundles
    this.host = host
    this.returns = new Returns(window)
    this.doorCount = scenario.doors.length
    this.gated = scenario.waitingRoom.protocol !== 'none'
    this.turnedAway = new Uint8Array(plan.length)
    this.late = new Uint8Array(population.came)
    this.releaseMs = secToMs(scenario.waitingRoom.pollSec.back) / plan.size
    state.wheel.schedule(SimTimer.returns, this.returns.widthMs)
  }

  /** Bundle `k` of the plan knocks. */
  arrive(k: number): void {
    const { plan, state } = this
    const v = this.add()
    this.bundles.open(v, plan.tickets[k]!, plan.counts[k]!)
    const spacingSec = ((plan.keys[k + 1] ?? plan.keys[k]!) - plan.keys[k]!) * plan.quantumSec
    this.planned = k + 1
    if (state.halted) this.turnedAway[k] = 1
    this.knock(v, false, secToMs(spacingSec))
  }

  /** Those who come again this second knock. */
  comeAgain(): void {
    const { returns, state } = this
    const n = returns.take()
    for (const hadTicket of [true, false]) this.knockAgain(n, hadTicket)
    state.wheel.schedule(SimTimer.returns, state.wheel.nowMs + returns.widthMs)
  }

  /** One ticket of bundle `v`, as a row of its own; its last one is the row itself. */
  separate(v: number): number {
    const { bundles, state } = this
    const isLast = bundles.tickets(v) === 1
    bundles.draft(v)
    if (!isLast) return this.like(v)
    state.rows.setIdentity(v, bundles.entity, bundles.person)
    return v
  }

  /** A bundle past the gate: one visitor of it goes in, the others follow. */
  enterPastGate(v: number): void {
    const { state } = this
    const byDoor = state.rows.has(v, Flag.door)
    if (state.skipping && (byDoor || state.bypassOpen || state.failsOpen)) {
      const n = this.bundles.tickets(v)
      if (byDoor) state.recorder.admitted(state.scenarioNowMs(), n)
      else {
        state.ledger.findings.bypassed += n
        state.recorder.bypassed(state.scenarioNowMs(), n)
      }
      this.host.project(v, n, state.wheel.nowMs)
      return
    }
    const gapMs = byDoor ? secToMs(state.rows.etaSec(v)) : this.releaseMs
    const own = this.separate(v)
    if (own !== v) state.wheel.schedule(v, state.wheel.nowMs + gapMs)
    state.rows.setAction(own, Action.none)
    this.host.enterPastGate(own)
  }

  /** A halt throws the tickets of bundle `v` away. */
  void(v: number): void {
    const { state } = this
    state.wheel.cancel(v)
    state.rows.setAction(v, Action.none)
    state.rows.setEnd(v, End.failed)
    state.recorder.ended(state.scenarioNowMs(), End.failed, this.bundles.tickets(v))
    this.comeBack(v, true)
  }

  /** People whose ticket was issued. */
  peopleCame(): number {
    const { plan, late, state, bundles } = this
    const isWhole = this.planned === plan.length && !this.turnedAway.includes(1)
    if (isWhole && plan.counts.reduce((sum, n) => sum + n, 0) === state.population.tickets) {
      return state.population.came
    }
    const v = this.add()
    for (let k = 0; k < this.planned; k++) {
      if (this.turnedAway[k] === 1) continue
      bundles.open(v, plan.tickets[k]!, plan.counts[k]!)
      for (let i = 0; i < plan.counts[k]!; i++) {
        bundles.draw(v)
        late[bundles.person] = 1
      }
    }
    bundles.close(v)
    return late.reduce((sum, one) => sum + one, 0)
  }

  private add(): number {
    const { state, bundles } = this
    const v = state.rows.add(0, 0)
    bundles.reserve(state.rows.capacity)
    return v
  }

  private like(v: number): number {
    const { state, bundles } = this
    const own = state.rows.addLike(v, bundles.entity, bundles.person)
    bundles.reserve(state.rows.capacity)
    return own
  }

  private knockAgain(n: number, hadTicket: boolean): void {
    const { bundles, returns, state, late } = this
    let gathered = 0
    const knock = () => {
      if (gathered === 0) return
      const v = this.add()
      bundles.openReturned(v, gathered)
      gathered = 0
      this.knock(v, hadTicket, returns.widthMs)
    }
    for (let i = 0; i < n; i++) {
      const who = returns.taken[i]!
      const person = who >> 1
      if ((who & 1) !== (hadTicket ? 1 : 0) || state.crowd.bookings[person] !== 0) continue
      if (!hadTicket && !state.halted) late[person] = 1
      bundles.cameAgain(person)
      if (++gathered === bundles.size) knock()
    }
    knock()
  }

  /** Comes to the front door: for its tickets, or past it. `spacingMs` is the time they come over. */
  private knock(v: number, isReentry: boolean, spacingMs: number): void {
    const { state, bundles } = this
    const { rows } = state
    state.changes++
    if (state.halted) {
      state.crowd.resumeAtMs = state.resumeAtMs()
      this.comeBack(v, false)
      return
    }
    rows.set(v, isReentry ? Flag.issued | Flag.reentry : Flag.issued)
    const n = bundles.tickets(v)
    state.tickets += n
    state.recorder.arrived(state.scenarioNowMs(), isReentry, n)
    if (this.doorCount > 0 && !this.toFrontDoor(v)) return
    if (!this.gated) this.scatter(v, spacingMs)
    else if (!state.bypassOpen || this.letBypass(v, spacingMs)) this.host.join(v)
  }

  /** Everyone in the bundle for himself. */
  private scatter(v: number, spacingMs: number): void {
    const n = this.bundles.tickets(v)
    for (let i = 0; i < n; i++) this.enterAfter(this.separate(v), (spacingMs * (i + 0.5)) / n)
  }

  /** Those who come by further doors are bundles of their own; false if nobody is left. */
  private toFrontDoor(v: number): boolean {
    const { bundles, doorCount } = this
    const n = bundles.tickets(v)
    const first = bundles.place(v)
    let gone = 0
    for (let door = 0; door < doorCount; door++) {
      let taken = 0
      bundles.rewind(v, first)
      for (let i = 0; i < n; i++) {
        bundles.draw(v)
        if (bundles.doorOf(bundles.entity) !== door) continue
        bundles.cameAgain(bundles.person)
        taken++
      }
      if (taken > 0) this.joinDoor(v, door, taken)
      gone += taken
    }
    bundles.rewind(v, first)
    if (gone === n) this.spend(v)
    else if (gone > 0) bundles.sieveDoors(v, gone)
    return gone < n
  }

  /** The last `n` who were told to come again are a bundle at a further door. */
  private joinDoor(v: number, door: number, n: number): void {
    const { bundles, state, host } = this
    const own = state.rows.addLike(v, bundles.entity, 0)
    bundles.reserve(state.rows.capacity)
    bundles.openReturned(own, n)
    host.joinDoor(own, door)
  }

  /** Those who know a way past the gate take it; false if nobody is left to stand in line. */
  private letBypass(v: number, spacingMs: number): boolean {
    const { bundles } = this
    const n = bundles.tickets(v)
    const first = bundles.place(v)
    let gone = 0
    for (let i = 0; i < n; i++) {
      bundles.draw(v)
      if (!bundles.takesBypass(bundles.person)) continue
      gone++
      this.enterAfter(this.like(v), (spacingMs * (i + 0.5)) / n)
    }
    bundles.rewind(v, first)
    if (gone === 0) return true
    if (gone < n) bundles.sieveBypass(v, gone)
    else this.spend(v)
    return gone < n
  }

  /** The bundle's tickets have all become others' rows. */
  private spend(v: number): void {
    this.bundles.close(v)
    this.state.rows.clear(v, Flag.issued)
  }

  private enterAfter(v: number, delayMs: number): void {
    const { rows, wheel } = this.state
    rows.setAction(v, Action.enter)
    wheel.schedule(
      v,
      wheel.nowMs + Math.min(delayMs, secToMs(this.state.scenario.waitingRoom.pollSec.back)),
    )
  }

  /** Service is off: some of the bundle's people come again after the resume. */
  private comeBack(v: number, hadTicket: boolean): void {
    const { bundles, returns, state } = this
    const { crowd, wheel } = state
    const n = bundles.tickets(v)
    for (let i = 0; i < n; i++) {
      bundles.draw(v)
      if (crowd.bookings[bundles.person] !== 0) continue
      const atMs = comesBackMs(crowd, bundles.person, bundles.entity, wheel.nowMs)
      if (atMs < Infinity) returns.add(atMs, bundles.person, hadTicket)
    }
    bundles.close(v)
  }
}
