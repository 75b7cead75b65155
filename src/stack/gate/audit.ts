import type { Clock } from '../../core/clock.ts'
import type { GateState } from '../contract.ts'
import { Stage, type Tickets } from './tickets.ts'

/** Beyond so many, each request of a forged key counts: memory has an end. */
const maxIntruders = 1_000_000

/**
 * Counts what went wrong from what happened to the tickets, whatever the gate meant to do: it knows
 * nothing of how the next turn is chosen, nor of when the gate thinks that it is open.
 */
export class GateAudit {
  readonly findings: { -readonly [K in keyof GateState['findings']]: number } = {
    earlyAdmission: 0,
    bypassed: 0,
    orderInversion: 0,
  }
  /** The opening that was announced. */
  opensAtEpochMs: number
  private readonly tickets: Tickets
  private readonly clock: Clock
  private readonly intruders = new Set<string>()
  /** No ticket before it waits, nor ever will again. */
  private first = 0

  constructor(tickets: Tickets, clock: Clock, opensAtEpochMs: number) {
    this.tickets = tickets
    this.clock = clock
    this.opensAtEpochMs = opensAtEpochMs
  }

  /** A ticket is about to be called, or let in. One that was called before had its turn then. */
  turn(n: number): void {
    const { tickets } = this
    if (tickets.stage(n) !== Stage.waiting) return
    while (this.first < n && tickets.stage(this.first) !== Stage.waiting) this.first++
    if (this.first < n) this.findings.orderInversion++
  }

  /** A client was told that it may pass. */
  admitted(): void {
    if (this.clock.epochMs() < this.opensAtEpochMs) this.findings.earlyAdmission++
  }

  /** An instance took a key unverified: a ticket that was never let in counts once. */
  seen(n: number): void {
    if (!this.tickets.wasAdmitted(n) && this.tickets.mark(n)) this.findings.bypassed++
  }

  /** The same of a key that no gate of this stack made: once a visitor, as far as memory goes. */
  intruder(visitor: string): void {
    if (this.intruders.has(visitor)) return
    if (this.intruders.size < maxIntruders) this.intruders.add(visitor)
    this.findings.bypassed++
  }
}
