import { describe, expect, test } from 'vitest'
import { erlangC } from './erlang-c.ts'
import { betaForDelay } from './halfin-whitt.ts'
import { modifiedOfferedLoad, sinusoidalOfferedLoad, squareRootStaffing } from './offered-load.ts'
import { expectDigits } from '../core/testing/digits.ts'

describe('reference row 14: λ(t) = 100 + 20 sin t, μ = 1', () => {
  const exact = sinusoidalOfferedLoad({ mean: 100, amplitude: 20, angularRate: 1, serviceRate: 1 })

  test('the closed form', () => {
    for (const t of [0, 1, 2.5, 10]) {
      expect(exact.loadAt(t)).toBeCloseTo(100 + 10 * (Math.sin(t) - Math.cos(t)), 10)
    }
    expectDigits(exact.peak, '114.142')
    expect(exact.lag).toBeCloseTo(Math.PI / 4, 12)
    expect(exact.loadAt(Math.PI / 2 + exact.lag)).toBeCloseTo(exact.peak, 10)
  })

  test('the differential equation gives the same', () => {
    const path = modifiedOfferedLoad({
      arrivalRateAt: (t) => 100 + 20 * Math.sin(t),
      serviceRate: 1,
      startLoad: 90,
      from: 0,
      until: 20,
      step: 0.01,
    })
    expect(path.time.length).toBe(2001)
    for (const [i, t] of path.time.entries()) expect(path.load[i]).toBeCloseTo(exact.loadAt(t), 6)
    expectDigits(Math.max(...path.load), '114.142')
  })
})

test('a constant rate settles at λ/μ from wherever it starts', () => {
  const path = modifiedOfferedLoad({
    arrivalRateAt: () => 30,
    serviceRate: 2,
    startLoad: 100,
    from: 5,
    until: 20,
    step: 0.01,
  })
  expect(path.load[0]).toBe(100)
  // m(t) = λ/μ + (m₀ − λ/μ)e^{−μt}
  expect(path.load[100]).toBeCloseTo(15 + 85 * Math.exp(-2), 6)
  expect(path.load.at(-1)).toBeCloseTo(15, 6)
})

test('square-root staffing delivers the delay that its β promises', () => {
  const beta = betaForDelay(0.2)
  for (const offeredLoad of [50, 500, 5_000]) {
    const servers = squareRootStaffing({ offeredLoad, beta })
    expect(Math.abs(erlangC({ servers, offeredLoad }) - 0.2)).toBeLessThan(0.3 / offeredLoad ** 0.5)
  }
  expect(squareRootStaffing({ offeredLoad: 100, beta: 1 })).toBe(110)
  expect(squareRootStaffing({ offeredLoad: 0, beta: 3 })).toBe(0)
})

test('refuses an end before the start and a rate that would go below zero', () => {
  expect(() =>
    modifiedOfferedLoad({ arrivalRateAt: () => 1, serviceRate: 1, from: 5, until: 4, step: 0.1 }),
  ).toThrow('modifiedOfferedLoad.until must not be before 5, got 4')
  expect(() =>
    sinusoidalOfferedLoad({ mean: 1, amplitude: 2, angularRate: 1, serviceRate: 1 }),
  ).toThrow('sinusoidalOfferedLoad.amplitude must not exceed the mean')
})
