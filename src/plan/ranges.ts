import { clopperPearson } from '../statistics/binomial.ts'
import { nearestRank } from '../statistics/nearest-rank.ts'
import type { Probability, Range } from './plan-figures.ts'

/** Of the intervals beside shares, and of the rule that decides. */
export const confidence = 0.95

/** 5th, 50th and 95th percentile (nearest rank); what is `null` was not reached, so lies beyond all. */
export function rangeOf(values: readonly (number | null)[]): Range {
  const sorted = values.map((value) => value ?? Infinity).toSorted((a, b) => a - b)
  const at = (q: number) => {
    const value = nearestRank(sorted, q)
    return value === Infinity ? null : value
  }
  return { low: at(0.05), mid: at(0.5), high: at(0.95) }
}

/** The share of those that are true with its 95% confidence interval; before any, from 0 to 1. */
export function probabilityOf(truths: readonly boolean[]): Probability {
  const trials = truths.length
  const successes = truths.filter(Boolean).length
  const { value, low, high } = clopperPearson({ successes, trials }, confidence)
  return { value: value ?? 0, low, high }
}
