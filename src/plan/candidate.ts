import { must } from '../core/assert.ts'
import type { Outcome } from './outcome.ts'
import type { Candidate, Prices } from './plan-record.ts'
import { probabilityOf, rangeOf } from './ranges.ts'
import { keepsUp, meetsSlo, verdictOf } from './replications.ts'
import { arePriced, costOf, regretsOf } from './regret.ts'

/** One number of instances with its replications, in the order of the draws. */
export interface Replicated {
  readonly instances: number
  readonly found: readonly Outcome[]
  readonly analytic: Candidate['analytic']
}

export interface CandidateOptions {
  readonly slo: readonly string[]
  readonly probability: number
  readonly maxReplications: number
  readonly hours: number
  readonly prices: Prices
  /** The prices of a draw. */
  readonly pricesIn: (draw: number) => Omit<Prices, 'currency'>
}

/** Candidates from their replications. Regret is taken over the draws that all of them have. */
export function candidatesOf(
  replicated: readonly Replicated[],
  options: CandidateOptions,
): Candidate[] {
  const { prices, pricesIn, hours } = options
  const regrets = arePriced(prices)
    ? regretsOf(
        replicated.map(({ instances, found }) =>
          found.map((outcome, draw) => costOf(outcome, pricesIn(draw), { instances, hours })),
        ),
      )
    : null
  return replicated.map((one, i) => candidateOf(one, regrets?.[i] ?? null, options))
}

function candidateOf(
  { instances, found, analytic }: Replicated,
  regret: number | null,
  { slo, probability, maxReplications, hours, prices }: CandidateOptions,
): Candidate {
  const objectives = slo.map((expr, k) => {
    const results = found.map((outcome) => must(outcome.slo[k], 'an objective'))
    return {
      expr,
      pHolds: probabilityOf(results.map(({ ok }) => ok)),
      observed: rangeOf(results.map(({ observed }) => observed)),
    }
  })
  return {
    instances,
    verdict: verdictOf(found, { probability, maxReplications, holds: meetsSlo }),
    replications: found.length,
    pMeetsSlo: probabilityOf(found.map(meetsSlo)),
    pCollapse: probabilityOf(found.map((outcome) => !keepsUp(outcome))),
    waitSecP95: rangeOf(found.map(({ waitSecP95 }) => waitSecP95)),
    drainSec: rangeOf(found.map(({ drainSec }) => drainSec)),
    goodputPerSec: rangeOf(found.map(({ goodputPerSec }) => goodputPerSec)),
    booked: rangeOf(found.map(({ booked }) => booked)),
    cost: instances * hours * (prices.instancePerHour ?? 1),
    regret,
    objectives,
    analytic,
    confirmed: null,
  }
}
