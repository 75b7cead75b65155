import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectDigits } from '../core/testing/digits.ts'
import { betaQuantile, incompleteBeta, logBeta, logIncompleteBeta } from './incomplete-beta.ts'
import { studentQuantile } from './student-t.ts'

test.each([
  [0.3, 2, 5, '0.579825'],
  [0.97, 72, 1, '0.11157447889774'],
  [1e-5, 3, 1000, '1.6591948740985e-7'],
  [0.6, 600, 400, '0.49828296700625'],
  [0.999, 0.5, 0.5, '0.97986495836662'],
])('I of %d at (%d, %d), by SciPy', (x, a, b, reference) => {
  expect(incompleteBeta(x, a, b) / Number(reference)).toBeCloseTo(1, 11)
})

test('I_x(a, 1) = x^a, and the two sides add up to one', () => {
  const shape = fc.double({ min: 0.1, max: 300, noNaN: true })
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), shape, shape, (x, a, b) => {
      expect(logIncompleteBeta(x, a, 1) / (a * Math.log(x))).toBeCloseTo(1, 10)
      expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 11)
      expect(Math.exp(logIncompleteBeta(x, a, b))).toBeCloseTo(incompleteBeta(x, a, b), 11)
    }),
  )
})

test('logarithms go on where the value is too small for a number', () => {
  // I_x(a, b) for whole a and b as a binomial tail, whose first term is all that counts here.
  const first = 500 * Math.log(0.01) + logBeta(500, 3) * -1 - Math.log(500)
  expect(logIncompleteBeta(0.01, 500, 3)).toBeLessThan(-2200)
  expect(logIncompleteBeta(0.01, 500, 3) - first).toBeCloseTo(2 * Math.log(0.99) + 0.0000395, 4)
})

test('a quantile is the inverse', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 0.999, noNaN: true }),
      fc.double({ min: 0.5, max: 500, noNaN: true }),
      fc.double({ min: 0.5, max: 500, noNaN: true }),
      (u, a, b) => {
        expect(incompleteBeta(betaQuantile(u, a, b), a, b) / u).toBeCloseTo(1, 6)
      },
    ),
  )
})

test.each([
  [0.975, 1, '12.7062047362'],
  [0.975, 3, '3.18244630528'],
  [0.95, 29, '1.69912702653'],
  [0.005, 12, '-3.05453958939'],
  [0.975, 1e6, '1.95996635681'],
  [0.975, Infinity, '1.95996398454'],
])('quantile %d of Student’s t with %d degrees', (u, degrees, reference) => {
  expectDigits(studentQuantile(u, degrees), reference)
})
