import { msToSec } from '../../core/units.ts'
import { decodeHistogram } from '../../record/codec.ts'
import { highestOf, latencyLayout, waitLayout, type Histogram } from '../../record/histogram.ts'
import { waitSurvival } from '../../record/survival.ts'
import type { RunRecord } from '../../record/run.ts'
import type { Point } from './config.ts'
import { rounded } from './series.ts'

/** A latency histogram of a run (µs); `null` where the run has none of that name. */
export function latencies(run: RunRecord, name: string): Histogram | null {
  const encoded = run.histograms[name]
  return encoded === undefined || encoded === '' ? null : decodeHistogram(encoded, latencyLayout)
}

function waitHistogram(run: RunRecord, name: string): Histogram | null {
  const encoded = run.histograms[name]
  return encoded === undefined || encoded === '' ? null : decodeHistogram(encoded, waitLayout)
}

/**
 * Points of a percentile plot: x is 1/(1−p), so that 90%, 99%, 99.9% are equally far apart on a
 * logarithmic axis (HdrHistogram's own plot); y is the value at p, times `scale`. Ends at the
 * percentile that one single recorded value stands for.
 */
export function percentilePoints(histogram: Histogram | null, scale: number): Point[] {
  const total = histogram?.total() ?? 0
  if (histogram === null || total === 0) return []
  const odds: number[] = []
  // The very least value says nothing, and would stretch the axis.
  for (let next = 1.08; next <= total; next *= 1.08) odds.push(next)
  const values = histogram.quantiles(odds.map((x) => 1 - 1 / x))
  return odds.map((x, at): Point => {
    const value = values[at] ?? null
    return [Number(x.toPrecision(5)), rounded(value === null ? null : value * scale)]
  })
}

/** A step of the curve below which a difference cannot be seen. */
const visibleShare = 0.002

/**
 * Kaplan-Meier curve of a run: x seconds in the queue, y the share not yet let in. A step function,
 * drawn to the longest wait of all, of those who gave up too.
 */
export function survivalPoints(run: RunRecord): Point[] {
  const events = waitHistogram(run, 'admittedWaitMs')
  const censored = waitHistogram(run, 'censoredWaitMs')
  if (events === null || censored === null || events.total() + censored.total() === 0) return []
  const curve = waitSurvival(events, censored)
  const points: Point[] = [[0, 1]]
  let drawn = 1
  curve.times.forEach((index, at) => {
    const share = curve.survival[at] ?? 0
    if (drawn - share < visibleShare && at < curve.times.length - 1) return
    drawn = share
    points.push([Math.round(msToSec(highestOf(index))), rounded(share)])
  })
  const lastMs = Math.max(events.max() ?? 0, censored.max() ?? 0)
  points.push([Math.round(msToSec(lastMs)), rounded(drawn)])
  return points
}
