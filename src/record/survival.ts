import { assert } from '../core/assert.ts'
import { highestOf, medianOf, scaled } from './histogram.ts'
import type { Histogram } from './histogram.ts'
import type { Percentiles } from './run.ts'

/**
 * Kaplan–Meier (1958) over the counters of two histograms of one layout: `events` are waits that
 * came to their end, `censored` waits that were cut off (gave up, voided, still waiting).
 *
 *   S(t) = Π over counters i ≤ t of (1 − dᵢ / nᵢ)
 *
 * with dᵢ the events in counter i and nᵢ all that had not ended before it. Within a counter events
 * come before censorings, as is usual for ties. Without censoring this is the plain empirical
 * distribution.
 */
export interface SurvivalCurve {
  /** Counters that hold an event, rising. */
  readonly indexes: number[]
  /** The largest value that each of them counts, in the layout's unit. */
  readonly values: number[]
  /** Share that waits longer than that. */
  readonly survival: number[]
}

export function survivalCurve(events: Histogram, censored: Histogram): SurvivalCurve {
  assert(events.layout === censored.layout, 'events and censored waits must share a layout')
  const curve: SurvivalCurve = { indexes: [], values: [], survival: [] }
  let atRisk = events.total() + censored.total()
  let survival = 1
  let cut = censored.next(0)
  for (let i = events.next(0); i >= 0; i = events.next(i + 1)) {
    while (cut >= 0 && cut < i) {
      atRisk -= censored.counts[cut]!
      cut = censored.next(cut + 1)
    }
    const ended = events.counts[i]!
    // The factor as a quotient of whole numbers: it is exactly 0 where all at risk ended.
    survival *= (atRisk - ended) / atRisk
    atRisk -= ended
    curve.indexes.push(i)
    curve.values.push(highestOf(i))
    curve.survival.push(survival)
  }
  return curve
}

/** Rounding of a product of many factors; far below one in 10^9 visitors. */
const slack = 1e-10

/** Smallest value with S(value) ≤ 1 − q; `null` where the estimate never comes down to that. */
export function curveQuantile(curve: SurvivalCurve, q: number): number | null {
  // To be reached, the very end must be reached exactly, however small the share that is left.
  const bound = q >= 1 ? 0 : 1 - q + slack
  // The survival never rises, so the first counter low enough is found by halving.
  let low = 0
  let high = curve.survival.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (curve.survival[middle]! <= bound) high = middle
    else low = middle + 1
  }
  return curve.values[low] ?? null
}

export function survivalQuantile(events: Histogram, censored: Histogram, q: number): number | null {
  return curveQuantile(survivalCurve(events, censored), q)
}

/**
 * ∫ S(t) dt. `null` where S does not come down to 0, that is where the longest waits were all
 * censored (or nothing ended): a mean cut off at the last observation would understate the wait.
 */
export function survivalMean(events: Histogram, censored: Histogram): number | null {
  return curveMean(survivalCurve(events, censored))
}

function curveMean(curve: SurvivalCurve): number | null {
  if (curve.survival.at(-1) !== 0) return null
  let before = 1
  let mean = 0
  for (let k = 0; k < curve.indexes.length; k += 1) {
    mean += (before - curve.survival[k]!) * medianOf(curve.indexes[k]!)
    before = curve.survival[k]!
  }
  return mean
}

/** The usual percentiles of the estimate, divided by `perUnit`; `null` where not reached. */
export function survivalPercentiles(
  events: Histogram,
  censored: Histogram,
  perUnit = 1000,
): Percentiles {
  const curve = survivalCurve(events, censored)
  const at = (q: number) => scaled(curveQuantile(curve, q), perUnit)
  return {
    mean: scaled(curveMean(curve), perUnit),
    p05: at(0.05),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  }
}
