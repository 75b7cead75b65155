import { expect, test } from 'vitest'
import { measureClock, quantile } from './clock-facts.ts'

/** A clock that goes on by 50 ms at every look, its time of day set forward once. */
function steppingClock() {
  let ms = 0
  let epochLooks = 0
  return {
    monotonicMs: () => (ms += 50),
    epochMs: () => ms + 50 + (epochLooks++ === 0 ? 0 : 3000),
  }
}

test('steps, the cost of a look, lag and jumps are told', async () => {
  expect(await measureClock(steppingClock())).toEqual({
    stepUs: 50_000,
    lookNs: 50e6,
    // Asked for in 5 ms, each comes after 50.
    lagMs: { p99: 45, max: 45 },
    epochDriftMs: 3000,
  })
})

test('a quantile is one of the values', () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i)
  expect([0.01, 0.5, 0.99, 1].map((share) => quantile(values, share))).toEqual([1, 50, 99, 100])
  expect(quantile([7], 0.01)).toBe(7)
  expect(quantile([], 0.5)).toBe(0)
})
