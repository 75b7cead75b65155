import { mean, sampleVariance } from 'simple-statistics'
import { assert } from '../core/assert.ts'
import { studentQuantile, studentTwoSided } from './student-t.ts'

/** What is known of one side: independent values, at least two. */
export interface Side {
  readonly values: readonly number[]
  /** The spread that it has at least, whatever so few values show (0: what they show). */
  readonly minSd?: number
}

export interface MeanDifference {
  /** Mean of `b` less mean of `a`, with its confidence interval. */
  readonly value: number
  readonly low: number
  readonly high: number
  /** Two-sided, of no difference; `null` where neither side has any spread. */
  readonly p: number | null
  readonly degrees: number
}

/**
 * The difference of two means whose sides need not be equally noisy: Welch's t with the degrees of
 * freedom of Satterthwaite (Welch 1947, Biometrika 34, 28–35).
 */
export function welch(a: Side, b: Side, confidence: number): MeanDifference {
  assert(a.values.length > 1 && b.values.length > 1, 'two values a side, at least')
  const [u, v] = [a, b].map(({ values, minSd = 0 }) => ({
    squared: Math.max(sampleVariance(values), minSd ** 2) / values.length,
    degrees: values.length - 1,
  })) as [Spread, Spread]
  const value = mean(b.values) - mean(a.values)
  const squared = u.squared + v.squared
  if (squared === 0) return { value, low: value, high: value, p: null, degrees: Infinity }
  const degrees = squared ** 2 / (u.squared ** 2 / u.degrees + v.squared ** 2 / v.degrees)
  const error = Math.sqrt(squared)
  const reach = studentQuantile((1 + confidence) / 2, degrees) * error
  return {
    value,
    low: value - reach,
    high: value + reach,
    p: studentTwoSided(value / error, degrees),
    degrees,
  }
}

interface Spread {
  /** Of the mean. */
  readonly squared: number
  readonly degrees: number
}
