import { expect, test } from 'vitest'
import { incompleteGamma, logGamma, normalQuantile } from './special.ts'

test.each([
  [0.5, Math.log(Math.sqrt(Math.PI))],
  [1, 0],
  [2, 0],
  [10, Math.log(362_880)],
  [0.01, 4.599479878042022],
  [171, 706.5730622457874],
])('ln Γ(%d)', (x, value) => {
  expect(logGamma(x)).toBeCloseTo(value, 11)
})

test.each([
  // P(1, x) = 1 − e^-x; P(½, x) = erf √x; the last two: Q of a whole a is a Poisson sum.
  [1, 0.5, 1 - Math.exp(-0.5)],
  [1, 5, 1 - Math.exp(-5)],
  [0.5, 1, 0.8427007929497149],
  [3, 2, 1 - 5 * Math.exp(-2)],
  [3, 8, 1 - 41 * Math.exp(-8)],
])('P(%d, %d)', (a, x, p) => {
  const [lower, upper] = incompleteGamma(a, x, logGamma(a))
  expect(lower).toBeCloseTo(p, 13)
  expect(lower + upper).toBeCloseTo(1, 14)
})

test('the upper tail keeps its digits far out', () => {
  const [, upper] = incompleteGamma(3, 50, logGamma(3))
  expect(upper / (1301 * Math.exp(-50))).toBeCloseTo(1, 12)
})

test.each([
  [0.5, 0],
  [0.975, 1.959963984540054],
  [0.9, 1.2815515655446004],
  [0.001, -3.090232306167813],
  [1e-10, -6.361340902404056],
  [1e-20, -9.2623400897984],
  [1e-300, -37.047096299361],
])('the normal quantile at %d', (u, z) => {
  expect(normalQuantile(u)).toBeCloseTo(z, 9)
})

test('the normal quantile is odd and the inverse of the integral of the density', () => {
  for (const u of [0.6, 0.8, 0.93, 0.99]) {
    expect(normalQuantile(1 - u)).toBeCloseTo(-normalQuantile(u), 12)
    // Simpson's rule from 0 to z.
    const z = normalQuantile(u)
    const n = 1000
    let sum = 0
    for (let i = 0; i <= n; i++) {
      const weight = i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2
      sum += weight * Math.exp(-0.5 * ((z * i) / n) ** 2)
    }
    expect(0.5 + (sum * z) / n / 3 / Math.sqrt(2 * Math.PI)).toBeCloseTo(u, 12)
  }
})
