import { quantileSorted } from 'simple-statistics'
import { expect, test } from 'vitest'
import { nearestRank } from './nearest-rank.ts'

test('is one of the values, the first that so many do not exceed', () => {
  const sorted = Float64Array.from({ length: 100 }, (_, i) => i + 1)
  expect([0.01, 0.5, 0.501, 0.99, 1].map((share) => nearestRank(sorted, share))).toEqual([
    1, 50, 51, 99, 100,
  ])
  expect(nearestRank([7], 0.01)).toBe(7)
  expect(nearestRank([3, Infinity], 0.5)).toBe(3)
  expect(nearestRank([], 0.5)).toBeNull()
})

test('differs from simple-statistics, which interpolates', () => {
  const sorted = [1, 2, 3, 4]
  expect([0.5, 0.6].map((share) => nearestRank(sorted, share))).toEqual([2, 3])
  expect([0.5, 0.6].map((share) => quantileSorted(sorted, share))).toEqual([2.5, 2.8])
})
