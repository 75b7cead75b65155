import { uniform } from '../../core/chance.ts'
import { Outcome } from '../../core/codes.ts'
import { msToSec, secToMs } from '../../core/units.ts'
import { Answer, entityOfReentry, patienceMs, step } from '../../workload/behaviour.ts'
import { personOf } from '../../workload/population.ts'
import { Action, Flag, NO_END } from '../../workload/rows.ts'
import { DoorHours } from './door-hours.ts'
import { Doors } from './doors.ts'
import { SimQueue, type SimQueueHost } from './sim-queue.ts'
import { Skipper } from './skip.ts'
import { VisitorBatches, type VisitorBatchesHost } from './visitor-batches.ts'
import { Pages } from './pages.ts'
import { firstRequestId, SimState, SimTimer, type SimInputs } from './state.ts'

/**
 * The simulated world: it answers what visitors do, and asks `step` what they do next. Everything
 * happens on one wheel, one state change of one visitor or request an event.
 */
export class World implements SimQueueHost, VisitorBatchesHost {
  readonly state: SimState
  readonly line: SimQueue
  readonly pages: Pages
  /** What bundles of tickets do; `null` where there are none. */
  readonly batches: VisitorBatches | null
  /** `null` where everything is simulated. */
  skipper: Skipper | null = null
  private readonly doors: Doors
  private readonly personSeen: Uint8Array
  private readonly gated: boolean
  private readonly bypassShare: number
  private planned = 0

  constructor(inputs: SimInputs) {
    const { scenario, population } = inputs
    this.state = new SimState(inputs)
    this.line = new SimQueue(this.state, this)
    this.pages = new Pages(
      this.state,
      { maxInstances: inputs.maxInstances, seed: inputs.serviceSeed },
      this,
    )
    this.doors = new Doors(scenario, this.state.crowd.keys.door, new DoorHours(inputs.window))
    const { bundles } = this.state
    if (bundles !== null) bundles.doorOf = (entity) => this.doors.choose(entity)
    this.batches =
      'counts' in inputs.plan && bundles !== null
        ? new VisitorBatches(this.state, inputs.plan, bundles, this)
        : null
    this.personSeen = new Uint8Array(population.came)
    this.gated = scenario.waitingRoom.protocol !== 'none'
    this.bypassShare = scenario.behaviour.bypass.share
    this.planNext()
  }

  /** The event of visitor or request `id` is due. */
  fire(id: number): void {
    if (id < this.state.firstRow) {
      this.pages.servers.complete(id - firstRequestId)
      return
    }
    switch (this.state.rows.action(id)) {
      case Action.send:
        return this.state.skipping ? this.skipper?.defer(id) : this.pages.send(id)
      case Action.timeout:
        return this.pages.timeOut(id)
      case Action.poll:
        return this.line.admit(id)
      case Action.abandon:
        return this.giveUp(id)
      case Action.knock:
        return this.knockAgain(id)
      case Action.enter:
        return this.enterPastGate(id)
    }
  }

  /** The next planned arrival knocks; the one after it is planned. */
  arriveNext(): void {
    const { plan, population } = this.state
    const k = this.planned++
    this.planNext()
    if (this.batches !== null) {
      this.batches.arrive(k)
      return
    }
    const ticket = plan.tickets[k]!
    this.knock(ticket | 0, personOf(population, ticket), false)
  }

  /** Goes in: what follows is between the visitor and the booking pages. */
  enter(v: number): void {
    const { state, skipper } = this
    if (skipper !== null) {
      if (state.skipping) {
        skipper.projectOwn(v)
        return
      }
      skipper.entered(v)
    }
    if (state.wheel.nowMs < state.window.opensAtMs) state.ledger.findings.earlyAdmission++
    state.integrate()
    state.inside++
    state.rows.set(v, Flag.inside)
    this.decide(v, Answer.passed)
  }

  join(v: number): void {
    this.line.join(v)
  }

  project(v: number, n: number, atMs: number): void {
    this.skipper?.projectBundle(v, n, atMs)
  }

  skipEndsMs(): number {
    return this.skipper?.untilMs ?? 0
  }

  /** Lets the stack stand still from now on while nothing changes; only where there are bundles. */
  skipWhatRepeats(nextControlMs: () => number): void {
    const { state, pages, batches } = this
    if (batches === null) return
    const { bundles, returns } = batches
    this.skipper = new Skipper({ state, pages, bundles, returns, nextControlMs })
    pages.journeys = this.skipper.journeys
  }

  separate(v: number): number {
    return this.batches?.separate(v) ?? v
  }

  /** Asks the visitor what it does next, and takes note if that was the end of its ticket. */
  decide(v: number, answer: number): void {
    const { state } = this
    const { rows, crowd, wheel } = state
    state.changes++
    if (answer === Answer.voided) {
      crowd.resumeAtMs = state.resumeAtMs()
      if (state.bundles?.isBundle(v) === true) {
        this.batches?.void(v)
        return
      }
    }
    step(crowd, rows, v, answer, wheel.nowMs)
    const end = rows.end(v)
    if (end !== NO_END) this.close(v, end)
    this.follow(v)
  }

