import { must } from '../../core/assert.ts'
import type { Outcome } from './outcome.ts'
import { trialKey, type Replicate, type Trial } from './trial.ts'

/** What trials came to, each simulated once however often it is asked for. */
export class Outcomes {
  /** Trials that were simulated. */
  count = 0
  private readonly known = new Map<string, Outcome>()
  private readonly replicate: Replicate

  constructor(replicate: Replicate) {
    this.replicate = replicate
  }

  /** The outcomes in the order asked for; those not known yet are run as one batch. */
  async of(trials: readonly Trial[]): Promise<Outcome[]> {
    const missing = new Map<string, Trial>()
    for (const trial of trials) {
      const key = trialKey(trial)
      if (!this.known.has(key)) missing.set(key, trial)
    }
    if (missing.size > 0) {
      const outcomes = await this.replicate([...missing.values()])
      for (const [i, key] of [...missing.keys()].entries()) {
        this.known.set(key, must(outcomes[i], 'an outcome for every trial'))
      }
      this.count += missing.size
    }
    return trials.map((trial) => must(this.known.get(trialKey(trial)), 'outcome of a trial'))
  }
}
