import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectDigits } from '../core/testing/digits.ts'
import { peakConcurrency, peakThroughput, scaledLatency, scaledThroughput } from './usl.ts'

const law = fc.record({
  unitThroughput: fc.double({ min: 1, max: 10_000, noNaN: true }),
  contention: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
  coherency: fc.double({ min: 1e-6, max: 0.01, noNaN: true }),
})

describe('reference rows', () => {
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

test('refuses a law that is none', () => {
  expect(() => scaledThroughput({ unitThroughput: 1, contention: -0.1, coherency: 0 }, 2)).toThrow(
    'scaledThroughput.contention must be a number of at least 0',
  )
})
