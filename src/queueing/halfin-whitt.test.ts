import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { erlangC } from './erlang-c.ts'
import { betaForDelay, halfinWhittBeta, halfinWhittDelay } from './halfin-whitt.ts'
import { normalCdf } from '../core/normal.ts'
import { expectDigits } from '../core/testing/digits.ts'

describe('reference row 10', () => {
  test('two values of β', () => {
    expectDigits(halfinWhittDelay(1.761), '0.04763067')
    expectDigits(halfinWhittDelay(2.375), '0.00999688')
  })
})

describe('laws', () => {
  test('the exact Erlang C tends to it as servers grow with β held', () => {
    const gaps = [100, 1_000, 10_000, 100_000].map((servers) => {
      const utilisation = 1 - 1 / Math.sqrt(servers)
      expect(halfinWhittBeta({ servers, utilisation })).toBeCloseTo(1, 9)
      const exact = erlangC({ servers, offeredLoad: utilisation * servers })
      return Math.abs(exact - halfinWhittDelay(1))
    })
    for (const [i, gap] of gaps.entries()) expect(gap).toBeLessThan(0.1 / Math.sqrt(10) ** i)
  })

  test('the inverse inverts', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.999, noNaN: true }), (share) => {
        expect(halfinWhittDelay(betaForDelay(share)) / share).toBeCloseTo(1, 9)
      }),
    )
  })

  test('at full load everybody waits', () => {
    expect(halfinWhittDelay(0)).toBe(1)
  })
})

test('the normal distribution function, in the middle and in both tails', () => {
  // Abramowitz and Stegun, table 26.1 and 26.2.
  expect(normalCdf(0)).toBe(0.5)
  expect(normalCdf(1)).toBeCloseTo(0.841344746068543, 14)
  expect(normalCdf(1.96)).toBeCloseTo(0.9750021048517795, 14)
  expect(normalCdf(-5) / 2.866515718791939e-7).toBeCloseTo(1, 12)
  expect(normalCdf(-10) / 7.619853024160527e-24).toBeCloseTo(1, 12)
  expect(normalCdf(3.0000001) - normalCdf(2.9999999)).toBeLessThan(1e-8)
  fc.assert(
    fc.property(fc.double({ min: -8, max: 8, noNaN: true }), (x) => {
      expect(normalCdf(x) + normalCdf(-x)).toBeCloseTo(1, 13)
    }),
  )
})

test('refuses a negative β', () => {
  expect(() => halfinWhittDelay(-0.1)).toThrow(
    'halfinWhittDelay.beta must be a number of at least 0',
  )
})
