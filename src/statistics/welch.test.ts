import { expect, test } from 'vitest'
import { expectDigits } from '../core/testing/digits.ts'
import { welch } from './welch.ts'

/** SciPy 1.17.1, `ttest_ind(b, a, equal_var=False)` and its `confidence_interval(0.95)`. */
test.each([
  {
    a: [3.1, 2.9, 3.4],
    b: [3.6, 4.1, 3.3],
    expected: ['0.533333333333', '-0.29214592343', '1.3588125901', '0.138049119863'],
    degrees: '3.34829833454',
  },
  {
    a: [10.2, 9.8, 10.9, 10.4, 9.7],
    b: [11.1, 14.2, 12.7],
    expected: ['2.46666666667', '-1.11852252442', '6.05185585775', '0.102788758509'],
    degrees: '2.2377069655',
  },
])('against SciPy: $a and $b', ({ a, b, expected, degrees }) => {
  const found = welch({ values: a }, { values: b }, 0.95)
  const [value = '', low = '', high = '', p = ''] = expected
  expectDigits(found.value, value)
  expectDigits(found.low, low)
  expectDigits(found.high, high)
  expectDigits(found.p ?? Number.NaN, p)
  expectDigits(found.degrees, degrees)
})

test('without any spread there is nothing to ask', () => {
  const found = welch({ values: [1, 1, 1] }, { values: [2, 2, 2] }, 0.95)
  expect(found).toEqual({ value: 1, low: 1, high: 1, p: null, degrees: Infinity })
})

test('a spread that is known at least counts where the values show less', () => {
  const found = welch({ values: [1, 1, 1], minSd: 1 }, { values: [2, 2, 2], minSd: 1 }, 0.95)
  // t = 1 / √(2/3) with 4 degrees: SciPy 1.17.1, 2 * stats.t.sf(1.5 ** 0.5, 4).
  expectDigits(found.p ?? Number.NaN, '0.287864')
  expect(found.degrees).toBeCloseTo(4, 12)
})
