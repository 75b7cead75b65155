import type { Distribution } from '../core/distribution.ts'
import { incompleteGamma, logGamma } from '../core/special.ts'
import { normalCdf } from '../core/normal.ts'

/** Distributions that have a density: all but `constant` and `empirical`. */
export type ContinuousDistribution = Exclude<
  Distribution,
  { dist: 'constant' } | { dist: 'empirical' }
>

/** ln f(x), the density at x; −∞ where there is none. */
export function logDensity(dist: ContinuousDistribution, x: number): number {
  if (x < 0) return Number.NEGATIVE_INFINITY
  switch (dist.dist) {
    case 'exponential':
      return -x / dist.mean - Math.log(dist.mean)
    case 'erlang':
      return logGammaDensity(dist.shape, dist.mean, x)
    case 'gamma':
      return logGammaDensity(1 / dist.cv ** 2, dist.mean, x)
    case 'lognormal': {
      const { mu, sigma } = normalOfLogs(dist)
      const z = (Math.log(x) - mu) / sigma
      return -0.5 * z * z - Math.log(x * sigma * Math.sqrt(2 * Math.PI))
    }
    case 'uniform':
      return x < dist.low || x > dist.high
        ? Number.NEGATIVE_INFINITY
        : -Math.log(dist.high - dist.low)
    case 'weibull': {
      const log = Math.log(x / dist.scale)
      return Math.log(dist.shape / dist.scale) + (dist.shape - 1) * log - Math.exp(dist.shape * log)
    }
  }
}

/** ln P(X > x), also where P itself is too small for a number. */
export function logSurvival(dist: ContinuousDistribution, x: number): number {
  if (x <= 0) return 0
  switch (dist.dist) {
    case 'exponential':
      return -x / dist.mean
    case 'erlang':
      return logGammaSurvival(dist.shape, (x * dist.shape) / dist.mean)
    case 'gamma':
      return logGammaSurvival(1 / dist.cv ** 2, x / (dist.mean * dist.cv ** 2))
    case 'lognormal': {
      const { mu, sigma } = normalOfLogs(dist)
      return logNormalTail((Math.log(x) - mu) / sigma)
    }
    case 'uniform':
      return Math.log(Math.min(1, Math.max(0, (dist.high - x) / (dist.high - dist.low))))
    case 'weibull':
      return -((x / dist.scale) ** dist.shape)
  }
}

/** P(X ≤ x). */
export function distributionFunction(dist: Distribution, x: number): number {
  switch (dist.dist) {
    case 'constant':
      return x < dist.value ? 0 : 1
    case 'empirical':
      return dist.values.filter((value) => value <= x).length / dist.values.length
    default:
      return x <= 0 ? 0 : -Math.expm1(logSurvival(dist, x))
  }
}

/** mean = exp(μ + σ²/2), cv² = exp(σ²) − 1. */
function normalOfLogs({ mean, cv }: { mean: number; cv: number }): { mu: number; sigma: number } {
  const variance = Math.log1p(cv * cv)
  return { mu: Math.log(mean) - variance / 2, sigma: Math.sqrt(variance) }
}

function logGammaDensity(shape: number, mean: number, x: number): number {
  const scaled = (x * shape) / mean
  // x^0 at 0 is 1, where 0·ln 0 would be none.
  const power = shape === 1 ? 0 : (shape - 1) * Math.log(scaled)
  return power - scaled - logGamma(shape) + Math.log(shape / mean)
}

function logGammaSurvival(shape: number, x: number): number {
  const [, above] = incompleteGamma(shape, x, logGamma(shape))
  if (above > 1e-290) return Math.log(above)
  // Γ(a, x) ≈ x^(a−1) e^−x (1 + (a − 1)/x) far out (Abramowitz and Stegun 6.5.32).
  return (shape - 1) * Math.log(x) - x - logGamma(shape) + Math.log1p((shape - 1) / x)
}

function logNormalTail(z: number): number {
  if (z < 35) return Math.log(normalCdf(-z))
  return -0.5 * z * z - Math.log(z * Math.sqrt(2 * Math.PI)) - 1 / (z * z)
}
