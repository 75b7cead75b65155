import type { RunRecord } from '../../record/run.ts'
import { runClock, clockAt } from '../clock.ts'
import type { FormatName } from '../format.ts'
import { recordedBuckets } from '../recorded.ts'
import type { ReportRun } from '../types.ts'
import { totalOf } from '../charts/series.ts'
import type { ComparisonReport } from './compared-runs.ts'

/** Where a curve of two sides is furthest apart. */
export interface Divergence {
  readonly label: string
  readonly clock: string
  readonly format: FormatName
  readonly baseline: number
  readonly candidate: number
  /** Of the baseline's highest value. */
  readonly share: number
}

interface Curve {
  readonly label: string
  readonly format: FormatName
  readonly of: (run: RunRecord) => readonly (number | null)[]
  /** Percentiles of requests: a few of them say nothing. */
  readonly ofRequests?: true
}

const curves: readonly Curve[] = [
  { label: 'Arrived so far', format: 'count', of: ({ timeline }) => totalOf(timeline.arrivals) },
  { label: 'Waiting in the queue', format: 'compact', of: ({ timeline }) => timeline.waiting },
  { label: 'Let in so far', format: 'count', of: ({ timeline }) => totalOf(timeline.admitted) },
  { label: 'Inside', format: 'compact', of: ({ timeline }) => timeline.inside },
  { label: 'Booked so far', format: 'count', of: ({ timeline }) => totalOf(timeline.booked) },
  {
    label: 'Response, p50',
    format: 'ms',
    of: ({ timeline }) => timeline.responseMs.p50,
    ofRequests: true,
  },
  {
    label: 'Response, p95',
    format: 'ms',
    of: ({ timeline }) => timeline.responseMs.p95,
    ofRequests: true,
  },
]

/** A run is read in so many stretches: finer than that, noise is what is furthest apart. */
const stretches = 60

/** Fewer requests than this in a stretch have no percentiles to speak of. */
const minRequests = 20

/** The mean of a curve over buckets `from` to `to` and over the runs of a side; `null` if unknown. */
function meanOver(runs: readonly ReportRun[], curve: Curve, [from, to]: [number, number]) {
  const known: { value: number; weight: number }[] = []
  let requests = 0
  for (const { run } of runs) {
    const values = curve.of(run)
    for (let at = from; at < to; at++) {
      const [value = null, count = 0] = [values[at], run.timeline.requests[at]]
      requests += count
      if (value !== null) known.push({ value, weight: curve.ofRequests === true ? count : 1 })
    }
  }
  const weight = known.reduce((sum, one) => sum + one.weight, 0)
  const isFew = curve.ofRequests === true && requests < minRequests * runs.length
  if (weight === 0 || isFew) return null
  return known.reduce((sum, one) => sum + one.value * one.weight, 0) / weight
}

/** The curves that both sides know, furthest apart first; none where timelines do not line up. */
export function divergences({ baseline, candidate }: ComparisonReport): Divergence[] {
  const all = [...baseline, ...candidate].map(({ run }) => run)
  const [first] = all
  if (first === undefined) return []
  const { startSec, bucketSec } = first.timeline
  const isAligned = all.every(
    ({ timeline }) => timeline.startSec === startSec && timeline.bucketSec === bucketSec,
  )
  if (!isAligned) return []
  const buckets = Math.min(...all.map(recordedBuckets))
  const size = Math.max(1, Math.ceil(buckets / stretches))
  const starts = Array.from({ length: Math.ceil(buckets / size) }, (_, at) => at * size)
  const { offsetSec } = runClock(first)
  return curves
    .flatMap((curve): Divergence[] => {
      const points = starts.map((from) => {
        const span: [number, number] = [from, Math.min(buckets, from + size)]
        return { from, a: meanOver(baseline, curve, span), b: meanOver(candidate, curve, span) }
      })
      const highest = Math.max(0, ...points.map(({ a }) => a ?? 0))
      const gap = ({ a, b }: (typeof points)[number]) =>
        a === null || b === null ? -1 : Math.abs(b - a)
      const [most] = points.toSorted((x, y) => gap(y) - gap(x))
      if (most === undefined || most.a === null || most.b === null) return []
      if (highest === 0 || gap(most) === 0) return []
      const clock = clockAt(startSec + most.from * bucketSec, offsetSec)
      const { label, format } = curve
      const share = gap(most) / highest
      return [{ label, clock, format, baseline: most.a, candidate: most.b, share }]
    })
    .toSorted((x, y) => y.share - x.share)
}
