import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { normalQuantile } from '../core/special.ts'
import { studentQuantile } from '../statistics/student-t.ts'
import { expectDigits } from '../core/testing/digits.ts'
import { sweep } from '../core/testing/sweep.ts'
import { routerBenchmark as router } from './testing/router-benchmark.ts'
import { peakConcurrency, scaledLatency, scaledThroughput, type ScalabilityLaw } from './usl.ts'
import {
  estimateScalability,
  fitScalabilityLaw,
  predictScalability,
  type ScalabilityPoint,
} from './usl-fit.ts'

function squaredError(law: ScalabilityLaw): number {
  return router.reduce(
    (sum, point) => sum + (point.throughput - scaledThroughput(law, point.concurrency)) ** 2,
    0,
  )
}

const law = fc.record({
  unitThroughput: fc.double({ min: 1, max: 10_000, noNaN: true }),
  contention: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
  coherency: fc.double({ min: 1e-6, max: 0.01, noNaN: true }),
})

describe('least squares', () => {
  test('12: the fit of the router benchmark', () => {
    const fit = fitScalabilityLaw(router)
    // The minimum itself, found with forty-digit arithmetic.
    expectDigits(fit.contention, '0.026715945')
    expectDigits(fit.coherency, '7.69093921e-4')
    expectDigits(fit.unitThroughput, '995.648786')
    expect(fit.rSquared).toBeGreaterThan(0.99)
    // The published fit stops a hair before it, 0.6 units off in the sixth digit of κ.
    const published = { unitThroughput: 995.6486, contention: 0.02671591, coherency: 7.690945e-4 }
    expectDigits(fit.contention, '0.02671591')
    expectDigits(fit.unitThroughput, '995.6486')
    expect(Math.abs(fit.coherency - published.coherency)).toBeLessThan(1e-9)
    expect(squaredError(fit)).toBeLessThan(squaredError(published))
    expectDigits(scaledThroughput(fit, 20), '11063.6338')
    expectDigits(scaledLatency(fit, 20) * 1000, '1.80772433')
    expectDigits(peakConcurrency(fit), '35.57')
    expectDigits(scaledThroughput(fit, 35), '12341.746')
  })

  test('a fit finds the law that made the data', () => {
    fc.assert(
      fc.property(law, (truth) => {
        const points = [1, 2, 4, 8, 12, 16, 24, 32, 48, 64].map((concurrency) => ({
          concurrency,
          throughput: scaledThroughput(truth, concurrency),
        }))
        const fit = fitScalabilityLaw(points)
        expect(fit.unitThroughput / truth.unitThroughput).toBeCloseTo(1, 6)
        expect(fit.contention).toBeCloseTo(truth.contention, 6)
        expect(fit.coherency).toBeCloseTo(truth.coherency, 7)
        expect(fit.rSquared).toBeCloseTo(1, 9)
      }),
    )
  })

  test('the fit is a least square: no small step away from it is better', () => {
    const fit = fitScalabilityLaw(router)
    for (const name of ['unitThroughput', 'contention', 'coherency'] as const) {
      for (const factor of [0.999, 1.001]) {
        expect(squaredError({ ...fit, [name]: fit[name] * factor })).toBeGreaterThan(
          squaredError(fit),
        )
      }
    }
    expect(fit.residual).toBeCloseTo(Math.sqrt(squaredError(fit) / router.length), 9)
  })

  test('refuses too few points and points that are no measurement', () => {
    expect(() => fitScalabilityLaw(router.slice(0, 2))).toThrow(
      'fitScalabilityLaw.points must cover at least 3 different concurrencies, got 2',
    )
    expect(() => fitScalabilityLaw([...router, { concurrency: 40, throughput: 0 }])).toThrow(
      'must all be above 0, got throughput 0 at 40',
    )
  })
})

const names = ['unitThroughput', 'contention', 'coherency'] as const

/** Throughputs of a law at levels, each measured with normal noise of that relative size. */
function measured(
  truth: ScalabilityLaw,
  { levels, noise, seed }: { levels: readonly number[]; noise: number; seed: number },
): ScalabilityPoint[] {
  const key = streamKey(11, streams.test)
  return levels.map((concurrency, i) => {
    const mean = scaledThroughput(truth, concurrency)
    const throughput = mean * (1 + noise * normalQuantile(uniform(key, seed, i)))
    return { concurrency, throughput, standardError: noise * mean }
  })
}

