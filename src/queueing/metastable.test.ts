import { expect, test } from 'vitest'
import { loadRegime, metastableBand } from './metastable.ts'

test('three retries leave a quarter of the capacity safe', () => {
  expect(metastableBand({ capacity: 1_000, maxRetries: 3 })).toEqual({
    vulnerableFrom: 250,
    overloadedFrom: 1_000,
  })
  const at = (arrivalRate: number) => loadRegime({ arrivalRate, capacity: 1_000, maxRetries: 3 })
  expect([0, 249.9, 250, 999, 1_000, 5_000].map(at)).toEqual([
    'stable',
    'stable',
    'vulnerable',
    'vulnerable',
    'overloaded',
    'overloaded',
  ])
})

test('without retries nothing is vulnerable', () => {
  expect(loadRegime({ arrivalRate: 999, capacity: 1_000, maxRetries: 0 })).toBe('stable')
  expect(loadRegime({ arrivalRate: 1_000, capacity: 1_000, maxRetries: 0 })).toBe('overloaded')
})

test('more retries never make a rate safer', () => {
  const order = ['stable', 'vulnerable', 'overloaded']
  for (let arrivalRate = 0; arrivalRate < 120; arrivalRate += 7) {
    const regimes = [0, 1, 2, 5, 10].map((maxRetries) =>
      order.indexOf(loadRegime({ arrivalRate, capacity: 100, maxRetries })),
    )
    expect(regimes).toEqual(regimes.toSorted((a, b) => a - b))
  }
})

test('refuses half a retry', () => {
  expect(() => metastableBand({ capacity: 0, maxRetries: 0.5 })).toThrow(
    /capacity must be a number above 0, got 0.*maxRetries must be a whole number/,
  )
})
