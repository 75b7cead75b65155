import { logGamma } from '../core/special.ts'

/** ln B(a, b) for a, b > 0. */
export function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/**
 * The regularised incomplete beta function I_x(a, b), the distribution function of Beta(a, b), with
 * a small relative error where it is below about one half: Lentz' continued fraction of Didonato and
 * Morris (Numerical Recipes, section 6.4; DLMF 8.17.22), mirrored above the mean.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  return x < (a + 1) / (a + b + 2)
    ? Math.exp(logFront(x, a, b)) * fraction(x, a, b)
    : 1 - Math.exp(logFront(1 - x, b, a)) * fraction(1 - x, b, a)
}

/** ln I_x(a, b), also where I_x itself is too small for a number. */
export function logIncompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return Number.NEGATIVE_INFINITY
  if (x >= 1) return 0
  return x < (a + 1) / (a + b + 2)
    ? logFront(x, a, b) + Math.log(fraction(x, a, b))
    : Math.log1p(-Math.exp(logFront(1 - x, b, a)) * fraction(1 - x, b, a))
}

/** The x at which I_x(a, b) = u, by halving to the last bit. */
export function betaQuantile(u: number, a: number, b: number): number {
  if (u <= 0) return 0
  if (u >= 1) return 1
  let low = 0
  let high = 1
  for (let i = 0; i < 1100 && high > low; i++) {
    const middle = (low + high) / 2
    if (middle === low || middle === high) return middle
    if (incompleteBeta(middle, a, b) < u) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** ln of x^a (1 − x)^b / (a B(a, b)). */
function logFront(x: number, a: number, b: number): number {
  return a * Math.log(x) + b * Math.log1p(-x) - Math.log(a) - logBeta(a, b)
}

function fraction(x: number, a: number, b: number): number {
  const smallest = 1e-300
  const away = (value: number) => (Math.abs(value) < smallest ? smallest : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let h = d
  for (let m = 1; m < 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    h *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    h *= d * c
    if (Math.abs(d * c - 1) < 1e-15) break
  }
  return h
}
