import { assert } from '../core/assert.ts'
import type { Percentiles } from './run.ts'

/**
 * HDR log-linear histograms (HdrHistogram, Gil Tene) of 3 significant digits: bucket 0 counts
 * 0…2047 one by one, every further bucket doubles the range and the width, with 1,024 counters.
 * The relative error of a value is below 10^-3. Boundaries are absolute, so any two histograms of
 * one layout merge by adding.
 */
export interface Layout {
  readonly unit: 'us' | 'ms'
  readonly lowest: 1
  /** Larger values are counted as this one. */
  readonly highest: number
  readonly digits: 3
  readonly subBucketCount: 2048
  readonly countsLength: number
  /** The counter of `highest`. */
  readonly lastIndex: number
}

// The same for every layout, and constants to the compiler: `indexOf` is the hottest line there is.
const digits = 3
const subBucketCount = 2048
/** log2(subBucketCount / 2). */
const halfMagnitude = 10

/** Counters are looked at, and in a series allocated, by pages of 2^pageBits. */
export const pageBits = 7
export const pageSize = 1 << pageBits

function createLayout(unit: Layout['unit'], highest: number): Layout {
  let buckets = 1
  while (subBucketCount * 2 ** (buckets - 1) <= highest) buckets += 1
  const countsLength = (buckets + 1) * (subBucketCount / 2)
  const lastIndex = rawIndexOf(highest)
  return { unit, lowest: 1, highest, digits, subBucketCount, countsLength, lastIndex }
}

/** Latencies: microseconds, 3 digits, 1 hour. */
export const latencyLayout = createLayout('us', 3_600_000_000)
/** Waits: milliseconds, 3 digits, 72 hours. */
export const waitLayout = createLayout('ms', 259_200_000)

/** The layout a histogram's name says by its unit: `responseUs`, `responseUs.<step>`, `admittedWaitMs`. */
export function layoutOf(name: string): Layout | undefined {
  const head = name.split('.', 1)[0] ?? ''
  if (head.endsWith('Us')) return latencyLayout
  return head.endsWith('Ms') ? waitLayout : undefined
}

/** Counter of a value ≥ 0; fractions are dropped, values over `highest` count as `highest`. */
export function indexOf(layout: Layout, value: number): number {
  const index = value >= 0 && value < 0x8000_0000 ? smallIndexOf(value) : rawIndexOf(value)
  return index < layout.lastIndex ? index : layout.lastIndex
}

function smallIndexOf(value: number): number {
  const whole = value | 0
  const bucket = 31 - halfMagnitude - Math.clz32(whole | (subBucketCount - 1))
  return (bucket << halfMagnitude) + (whole >>> bucket)
}

/** Up to 2^53. Bit operations see 32 bits, so the magnitude comes from the upper part. */
function rawIndexOf(value: number): number {
  assert(value >= 0, 'a histogram takes values from 0 on')
  if (value < 0x8000_0000) return smallIndexOf(value)
  const clamped = Math.min(value, Number.MAX_SAFE_INTEGER)
  const bucket = 31 - halfMagnitude - Math.clz32(Math.floor(clamped / 2 ** 22)) + 22
  return bucket * 2 ** halfMagnitude + Math.floor(clamped / 2 ** bucket)
}

function bucketOf(index: number): number {
  return Math.max(0, (index >> halfMagnitude) - 1)
}

/** Smallest value that counter `index` counts. */
export function lowestOf(index: number): number {
  const bucket = bucketOf(index)
  return (index - (bucket << halfMagnitude)) * 2 ** bucket
}

/** Largest whole value that counter `index` counts. */
export function highestOf(index: number): number {
  return lowestOf(index) + 2 ** bucketOf(index) - 1
}

/** The middle, rounded up: what a mean takes for each value of counter `index`. */
export function medianOf(index: number): number {
  return lowestOf(index) + Math.floor(2 ** bucketOf(index) / 2)
}

/** Rank, from 1, of the value at share `q` of `total`. */
function rankOf(q: number, total: number): number {
  const exact = q * total
  // One unit in the last place off, so that a product that came out a hair high skips no count.
  const ulp = 2 ** (Math.floor(Math.log2(exact)) - 52)
  return Math.max(Math.ceil(exact - ulp), 1)
}

/** Counts of values in one layout. Everything it tells is a function of the counts alone. */
export class Histogram {
  readonly layout: Layout
  /** Whole numbers, each below 2^52. Write through `recordAt` only. */
  readonly counts: Float64Array
  /** 1 for each page that may hold a count, so that readers skip the rest. */
  readonly #touched: Uint8Array

  constructor(layout: Layout) {
    this.layout = layout
    this.counts = new Float64Array(layout.countsLength)
    this.#touched = new Uint8Array(Math.ceil(layout.countsLength / pageSize))
  }

