import type { Recorder } from '../../record/recorder.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { crowdOf, type Crowd } from '../../workload/behaviour.ts'
import type { ArrivalPlan } from '../../workload/plan.ts'
import type { Population } from '../../workload/population.ts'
import { VisitorRows } from '../../workload/rows.ts'
import type { BundlePlan } from '../../workload/bundle-plan.ts'
import { Bundles } from './bundles.ts'
import { Gate } from './gate.ts'
import { Ledger } from './ledger.ts'
import { requestBound } from './servers.ts'
import { TimeWheel } from '../wheel.ts'
import type { RunWindow } from '../window.ts'

/**
 * Ids on the wheel: timers first, then requests, then visitors. A timer is an event that is not a
 * visitor's or a request's.
 */
export const SimTimer = {
  arrival: 0,
  turn: 1,
  second: 2,
  bucket: 3,
  control: 4,
  returns: 5,
  watch: 6,
} as const
export const firstRequestId = 8

export interface SimInputs {
  scenario: Scenario
  population: Population
  /** Of single tickets, or of bundles. */
  plan: ArrivalPlan | BundlePlan
  window: RunWindow
  seed: number
  serviceSeed: number
  maxInstances: number
  recorder: Recorder
}

/** What the parts of the simulated world share. Times are wall ms after the window's start. */
export class SimState {
  readonly scenario: Scenario
  readonly population: Population
  readonly plan: ArrivalPlan
  readonly window: RunWindow
  readonly recorder: Recorder
  readonly rows: VisitorRows
  readonly wheel: TimeWheel
  readonly crowd: Crowd
  readonly gate: Gate
  readonly ledger: Ledger
  /** Rows that stand for several tickets; `null` where each has its own. */
  readonly bundles: Bundles | null
  /** Rows below it are timers' and requests' events. */
  readonly firstRow: number
  /** Instances that are up. */
  instances: number
  /** State changes of a visitor or a request so far: one event of the wheel may make several. */
  changes = 0
  tickets = 0
  peopleCame = 0
  inside = 0
  gateOpen = false
  halted = false
  /** The booking stack stands still: who goes in repeats what was seen of others. */
  skipping = false
  /** The halt throws the queue away. */
  voiding = false
  bypassOpen: boolean
  failsOpen: boolean
  private waitingMs = 0
  private insideMs = 0
  private levelsAtMs = 0
  private waitingTotalMs = 0

  constructor(inputs: SimInputs) {
    const { scenario, seed, window, plan } = inputs
    this.scenario = scenario
    this.population = inputs.population
    this.plan = plan
    this.window = window
    this.recorder = inputs.recorder
    this.firstRow = firstRequestId + requestBound(scenario, inputs.maxInstances)
    // Re-entries add rows. Room that is never touched takes no memory; growing takes twice as much.
    const room = this.firstRow + plan.length * 2 + 1024
    this.rows = new VisitorRows(this.firstRow, room)
    this.wheel = new TimeWheel(this.rows, this.firstRow)
    this.ledger = new Ledger(scenario, inputs.population, seed)
    this.crowd = crowdOf(scenario, seed, this.ledger.bookings)
    this.crowd.opensAtMs = window.opensAtMs
    this.bundles =
      'counts' in plan
        ? new Bundles(plan, inputs.population, this.crowd, scenario.behaviour.bypass.share)
        : null
    this.bundles?.reserve(room)
    this.gate = new Gate(scenario, this.firstRow, this.bundles?.size)
    this.instances = scenario.stack.instances
    const { failOpen, pollCapacityPerSec } = scenario.waitingRoom
    this.bypassOpen = scenario.behaviour.bypass.share > 0
    this.failsOpen = failOpen > 0 && pollCapacityPerSec !== undefined
  }

  /** Tickets that row `v` stands for. */
  ticketsOf(v: number): number {
    return this.bundles === null ? 1 : this.bundles.tickets(v)
  }

  /** Wall milliseconds to the scenario's. */
  scenarioMs(wallMs: number): number {
    return wallMs * this.window.speed
  }

  /** The present time, as the recorder counts it. */
  scenarioNowMs(): number {
    return this.wheel.nowMs * this.window.speed
  }

  /** Turns a second that the gate calls; 0 in section admission. */
  ratePerSec(): number {
    return this.gate.ratePerSec(this.instances)
  }

  /** When service will be back, as people are told; Infinity if it never will. */
  resumeAtMs(): number {
    const { nowMs } = this.wheel
    const resume = this.window.events.find(
      ({ atMs, timed }) => timed.event.kind === 'resume' && atMs >= nowMs,
    )
    return resume === undefined ? Infinity : resume.atMs
  }

  /** Brings the integrals up to now; call before a level changes. */
  integrate(): void {
    const { nowMs } = this.wheel
    const spanMs = nowMs - this.levelsAtMs
    this.levelsAtMs = nowMs
    this.waitingMs += this.gate.waiting * spanMs
    this.insideMs += this.inside * spanMs
  }

  /** So much more time was spent inside than by those who are counted there, visitor-milliseconds. */
  addInside(visitorMs: number): void {
    this.insideMs += visitorMs
  }

  /** Mean numbers waiting and inside since the last call. */
  takeMeans(spanMs: number): { waiting: number; inside: number } {
    this.integrate()
    const means = { waiting: this.waitingMs / spanMs, inside: this.insideMs / spanMs }
    this.waitingTotalMs += this.waitingMs
    this.waitingMs = 0
    this.insideMs = 0
    return means
  }

  /** Time integral of the number waiting, up to the last `takeMeans`. */
  waitingIntegralMs(): number {
    return this.waitingTotalMs
  }
}
