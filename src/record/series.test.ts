import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Histogram, latencyLayout, waitLayout } from './histogram.ts'
import { HistogramSeries } from './series.ts'

const buckets = 20
const entries = fc.array(
  fc.tuple(fc.nat(buckets - 1), fc.integer({ min: 0, max: waitLayout.highest })),
  { maxLength: 400 },
)
type Entries = readonly (readonly [number, number])[]

function seriesOf(given: Entries): HistogramSeries {
  const series = new HistogramSeries(waitLayout, buckets)
  for (const [bucket, value] of given) series.record(bucket, value)
  return series
}

function naive(given: Entries, from: number, to: number): Histogram {
  const histogram = new Histogram(waitLayout)
  for (const [bucket, value] of given) if (bucket >= from && bucket < to) histogram.record(value)
  return histogram
}

describe('HistogramSeries', () => {
  test('is one histogram a bucket', () => {
    fc.assert(
      fc.property(entries, fc.nat(buckets - 1), (given, bucket) => {
        const into = new Histogram(waitLayout)
        into.record(77)
        const histogram = seriesOf(given).histogramAt(bucket, into)
        expect(histogram.counts).toEqual(naive(given, bucket, bucket + 1).counts)
        expect(histogram.total()).toBe(given.filter(([b]) => b === bucket).length)
      }),
      { numRuns: 50 },
    )
  })

  test('a range is the histograms of its buckets, its end left out', () => {
    fc.assert(
      fc.property(entries, fc.nat(buckets), fc.nat(buckets), (given, a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        expect(seriesOf(given).mergeRange(from, to).counts).toEqual(naive(given, from, to).counts)
      }),
      { numRuns: 50 },
    )
  })

  test('merging is recording both', () => {
    fc.assert(
      fc.property(entries, entries, (a, b) => {
        const merged = seriesOf(a)
        merged.merge(seriesOf(b))
        for (let bucket = 0; bucket < buckets; bucket += 5) {
          const expected = naive([...a, ...b], bucket, bucket + 5).counts
          expect(merged.mergeRange(bucket, bucket + 5).counts).toEqual(expected)
        }
      }),
      { numRuns: 50 },
    )
  })

  test('2,000 buckets of a million values stay far below their 188 MB of counters', () => {
    const series = new HistogramSeries(latencyLayout, 2000)
    for (let i = 0; i < 1_000_000; i += 1) series.record(i % 2000, 200_000 + (i % 997) * 100)
    expect(series.mergeRange(0, 2000).total()).toBe(1_000_000)
    expect(series.bytes).toBeLessThan(24e6)
  })

  test('a bucket outside is a bug', () => {
    const series = new HistogramSeries(waitLayout, buckets)
    expect(() => series.record(buckets, 1)).toThrow('dambreak bug')
    expect(() => series.record(-1, 1)).toThrow('dambreak bug')
    expect(() => series.mergeRange(0, buckets + 1)).toThrow('dambreak bug')
    expect(() => series.histogramAt(buckets, new Histogram(waitLayout))).toThrow('dambreak bug')
    expect(() => series.merge(new HistogramSeries(waitLayout, 3))).toThrow('dambreak bug')
  })
})
