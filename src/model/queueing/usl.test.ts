import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectDigits } from './testing/digits.ts'
import {
  fitScalabilityLaw,
  peakConcurrency,
  peakThroughput,
  scaledLatency,
  scaledThroughput,
  type ScalabilityLaw,
} from './usl.ts'

/** Throughput of a Cisco router at 1 … 32 load generators (Schwartz, Practical Scalability Analysis with the Universal Scalability Law, 2015). */
const router = [
  955.16, 1878.91, 2688.01, 3548.68, 4315.54, 5130.43, 5931.37, 6531.08, 7219.8, 7867.61, 8278.71,
  8646.7, 9047.84, 9426.55, 9645.37, 9897.24, 10097.6, 10240.5, 10532.39, 10798.52, 11151.43,
  11518.63, 11806, 12089.37, 12075.41, 12177.29, 12211.41, 12158.93, 12155.27, 12118.04, 12140.4,
  12074.39,
].map((throughput, i) => ({ concurrency: i + 1, throughput }))

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

describe('reference rows', () => {
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

  test('12: the law at the coefficients of the row', () => {
    const row = { unitThroughput: 995.6486, contention: 0.02671591, coherency: 7.690945e-4 }
    expectDigits(scaledThroughput(row, 20), '11063.6338')
    expectDigits(scaledLatency(row, 20) * 1000, '1.80772433')
    expectDigits(peakConcurrency(row), '35.57')
    expectDigits(scaledThroughput(row, 35), '12341.746')
  })

  test('13: a peak', () => {
    expectDigits(
      peakConcurrency({ unitThroughput: 1, contention: 0.0277285, coherency: 0.0001044 }),
      '96.5036',
    )
  })
})

describe('laws', () => {
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

  test('nothing beats the peak', () => {
    fc.assert(
      fc.property(law, fc.double({ min: 1, max: 1_000, noNaN: true }), (given, n) => {
        expect(scaledThroughput(given, n)).toBeLessThanOrEqual(peakThroughput(given) * (1 + 1e-12))
      }),
    )
  })

  test('without coherency there is a ceiling and no peak; without either it is linear', () => {
    const amdahl = { unitThroughput: 10, contention: 0.05, coherency: 0 }
    expect(peakConcurrency(amdahl)).toBe(Number.POSITIVE_INFINITY)
    expect(peakThroughput(amdahl)).toBe(200)
    const linear = { unitThroughput: 10, contention: 0, coherency: 0 }
    expect(scaledThroughput(linear, 7)).toBe(70)
    expect(peakThroughput(linear)).toBe(Number.POSITIVE_INFINITY)
  })
})

test('refuses too few points and points that are no measurement', () => {
  expect(() => fitScalabilityLaw(router.slice(0, 2))).toThrow(
    'fitScalabilityLaw.points must cover at least 3 different concurrencies, got 2',
  )
  expect(() => fitScalabilityLaw([...router, { concurrency: 40, throughput: 0 }])).toThrow(
    'must all be above 0, got throughput 0 at 40',
  )
  expect(() => scaledThroughput({ unitThroughput: 1, contention: -0.1, coherency: 0 }, 2)).toThrow(
    'scaledThroughput.contention must be a number of at least 0',
  )
})