  /** The histogram with these counts, one a counter of the layout. */
  static of(layout: Layout, counts: Float64Array): Histogram {
    assert(counts.length === layout.countsLength, 'counts of another layout')
    const histogram = new Histogram(layout)
    counts.forEach((count, index) => {
      if (count !== 0) histogram.recordAt(index, count)
    })
    return histogram
  }

  record(value: number, count = 1): void {
    this.recordAt(indexOf(this.layout, value), count)
  }

  /** As `record`, where `indexOf` is known already. */
  recordAt(index: number, count = 1): void {
    this.counts[index]! += count
    this.#touched[index >> pageBits] = 1
  }

  /** Adds the counts of one page, given as `pageSize` numbers of `from` at `at`. */
  addPage(page: number, from: Uint32Array, at: number): void {
    const { counts } = this
    const base = page << pageBits
    const size = Math.min(pageSize, counts.length - base)
    for (let i = 0; i < size; i += 1) counts[base + i]! += from[at + i]!
    this.#touched[page] = 1
  }

  /** Index of the first counter from `from` on that is not zero, or -1. */
  next(from: number): number {
    const { counts } = this
    const touched = this.#touched
    let index = from
    while (index < counts.length) {
      if (touched[index >> pageBits] === 0) index = ((index >> pageBits) + 1) << pageBits
      else if (counts[index] !== 0) return index
      else index += 1
    }
    return -1
  }

  merge(other: Histogram): void {
    assert(other.layout === this.layout, 'only histograms of one layout merge')
    for (let i = other.next(0); i >= 0; i = other.next(i + 1)) {
      this.recordAt(i, other.counts[i] ?? 0)
    }
  }

  clear(): void {
    const touched = this.#touched
    for (let page = touched.indexOf(1); page >= 0; page = touched.indexOf(1, page + 1)) {
      this.counts.fill(0, page << pageBits, (page + 1) << pageBits)
      touched[page] = 0
    }
  }

  /** How many values were recorded. */
  total(): number {
    let total = 0
    for (let i = this.next(0); i >= 0; i = this.next(i + 1)) total += this.counts[i]!
    return total
  }

  /** Index of the highest counter that is not zero, or -1. */
  top(): number {
    const page = this.#touched.lastIndexOf(1)
    let index = Math.min(((page + 1) << pageBits) - 1, this.counts.length - 1)
    while (index >= 0 && this.counts[index] === 0) index -= 1
    return index
  }

  /**
   * Largest value equivalent to the one at rank ⌈q·total⌉, as HdrHistogram's
   * `getValueAtPercentile(100·q)`; for q = 0 the smallest. `null` where nothing was recorded.
   */
  quantile(q: number): number | null {
    return this.quantiles([q])[0] ?? null
  }

  /** As `quantile`, for several shares that do not fall, in one pass. */
  quantiles(shares: readonly number[]): (number | null)[] {
    const total = this.total()
    if (total === 0) return shares.map(() => null)
    let index = this.next(0)
    let seen = this.counts[index]!
    let before = 0
    return shares.map((q) => {
      assert(q >= before && q <= 1, 'quantiles are asked for shares that do not fall')
      before = q
      const rank = rankOf(q, total)
      while (seen < rank) {
        index = this.next(index + 1)
        seen += this.counts[index]!
      }
      return q === 0 ? lowestOf(index) : highestOf(index)
    })
  }

  /** Mean of the counters' medians; `null` where nothing was recorded. */
  mean(): number | null {
    let total = 0
    let sum = 0
    for (let i = this.next(0); i >= 0; i = this.next(i + 1)) {
      const count = this.counts[i]!
      total += count
      sum += count * medianOf(i)
    }
    return total === 0 ? null : sum / total
  }

  /** Largest value equivalent to the largest recorded, so never under a quantile; `null` if none. */
  max(): number | null {
    const top = this.top()
    return top < 0 ? null : highestOf(top)
  }
}

/** The usual percentiles, divided by `perUnit` (1000: ms from a histogram of µs, s from one of ms). */
export function percentilesOf(histogram: Histogram, perUnit = 1000): Percentiles {
  const quantiles = histogram.quantiles([0.05, 0.5, 0.9, 0.95, 0.99])
  const [p05, p50, p90, p95, p99] = quantiles.map((value) => scaled(value, perUnit))
  return {
    mean: scaled(histogram.mean(), perUnit),
    p05: p05 ?? null,
    p50: p50 ?? null,
    p90: p90 ?? null,
    p95: p95 ?? null,
    p99: p99 ?? null,
    max: scaled(histogram.max(), perUnit),
  }
}

/** `value / perUnit`, `null` kept. */
export function scaled(value: number | null, perUnit: number): number | null {
  return value === null ? null : value / perUnit
}
