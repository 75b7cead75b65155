import { usToMs } from '../core/units.ts'
import type { Histogram } from '../record/histogram.ts'
import type { RunRecord, Summary } from '../record/run.ts'
import { nearestRank } from '../statistics/nearest-rank.ts'

/**
 * How many more visitors have come in one of two runs of one plan than in the other, of counts a second: by the end of
 * the wall second in which it is most, in any one second at most, and in all.
 */
export function arrivalDifference(
  a: readonly number[],
  b: readonly number[],
): { most: number; inASecond: number; inAll: number } {
  let most = 0
  let inASecond = 0
  const ahead = { a: 0, b: 0 }
  for (let second = 0; second < Math.max(a.length, b.length); second++) {
    const [of, ofOther] = [a[second] ?? 0, b[second] ?? 0]
    inASecond = Math.max(inASecond, Math.abs(of - ofOther))
    ahead.a += of
    ahead.b += ofOther
    most = Math.max(most, Math.abs(ahead.a - ahead.b))
  }
  return { most, inASecond, inAll: Math.abs(ahead.a - ahead.b) }
}

/** Visitors of a record by the wall second in which they came, re-entries apart. */
export function perWallSec({ timeline, header }: RunRecord): number[] {
  const seconds: number[] = []
  timeline.arrivals.forEach((n, bucket) => {
    const again = timeline.reentries[bucket] ?? 0
    const second = Math.floor((bucket * timeline.bucketSec) / header.speed)
    seconds[second] = (seconds[second] ?? 0) + n - again
  })
  return seconds
}

export interface Compared {
  readonly step: string
  readonly merged: Histogram
  /** µs, sorted. */
  readonly exact: Float64Array
  /** Mean of the runners' own quantiles, µs. */
  readonly averageOf: (q: number) => number
}

const quantiles = [0.5, 0.95, 0.99] as const
const inMs = (us: number) => `${usToMs(us).toFixed(2)} ms`.padStart(11)
const inPercent = (share: number) =>
  `${share < 0 ? '−' : '+'}${(100 * Math.abs(share)).toFixed(2)}%`.padStart(8)

/** A line a step and percentile: merged, exact, how far apart, and the average of the runners. */
export function percentileRows(
  compared: readonly Compared[],
  statedError: number,
): { text: string; ok: boolean }[] {
  return compared.flatMap(({ step, merged, exact, averageOf }) =>
    quantiles.map((q) => {
      const us = nearestRank(exact, q) ?? Number.NaN
      const found = merged.quantile(q) ?? Number.NaN
      const average = averageOf(q)
      const error = found / us - 1
      const ok = Math.abs(error) <= statedError && merged.total() === exact.length
      const name = `${step} p${100 * q}`.padEnd(14)
      return {
        text: `${ok ? '✓' : '✕'} ${name} merged ${inMs(found)}  exact ${inMs(us)}  ${inPercent(error)}   average of the four ${inMs(average)} ${inPercent(average / us - 1)}  (${exact.length} points)`,
        ok,
      }
    }),
  )
}

/** How far apart counts of the same visitors may be, and percentiles of what they measured. */
const maxCountsApart = 0.03
const maxTimesApart = 0.1

/** A line a figure that both engines must agree on: of the live engine, of k6, and how far apart. */
export function engineRows(live: Summary, k6: Summary): { text: string; ok: boolean }[] {
  const counts: [string, number, number][] = [
    ['visitors', live.visitors.arrived, k6.visitors.arrived],
    ['admitted', live.visitors.admitted, k6.visitors.admitted],
    ['booked', live.visitors.booked, k6.visitors.booked],
  ]
  const times = Object.keys(live.steps).flatMap((step) =>
    (['p50', 'p95'] as const).map((q): [string, number, number] => [
      `${step} service ${q}`,
      live.steps[step]?.serviceMs[q] ?? Number.NaN,
      k6.steps[step]?.serviceMs[q] ?? Number.NaN,
    ]),
  )
  return [
    ...counts.map((row) => engineRow(row, maxCountsApart, String)),
    ...times.map((row) => engineRow(row, maxTimesApart, (ms) => `${ms.toFixed(1)} ms`)),
  ]
}

function engineRow(
  [name, live, k6]: [string, number, number],
  most: number,
  format: (value: number) => string,
): { text: string; ok: boolean } {
  const apart = k6 / live - 1
  const ok = Math.abs(apart) <= most
  const figures = `live ${format(live).padStart(9)}  k6 ${format(k6).padStart(9)}  ${inPercent(apart)}`
  return { text: `${ok ? '✓' : '✕'} ${name.padEnd(22)} ${figures}  (limit ${100 * most}%)`, ok }
}
