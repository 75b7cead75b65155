import { uniform } from '../../core/chance.ts'
import { Outcome as Outcomes } from '../../core/codes.ts'
import type { Recorder } from '../../record/recorder.ts'
import type { Scenario } from '../../scenario/schema.ts'
import { Answer as Answers, crowdOf, entityOfReentry, step, type Crowd } from '../../workload/behaviour.ts'
import type { ArrivalPlan } from '../../workload/plan.ts'
import { personOf, type Population } from '../../workload/population.ts'
import { Action as Actions, Flag as Flags, NO_END as noEnd, VisitorRows } from '../../workload/rows.ts'
import { Doors } from './doors.ts'
import { FailOpen, pollHazard } from './fail-open.ts'
import { Gate } from './gate.ts'
import { Ledger } from './ledger.ts'
import { requestBound, Servers, type ServersHost } from './servers.ts'
import { TimeWheel } from './wheel.ts'
import type { RunWindow } from './window.ts'

// Local names: V8 folds a module's own constants, but reads an imported one anew at every use.
const Action = Actions
const Answer = Answers
const Flag = Flags
const Outcome = Outcomes
const NO_END = noEnd

/** Timers share the wheel's id space with requests and visitors; ids below `TIMERS` are theirs. */
export const Timers = { arrival: 0, turn: 1, second: 2, bucket: 3, control: 4 } as const
const TIMERS = 8
const Timer = Timers

/** The gate looks at its own load once a second. */
const GATE_TICK_MS = 1000

/**
 * The simulated world: it answers what visitors do and asks `step` what they do next. Everything
 * happens on one wheel, one state change of one visitor or request an event. Times are wall
 * milliseconds after the start of the window; the recorder takes scenario time.
 */
export class World implements ServersHost {
  readonly wheel: TimeWheel
  readonly rows: VisitorRows
  readonly crowd: Crowd
  readonly gate: Gate
  readonly servers: Servers
  readonly ledger: Ledger
  readonly firstRow: number
  /** Tickets issued. */
  tickets = 0
  peopleCame = 0
  inside = 0
  gateOpen = false
  halted = false
  voiding = false
  bypassOpen: boolean
  failsOpen: boolean
  /** Both sides of Little's law for the waiting room, visitor-milliseconds. */
  waitingTotalMs = 0
  waitedTotalMs = 0
  private waitingMs = 0
  private insideMs = 0
  private levelsAtMs = 0
  private readonly scenario: Scenario
  private readonly population: Population
  private readonly plan: ArrivalPlan
  private readonly recorder: Recorder
  private readonly window: RunWindow
  private readonly failOpen: FailOpen
  private readonly doors: Doors
  private readonly roles: Uint8Array
  private readonly timeoutMs: Float64Array
  private readonly personSeen: Uint8Array
  private planned = 0
  private contactsThisTick = 0
  private firstContactHazard = 0
  private readonly gated: boolean

  constructor(
    scenario: Scenario,
    inputs: { population: Population; plan: ArrivalPlan; window: RunWindow; seed: number; maxInstances: number },
    recorder: Recorder,
  ) {
    this.scenario = scenario
    this.population = inputs.population
    this.plan = inputs.plan
    this.window = inputs.window
    this.recorder = recorder
    this.gated = scenario.waitingRoom.protocol !== 'none'
    this.ledger = new Ledger(scenario, inputs.population, inputs.seed)
    this.crowd = crowdOf(scenario, inputs.seed, this.ledger.personBooked)
    this.crowd.opensAtMs = inputs.window.opensAtMs
    this.personSeen = new Uint8Array(inputs.population.came)
    const requests = requestBound(scenario, inputs.maxInstances)
    this.firstRow = TIMERS + requests
    const capacity = this.firstRow + Math.ceil(inputs.plan.length * 1.15) + 1024
    this.rows = new VisitorRows(this.firstRow, capacity)
    this.wheel = new TimeWheel(this.rows, this.firstRow)
    this.servers = new Servers(
      scenario,
      { maxInstances: inputs.maxInstances, requests, seed: inputs.seed, firstId: TIMERS },
      { wheel: this.wheel, rows: this.rows, host: this },
    )
    this.gate = new Gate(scenario, this.firstRow)
    const { bypass } = scenario.behaviour
    this.bypassOpen = bypass.share > 0
    this.failsOpen = scenario.waitingRoom.failOpen > 0 && scenario.waitingRoom.pollCapacityPerSec !== undefined
    this.failOpen = new FailOpen(this.crowd.keys.failOpen, scenario.waitingRoom.failOpen, capacity)
    this.doors = new Doors(scenario, this.crowd.keys.door)
    this.roles = Uint8Array.from(scenario.journey, (entry, i) => roleOf(scenario, entry.role, i))
    this.timeoutMs = Float64Array.from(scenario.journey, (entry) => entry.timeoutMs)
    this.start()
  }

