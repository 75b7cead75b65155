import { secToMs } from '../core/units.ts'
import {
  GateCalls,
  gateTimeoutMs,
  GateWord,
  readGateAnswer,
  type GateAnswer,
} from '../engine/client/gate-calls.ts'
import type { ControlClient } from '../engine/live/control/control-client.ts'
import { Want, type Outgoing } from '../engine/client/transport.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import type { Clock } from '../core/clock.ts'
import type { Courier } from './courier.ts'
import { gateReplyOf } from './gate-reply.ts'
import type { PreflightPhase } from './matrix.ts'
import type { NoEntry } from './observation.ts'

export interface DoorOptions {
  readonly scenario: Scenario
  readonly basePath: string
  readonly courier: Courier
  readonly clock: Clock
  readonly phase: PreflightPhase
  /** Operators' side of a reference stack, which calls visitors on trial. */
  readonly control: Pick<ControlClient, 'trial'> | null
  /** How long a visitor of ours stands in line. */
  readonly patienceMs: number
  /** A key that the operators' gate has let in for tests; '' for none. */
  readonly testKey: string
}

/** A key that is inside, or why there is none. */
export type LetIn =
  | { readonly isIn: true; readonly key: string }
  | { readonly isIn: false; readonly because: NoEntry }

/** How long an order to call a visitor may take to arrive. */
const orderMs = 3000
const pollMs = 5
/** Looks at the line at least so often while it waits for its own turn. */
const maxPollMs = 1000

/** The way through the waiting room: as any visitor, or by what operators keep for tests. */
export class Door {
  private readonly options: DoorOptions
  private readonly gate: GateCalls
  /** One that did not let a visitor in is not waited for by each of the next. */
  shutBecause: NoEntry | null = null

  constructor(options: DoorOptions) {
    this.options = options
    this.gate = new GateCalls(options.basePath, options.scenario.waitingRoom)
  }

  get isGated(): boolean {
    return this.options.scenario.waitingRoom.protocol !== 'none'
  }

  get hasTrial(): boolean {
    return this.options.control !== null
  }

  enter(row: number): Promise<GateAnswer> {
    return this.call(row, this.gate.enter)
  }

  poll(row: number, key: string): Promise<GateAnswer> {
    return this.call(row, this.gate.poll(key, 1))
  }

  /** The visitor leaves: its place is free. */
  async leave(row: number, key: string): Promise<void> {
    if (key !== '' && key !== this.options.testKey) await this.call(row, this.gate.complete(key))
  }

  /** A key with which the booking pages must let a visitor in; '' where none is needed. */
  async letIn(row: number): Promise<LetIn> {
    const { testKey, phase } = this.options
    if (!this.isGated) return { isIn: true, key: '' }
    if (testKey !== '') return { isIn: true, key: testKey }
    if (this.shutBecause !== null) return { isIn: false, because: this.shutBecause }
    if (phase === 'before' && !this.hasTrial) {
      return { isIn: false, because: { code: 'NoWayInBeforeOpening' } }
    }
    const found = await (this.hasTrial ? this.onTrial(row) : this.inLine(row))
    if (!found.isIn) this.shutBecause = found.because
    return found
  }

  /** As anybody: waits for its turn. */
  async inLine(row: number): Promise<LetIn> {
    const { clock, courier, patienceMs } = this.options
    const untilMs = clock.monotonicMs() + patienceMs
    let answer = await this.enter(row)
    let key = answer.fields.key ?? ''
    while (answer.word === GateWord.wait && clock.monotonicMs() < untilMs) {
      const ttlMs = secToMs(answer.fields.ttl ?? 1)
      await courier.pause(Math.min(maxPollMs, Math.max(pollMs, ttlMs)))
      answer = await this.poll(row, key)
      key = answer.fields.key ?? key
    }
    if (answer.word === GateWord.free) return { isIn: true, key: '' }
    if (answer.word === GateWord.pass) return { isIn: true, key }
    if (answer.word === GateWord.wait) await this.leave(row, key)
    this.shutBecause = { code: 'NobodyLetIn', gate: gateReplyOf(answer) }
    return { isIn: false, because: this.shutBecause }
  }

  /** Called by an order; the gate stays as it is for everybody else. */
  private async onTrial(row: number): Promise<LetIn> {
    const { clock, courier } = this.options
    const answer = await this.enter(row)
    const { key = '' } = answer.fields
    if (answer.word === GateWord.pass) return { isIn: true, key }
    if (answer.word === GateWord.free) return { isIn: true, key: '' }
    if (answer.word !== GateWord.wait) {
      return { isIn: false, because: { code: 'NoTicket', gate: gateReplyOf(answer) } }
    }
    const ordered = await this.callNext([key])
    if (ordered !== null) return { isIn: false, because: ordered }
    const untilMs = clock.monotonicMs() + orderMs
    while (clock.monotonicMs() < untilMs) {
      const polled = await this.poll(row, key)
      if (polled.word === GateWord.pass) return { isIn: true, key }
      if (polled.word !== GateWord.wait) {
        const gate = gateReplyOf(polled)
        return { isIn: false, because: { code: 'TrialVisitorNotLetIn', gate } }
      }
      await courier.pause(pollMs)
    }
    return { isIn: false, because: { code: 'TrialVisitorNotCalled' } }
  }

  /** Orders the gate to call the next of these; why that cannot be, or `null`. */
  async callNext(keys: readonly string[]): Promise<NoEntry | null> {
    const told = await this.options.control?.trial(keys)
    if (told === undefined) return { code: 'NoControl' }
    return told.ok ? null : { code: 'OrderRefused', detail: told.detail }
  }

  private async call(row: number, outgoing: Outgoing): Promise<GateAnswer> {
    const { courier } = this.options
    const errand = { visitor: row, outgoing, want: Want.body, timeoutMs: gateTimeoutMs }
    const reply = await courier.ask(errand)
    const answer: GateAnswer = { word: GateWord.failed, outcome: 0, fields: {} }
    readGateAnswer(reply, answer)
    return answer
  }
}
