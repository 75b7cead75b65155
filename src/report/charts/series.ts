import { daysToSec, secToDays } from '../../core/units.ts'
import type { RunRecord } from '../../record/run.ts'
import { runClock } from '../clock.ts'
import { recordedBuckets } from '../recorded.ts'
import type { ReportRun } from '../types.ts'
import type { Point } from './config.ts'

/** Points kept of a long series: enough for every pixel of a wide screen, no more. */
const maxBins = 420

/** `value` with four figures that matter: more cannot be seen, and would only fill the page. */
export function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(4))
}

/** A window of x, in seconds after the opening. */
export interface Window {
  fromSec: number
  toSec: number
}

/** From the first bucket of any run to the end of the last, in seconds after each one's opening. */
export function wholeWindow(runs: readonly ReportRun[]): Window {
  let fromSec = Infinity
  let toSec = -Infinity
  for (const { run } of runs) {
    const start = run.timeline.startSec - runClock(run).opensAtSec
    fromSec = Math.min(fromSec, start)
    toSec = Math.max(toSec, start + run.timeline.arrivals.length * run.timeline.bucketSec)
  }
  return Number.isFinite(fromSec) ? { fromSec, toSec } : { fromSec: 0, toSec: 60 }
}

/** Seconds after the opening of the middle of a bucket. */
function bucketX(run: RunRecord, bucket: number): number {
  const { startSec, bucketSec } = run.timeline
  return startSec - runClock(run).opensAtSec + (bucket + 0.5) * bucketSec
}

export type Keep = 'extremes' | 'mean'

function bin(values: readonly (number | null)[], fromBucket: number, xs: number[]): Point[] {
  let least = -1
  let most = -1
  for (let k = 0; k < xs.length; k++) {
    const value = values[fromBucket + k]
    if (value === null || value === undefined || !Number.isFinite(value)) continue
    if (least === -1 || value < (values[fromBucket + least] ?? 0)) least = k
    if (most === -1 || value > (values[fromBucket + most] ?? 0)) most = k
  }
  if (least === -1) return [[xs[0] ?? 0, null]]
  const at = (k: number): Point => [xs[k] ?? 0, rounded(values[fromBucket + k] ?? null)]
  if (values[fromBucket + least] === values[fromBucket + most]) return [at(least)]
  return least < most ? [at(least), at(most)] : [at(most), at(least)]
}

function meanBin(values: readonly (number | null)[], fromBucket: number, xs: number[]): Point[] {
  let sum = 0
  let known = 0
  for (let k = 0; k < xs.length; k++) {
    const value = values[fromBucket + k]
    if (value === null || value === undefined || !Number.isFinite(value)) continue
    sum += value
    known++
  }
  const middle = ((xs[0] ?? 0) + (xs.at(-1) ?? 0)) / 2
  return [[middle, known === 0 ? null : rounded(sum / known)]]
}

/**
 * A bucket series as points of a chart within `window`. Long series are thinned to `maxBins` bins:
 * `extremes` keeps the least and the most of each (no peak is lost), `mean` its mean (for counts
 * whose noise would hide the line). Unknown stays unknown: a gap; so is what a run that was cut short
 * never came to.
 */
export function pointsOf(
  run: RunRecord,
  values: readonly (number | null)[],
  { window, keep }: { window: Window; keep: Keep },
): Point[] {
  const inside: number[] = []
  const known = Math.min(values.length, recordedBuckets(run))
  for (let bucket = 0; bucket < known; bucket++) {
    const x = bucketX(run, bucket)
    if (x >= window.fromSec && x <= window.toSec) inside.push(bucket)
  }
  const first = inside[0]
  if (first === undefined) return []
  const size = Math.max(1, Math.ceil(inside.length / maxBins))
  const points: Point[] = []
  for (let from = 0; from < inside.length; from += size) {
    const xs = inside.slice(from, from + size).map((bucket) => bucketX(run, bucket))
    const start = first + from
    points.push(...(keep === 'mean' ? meanBin(values, start, xs) : bin(values, start, xs)))
  }
  return points
}

/** Counts in buckets as rates a second. */
export function ratePerSec(run: RunRecord, counts: readonly number[]): number[] {
  return counts.map((value) => value / run.timeline.bucketSec)
}

/** Quotient bucket by bucket; unknown where there is nothing to divide by. */
export function shareOf(part: readonly number[], whole: readonly number[]): (number | null)[] {
  return part.map((value, bucket) => {
    const all = whole[bucket] ?? 0
    return all > 0 ? value / all : null
  })
}

/** Running total of counts. */
export function totalOf(counts: readonly number[]): number[] {
  let sum = 0
  return counts.map((value) => (sum += value))
}

const niceSteps = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10]

const niceTimesSec = [
  10, 20, 30, 60, 120, 180, 300, 600, 1200, 1800, 3600, 7200, 10_800, 14_400, 21_600, 28_800,
  43_200, 57_600, 72_000, 86_400, 129_600, 172_800, 259_200,
]

/** The least round time that is not below `sec`, and whose half is round too. */
export function niceMaxSec(sec: number): number {
  return niceTimesSec.find((nice) => nice >= sec * 0.999) ?? daysToSec(niceMax(secToDays(sec)))
}

/** The least round number that is not below `value`. */
export function niceMax(value: number): number {
  if (!(value > 0)) return 1
  const unit = 10 ** Math.floor(Math.log10(value))
  const step = niceSteps.find((candidate) => candidate * unit >= value * 0.999) ?? 10
  return Number((step * unit).toPrecision(6))
}
