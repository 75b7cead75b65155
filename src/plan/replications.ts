import { decideProportion } from '../statistics/proportion-decision.ts'
import type { Outcome } from './outcome.ts'
import type { Outcomes } from './outcomes.ts'
import type { CandidateVerdict } from './plan-figures.ts'
import { confidence } from './ranges.ts'
import type { Trial } from './trial.ts'

/** What must hold with what probability, and how long to look. */
export interface Demand {
  readonly probability: number
  /** Of a candidate. */
  readonly maxReplications: number
  /** However clear the case: ranges and regret rest on them. Absent: as many as decide it. */
  readonly minReplications?: number
  readonly holds: (outcome: Outcome) => boolean
}

export const meetsSlo = ({ slo }: Outcome): boolean => slo.every(({ ok }) => ok)
export const keepsUp = ({ collapsed }: Outcome): boolean => !collapsed

/** Replications after which candidates are judged: dense at first, so that clear ones end early. */
export function looksOf(max: number, min = 1): number[] {
  const looks = [2, 4, 8, 16, 24, 36, 48, 64, 80]
  while ((looks.at(-1) ?? 0) + 20 < max) looks.push((looks.at(-1) ?? 0) + 20)
  const later = looks.filter((look) => look > min && look < max)
  return min > 1 && min < max ? [min, ...later, max] : [...later, max]
}

/** Meets, fails, or not decided by these outcomes; sound however often it is asked. */
export function verdictOf(outcomes: readonly Outcome[], demand: Demand): CandidateVerdict {
  const successes = outcomes.filter(demand.holds).length
  const { probability: threshold, maxReplications: maxTrials } = demand
  return decideProportion({ successes, trials: outcomes.length, threshold, confidence, maxTrials })
}

/** What is the same in all replications of a candidate. */
export type Candidacy = Omit<Trial, 'draw'>

/**
 * Replicates candidates on common draws, in whole rounds: each goes on until the rule decides it.
 * What runs next depends on complete rounds only, so on no order in which runs end.
 */
export async function replicateCandidates(
  candidacies: readonly Candidacy[],
  outcomes: Outcomes,
  demand: Demand,
): Promise<Outcome[][]> {
  const found: Outcome[][] = candidacies.map(() => [])
  for (const look of looksOf(demand.maxReplications, demand.minReplications)) {
    const open = candidacies.flatMap((candidacy, i) =>
      verdictOf(found[i] ?? [], demand) === 'undecided' ? [{ candidacy, i }] : [],
    )
    if (open.length === 0) break
    const results = await outcomes.of(open.flatMap(({ candidacy }) => trialsOf(candidacy, look)))
    for (const [k, { i }] of open.entries()) found[i] = results.slice(k * look, (k + 1) * look)
  }
  return found
}

/** The first `count` replications of a candidate. */
export function trialsOf(candidacy: Candidacy, count: number): Trial[] {
  return Array.from({ length: count }, (_, draw) => ({ ...candidacy, draw }))
}