  private close(v: number, end: number): void {
    const { state } = this
    state.recorder.ended(state.scenarioNowMs(), end, state.ticketsOf(v))
    if (state.rows.has(v, Flag.inside)) {
      this.skipper?.left(v, end)
      state.integrate()
      state.inside--
      state.rows.clear(v, Flag.inside)
    }
    if (state.rows.has(v, Flag.called)) this.line.freePlace()
  }

  private follow(v: number): void {
    const { rows, wheel } = this.state
    const action = rows.action(v)
    if (action === Action.none) wheel.cancel(v)
    else if (action === Action.knock && this.batches !== null) this.gather(v, this.batches)
    else wheel.schedule(v, rows.nextAtMs)
  }

  /** It comes again in a bundle with others. */
  private gather(v: number, batches: VisitorBatches): void {
    const { rows, wheel } = this.state
    batches.returns.add(rows.nextAtMs, rows.person(v), rows.has(v, Flag.issued))
    rows.setAction(v, Action.none)
    wheel.cancel(v)
  }

  private planNext(): void {
    const { plan, window, wheel } = this.state
    if (this.planned >= plan.length) return
    const sec = plan.fromWallSec + plan.keys[this.planned]! * plan.quantumSec
    wheel.schedule(SimTimer.arrival, window.opensAtMs + secToMs(sec))
  }

  /** Comes to the front door: for a ticket, to a partner's door, or past both. */
  private knock(entity: number, person: number, isReentry: boolean): void {
    const { state } = this
    const v = state.rows.add(entity, person)
    state.changes++
    if (state.halted) {
      // Nobody gets a ticket while service is off; people hear when it will be back.
      state.crowd.resumeAtMs = state.resumeAtMs()
      step(state.crowd, state.rows, v, Answer.closed, state.wheel.nowMs)
      this.follow(v)
      return
    }
    state.rows.set(v, isReentry ? Flag.issued | Flag.reentry : Flag.issued)
    state.tickets++
    if (this.personSeen[person] === 0) {
      this.personSeen[person] = 1
      state.peopleCame++
    }
    state.recorder.arrived(state.scenarioNowMs(), isReentry)
    const door = this.doors.choose(entity)
    if (door >= 0) this.joinDoor(v, door)
    else if (!this.gated || this.takesBypass(person)) this.enterPastGate(v)
    else this.line.join(v)
  }

  private knockAgain(v: number): void {
    const { rows, crowd } = this.state
    rows.setAction(v, Action.none)
    const hadTicket = rows.has(v, Flag.issued)
    const person = rows.person(v)
    if (crowd.bookings[person] !== 0) return
    const entity = hadTicket ? entityOfReentry(crowd, rows.entity(v)) : rows.entity(v)
    this.knock(entity, person, hadTicket)
  }

  private giveUp(v: number): void {
    if (this.state.rows.has(v, Flag.waiting)) this.line.giveUp(v)
    else this.decide(v, Answer.gaveUp)
  }

  private takesBypass(person: number): boolean {
    const { bypassOpen, crowd } = this.state
    return bypassOpen && uniform(crowd.keys.bypass, person) < this.bypassShare
  }

  /** Stands in line at a further door; a bundle goes in one after another from its turn on. */
  joinDoor(v: number, door: number): void {
    const { state } = this
    const { rows, crowd, wheel } = state
    const maxMs = patienceMs(crowd, rows.entity(v))
    const startMs = this.doors.openFromMs(wheel.nowMs)
    const n = state.ticketsOf(v)
    const atMs = this.doors.take(door, startMs, maxMs, n)
    if (n > 1) rows.setEtaSec(v, msToSec(this.doors.spacingMs(door)))
    const dueMs = atMs < 0 ? startMs + maxMs : atMs
    rows.set(v, Flag.door)
    // Service goes off for good before its turn, and it waits for ever.
    if (dueMs === Infinity) return
    rows.setAction(v, atMs < 0 ? Action.abandon : Action.enter)
    wheel.schedule(v, dueMs)
  }

  /**
   * Goes in without a turn: where there is no gate, by a direct link, by a client that failed open,
   * or by a partner's door.
   */
  enterPastGate(v: number): void {
    const { state } = this
    if (this.batches !== null && this.batches.bundles.isBundle(v)) {
      this.batches.enterPastGate(v)
      return
    }
    if (state.rows.has(v, Flag.door)) {
      if (!state.gateOpen || state.halted) {
        // Due at the very instant at which service goes on: right after it.
        state.wheel.schedule(v, this.doors.openFromMs(state.wheel.nowMs))
        return
      }
      state.recorder.admitted(state.scenarioNowMs())
      this.enter(v)
      state.rows.setStep(v, this.doors.firstStep)
      return
    }
    if (!state.gateOpen) {
      this.decide(v, Answer.notOpen)
      return
    }
    if (!this.gated) {
      this.enter(v)
      return
    }
    if (!state.bypassOpen && !state.failsOpen) {
      // Keys are verified now: the booking pages turn it away.
      this.decide(v, Outcome.http4xx)
      return
    }
    state.ledger.findings.bypassed++
    state.recorder.bypassed(state.scenarioNowMs())
    this.enter(v)
  }
}
