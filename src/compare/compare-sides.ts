import type { RunRecord } from '../record/run.ts'
import { compareRuns, type CompareOptions, type RunComparison } from './compare.ts'

/**
 * Compares two sides of runs: the headline figures of each, and which of them differ by more than
 * chance. Only with at least three runs a side is anything called better or worse. Simulations may
 * be compared with rehearsals of the same scenario.
 *
 * @param baseline the runs before, at least one
 * @param candidate the runs after, at least one
 * @returns a figure each with its unit, values, difference and verdict; shares are fractions
 * @throws DambreakError of kind `usage` where the runs must not be compared: other workloads, other
 * scales, invalid runs; `allow` admits a kind of mismatch, which the result then lists
 * @example
 * ```ts
 * import { compare, loadScenario, simulate } from 'dambreak'
 *
 * const [one, two] = [await loadScenario('smoke'), await loadScenario('smoke', { instances: 2 })]
 * const { figures } = compare([await simulate(one)], [await simulate(two)], { allow: ['stack'] })
 * for (const { path, difference, verdict } of figures) console.log(path, difference?.value, verdict)
 * ```
 */
export function compareSides(
  baseline: readonly RunRecord[],
  candidate: readonly RunRecord[],
  options: CompareOptions = {},
): RunComparison {
  if (!isModelAgainstStack(baseline, candidate)) return compareRuns(baseline, candidate, options)
  const allow = [...(options.allow ?? []), 'engine' as const]
  const comparison = compareRuns(baseline, candidate, { ...options, allow })
  return {
    ...comparison,
    mismatches: comparison.mismatches.filter(({ kind }) => kind !== 'engine'),
  }
}

/** Whether one side is simulated and the other is not; that needs no `--allow`. */
function isModelAgainstStack(
  baseline: readonly RunRecord[],
  candidate: readonly RunRecord[],
): boolean {
  const [one, two] = [simulated(baseline), simulated(candidate)]
  return one !== null && two !== null && one !== two
}

/** Whether all of the runs are simulations, or none; `null` where some are. */
function simulated(runs: readonly RunRecord[]): boolean | null {
  const [first, ...others] = new Set(runs.map(({ header }) => header.engine === 'sim'))
  return others.length > 0 ? null : (first ?? null)
}
