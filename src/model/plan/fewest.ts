import type { Outcome } from './outcome.ts'
import type { Outcomes } from './outcomes.ts'
import { replicateCandidates, trialsOf, verdictOf, type Demand } from './replications.ts'
import type { Trial } from './trial.ts'

export interface FewestOptions {
  /** Ascending. */
  readonly counts: readonly number[]
  /** Replications of the search; the answer is confirmed by the rule. */
  readonly screening: number
  readonly demand: Demand
}

export interface Fewest {
  /** `null`: none of the counts. */
  readonly instances: number | null
  /** Whether the rule decided that it meets, and that one below fails (or is below the range). */
  readonly isConfirmed: boolean
}

/**
 * The fewest instances at which a demand is met, by halving on a few replications, which takes more
 * servers to be no worse; then the rule decides at the answer (one that fails is left for the next
 * above) and at the one below it.
 */
export async function fewestInstances(
  what: Omit<Trial, 'draw' | 'instances'>,
  outcomes: Outcomes,
  { counts, screening, demand }: FewestOptions,
): Promise<Fewest> {
  const at = (i: number) => ({ ...what, instances: counts[i] ?? 1 })
  const screened = async (i: number): Promise<boolean> =>
    looksMet(await outcomes.of(trialsOf(at(i), screening)), demand)
  let low = -1
  let high = counts.length
  if (counts.length > 0 && (await screened(counts.length - 1))) high = counts.length - 1
  else return { instances: null, isConfirmed: false }
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (await screened(middle)) high = middle
    else low = middle
  }
  for (; high < counts.length; high++) {
    const verdict = await decidedAt(at(high), outcomes, demand)
    if (verdict === 'fails') continue
    const below =
      high === 0 ? 'fails' : await decidedAt(at(high - 1), outcomes, { ...demand, most: screening })
    const isConfirmed = verdict === 'meets' && below !== 'meets'
    return { instances: counts[high] ?? null, isConfirmed }
  }
  return { instances: null, isConfirmed: true }
}

/** No more failures than the probability lets expect, and one that fewer runs than that may hide. */
export function looksMet(found: readonly Outcome[], { probability, holds }: Demand): boolean {
  const failures = found.filter((outcome) => !holds(outcome)).length
  return failures <= (1 - probability) * found.length
}

async function decidedAt(
  candidacy: Omit<Trial, 'draw'>,
  outcomes: Outcomes,
  demand: Demand,
): Promise<ReturnType<typeof verdictOf>> {
  const [found = []] = await replicateCandidates([candidacy], outcomes, demand)
  return verdictOf(found, demand)
}
