import { expect, test } from 'vitest'
import { digamma, trigamma } from './digamma.ts'

test.each([
  [0.1, -10.4237549404111, 101.433299150793],
  [1, -0.577215664901533, 1.64493406684823],
  [5.5, 1.61109314858175, 0.199342386989628],
  [300, 5.70211488206464, 0.00333889506171468],
])('ψ and ψ′ at %d, by SciPy', (x, first, second) => {
  expect(digamma(x) / first).toBeCloseTo(1, 12)
  expect(trigamma(x) / second).toBeCloseTo(1, 12)
})
