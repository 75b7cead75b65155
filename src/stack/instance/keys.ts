import type { Clock } from '../../core/clock.ts'
import type { GateClient } from '../contract.ts'

/** How long the gate's word that a key is good is remembered. */
const rememberMs = 2000
const maxRemembered = 50_000

/** Asks the gate whether keys are good, and remembers for a moment those that are. */
export class KeyCheck {
  private readonly gate: GateClient
  private readonly clock: Clock
  /** Until when each is good; in the order in which they were asked for. */
  private readonly goodUntilMs = new Map<string, number>()

  constructor(gate: GateClient, clock: Clock) {
    this.gate = gate
    this.clock = clock
  }

  /** Rejects where the gate does not answer. */
  async isGood(key: string): Promise<boolean> {
    const nowMs = this.clock.monotonicMs()
    if ((this.goodUntilMs.get(key) ?? -Infinity) > nowMs) return true
    this.goodUntilMs.delete(key)
    const isGood = await this.gate.verify(key)
    if (isGood) this.remember(key, nowMs + rememberMs)
    return isGood
  }

  private remember(key: string, untilMs: number): void {
    this.goodUntilMs.delete(key)
    this.goodUntilMs.set(key, untilMs)
    const nowMs = untilMs - rememberMs
    for (const [oldest, goodUntilMs] of this.goodUntilMs) {
      if (goodUntilMs > nowMs && this.goodUntilMs.size <= maxRemembered) break
      this.goodUntilMs.delete(oldest)
    }
  }
}
