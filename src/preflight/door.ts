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
import { outcomeNames } from '../core/codes.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import type { Clock } from '../core/clock.ts'
import type { Courier } from './courier.ts'
import type { PreflightPhase } from './matrix.ts'

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
  { readonly isIn: true; readonly key: string } | { readonly isIn: false; readonly why: string }

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
  shutBecause: string | null = null

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
    if (this.shutBecause !== null) return { isIn: false, why: this.shutBecause }
    if (phase === 'before' && !this.hasTrial) {
      const why = 'not before the opening: no way in without --control or --test-key-env'
      return { isIn: false, why }
    }
    const found = await (this.hasTrial ? this.onTrial(row) : this.inLine(row))
    if (!found.isIn) this.shutBecause = found.why
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
    this.shutBecause = `the gate let nobody in: ${gateText(answer)}`
    return { isIn: false, why: this.shutBecause }
  }

  /** Called by an order; the gate stays as it is for everybody else. */
  private async onTrial(row: number): Promise<LetIn> {
    const { clock, courier } = this.options
    const answer = await this.enter(row)
    const { key = '' } = answer.fields
    if (answer.word === GateWord.pass) return { isIn: true, key }
    if (answer.word === GateWord.free) return { isIn: true, key: '' }
    if (answer.word !== GateWord.wait) {
      return { isIn: false, why: `the gate gives no ticket: ${gateText(answer)}` }
    }
    const ordered = await this.callNext([key])
    if (ordered !== null) return { isIn: false, why: ordered }
    const untilMs = clock.monotonicMs() + orderMs
    while (clock.monotonicMs() < untilMs) {
      const polled = await this.poll(row, key)
      if (polled.word === GateWord.pass) return { isIn: true, key }
      if (polled.word !== GateWord.wait) {
        return { isIn: false, why: `a visitor on trial: ${gateText(polled)}` }
      }
      await courier.pause(pollMs)
    }
    return { isIn: false, why: 'the gate did not call the visitor that it was ordered to call' }
  }

  /** Orders the gate to call the next of these; why not, in words, or `null`. */
  async callNext(keys: readonly string[]): Promise<string | null> {
    const told = await this.options.control?.trial(keys)
    if (told === undefined) return 'there is no --control'
    return told.ok ? null : `the stack does not take the order to let a visitor in: ${told.detail}`
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

/** What a gate said, in words. */
export function gateText({ word, outcome, fields }: GateAnswer): string {
  switch (word) {
    case GateWord.pass:
      return 'let in'
    case GateWord.free:
      return 'let in without a key'
    case GateWord.wait:
      return `waiting, ${fields.nwait ?? 0} ahead`
    case GateWord.notStarted:
      return 'told that it has not begun'
    case GateWord.expired:
      return 'the key has lapsed'
    case GateWord.refused:
      return 'refused by the gate'
    default:
      return `no answer of the gate's (${outcomeNames[outcome] ?? 'unknown'})`
  }
}
