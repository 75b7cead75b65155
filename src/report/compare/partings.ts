import type { RunRecord } from '../../record/run.ts'
import { runClock, clockAt } from '../clock.ts'
import type { FormatName } from '../format.ts'
import { recordedBuckets } from '../recorded.ts'
import type { ReportRun } from '../types.ts'
import { totalOf } from '../charts/series.ts'
import type { ComparisonReport } from './comparison-report.ts'

/** Where a curve of two sides is furthest apart. */
export interface Parting {
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
}

const curves: readonly Curve[] = [
  { label: 'Arrived so far', format: 'count', of: ({ timeline }) => totalOf(timeline.arrivals) },
  { label: 'Waiting in the queue', format: 'compact', of: ({ timeline }) => timeline.waiting },
  { label: 'Let in so far', format: 'count', of: ({ timeline }) => totalOf(timeline.admitted) },
  { label: 'Inside', format: 'compact', of: ({ timeline }) => timeline.inside },
  { label: 'Booked so far', format: 'count', of: ({ timeline }) => totalOf(timeline.booked) },
  {
    label: 'Response: half took over',
    format: 'ms',
    of: ({ timeline }) => timeline.responseMs.p50,
  },
  { label: 'Response: 5% took over', format: 'ms', of: ({ timeline }) => timeline.responseMs.p95 },
]

/** The mean over runs, bucket by bucket; unknown where a run does not know it. */
function meanCurve(runs: readonly ReportRun[], of: Curve['of'], buckets: number) {
  const all = runs.map(({ run }) => of(run))
  return Array.from({ length: buckets }, (_, at) => {
    const values = all.map((curve) => curve[at] ?? null)
    return values.some((value) => value === null)
      ? null
      : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / values.length
  })
}

/** The curves that both sides know, furthest apart first; none where timelines do not line up. */
export function partings({ baseline, candidate }: ComparisonReport): Parting[] {
  const all = [...baseline, ...candidate].map(({ run }) => run)
  const [first] = all
  if (first === undefined) return []
  const { startSec, bucketSec } = first.timeline
  const isAligned = all.every(
    ({ timeline }) => timeline.startSec === startSec && timeline.bucketSec === bucketSec,
  )
  if (!isAligned) return []
  const buckets = Math.min(...all.map(recordedBuckets))
  const { offsetSec } = runClock(first)
  return curves
    .flatMap(({ label, format, of }): Parting[] => {
      const [a, b] = [meanCurve(baseline, of, buckets), meanCurve(candidate, of, buckets)]
      const highest = Math.max(0, ...a.map((value) => value ?? 0))
      const gaps = a.map((value, at) => {
        const other = b[at] ?? null
        return value === null || other === null ? -1 : Math.abs(other - value)
      })
      const at = gaps.indexOf(Math.max(...gaps))
      const [left, right] = [a[at] ?? null, b[at] ?? null]
      if (highest === 0 || left === null || right === null || left === right) return []
      const clock = clockAt(startSec + at * bucketSec, offsetSec)
      const share = (gaps[at] ?? 0) / highest
      return [{ label, clock, format, baseline: left, candidate: right, share }]
    })
    .toSorted((x, y) => y.share - x.share)
}
