import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { latencyLayout, waitLayout } from '../../record/histogram.ts'
import { bucketOf, middleOf } from './buckets.ts'

describe('buckets of two digits', () => {
  test.each([latencyLayout, waitLayout])('hold a value to 0.4%%, $unit', (layout) => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: layout.highest }), (value) => {
        const lower = bucketOf(layout, value)
        const middle = middleOf(layout, lower)
        expect(lower).toBeLessThanOrEqual(value)
        expect(bucketOf(layout, lower)).toBe(lower)
        expect(bucketOf(layout, middle)).toBe(lower)
        expect(Math.abs(middle - value)).toBeLessThanOrEqual(Math.max(4, value / 256))
      }),
    )
  })

  test('cost a bounded number of series: a step whose answers take 1 ms to 60 s has some 2,000', () => {
    const lowers = new Set<number>()
    for (let us = 1000; us <= 60e6; us *= 1.001) lowers.add(bucketOf(latencyLayout, us))
    expect(lowers.size).toBeGreaterThan(1500)
    expect(lowers.size).toBeLessThan(2100)
  })
})
