import { streamKey, streams, uniform } from '../../core/chance.ts'
import type { Outcome } from '../outcome.ts'
import { Outcomes } from '../outcomes.ts'
import type { Replicate, Trial } from '../trial.ts'

/** An outcome in which all is well, and whatever is laid over it. */
export function outcomeWith(over: Partial<Outcome> = {}): Outcome {
  return {
    slo: [{ ok: true, observed: 0 }],
    collapsed: false,
    collapseUntilSec: null,
    waitSecP95: 100,
    drainSec: 600,
    goodputPerSec: 10,
    booked: 1000,
    lost: 0,
    waitingHours: 10,
    abandonShare: 0,
    pastGateShare: 0,
    busiest: { station: 'web', utilisation: 0.5 },
    ...over,
  }
}

export const missed = (over: Partial<Outcome> = {}): Outcome =>
  outcomeWith({ slo: [{ ok: false, observed: 1 }], ...over })

const key = streamKey(5, streams.test)

/** The luck of a draw, in (0, 1): the same for every candidate. */
export const luckOf = ({ draw }: Trial): number => (draw === null ? 0.5 : uniform(key, draw))

/** Outcomes by a function of the trial, and every batch that was asked for. */
export function synthetic(outcomeOf: (trial: Trial) => Outcome): {
  outcomes: Outcomes
  replicate: Replicate
  batches: Trial[][]
} {
  const batches: Trial[][] = []
  const replicate: Replicate = (trials) => {
    batches.push([...trials])
    return Promise.resolve(trials.map(outcomeOf))
  }
  return { outcomes: new Outcomes(replicate), replicate, batches }
}
