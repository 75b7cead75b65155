const rootTwoPi = Math.sqrt(2 * Math.PI)

/** Density of the standard normal distribution. */
export function normalDensity(x: number): number {
  return Math.exp(-0.5 * x * x) / rootTwoPi
}

/**
 * Φ(x), the standard normal distribution function, to a relative error of about 1e-14 in both
 * tails. (`simple-statistics` has a table to four digits and an error function to seven, which is
 * not enough for six digits of a tail.)
 *
 * Near the middle the series Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) (Marsaglia, "Evaluating the
 * normal distribution", J. Stat. Software 11(4), 2004); in the tails Laplace's continued fraction
 * for Mills' ratio, (1 − Φ(x))/φ(x) = 1/(x + 1/(x + 2/(x + 3/(x + …)))).
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN
  if (x > 3) return 1 - upperTail(x)
  if (x < -3) return upperTail(-x)
  let term = x
  let sum = x
  for (let k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
    term *= (x * x) / k
    sum += term
  }
  return 0.5 + normalDensity(x) * sum
}

/** φ(x)/(1 − Φ(x)), the hazard rate of the standard normal distribution: 1 over Mills' ratio. */
export function normalHazard(x: number): number {
  return x > 3 ? tailFraction(x) : normalDensity(x) / normalCdf(-x)
}

function upperTail(x: number): number {
  return normalDensity(x) / tailFraction(x)
}

/** Laplace's continued fraction, for x above 3. */
function tailFraction(x: number): number {
  let ratio = x
  for (let k = 200; k >= 1; k--) ratio = x + k / ratio
  return ratio
}
