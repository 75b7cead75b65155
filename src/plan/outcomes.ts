import { must } from '../core/assert.ts'
import type { Outcome } from './outcome.ts'
import { trialKey, type Replicate, type Trial } from './trial.ts'

/**
 * Turns of the microtask queue that a round waits before it begins: those who were answered by the
 * round before come with their next question, and searches that go on side by side share rounds.
 */
const gatheringTurns = 32

/** What trials came to, each simulated once however often it is asked for. */
export class Outcomes {
  /** Trials that were simulated. */
  count = 0
  private readonly known = new Map<string, Outcome>()
  private readonly replicate: Replicate
  private waiting = new Map<string, Trial>()
  private round: Promise<void> | null = null

  constructor(replicate: Replicate) {
    this.replicate = replicate
  }

  /** The outcomes in the order asked for; those not known yet are run, one round after another. */
  async of(trials: readonly Trial[]): Promise<Outcome[]> {
    const keyed = trials.map((trial) => ({ key: trialKey(trial), trial }))
    for (const { key, trial } of keyed) if (!this.known.has(key)) this.waiting.set(key, trial)
    while (keyed.some(({ key }) => !this.known.has(key))) {
      this.round ??= this.run()
      await this.round
    }
    return keyed.map(({ key }) => must(this.known.get(key), 'outcome of a trial'))
  }

  private async run(): Promise<void> {
    try {
      for (let turn = 0; turn < gatheringTurns; turn++) await Promise.resolve()
      const batch = this.waiting
      this.waiting = new Map()
      for (const key of this.known.keys()) batch.delete(key)
      if (batch.size === 0) return
      const outcomes = await this.replicate([...batch.values()])
      for (const [i, key] of [...batch.keys()].entries()) {
        this.known.set(key, must(outcomes[i], 'an outcome for every trial'))
      }
      this.count += batch.size
    } finally {
      this.round = null
    }
  }
}