describe('estimates', () => {
  test('row 12: the same least squares, with the errors that the Jacobian gives', () => {
    const found = estimateScalability(router, { confidence: 0.95 })
    const fit = fitScalabilityLaw(router)
    for (const name of names) {
      expect(found[name].mid / fit[name]).toBeCloseTo(1, 9)
      expect(found[name].isIdentified).toBe(true)
    }
    expect(found.degrees).toBe(29)
    // SciPy 1.17.1, `curve_fit`: square roots of the diagonal of the covariance.
    const errors = ['28.69837', '0.004493828', '8.645446e-5']
    for (const [k, reference] of errors.entries()) {
      expectDigits(Math.sqrt(found.covariance?.[k]?.[k] ?? Number.NaN), reference)
    }
    // With so many points the profile is nearly a parabola.
    const t = studentQuantile(0.975, 29)
    for (const [k, name] of names.entries()) {
      const half = t * Math.sqrt(found.covariance?.[k]?.[k] ?? Number.NaN)
      expect(Math.abs((found[name].high - found[name].mid) / half - 1)).toBeLessThan(0.1)
      expect(Math.abs((found[name].mid - found[name].low) / half - 1)).toBeLessThan(0.1)
    }
  })

  test('an end of an interval is where the best fit of the rest has just that many squares', () => {
    const points = measured(
      { unitThroughput: 100, contention: 0.05, coherency: 0.01 },
      { levels: [1, 2, 4, 8, 16], noise: 0.02, seed: 3 },
    )
    const { coherency, squares } = estimateScalability(points, { confidence: 0.95 })
    for (const end of [coherency.low, coherency.high]) {
      const held = estimateScalability(points, { confidence: 0.95, fixed: { coherency: end } })
      expect(held.squares - squares).toBeCloseTo(normalQuantile(0.975) ** 2, 4)
    }
  })

  test('weights: a point without noise is met, one with much is hardly heard', () => {
    const points = [
      ...[1, 2, 4, 8].map((n) => ({
        concurrency: n,
        throughput: scaledThroughput({ unitThroughput: 10, contention: 0.1, coherency: 0.002 }, n),
        standardError: 0.01,
      })),
      { concurrency: 6, throughput: 5, standardError: 1e6 },
    ]
    const found = estimateScalability(points, { confidence: 0.95 })
    expect(found.unitThroughput.mid).toBeCloseTo(10, 6)
    expect(found.contention.mid).toBeCloseTo(0.1, 7)
    expect(found.coherency.mid).toBeCloseTo(0.002, 8)
  })

  test('data that get better than linear stand at the bound, with an upper end', () => {
    const points = [
      [1, 100],
      [2, 203],
      [4, 402],
      [8, 811],
      [16, 1590],
    ].map(([concurrency = 0, throughput = 0]) => ({ concurrency, throughput }))
    const found = estimateScalability(points, { confidence: 0.95 })
    expect(found.contention.mid).toBe(0)
    expect(found.contention.low).toBe(0)
    expect(found.contention.high).toBeGreaterThan(0)
    expect(found.contention.high).toBeLessThan(0.02)
    expect(found.covariance?.[1]).toEqual([0, 0, 0])
  })
})

describe('coverage', () => {
  /** How often the 95% intervals hold the truth, over seeded measurements. */
  function coverage(truth: ScalabilityLaw, noise: 'known' | 'residuals', runs = sweep(60, 400)) {
    const held = { unitThroughput: 0, contention: 0, coherency: 0, at10: 0 }
    for (let seed = 0; seed < runs; seed++) {
      const levels = [1, 1, 2, 2, 3, 3, 4, 4]
      const points = measured(truth, { levels, noise: 0.01, seed })
      const found = estimateScalability(points, { confidence: 0.95, noise })
      for (const name of names) {
        const { low, high } = found[name]
        if (low <= truth[name] && truth[name] <= high) held[name]++
      }
      const { low, high } = predictScalability(points, 10, { confidence: 0.95, noise })
      const at10 = scaledThroughput(truth, 10)
      if (low <= at10 && at10 <= high) held.at10++
    }
    return Object.values(held).map((count) => count / runs)
  }

  test.each(['known', 'residuals'] as const)('inside the bounds, noise %s', (noise) => {
    const truth = { unitThroughput: 100, contention: 0.08, coherency: 0.02 }
    for (const share of coverage(truth, noise)) {
      expect(share).toBeGreaterThanOrEqual(sweep(0.87, 0.92))
      expect(share).toBeLessThanOrEqual(sweep(1, 0.98))
    }
  })

  test('at a bound the intervals hold it at least as often', () => {
    const truth = { unitThroughput: 100, contention: 0.08, coherency: 0 }
    for (const share of coverage(truth, 'known', sweep(40, 150)))
      expect(share).toBeGreaterThanOrEqual(0.92)
  })
})

