import { normalQuantile } from '../core/special.ts'
import { betaQuantile, incompleteBeta } from './incomplete-beta.ts'

/**
 * The quantile of Student's t with `degrees` of freedom (normal where they are infinite), from
 * P(|T| > t) = I_{ν/(ν + t²)}(ν/2, ½) (Abramowitz and Stegun 26.7.1).
 */
export function studentQuantile(u: number, degrees: number): number {
  if (!Number.isFinite(degrees)) return normalQuantile(u)
  if (u === 0.5) return 0
  const x = betaQuantile(2 * Math.min(u, 1 - u), degrees / 2, 0.5)
  const t = Math.sqrt((degrees * (1 - x)) / x)
  return u < 0.5 ? -t : t
}

/** P(|T| > |t|) of Student's t with `degrees` of freedom, a finite number, by the same equation. */
export function studentTwoSided(t: number, degrees: number): number {
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
}
