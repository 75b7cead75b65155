import fc from 'fast-check'
import { Float64Histogram } from 'hdr-histogram-js'
import { describe, expect, test } from 'vitest'
import {
  Histogram,
  highestOf,
  indexOf,
  latencyLayout,
  layoutOf,
  lowestOf,
  medianOf,
  percentilesOf,
  waitLayout,
} from './histogram.ts'
import type { Layout } from './histogram.ts'

const layouts = [latencyLayout, waitLayout]

/** Values of every magnitude up to the layout's highest. */
function valueUpTo(highest: number) {
  return fc
    .tuple(fc.integer({ min: 0, max: 31 }), fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([magnitude, part]) => Math.min(highest, Math.floor(2 ** (magnitude + part))))
}

function filled(layout: Layout, values: readonly number[]): Histogram {
  const histogram = new Histogram(layout)
  for (const value of values) histogram.record(value)
  return histogram
}

function oracleOf(layout: Layout, values: readonly number[]): Float64Histogram {
  const oracle = new Float64Histogram(layout.lowest, layout.highest, layout.digits)
  for (const value of values) oracle.recordValue(value)
  return oracle
}

/** The value of rank ⌈q·n⌉ of a sorted list, the smallest for q = 0. */
function naiveQuantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(Math.ceil(q * sorted.length - 1e-9), 1) - 1] ?? Number.NaN
}

describe('layout', () => {
  test('covers an hour in microseconds and 72 hours in milliseconds', () => {
    expect(latencyLayout.countsLength).toBe(23_552)
    expect(waitLayout.countsLength).toBe(19_456)
    for (const { highest, digits, countsLength } of layouts) {
      expect(new Float64Histogram(1, highest, digits).countsArrayLength).toBe(countsLength)
    }
  })

  test('a histogram says its layout by its unit', () => {
    expect(layoutOf('responseUs')).toBe(latencyLayout)
    expect(layoutOf('serviceUs.book.Ms')).toBe(latencyLayout)
    expect(layoutOf('admittedWaitMs')).toBe(waitLayout)
    expect(layoutOf('sizes')).toBeUndefined()
  })

  test('indexes agree with HdrHistogram, below and above 2^31', () => {
    for (const layout of layouts) {
      const oracle = new Float64Histogram(1, layout.highest, 3)
      fc.assert(
        fc.property(valueUpTo(layout.highest), (value) => {
          const index = indexOf(layout, value)
          expect(index).toBe(oracle.countsArrayIndex(value))
          expect(lowestOf(index)).toBe(oracle.lowestEquivalentValue(value))
          expect(highestOf(index)).toBe(oracle.highestEquivalentValue(value))
          expect(medianOf(index)).toBe(oracle.medianEquivalentValue(value))
        }),
      )
    }
  })

  test('boundaries of powers of two', () => {
    expect([0, 1, 2047, 2048, 2049, 2050].map((v) => indexOf(latencyLayout, v))).toEqual([
      0, 1, 2047, 2048, 2048, 2049,
    ])
    expect(indexOf(latencyLayout, 2 ** 31 - 1) + 1).toBe(indexOf(latencyLayout, 2 ** 31))
    expect(lowestOf(indexOf(latencyLayout, 2 ** 31))).toBe(2 ** 31)
  })

  test('every counter begins where the one before it ends', () => {
    const gaps: number[] = []
    for (let i = 1; i < latencyLayout.countsLength; i += 1) {
      if (lowestOf(i) !== highestOf(i - 1) + 1) gaps.push(i)
    }
    expect(gaps).toEqual([])
  })

  test('fractions are dropped, values over the maximum count as the maximum', () => {
    expect(indexOf(latencyLayout, 7.99)).toBe(7)
    for (const layout of layouts) {
      const last = indexOf(layout, layout.highest)
      for (const over of [layout.highest + 1e7, 2 ** 40, 2 ** 53, Number.MAX_VALUE, Infinity]) {
        expect(indexOf(layout, over)).toBe(last)
      }
    }
  })

  test('a negative value or no number is a bug', () => {
    for (const value of [-1, -0.5, Number.NaN, -(2 ** 40)]) {
      expect(() => indexOf(waitLayout, value)).toThrow('dambreak bug')
    }
  })
})

describe('Histogram', () => {
  const values = fc.array(valueUpTo(waitLayout.highest), { minLength: 1, maxLength: 300 })
  const percent = fc.integer({ min: 0, max: 1000 }).map((tenths) => tenths / 10)

  test('quantiles are within 10^-3 of the naive ones, and never below', () => {
    fc.assert(
      fc.property(values, percent, (given, p) => {
        const exact = naiveQuantile(
          given.toSorted((a, b) => a - b),
          p / 100,
        )
        const estimate = filled(waitLayout, given).quantile(p / 100) ?? Number.NaN
        if (p > 0) expect(estimate).toBeGreaterThanOrEqual(exact)
        expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(exact * 1e-3)
      }),
    )
  })

  test('quantiles, mean, total and counts are those of hdr-histogram-js', () => {
    fc.assert(
      fc.property(values, percent, (given, p) => {
        const ours = filled(waitLayout, given)
        const oracle = oracleOf(waitLayout, given)
        expect(ours.quantile(p / 100)).toBe(oracle.getValueAtPercentile(p))
        expect(ours.mean()).toBeCloseTo(oracle.mean, 6)
        expect(ours.total()).toBe(oracle.totalCount)
        expect(Array.from(ours.counts)).toEqual(Array.from(oracle._counts))
      }),
      { numRuns: 50 },
    )
  })

  test('merging is recording both', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const merged = filled(waitLayout, a)
        merged.merge(filled(waitLayout, b))
        expect(merged.counts).toEqual(filled(waitLayout, [...a, ...b]).counts)
      }),
      { numRuns: 50 },
    )
  })

  test('the largest is the last quantile, and clearing leaves nothing', () => {
    fc.assert(
      fc.property(values, (given) => {
        const histogram = filled(waitLayout, given)
        expect(histogram.max()).toBe(histogram.quantile(1))
        expect(histogram.top()).toBe(indexOf(waitLayout, Math.max(...given)))
        histogram.clear()
        expect(histogram.total()).toBe(0)
        expect(histogram.top()).toBe(-1)
        expect(histogram.counts.every((count) => count === 0)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  test('several quantiles at once are the single ones', () => {
    const histogram = filled(latencyLayout, [5, 10, 10, 4000, 9_000_000])
    const shares = [0, 0.2, 0.5, 0.8, 1]
    expect(histogram.quantiles(shares)).toEqual(shares.map((q) => histogram.quantile(q)))
    expect(histogram.quantiles([0, 0.2, 0.5])).toEqual([5, 5, 10])
    expect(() => histogram.quantiles([0.5, 0.2])).toThrow('dambreak bug')
  })

  test('counts weigh, and percentiles come in the larger unit', () => {
    const histogram = new Histogram(latencyLayout)
    histogram.record(1000, 90)
    histogram.record(2000, 10)
    expect(percentilesOf(histogram)).toEqual({
      mean: 1.1,
      p05: 1,
      p50: 1,
      p90: 1,
      p95: 2,
      p99: 2,
      max: 2,
    })
  })

  test('nothing recorded is null, not zero', () => {
    const nothing = { mean: null, p05: null, p50: null, p90: null, p95: null, p99: null, max: null }
    expect(percentilesOf(new Histogram(latencyLayout))).toEqual(nothing)
  })

  test('histograms of two layouts do not merge', () => {
    const wait = new Histogram(waitLayout)
    expect(() => wait.merge(new Histogram(latencyLayout))).toThrow('dambreak bug')
  })
})
