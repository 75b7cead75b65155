import { assert } from '../core/assert.ts'
import {
  survivalCurve,
  survivalQuantile,
  type SurvivalCurve,
  type SurvivalStep,
} from '../statistics/kaplan-meier.ts'
import { highestOf, medianOf, scaled } from './histogram.ts'
import type { Histogram } from './histogram.ts'
import type { Percentiles } from './run.ts'

/**
 * How long waits last, by Kaplan and Meier over the counters of two histograms of one layout:
 * `events` are waits that came to their end, `censored` waits that were cut off (gave up, voided,
 * still waiting). The curve's times are indexes of counters. Within a counter events come before
 * censorings, as is usual for ties.
 */
export function waitSurvival(events: Histogram, censored: Histogram): SurvivalCurve {
  assert(events.layout === censored.layout, 'events and censored waits must share a layout')
  return survivalCurve(stepsOf(events, censored))
}

function stepsOf(events: Histogram, censored: Histogram): SurvivalStep[] {
  const entered = events.total() + censored.total()
  const steps: SurvivalStep[] = [{ time: -1, entered, ended: 0, left: 0 }]
  let left = censored.next(0)
  let ended = events.next(0)
  while (left >= 0 || ended >= 0) {
    const at = left < 0 || (ended >= 0 && ended < left) ? ended : left
    steps.push({ time: at, entered: 0, ended: events.counts[at]!, left: censored.counts[at]! })
    if (left === at) left = censored.next(at + 1)
    if (ended === at) ended = events.next(at + 1)
  }
  return steps
}

/** The largest value of the counter by which `share` had ended; `null` where so many never did. */
export function quantileOfWaits(curve: SurvivalCurve, share: number): number | null {
  const index = survivalQuantile(curve, share)
  return index === null ? null : highestOf(index)
}

/**
 * ∫ S(t) dt. `null` where S does not come down to 0, that is where the longest waits were all
 * censored (or nothing ended): a mean cut off at the last observation would understate the wait.
 */
export function meanOfWaits(curve: SurvivalCurve): number | null {
  if (curve.survival.at(-1) !== 0) return null
  let before = 1
  let mean = 0
  curve.survival.forEach((survival, k) => {
    mean += (before - survival) * medianOf(curve.times[k]!)
    before = survival
  })
  return mean
}

/** The usual percentiles of the estimate, divided by `perUnit`; `null` where not reached. */
export function waitPercentiles(
  events: Histogram,
  censored: Histogram,
  perUnit = 1000,
): Percentiles {
  const curve = waitSurvival(events, censored)
  const at = (share: number) => scaled(quantileOfWaits(curve, share), perUnit)
  return {
    mean: scaled(meanOfWaits(curve), perUnit),
    p05: at(0.05),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  }
}
