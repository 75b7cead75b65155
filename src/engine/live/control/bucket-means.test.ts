import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { BucketMeans } from './bucket-means.ts'

const four = { buckets: 4, bucketMs: 10 }

describe('BucketMeans', () => {
  test('weighs by time', () => {
    const means = new BucketMeans(four)
    means.tell(0, 4)
    means.tell(15, 8)
    means.tell(17.5, 0)
    expect([...means.means(40)]).toEqual([4, (4 * 5 + 8 * 2.5) / 10, 0, 0])
  })

  test('is 0 before it is first told, and then what was known of the bucket', () => {
    const means = new BucketMeans(four)
    expect(means.isKnown).toBe(false)
    expect([...means.means(0)]).toEqual([0, 0, 0, 0])
    means.tell(12, 6)
    expect(means.isKnown).toBe(true)
    expect([...means.means(25)]).toEqual([0, 6, 6, 6])
  })

  test('stays what it was last after the end', () => {
    const means = new BucketMeans(four)
    means.tell(0, 1)
    means.tell(10, 2)
    expect([...means.means(10)]).toEqual([1, 2, 2, 2])
    means.tell(1000, 9)
    expect([...means.means(2000)]).toEqual([1, 2, 2, 2])
  })

  test('a time that steps back counts as the last one', () => {
    const means = new BucketMeans(four)
    means.tell(-5, 1)
    means.tell(20, 3)
    means.tell(5, 5)
    expect([...means.means(30)]).toEqual([1, 1, 5, 5])
  })

  test('the area under the steps is that under the means', () => {
    const steps = fc.array(fc.tuple(fc.nat(4000), fc.nat(100)), { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 700 }), (told, bucketMs) => {
        const sorted = told.toSorted(([a], [b]) => a - b)
        const buckets = Math.ceil(5000 / bucketMs)
        const means = new BucketMeans({ buckets, bucketMs })
        means.tell(0, 0)
        for (const [atMs, value] of sorted) means.tell(atMs, value)
        const area = sorted.reduce(
          (sum, [atMs, value], i) =>
            sum + value * ((sorted[i + 1]?.[0] ?? buckets * bucketMs) - atMs),
          0,
        )
        const got = means.means(buckets * bucketMs).reduce((sum, mean) => sum + mean * bucketMs, 0)
        expect(got).toBeCloseTo(area, 4)
      }),
    )
  })
})
