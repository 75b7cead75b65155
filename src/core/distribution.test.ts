import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cvOf,
  meanOfDistribution,
  quantileOf,
  scaleDistribution,
  tabulatedQuantileOf,
} from './distribution.ts'
import type { Distribution, Quantile } from './distribution.ts'
import { streamKey, streams, uniform } from './chance.ts'

/** Mean and variance of a quantile function over the uniforms there are, down to 2^-33. */
function moments(quantile: Quantile): { mean: number; variance: number } {
  const cells = 2000
  let mean = 0
  let square = 0
  const add = (u: number, weight: number) => {
    const x = quantile(u)
    mean += x * weight
    square += x * x * weight
  }
  for (const isUpper of [false, true]) {
    // Midpoints within each halving of the tail, so that both tails are as fine as the middle.
    for (let octave = 1; octave < 33; octave++) {
      const from = 2 ** -(octave + 1)
      for (let i = 0; i < cells; i++) {
        const tail = from * (1 + (i + 0.5) / cells)
        add(isUpper ? 1 - tail : tail, from / cells)
      }
    }
    add(isUpper ? 1 - 2 ** -34 : 2 ** -34, 2 ** -33)
  }
  return { mean, variance: square - mean * mean }
}

function expectMoments(dist: Distribution, quantile: Quantile, relative: number): void {
  const { mean, variance } = moments(quantile)
  const wanted = (cvOf(dist) * meanOfDistribution(dist)) ** 2
  expect(Math.abs(mean / meanOfDistribution(dist) - 1)).toBeLessThan(relative)
  expect(Math.abs(variance - wanted)).toBeLessThan(relative * Math.max(wanted, 1e-6))
}

const all: Distribution[] = [
  { dist: 'constant', value: 3 },
  { dist: 'exponential', mean: 3 },
  { dist: 'erlang', mean: 3, shape: 1 },
  { dist: 'erlang', mean: 3, shape: 2 },
  { dist: 'erlang', mean: 3, shape: 50 },
  { dist: 'erlang', mean: 3, shape: 20_000 },
  { dist: 'gamma', mean: 3, cv: 0.005 },
  { dist: 'gamma', mean: 3, cv: 0.0101 },
  { dist: 'gamma', mean: 3, cv: 0.3 },
  { dist: 'gamma', mean: 3, cv: 1 },
  { dist: 'gamma', mean: 3, cv: 1.7 },
  { dist: 'gamma', mean: 3, cv: 4 },
  { dist: 'gamma', mean: 3, cv: 10 },
  { dist: 'lognormal', mean: 3, cv: 0.1 },
  { dist: 'lognormal', mean: 3, cv: 0.8 },
  { dist: 'lognormal', mean: 3, cv: 1.5 },
  { dist: 'uniform', low: 1, high: 5 },
  { dist: 'weibull', scale: 3, shape: 0.7 },
  { dist: 'weibull', scale: 3, shape: 2.5 },
  { dist: 'empirical', values: [5, 1, 1, 9, 4, 2, 8, 6] },
]

describe.each(all)('%o', (dist) => {
  test('mean and variance by integration agree with the formulas within 1e-4', () => {
    expectMoments(dist, quantileOf(dist), 1e-4)
  })

  test('and so do those of its table', () => {
    expectMoments(dist, tabulatedQuantileOf(dist), 1e-4)
  })

  test('the quantile never falls', () => {
    for (const quantile of [quantileOf(dist), tabulatedQuantileOf(dist)]) {
      fc.assert(
        fc.property(fc.nat(0xffff_ffff), fc.nat(0xffff_ffff), (a, b) => {
          const [low, high] = [Math.min(a, b), Math.max(a, b)]
          const u = (n: number) => (n + 0.5) / 2 ** 32
          expect(quantile(u(low))).toBeLessThanOrEqual(quantile(u(high)))
        }),
        { numRuns: 300 },
      )
    }
  })

  test('it is finite and not negative at both ends', () => {
    for (const quantile of [quantileOf(dist), tabulatedQuantileOf(dist)]) {
      for (const u of [2 ** -40, 2 ** -33, 0.5 - 2 ** -33, 0.5, 1 - 2 ** -33, 1 - 2 ** -40]) {
        expect(Number.isFinite(quantile(u))).toBe(true)
        expect(quantile(u)).toBeGreaterThanOrEqual(0)
      }
    }
  })

  test('scaled, everything is so many times as long', () => {
    const scaled = scaleDistribution(dist, 2.5)
    expect(meanOfDistribution(scaled)).toBeCloseTo(2.5 * meanOfDistribution(dist), 9)
    expect(cvOf(scaled)).toBeCloseTo(cvOf(dist), 9)
    const [long, short] = [quantileOf(scaled), quantileOf(dist)]
    for (const u of [0.01, 0.3, 0.9]) expect(long(u) / short(u)).toBeCloseTo(2.5, 9)
  })

  test('a hundred thousand draws have about its deciles', () => {
    const quantile = quantileOf(dist)
    const key = streamKey(7, streams.test)
    const n = 100_000
    const drawn = Float64Array.from({ length: n }, (_, i) => quantile(uniform(key, i))).sort()
    for (let decile = 1; decile < 10; decile++) {
      const at = drawn[(decile * n) / 10] ?? Number.NaN
      expect(at).toBeGreaterThanOrEqual(quantile(decile / 10 - 0.006))
      expect(at).toBeLessThanOrEqual(quantile(decile / 10 + 0.006))
    }
  })
})

/** Points from R's qgamma, qlnorm, qweibull and by hand. */
test.each<[Distribution, number, number]>([
  [{ dist: 'exponential', mean: 2 }, 0.5, 2 * Math.LN2],
  [{ dist: 'weibull', scale: 2, shape: 2 }, 1 - Math.exp(-4), 4],
  [{ dist: 'lognormal', mean: Math.exp(0.5), cv: Math.sqrt(Math.E - 1) }, 0.975, 7.099071],
  [{ dist: 'erlang', mean: 2, shape: 2 }, 0.5, 1.678347],
  [{ dist: 'gamma', mean: 0.5, cv: Math.SQRT2 }, 0.95, 1.920729],
  [{ dist: 'erlang', mean: 10, shape: 10 }, 0.01, 4.130199],
  [{ dist: 'erlang', mean: 10, shape: 10 }, 0.999, 22.657379],
])('%o at %d', (dist, u, value) => {
  expect(quantileOf(dist)(u) / value).toBeCloseTo(1, 4)
})

test('an empirical distribution gives each of its values its share', () => {
  const quantile = quantileOf({ dist: 'empirical', values: [30, 10, 20, 20] })
  expect([0.01, 0.24, 0.26, 0.74, 0.76, 0.999].map(quantile)).toEqual([10, 10, 20, 20, 30, 30])
})
