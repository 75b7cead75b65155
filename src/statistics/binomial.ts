import { normalQuantile } from '../core/special.ts'
import { openShare, requireParameters, wholeNumber, type Complaint } from '../core/parameters.ts'
import { betaQuantile } from './incomplete-beta.ts'

/** `successes` out of `trials` that had the same chance and nothing to do with each other. */
export interface Proportion {
  readonly successes: number
  readonly trials: number
}

export interface ProportionInterval {
  /** successes/trials; `null` before the first trial. */
  readonly value: number | null
  readonly low: number
  readonly high: number
}

/**
 * Clopper–Pearson: the exact two-sided interval, which holds the true share with at least the
 * given confidence, B(α/2; x, n − x + 1) to B(1 − α/2; x + 1, n − x) in beta quantiles (Clopper and
 * Pearson, "The use of confidence or fiducial limits", Biometrika 26, 1934). Zero trials: 0 to 1.
 * @throws DambreakError `usage`
 */
export function clopperPearson(proportion: Proportion, confidence: number): ProportionInterval {
  checkProportion('clopperPearson', proportion, { confidence: openShare(confidence) })
  const { successes: x, trials: n } = proportion
  const outside = (1 - confidence) / 2
  return {
    value: shareOf(proportion),
    low: x === 0 ? 0 : betaQuantile(outside, x, n - x + 1),
    // From the other side, where the quantile of a share near 1 keeps its digits.
    high: x === n ? 1 : 1 - betaQuantile(outside, n - x, x + 1),
  }
}

/**
 * Wilson's score interval: shorter than the exact one, right on average rather than always,
 * (p + z²/2n ± z√(p(1 − p)/n + z²/4n²)) / (1 + z²/n) (Wilson, "Probable inference", JASA 22, 1927).
 * @throws DambreakError `usage`
 */
export function wilson(proportion: Proportion, confidence: number): ProportionInterval {
  checkProportion('wilson', proportion, { confidence: openShare(confidence) })
  const { successes, trials: n } = proportion
  if (n === 0) return { value: null, low: 0, high: 1 }
  const value = successes / n
  const z = normalQuantile((1 + confidence) / 2)
  const middle = value + (z * z) / (2 * n)
  const half = z * Math.sqrt((value * (1 - value)) / n + (z * z) / (4 * n * n))
  const low = successes === 0 ? 0 : (middle - half) / (1 + (z * z) / n)
  const high = successes === n ? 1 : (middle + half) / (1 + (z * z) / n)
  return { value, low, high }
}

/** @throws DambreakError `usage` on counts that are none, and on the further complaints */
export function checkProportion(
  model: string,
  { successes, trials }: Proportion,
  further: Record<string, Complaint>,
): void {
  requireParameters(model, {
    trials: wholeNumber(trials, 0),
    successes:
      wholeNumber(successes, 0) ??
      (successes <= trials ? null : `must be at most the ${trials} trials, got ${successes}`),
    ...further,
  })
}

function shareOf({ successes, trials }: Proportion): number | null {
  return trials === 0 ? null : successes / trials
}