  /** The visitor's or request's event `id` is due. */
  fire(id: number, nowMs: number): void {
    if (id < this.firstRow) {
      this.servers.complete(id - TIMERS, nowMs)
      return
    }
    switch (this.rows.action(id)) {
      case Action.send:
        return this.send(id, nowMs)
      case Action.timeout:
        return this.timeOut(id, nowMs)
      case Action.poll:
        return this.admit(id, nowMs)
      case Action.abandon:
        return this.giveUp(id, nowMs)
      case Action.knock:
        return this.knockAgain(id, nowMs)
      case Action.enter:
        return this.enterPastGate(id, nowMs)
    }
  }

  /** The next planned arrival knocks; the one after it is scheduled. */
  arriveNext(nowMs: number): void {
    const j = this.plan.tickets[this.planned++]!
    this.scheduleArrival()
    this.knock(j | 0, personOf(this.population, j), nowMs, false)
  }

  /** The gate calls the next turn, if it is time; schedules the one after. */
  callTurn(nowMs: number): void {
    if (!this.gateOpen || this.halted) return
    const rate = this.ratePerSec()
    if (rate === 0) {
      while (this.gate.hasPlace() && this.callNext(nowMs));
      return
    }
    // With nobody left to call the gate rests until the next ticket.
    if (!this.callNext(nowMs)) return
    this.gate.lastTurnMs = nowMs
    this.scheduleTurn(nowMs)
  }

  /** Once a second the gate's load decides how many polls go unanswered. */
  gateTick(nowMs: number): void {
    const rate = this.ratePerSec()
    const contacts = this.contactsThisTick / (GATE_TICK_MS / 1000)
    this.contactsThisTick = 0
    const load = this.gate.pollsPerSec(rate) + contacts
    const p = this.halted ? 0 : this.gate.unansweredShare(load)
    this.firstContactHazard = p > 0 && this.failsOpen ? pollHazard(p) : 0
    if (this.firstContactHazard > 0) {
      const polls = GATE_TICK_MS / 1000 / this.gate.pollSec(rate)
      this.failOpen.add(this.firstContactHazard * polls, (row) => this.clientFailsOpen(row, nowMs))
    }
    this.wheel.schedule(Timer.second, nowMs + GATE_TICK_MS)
  }

  ratePerSec(): number {
    return this.gate.ratePerSec(this.servers.instances)
  }

  /** The gate's rate changed, or it opened: turns go on at the new one. */
  retime(nowMs: number): void {
    this.wheel.cancel(Timer.turn)
    if (this.gateOpen && !this.halted) this.scheduleTurn(nowMs)
  }

  integrate(nowMs: number): void {
    const spanMs = nowMs - this.levelsAtMs
    this.levelsAtMs = nowMs
    this.waitingMs += this.gate.waiting * spanMs
    this.insideMs += this.inside * spanMs
  }

  /** Mean numbers waiting and inside since the last call. */
  takeMeans(nowMs: number, spanMs: number): { waiting: number; inside: number } {
    this.integrate(nowMs)
    const means = { waiting: this.waitingMs / spanMs, inside: this.insideMs / spanMs }
    this.waitingTotalMs += this.waitingMs
    this.waitingMs = 0
    this.insideMs = 0
    return means
  }

  /** Wall milliseconds to the scenario's. */
  scenarioMs(wallMs: number): number {
    return wallMs * this.window.speed
  }

  /** Throws the queue away; its people may come back at the resume. */
  voidTickets(nowMs: number): void {
    for (let v = this.gate.head; v < this.rows.length; v++) {
      if (!this.rows.has(v, Flag.waiting)) continue
      this.leaveLine(v, nowMs)
      this.decide(v, Answer.voided, nowMs)
    }
    this.gate.head = this.rows.length
  }

  /** Every request in flight is reset; the servers may go on working on it. */
  resetRequests(nowMs: number): void {
    const { requests } = this.servers
    for (let r = 0; r < requests.top; r++) {
      if (requests.inUse[r] === 0 || requests.attached[r] === 0) continue
      requests.attached[r] = 0
      this.answer(requests.visitor[r]!, Outcome.reset, requests.sentMs[r]!, nowMs)
    }
  }

