import { expect, test } from 'vitest'
import { expectDigits } from '../core/testing/digits.ts'
import { studentQuantile, studentTwoSided } from './student-t.ts'

/** SciPy 1.17.1, `2 * stats.t.sf(t, df)`. */
test.each([
  [2.5, 4, '0.066766544812'],
  [0.3, 8, '0.771824481682'],
  [12, 2.7, '0.0020268660194'],
  [-12, 2.7, '0.0020268660194'],
  [1e-9, 5, '0.999999999241'],
])('both tails beyond %d with %d degrees', (t, degrees, expected) => {
  expectDigits(studentTwoSided(t, degrees), expected)
})

test('the tails and the quantile are each other’s reverse', () => {
  for (const degrees of [1, 2.3, 4, 30]) {
    for (const p of [0.5, 0.05, 1e-3, 1e-6]) {
      const t = studentQuantile(1 - p / 2, degrees)
      expect(studentTwoSided(t, degrees) / p).toBeCloseTo(1, 8)
    }
  }
})
