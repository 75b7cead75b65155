import { Outcome } from '../../core/codes.ts'
import { msToUs } from '../../core/units.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { Answer } from '../../workload/behaviour.ts'
import { Action, Flag, NO_END } from '../../workload/rows.ts'
import type { Journeys } from './journeys.ts'
import type { Request } from './request.ts'
import { Servers, type ServersHost } from './servers.ts'
import { firstRequestId, type SimState } from './state.ts'

const Role = { none: 0, identify: 1, book: 2 } as const

/** Tells visitor `v` what the world answered; it decides what it does next. */
export type Decide = (v: number, answer: number) => void

/** The booking pages: requests sent, answered, timed out, and what each step does in the ledger. */
export class Pages implements ServersHost {
  readonly servers: Servers
  /** Where what visitors do is kept to be repeated; `null` where nothing is ever skipped. */
  journeys: Journeys | null = null
  private readonly state: SimState
  private readonly host: { decide: Decide }
  private readonly roles: Uint8Array
  private readonly timeoutMs: Float64Array

  constructor(
    state: SimState,
    shape: { maxInstances: number; seed: number },
    host: { decide: Decide },
  ) {
    const { scenario } = state
    this.state = state
    this.host = host
    this.roles = Uint8Array.from(scenario.journey, (entry, i) => roleOf(scenario, entry.role, i))
    this.timeoutMs = Float64Array.from(scenario.journey, (entry) => entry.timeoutMs)
    this.servers = new Servers(state, { ...shape, firstId: firstRequestId }, this)
  }

  /** Sends the request of the visitor's current step. While service is off nobody answers. */
  send(v: number): void {
    const { rows, wheel, halted } = this.state
    rows.setAction(v, Action.timeout)
    if (halted) {
      rows.setRequest(v, -1)
      wheel.schedule(v, wheel.nowMs + this.timeoutMs[rows.step(v)]!)
      return
    }
    const request = this.servers.send(v)
    if (request === null) this.answer(v, Outcome.refused, wheel.nowMs)
    else rows.setRequest(v, request.index)
  }

  /** A timeout is an event only where a request may miss its deadline: most never do. */
  watch(request: Request): void {
    if (request.attached) this.state.wheel.schedule(request.visitor, request.deadlineMs)
  }

  /** The client stops waiting; the servers go on. */
  timeOut(v: number): void {
    const { rows, wheel } = this.state
    const request = this.servers.requests.all[rows.request(v)]
    if (request !== undefined) request.attached = false
    const outcome = request === undefined ? Outcome.connectTimeout : Outcome.timeout
    this.answer(v, outcome, wheel.nowMs - this.timeoutMs[rows.step(v)]!)
  }

  /** Every request in flight is reset; the servers may go on working on it. */
  resetAll(): void {
    for (const request of this.servers.requests.all) {
      if (!request.inUse || !request.attached) continue
      request.attached = false
      this.answer(request.visitor, Outcome.reset, request.sentMs)
    }
  }

  served(request: Request): void {
    const { visitor } = request
    // The step is performed whether or not anybody still waits for it.
    const answer = this.perform(visitor, request.step)
    if (!request.attached) return
    this.record(visitor, Outcome.ok, request.sentMs)
    this.host.decide(visitor, answer)
  }

  rejected(request: Request): void {
    if (request.attached) this.answer(request.visitor, Outcome.http5xx, request.sentMs)
  }

  /** A request ended with `outcome`, seen by its client. */
  private answer(v: number, outcome: number, sentMs: number): void {
    this.record(v, outcome, sentMs)
    this.host.decide(v, outcome)
  }

  private record(v: number, outcome: number, sentMs: number): void {
    const { state } = this
    const { nowMs } = state.wheel
    const us = Math.round(msToUs(nowMs - sentMs))
    if (this.journeys !== null) this.journeys.ask(v)
    state.recorder.request(state.rows.step(v), outcome, state.scenarioMs(nowMs), us, us)
  }

  private perform(v: number, step: number): number {
    const { ledger, rows, recorder } = this.state
    const role = this.roles[step]
    if (role === Role.none) return Answer.ok
    const person = rows.person(v)
    if (role === Role.identify) return ledger.identify(person)
    const answer = ledger.book(person, rows.entity(v))
    if (answer === Answer.ok) {
      rows.set(v, Flag.booked)
      if (this.journeys !== null && rows.end(v) !== NO_END) this.journeys.bookedLate(v)
      recorder.booked(this.state.scenarioNowMs())
    }
    return answer
  }
}

/** The last step books unless another one says that it does. */
function roleOf(scenario: Scenario, role: 'identify' | 'book' | undefined, index: number): number {
  if (role !== undefined) return Role[role]
  const named = scenario.journey.some((entry) => entry.role === 'book')
  return !named && index === scenario.journey.length - 1 ? Role.book : Role.none
}