  served(r: number): void {
    const nowMs = this.wheel.nowMs
    const { requests } = this.servers
    const v = requests.visitor[r]!
    const answer = this.perform(v, requests.step[r]!, nowMs)
    if (requests.attached[r] === 0) return
    this.record(v, Outcome.ok, requests.sentMs[r]!, nowMs)
    this.decide(v, answer, nowMs)
  }

  rejected(r: number): void {
    const { requests } = this.servers
    if (requests.attached[r] === 0) return
    this.answer(requests.visitor[r]!, Outcome.http5xx, requests.sentMs[r]!, this.wheel.nowMs)
  }

  /** Both sides of Little's law, per station and for the waiting room, visitor-milliseconds. */
  little(): Record<string, LittleSides> {
    const { levels } = this.servers
    const sides: Record<string, LittleSides> = {
      waitingRoom: { presentMs: this.waitingTotalMs, sojournMs: this.waitedTotalMs },
    }
    this.scenario.stack.stations.forEach((station, s) => {
      sides[station.name] = { presentMs: levels.presentMs[s]!, sojournMs: levels.sojournMs[s]! }
    })
    return sides
  }

  private start(): void {
    const { wheel, window } = this
    this.scheduleArrival()
    if (this.failsOpen) wheel.schedule(Timer.second, GATE_TICK_MS)
    wheel.schedule(Timer.bucket, (window.bucketSec * 1000) / window.speed)
  }

  private scheduleArrival(): void {
    if (this.planned >= this.plan.length) return
    const { plan, window } = this
    const sec = plan.fromSec + plan.keys[this.planned]! * plan.quantumSec
    this.wheel.schedule(Timer.arrival, window.opensAtMs + (sec * 1000) / window.speed)
  }

  private scheduleTurn(nowMs: number): void {
    const rate = this.ratePerSec()
    if (rate === 0) {
      if (this.gate.hasPlace()) this.wheel.schedule(Timer.turn, nowMs)
      return
    }
    this.wheel.schedule(Timer.turn, Math.max(nowMs, this.gate.lastTurnMs + 1000 / rate))
  }

  /** Comes to the front door: for a ticket, for a partner's door, or past both. */
  private knock(entity: number, person: number, nowMs: number, reentry: boolean): void {
    const v = this.rows.add(entity, person)
    if (this.halted) {
      // Nobody gets a ticket while service is off; people hear when it will be back.
      this.crowd.resumeAtMs = this.resumeAtMs(nowMs)
      step(this.crowd, this.rows, v, Answer.closed, nowMs)
      this.follow(v)
      return
    }
    this.tickets++
    this.rows.set(v, reentry ? Flag.issued | Flag.reentry : Flag.issued)
    if (this.personSeen[person] === 0) {
      this.personSeen[person] = 1
      this.peopleCame++
    }
    this.recorder.arrived(this.scenarioMs(nowMs), reentry)
    const door = this.doors.choose(entity)
    if (door >= 0) this.joinDoor(v, door, nowMs)
    else if (!this.gated) this.enter(v, nowMs)
    else if (this.takesBypass(person)) this.tryBypass(v, nowMs)
    else this.joinLine(v, nowMs)
  }

  private knockAgain(v: number, nowMs: number): void {
    const { rows } = this
    rows.setAction(v, Action.none)
    const hadTicket = rows.has(v, Flag.issued)
    const entity = hadTicket ? entityOfReentry(this.crowd, rows.entity(v)) : rows.entity(v)
    const person = rows.person(v)
    if (this.ledger.personBooked[person] === 1) return
    this.knock(entity, person, nowMs, hadTicket)
  }

  private takesBypass(person: number): boolean {
    return this.bypassOpen && uniform(this.crowd.keys.bypass, person) < this.scenario.behaviour.bypass.share
  }

  private tryBypass(v: number, nowMs: number): void {
    if (this.gateOpen) this.enterPastGate(v, nowMs)
    else this.decide(v, Answer.notOpen, nowMs)
  }

