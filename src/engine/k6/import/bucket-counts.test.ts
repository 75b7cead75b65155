import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { usBucket } from '../buckets.ts'
import { histogramOfBuckets, histogramsOfQuery } from './bucket-counts.ts'

const us = fc.integer({ min: 1000, max: 60_000_000 })
const quantileOf = (sorted: readonly number[], q: number) =>
  sorted[Math.ceil(q * sorted.length) - 1] ?? 0

describe('a histogram of buckets', () => {
  test('of several runners is that of all values, to within the stated error', () => {
    fc.assert(
      fc.property(fc.array(fc.array(us, { minLength: 1 }), { minLength: 1 }), (runners) => {
        const pairs = runners.flatMap((values) =>
          values.map((value): [number, number] => [usBucket(value), 1]),
        )
        const merged = histogramOfBuckets(pairs, 'us')
        const sorted = runners.flat().toSorted((a, b) => a - b)
        expect(merged.total()).toBe(sorted.length)
        for (const q of [0.5, 0.95, 0.99]) {
          const exact = quantileOf(sorted, q)
          const found = merged.quantile(q) ?? 0
          expect(Math.abs(found - exact) / exact).toBeLessThanOrEqual(1 / 256 + 1e-3 + 1e-3)
        }
      }),
    )
  })

  test('takes no bucket that there is not', () => {
    const pairs: [number, number][] = [
      [4096, 1],
      [4097, 1],
      [0.5, 1],
      [4096, -1],
    ]
    expect(() => histogramOfBuckets(pairs, 'us')).toThrow(
      expect.objectContaining({
        kind: 'usage',
        faults: [
          { path: 'pair 2', message: '4097 is no lower bound of a bucket in us' },
          { path: 'pair 3', message: '0.5 is no lower bound of a bucket in us' },
          { path: 'pair 4', message: '-1 is no count' },
        ],
      }),
    )
  })
})

describe('an answer of Prometheus', () => {
  const sample = (metric: object, count: string) => ({ metric, value: [1_772_359_200, count] })
  const answer = (...result: object[]) => ({
    status: 'success',
    data: { resultType: 'vector', result },
  })

  test('gives a histogram a step', () => {
    const given = answer(
      sample({ step: 'book', us: '80896' }, '19'),
      sample({ step: 'book', us: '819200' }, '1'),
      sample({ step: 'identify', us: '2048' }, '3'),
    )
    const found = histogramsOfQuery(given, { unit: 'us' })
    expect([...found].map(([step, histogram]) => [step, histogram.total()])).toEqual([
      ['book', 20],
      ['identify', 3],
    ])
    expect((found.get('book')?.quantile(0.95) ?? 0) / 80896).toBeCloseTo(1, 2)
    expect((found.get('book')?.quantile(0.99) ?? 0) / 819200).toBeCloseTo(1, 2)
  })

  test('of waits by their state, or of all together', () => {
    const given = answer(sample({ state: 'admitted', ms: '4096' }, '2'))
    expect(histogramsOfQuery(given, { unit: 'ms', by: 'state' }).get('admitted')?.total()).toBe(2)
    expect(histogramsOfQuery(given, { unit: 'ms' }).get('')?.total()).toBe(2)
  })

  test.each([[null], [{}], [{ data: { resultType: 'matrix', result: [] } }]])(
    'and not %j',
    (given) => {
      expect(() => histogramsOfQuery(given, { unit: 'us' })).toThrow(
        /no answer to an instant query/,
      )
    },
  )
})
