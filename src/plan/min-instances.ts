import type { Outcome } from './outcome.ts'
import type { Outcomes } from './outcomes.ts'
import { replicateCandidates, trialsOf, verdictOf, type Demand } from './replications.ts'
import type { Trial } from './trial.ts'

export interface MinInstancesOptions {
  /** Ascending. */
  readonly counts: readonly number[]
  /** Replications of the search. */
  readonly screening: number
  readonly demand: Demand
  /** Whether the rule must decide the answer, or the search's draws need only not refute it. */
  readonly isDecided: boolean
}

export interface MinInstances {
  /** `null`: none of the counts. */
  readonly instances: number | null
  /** Whether the rule decided that the answer meets the demand. */
  readonly isConfirmed: boolean
}

/**
 * The smallest count at which a demand is met, by halving on a few replications. It starts from the
 * largest of a few counts that meets it, and takes more servers to be no worse. Then the rule decides:
 * an answer that it does not confirm gives way to the next above, and to the one below where the rule
 * confirms that one. So this is what a plan of these counts would recommend.
 */
export async function minInstances(
  what: Omit<Trial, 'draw' | 'instances'>,
  outcomes: Outcomes,
  { counts, screening, demand, isDecided }: MinInstancesOptions,
): Promise<MinInstances> {
  const at = (i: number) => ({ ...what, instances: counts[i] ?? 1 })
  /** One draw first: where that fails already, as most do that fail, the others are not asked. */
  const screened = async (i: number): Promise<boolean> => {
    const all = trialsOf(at(i), screening)
    const first = await outcomes.of(all.slice(0, 1))
    if (failuresOf(first, demand) > allowedFailures(all.length, demand.probability)) return false
    return looksMet(await outcomes.of(all), demand)
  }
  let low = -1
  let high = counts.length
  // More may be too many for what all share: where the largest count fails, smaller ones are tried.
  for (const part of [1, 0.75, 0.5, 0.25, 0]) {
    const probe = Math.round(part * (counts.length - 1))
    if (probe >= high || probe < 0) continue
    if (await screened(probe)) {
      high = probe
      break
    }
  }
  if (high === counts.length) return { instances: null, isConfirmed: false }
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (await screened(middle)) high = middle
    else low = middle
  }
  if (!isDecided) return { instances: counts[high] ?? null, isConfirmed: false }
  while (high < counts.length && (await decidedAt(at(high), outcomes, demand)) !== 'meets') high++
  // A count that failed one of the search's few draws may meet the demand all the same.
  while (
    high > 0 &&
    high < counts.length &&
    (await decidedAt(at(high - 1), outcomes, demand)) === 'meets'
  )
    high--
  return { instances: counts[high] ?? null, isConfirmed: high < counts.length }
}

/** No more failures than the probability allows in so many draws. */
function looksMet(found: readonly Outcome[], demand: Demand): boolean {
  return failuresOf(found, demand) <= allowedFailures(found.length, demand.probability)
}

function failuresOf(found: readonly Outcome[], { holds }: Demand): number {
  return found.filter((outcome) => !holds(outcome)).length
}

export const allowedFailures = (draws: number, probability: number): number =>
  (1 - probability) * draws

async function decidedAt(
  candidacy: Omit<Trial, 'draw'>,
  outcomes: Outcomes,
  demand: Demand,
): Promise<ReturnType<typeof verdictOf>> {
  const [found = []] = await replicateCandidates([candidacy], outcomes, demand)
  return verdictOf(found, demand)
}