  private joinLine(v: number, nowMs: number): void {
    const { gate, rows } = this
    this.integrate(nowMs)
    const rate = this.ratePerSec()
    rows.setEtaSec(v, rate > 0 ? gate.ahead(nowMs) / rate : NaN)
    rows.enteredMs[v] = nowMs
    rows.set(v, Flag.waiting)
    gate.waiting++
    this.contactsThisTick++
    this.recorder.queued(this.scenarioMs(nowMs))
    this.decide(v, Answer.queued, nowMs)
    if (this.failsOpen && this.failOpen.join(v, rows.entity(v), this.firstContactHazard)) {
      this.clientFailsOpen(v, nowMs)
    } else if (this.gateOpen && !this.halted && !this.wheel.isPending(Timer.turn)) {
      this.scheduleTurn(nowMs)
    }
  }

  private joinDoor(v: number, door: number, nowMs: number): void {
    const patienceMs = this.doors.patienceMs(this.crowd, this.rows.entity(v))
    const startMs = Math.max(nowMs, this.crowd.opensAtMs)
    const atMs = this.doors.take(door, startMs, patienceMs)
    this.rows.set(v, Flag.door)
    this.rows.setAction(v, atMs < 0 ? Action.abandon : Action.enter)
    this.wheel.schedule(v, atMs < 0 ? startMs + patienceMs : atMs)
  }

  /** Calls the first in line; false when nobody is left. A key not yet lapsed costs a turn. */
  private callNext(nowMs: number): boolean {
    const { gate, rows } = this
    while (gate.head < rows.length) {
      const v = gate.head++
      if (rows.has(v, Flag.gone) && nowMs - rows.enteredMs[v]! < gate.lapseMs) {
        if (gate.hasPlace()) continue
        return true
      }
      if (!rows.has(v, Flag.waiting) || rows.has(v, Flag.called)) continue
      if (v < gate.lastCalled) this.ledger.findings.orderInversion++
      gate.lastCalled = v
      gate.turnsCalled++
      gate.placesTaken++
      rows.set(v, Flag.called)
      this.recorder.turnCalled(this.scenarioMs(nowMs))
      this.decide(v, Answer.called, nowMs)
      return true
    }
    return false
  }

  /** The called visitor polls and is let in. */
  private admit(v: number, nowMs: number): void {
    const { rows, recorder } = this
    if (this.halted) {
      if (this.voiding) {
        this.leaveLine(v, nowMs)
        this.decide(v, Answer.voided, nowMs)
      } else {
        const resumeMs = this.resumeAtMs(nowMs)
        if (resumeMs < Infinity) this.decide(v, Answer.called, resumeMs)
      }
      return
    }
    const enteredMs = rows.enteredMs[v]!
    this.integrate(nowMs)
    this.gate.waiting--
    rows.clear(v, Flag.waiting)
    recorder.admitted(this.scenarioMs(nowMs))
    recorder.waitEnded(this.scenarioMs(enteredMs), this.scenarioMs(nowMs), true)
    this.waitedTotalMs += nowMs - enteredMs
    const etaMs = rows.etaSec(v) * 1000
    if (!Number.isNaN(etaMs)) {
      recorder.etaError(this.scenarioMs(Math.abs(etaMs - (nowMs - enteredMs))))
    }
    this.enter(v, nowMs)
  }

  private giveUp(v: number, nowMs: number): void {
    if (this.rows.has(v, Flag.waiting)) {
      this.leaveLine(v, nowMs)
      this.gate.left(nowMs, this.ratePerSec())
      this.rows.set(v, Flag.gone)
      this.rows.enteredMs[v] = nowMs
    }
    this.decide(v, Answer.gaveUp, nowMs)
  }

  /** Leaves the line without having been admitted: its wait is known only up to now. */
  leaveLine(v: number, nowMs: number): void {
    const enteredMs = this.rows.enteredMs[v]!
    this.integrate(nowMs)
    this.gate.waiting--
    this.rows.clear(v, Flag.waiting)
    this.recorder.waitEnded(this.scenarioMs(enteredMs), this.scenarioMs(nowMs), false)
    this.waitedTotalMs += nowMs - enteredMs
  }

  private clientFailsOpen(v: number, nowMs: number): void {
    const { rows } = this
    if (!this.failsOpen || !rows.has(v, Flag.waiting) || rows.has(v, Flag.called)) return
    this.leaveLine(v, nowMs)
    this.decide(v, Answer.failedOpen, nowMs)
  }

  /** Goes in without its turn, by a direct link, a key of its own making, or a partner's door. */
  private enterPastGate(v: number, nowMs: number): void {
    if (this.rows.has(v, Flag.door)) {
      this.recorder.admitted(this.scenarioMs(nowMs))
      this.enter(v, nowMs)
      this.rows.setStep(v, this.doors.firstStep)
      return
    }
    if (!this.bypassOpen && !this.failsOpen) {
      // Keys are verified now: the booking pages turn it away.
      this.decide(v, Outcome.http4xx, nowMs)
      return
    }
    this.ledger.findings.bypassed++
    this.recorder.bypassed(this.scenarioMs(nowMs))
    this.enter(v, nowMs)
  }

