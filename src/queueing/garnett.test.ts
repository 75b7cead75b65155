import { describe, expect, test } from 'vitest'
import { impatientSteadyState } from './erlang-a.ts'
import { garnettLimit } from './garnett.ts'
import { halfinWhittDelay } from './halfin-whitt.ts'
import { normalHazard } from '../core/normal.ts'

describe.each([0.25, 1, 4])('θ/μ = %d', (patienceRate) => {
  test.each([-1.5, -0.5, 0, 0.5, 1.5])('Erlang A tends to it with β = %d held', (beta) => {
    for (const offeredLoad of [100, 10_000, 1_000_000]) {
      const servers = Math.round(offeredLoad + beta * Math.sqrt(offeredLoad))
      const system = { arrivalRate: offeredLoad, serviceRate: 1, patienceRate, servers }
      const limit = garnettLimit(system)
      // The error of both falls as 1/√a; a share that leaves is itself of that order.
      const exact = impatientSteadyState(system)
      const room = 1.5 / Math.sqrt(offeredLoad)
      expect(Math.abs(limit.delayProbability - exact.delayProbability)).toBeLessThan(room)
      expect(Math.abs(limit.abandonShare / exact.abandonShare - 1)).toBeLessThan(2 * room)
    }
  })
})

test('without impatience it is Halfin–Whitt', () => {
  const system = { arrivalRate: 10_000, serviceRate: 1, patienceRate: 1e-9, servers: 10_100 }
  expect(garnettLimit(system).delayProbability).toBeCloseTo(halfinWhittDelay(1), 4)
  expect(garnettLimit(system).abandonShare).toBeLessThan(1e-9)
})

test('as impatient as servers are fast, half wait at capacity, whatever its size', () => {
  const system = { arrivalRate: 400, serviceRate: 1, patienceRate: 1, servers: 400 }
  expect(garnettLimit(system).delayProbability).toBe(0.5)
})

test('the hazard rate of the normal distribution, on both sides of where its form changes', () => {
  expect(normalHazard(0)).toBeCloseTo(Math.sqrt(2 / Math.PI), 14)
  expect(normalHazard(3.0000001) - normalHazard(2.9999999)).toBeCloseTo(1.85888163e-7, 12)
  expect(normalHazard(50)).toBeCloseTo(50.0199840319056, 10)
  expect(normalHazard(-40)).toBe(0)
})

test('refuses what has no meaning', () => {
  expect(() =>
    garnettLimit({ arrivalRate: 1, serviceRate: 1, patienceRate: 0, servers: 1 }),
  ).toThrow('garnettLimit.patienceRate must be a number above 0, got 0')
})
