import { msToSec } from '../core/units.ts'
import type { Stretch } from '../logs/clock-watch.ts'

/** Arrivals counted in bins of one width, over seconds of any clock. */
export interface ArrivalCounts {
  readonly fromSec: number
  readonly widthSec: number
  readonly counts: ArrayLike<number>
  /** Stretches without usable data. */
  readonly leftOut: readonly { readonly fromSec: number; readonly untilSec: number }[]
}

/** Bins of growing width on both sides of the opening; none where nothing is known. */
export interface ArrivalBins {
  readonly fromSec: Float64Array
  readonly untilSec: Float64Array
  readonly counts: Float64Array
  readonly total: number
}

/** The stretches that are left out, as seconds after a time. */
export function secondsAfter(
  epochMs: number,
  stretches: readonly Stretch[],
): { fromSec: number; untilSec: number }[] {
  return stretches.map(({ fromMs, untilMs }) => {
    return { fromSec: msToSec(fromMs - epochMs), untilSec: msToSec(untilMs - epochMs) }
  })
}

/** Widths of the windows before and after a change that is looked for, seconds. */
const windowsSec = [120, 30, 5]

/**
 * Where the rate jumps up most: the likelihood ratio of two rates against one, before and after
 * each bin's start. A wide window finds the crowd and may begin up to its width before the jump;
 * narrower ones look on from there.
 */
export function greatestJumpSec({ fromSec, widthSec, counts }: ArrivalCounts): number {
  const n = counts.length
  const sums = new Float64Array(n + 1)
  for (let i = 0; i < n; i++) sums[i + 1] = (sums[i] ?? 0) + (counts[i] ?? 0)
  // Nobody before the first and after the last bin: no arrivals were seen there either.
  const sum = (from: number, until: number) =>
    (sums[Math.min(n, until)] ?? 0) - (sums[Math.max(0, from)] ?? 0)
  let best = 0
  let until = n
  for (const windowSec of windowsSec) {
    const width = Math.max(1, Math.round(windowSec / widthSec))
    const from = best
    let bestGain = -Infinity
    for (let i = from; i < until; i++) {
      const before = sum(i - width, i)
      const after = sum(i, i + width)
      const gain = after > before ? twoRates(before, after) : 0
      if (gain <= bestGain + 1e-9) continue
      best = i
      bestGain = gain
    }
    until = Math.min(n, best + width + 1)
  }
  return fromSec + best * widthSec
}

/** ln of the likelihood ratio of two Poisson counts with rates of their own against one rate. */
function twoRates(a: number, b: number): number {
  const half = (a + b) / 2
  const term = (n: number) => (n === 0 ? 0 : n * Math.log(n / half))
  return term(a) + term(b)
}

/** Bins are a 25th of their distance from the opening, where that is more than the data's own. */
const distancePerWidth = 25

/** The counts in bins that are fine near the opening and coarse far from it. */
export function binsAround(data: ArrivalCounts, openingSec: number): ArrivalBins {
  const { fromSec, widthSec, counts } = data
  const isOut = leftOutOf(data)
  const froms: number[] = []
  const untils: number[] = []
  const sums: number[] = []
  const n = counts.length
  let i = 0
  while (i < n) {
    const startSec = fromSec + i * widthSec
    const distanceSec = Math.abs(startSec - openingSec)
    const bins = Math.max(1, Math.floor(distanceSec / distancePerWidth / widthSec))
    // Before the opening, no further than to it.
    const toOpening =
      startSec < openingSec ? Math.max(1, Math.round((openingSec - startSec) / widthSec)) : n
    let until = Math.min(n, i + Math.min(bins, toOpening))
    if (isOut(i)) {
      i++
      continue
    }
    let count = 0
    for (let at = i; at < until; at++) {
      if (isOut(at)) until = at
      else count += counts[at] ?? 0
    }
    froms.push(startSec)
    untils.push(fromSec + until * widthSec)
    sums.push(count)
    i = until
  }
  return {
    fromSec: Float64Array.from(froms),
    untilSec: Float64Array.from(untils),
    counts: Float64Array.from(sums),
    total: sums.reduce((sum, count) => sum + count, 0),
  }
}

/** Whether a bin touches what is left out, for bins asked about in their order. */
function leftOutOf({ fromSec, widthSec, leftOut }: ArrivalCounts): (bin: number) => boolean {
  const sorted = leftOut.toSorted((a, b) => a.fromSec - b.fromSec)
  let next = 0
  let untilSec = -Infinity
  return (bin) => {
    const startSec = fromSec + bin * widthSec
    for (let stretch = sorted[next]; stretch !== undefined; stretch = sorted[++next]) {
      if (stretch.fromSec >= startSec + widthSec) break
      untilSec = Math.max(untilSec, stretch.untilSec)
    }
    return startSec < untilSec
  }
}