  private enter(v: number, nowMs: number): void {
    if (nowMs < this.window.opensAtMs) this.ledger.findings.earlyAdmission++
    this.integrate(nowMs)
    this.inside++
    this.rows.set(v, Flag.inside)
    this.decide(v, Answer.passed, nowMs)
  }

  private send(v: number, nowMs: number): void {
    const { rows } = this
    let r = -1
    if (!this.halted) {
      r = this.servers.send(v, nowMs)
      if (r < 0) {
        this.answer(v, Outcome.refused, nowMs, nowMs)
        return
      }
    }
    rows.setRequest(v, r)
    rows.setAction(v, Action.timeout)
    this.wheel.schedule(v, nowMs + this.timeoutMs[rows.step(v)]!)
  }

  private timeOut(v: number, nowMs: number): void {
    const r = this.rows.request(v)
    const sentMs = nowMs - this.timeoutMs[this.rows.step(v)]!
    if (r >= 0) this.servers.requests.attached[r] = 0
    this.answer(v, r >= 0 ? Outcome.timeout : Outcome.connectTimeout, sentMs, nowMs)
  }

  /** A request ended with `outcome`, seen by its client. */
  private answer(v: number, outcome: number, sentMs: number, nowMs: number): void {
    this.record(v, outcome, sentMs, nowMs)
    this.decide(v, outcome, nowMs)
  }

  private record(v: number, outcome: number, sentMs: number, nowMs: number): void {
    const us = Math.round((nowMs - sentMs) * 1000)
    this.recorder.request(this.rows.step(v), outcome, this.scenarioMs(nowMs), us, us)
  }

  /** What the booking pages do at the end of a step, whether or not anybody still waits for it. */
  private perform(v: number, stepIndex: number, nowMs: number): number {
    const person = this.rows.person(v)
    switch (this.roles[stepIndex]) {
      case Role.identify:
        return this.ledger.identify(person)
      case Role.book: {
        const answer = this.ledger.book(person, this.rows.entity(v))
        if (answer === Answer.ok) {
          this.rows.set(v, Flag.booked)
          this.recorder.booked(this.scenarioMs(nowMs))
        }
        return answer
      }
      default:
        return Answer.ok
    }
  }

  /** Asks the visitor what it does next, and takes note if that was the end of its ticket. */
  private decide(v: number, answer: number, nowMs: number): void {
    const { rows } = this
    if (answer === Answer.voided) this.crowd.resumeAtMs = this.resumeAtMs(nowMs)
    step(this.crowd, rows, v, answer, nowMs)
    const end = rows.end(v)
    if (end !== NO_END) {
      this.recorder.ended(this.scenarioMs(nowMs), end)
      if (rows.has(v, Flag.inside)) {
        this.integrate(nowMs)
        this.inside--
        rows.clear(v, Flag.inside)
      }
      if (rows.has(v, Flag.called)) this.freePlace(nowMs)
    }
    this.follow(v)
  }

  private follow(v: number): void {
    if (this.rows.action(v) === Action.none) this.wheel.cancel(v)
    else this.wheel.schedule(v, this.rows.nextAtMs)
  }

  private freePlace(nowMs: number): void {
    this.gate.placesTaken--
    if (this.gate.hasPlace() && this.gate.waiting > 0 && this.gateOpen && !this.halted) {
      this.wheel.schedule(Timer.turn, nowMs)
    }
  }

  private resumeAtMs(nowMs: number): number {
    const resume = this.window.events.find(
      ({ atMs, timed }) => timed.event.kind === 'resume' && atMs >= nowMs,
    )
    return resume === undefined ? Infinity : resume.atMs
  }
}

/** Time integral of the number present, and the sum of each one's own time: they must agree. */
export interface LittleSides {
  presentMs: number
  sojournMs: number
}

const Role = { none: 0, identify: 1, book: 2 } as const

/** The last step books unless another one says that it does. */
function roleOf(scenario: Scenario, role: 'identify' | 'book' | undefined, index: number): number {
  if (role !== undefined) return Role[role]
  const named = scenario.journey.some((entry) => entry.role === 'book')
  return !named && index === scenario.journey.length - 1 ? Role.book : Role.none
}
