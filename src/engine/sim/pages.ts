import { Outcome as Outcomes } from '../../core/codes.ts'
import type { Scenario } from '../../scenario/schema.ts'
import { Answer as Answers } from '../../workload/behaviour.ts'
import { Action as Actions, Flag as Flags } from '../../workload/rows.ts'
import { Servers, type ServersHost } from './servers.ts'
import { firstRequestId, type SimState } from './state.ts'

// Local names: V8 folds a module's own constants, but reads an imported one anew at every use.
const Action = Actions
const Answer = Answers
const Flag = Flags
const Outcome = Outcomes
const Role = { none: 0, identify: 1, book: 2 } as const

/** Tells visitor `v` what the world answered; it decides what it does next. */
export type Decide = (v: number, answer: number, nowMs: number) => void

/** The booking pages: requests sent, answered, timed out, and what each step does in the ledger. */
export class Pages implements ServersHost {
  readonly servers: Servers
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
  send(v: number, nowMs: number): void {
    const { rows, wheel, halted } = this.state
    rows.setAction(v, Action.timeout)
    if (halted) {
      rows.setRequest(v, -1)
      wheel.schedule(v, nowMs + this.timeoutMs[rows.step(v)]!)
      return
    }
    const r = this.servers.send(v, nowMs)
    if (r < 0) this.answer(v, Outcome.refused, nowMs)
    else rows.setRequest(v, r)
  }

  /** A timeout is an event only where a request may miss its deadline: most never do. */
  watch(r: number): void {
    const { requests } = this.servers
    if (requests.attached[r] === 0) return
    this.state.wheel.schedule(requests.visitor[r]!, requests.deadlineMs[r]!)
  }

  /** The client stops waiting; the servers go on. */
  timeOut(v: number, nowMs: number): void {
    const r = this.state.rows.request(v)
    if (r >= 0) this.servers.requests.attached[r] = 0
    const sentMs = nowMs - this.timeoutMs[this.state.rows.step(v)]!
    this.answer(v, r >= 0 ? Outcome.timeout : Outcome.connectTimeout, sentMs)
  }

  /** Every request in flight is reset; the servers may go on working on it. */
  resetAll(): void {
    const { requests } = this.servers
    for (let r = 0; r < requests.top; r++) {
      if (requests.inUse[r] === 0 || requests.attached[r] === 0) continue
      requests.attached[r] = 0
      this.answer(requests.visitor[r]!, Outcome.reset, requests.sentMs[r]!)
    }
  }

  served(r: number): void {
    const { requests } = this.servers
    const v = requests.visitor[r]!
    const nowMs = this.state.wheel.nowMs
    // The step is performed whether or not anybody still waits for it.
    const answer = this.perform(v, requests.step[r]!, nowMs)
    if (requests.attached[r] === 0) return
    this.record(v, Outcome.ok, requests.sentMs[r]!)
    this.host.decide(v, answer, nowMs)
  }

  rejected(r: number): void {
    const { requests } = this.servers
    if (requests.attached[r] === 1) {
      this.answer(requests.visitor[r]!, Outcome.http5xx, requests.sentMs[r]!)
    }
  }

  /** A request ended with `outcome`, seen by its client. */
  private answer(v: number, outcome: number, sentMs: number): void {
    this.record(v, outcome, sentMs)
    this.host.decide(v, outcome, this.state.wheel.nowMs)
  }

  private record(v: number, outcome: number, sentMs: number): void {
    const { state } = this
    const { nowMs } = state.wheel
    const us = Math.round((nowMs - sentMs) * 1000)
    state.recorder.request(state.rows.step(v), outcome, state.scenarioMs(nowMs), us, us)
  }

  private perform(v: number, step: number, nowMs: number): number {
    const { ledger, rows, recorder } = this.state
    const role = this.roles[step]
    if (role === Role.none) return Answer.ok
    const person = rows.person(v)
    if (role === Role.identify) return ledger.identify(person)
    const answer = ledger.book(person, rows.entity(v))
    if (answer === Answer.ok) {
      rows.set(v, Flag.booked)
      recorder.booked(this.state.scenarioMs(nowMs))
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