describe('what the data identify', () => {
  const truth = { unitThroughput: 100, contention: 0.08, coherency: 0.02 }
  const at = (levels: readonly number[]) => measured(truth, { levels, noise: 0.01, seed: 5 })
  const identified = (levels: readonly number[], fixed = {}) => {
    const found = estimateScalability(at(levels), { confidence: 0.95, fixed })
    return names.map((name) => found[name].isIdentified)
  }

  test('one concurrency: the throughput there, and nothing else', () => {
    expect(identified([4, 4, 4])).toEqual([false, false, false])
    expect(identified([1, 1, 1])).toEqual([true, false, false])
    const there = predictScalability(at([4, 4, 4]), 4, { confidence: 0.95 })
    const elsewhere = predictScalability(at([4, 4, 4]), 8, { confidence: 0.95 })
    expect(there.isIdentified).toBe(true)
    expect(there.high / there.low).toBeLessThan(1.03)
    expect(elsewhere.isIdentified).toBe(false)
    expect(elsewhere.reason).toEqual({ code: 'TooFewConcurrencies', concurrencies: 1 })
    // Not identified, but bounded: no contention doubles it, endless coherency leaves a quarter less.
    expect(elsewhere.high).toBeGreaterThan(1.9 * there.mid)
  })

  test('two: contention only where coherency is fixed', () => {
    expect(identified([1, 4])).toEqual([true, false, false])
    expect(identified([2, 4])).toEqual([false, false, false])
    expect(identified([2, 4], { coherency: 0.02 })).toEqual([true, true, true])
    expect(identified([1, 4], { coherency: 0 })).toEqual([true, true, true])
    // σ and κ share what is lost at 4: all of it may be the one, or the other.
    const { contention, coherency } = estimateScalability(at([1, 4]), { confidence: 0.95 })
    const lost = (0.08 * 3 + 0.02 * 12) / 3
    expect([contention.low, coherency.low]).toEqual([0, 0])
    expect(contention.high).toBeGreaterThan(lost)
    expect(coherency.high).toBeGreaterThan(lost / 4)
  })

  test('three: everything, as far as the noise is known', () => {
    expect(identified([1, 2, 4])).toEqual([true, true, true])
    const bare = at([1, 2, 4]).map(({ concurrency, throughput }) => ({ concurrency, throughput }))
    const found = estimateScalability(bare, { confidence: 0.95 })
    expect(found.coherency).toMatchObject({
      low: 0,
      high: Infinity,
      isIdentified: false,
      reason: { code: 'NoNoiseEstimate' },
    })
    expect(found.covariance).toBeNull()
  })

  test('a fixed coefficient is what it was fixed at', () => {
    const { coherency } = estimateScalability(at([1, 2, 4]), {
      confidence: 0.95,
      fixed: { coherency: 0.01 },
    })
    expect(coherency).toEqual({
      low: 0.01,
      mid: 0.01,
      high: 0.01,
      isIdentified: true,
      reason: null,
    })
  })
})

test('refuses what is no measurement, half of the errors, and a confidence of 1', () => {
  const estimate =
    (points: ScalabilityPoint[], confidence = 0.95) =>
    () =>
      estimateScalability(points, { confidence })
  expect(estimate([])).toThrow('estimateScalability.points must be at least one')
  expect(estimate([{ concurrency: 1, throughput: 0 }])).toThrow('must all be above 0')
  expect(estimate(router, 1)).toThrow('confidence must be above 0 and below 1, got 1')
  expect(estimate([{ concurrency: 1, throughput: 2, standardError: 1 }, ...router])).toThrow(
    'must all have a standard error above 0, or none of them',
  )
})
