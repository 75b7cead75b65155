import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { quantileOf } from '../core/distribution.ts'
import {
  distributionFunction,
  logDensity,
  logSurvival,
  type ContinuousDistribution,
} from './distribution-function.ts'

const distributions: ContinuousDistribution[] = [
  { dist: 'exponential', mean: 2 },
  { dist: 'erlang', mean: 3, shape: 4 },
  { dist: 'gamma', mean: 3, cv: 0.7 },
  { dist: 'gamma', mean: 3, cv: 1.4 },
  { dist: 'lognormal', mean: 3, cv: 0.8 },
  { dist: 'uniform', low: 1, high: 5 },
  { dist: 'weibull', scale: 2, shape: 1.7 },
  { dist: 'weibull', scale: 2, shape: 0.6 },
]

describe.each(distributions)('$dist', (dist) => {
  const quantile = quantileOf(dist)

  test('the distribution function is the inverse of the quantile', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (u) => {
        expect(distributionFunction(dist, quantile(u))).toBeCloseTo(u, 4)
      }),
    )
  })

  test('the density is its slope', () => {
    for (const u of [0.1, 0.5, 0.9]) {
      const x = quantile(u)
      const h = 1e-5
      const slope =
        (distributionFunction(dist, x + h) - distributionFunction(dist, x - h)) / (2 * h)
      expect(Math.exp(logDensity(dist, x)) / slope).toBeCloseTo(1, 6)
    }
  })

  test('nothing is below 0', () => {
    expect(logDensity(dist, -1)).toBe(Number.NEGATIVE_INFINITY)
    expect(logSurvival(dist, -1)).toBe(0)
    expect(distributionFunction(dist, 0)).toBe(0)
  })
})

test('the far tail goes on where the probability is too small for a number', () => {
  // mpmath at 40 digits: ln Q(2, 1000) = ln(1001) − 1000, ln Φ(−50).
  expect(logSurvival({ dist: 'erlang', mean: 2, shape: 2 }, 1000)).toBeCloseTo(
    Math.log(1001) - 1000,
    5,
  )
  const cv = Math.sqrt(Math.E - 1)
  const mean = Math.exp(0.5)
  expect(logSurvival({ dist: 'lognormal', mean, cv }, Math.exp(50))).toBeCloseTo(
    -1254.8313611394,
    4,
  )
  expect(logSurvival({ dist: 'weibull', scale: 1, shape: 2 }, 100)).toBe(-10_000)
})

test('steps where there is no density', () => {
  expect([1.9, 2].map((x) => distributionFunction({ dist: 'constant', value: 2 }, x))).toEqual([
    0, 1,
  ])
  const values = [3, 1, 2, 2]
  expect([0, 1, 2, 3].map((x) => distributionFunction({ dist: 'empirical', values }, x))).toEqual([
    0, 0.25, 0.75, 1,
  ])
})
