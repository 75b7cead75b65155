import { assert, must } from '../core/assert.ts'
import { normalQuantile } from '../core/special.ts'
import {
  nonNegative,
  openShare,
  requireParameters,
  wholeNumber,
  type Complaint,
} from '../core/parameters.ts'

/** How long something lasted, as far as it was seen. */
export interface Lifetime {
  readonly time: number
  /** False: it still lasted at `time`, when it went out of sight (censored from the right). */
  readonly isObserved: boolean
  /** Came into sight only then; had it ended sooner, nobody would know (truncated from the left). 0 unless given. */
  readonly entryTime?: number
  /** As many alike; 1 unless given. */
  readonly count?: number
}

/** A step function: `survival[i]` from `times[i]` until the next, 1 before the first. */
export interface SurvivalCurve {
  /** Where something ended, ascending. */
  readonly times: readonly number[]
  readonly atRisk: readonly number[]
  readonly ended: readonly number[]
  /** P(T > t). */
  readonly survival: readonly number[]
  /** Greenwood's, of the survival. */
  readonly variance: readonly number[]
  /** The last time at which anything was in sight: past it nothing is known. */
  readonly until: number
}

/** What happened at one time. Those who enter at it are at risk only after it. */
export interface SurvivalStep {
  readonly time: number
  readonly entered: number
  readonly ended: number
  /** Censored at this time: still at risk at it, not after it. */
  readonly left: number
}

/** Survival of lifetimes in any order, as `survivalCurve`. @throws DambreakError `usage` */
export function kaplanMeier(lifetimes: readonly Lifetime[]): SurvivalCurve {
  requireParameters('kaplanMeier', { lifetimes: wrongLifetime(lifetimes) })
  return survivalCurve(stepsOf(lifetimes))
}

/**
 * Survival of right-censored durations: S(t) = Π_{tᵢ ≤ t} (nᵢ − dᵢ)/nᵢ, where dᵢ of the nᵢ at risk
 * end at tᵢ (Kaplan and Meier, "Nonparametric estimation from incomplete observations", JASA 53,
 * 1958), with Greenwood's variance S²·Σ dᵢ/(nᵢ(nᵢ − dᵢ)). Those censored at a time are at risk at it.
 * Without censoring it is the empirical distribution.
 *
 * @param steps ascending in time.
 */
export function survivalCurve(steps: Iterable<SurvivalStep>): SurvivalCurve {
  const curve = {
    times: [] as number[],
    atRisk: [] as number[],
    ended: [] as number[],
    survival: [] as number[],
    variance: [] as number[],
  }
  let atRisk = 0
  let survival = 1
  let greenwood = 0
  let until = 0
  for (const { time, entered, ended, left } of steps) {
    if (ended > 0) {
      // A quotient of whole numbers is exactly 0 where all at risk ended.
      survival *= (atRisk - ended) / atRisk
      greenwood += ended / (atRisk * (atRisk - ended))
      curve.times.push(time)
      curve.atRisk.push(atRisk)
      curve.ended.push(ended)
      curve.survival.push(survival)
      curve.variance.push(survival === 0 ? 0 : survival * survival * greenwood)
    }
    if (ended + left > 0) until = time
    atRisk += entered - ended - left
  }
  return { ...curve, until }
}

/** Rounding of a product of many factors; far below one in 10^9 visitors. */
const slack = 1e-10

/** The first time by which `share` (above 0, at most 1) had ended; `null` if it was not reached. */
export function survivalQuantile(curve: SurvivalCurve, share: number): number | null {
  assert(share > 0 && share <= 1, 'a quantile is of a share above 0, at most 1')
  // To be reached, the very end must be reached exactly, however small the share that is left.
  const bound = share === 1 ? 0 : 1 - share + slack
  // The survival never rises, so the first time low enough is found by halving.
  let low = 0
  let high = curve.survival.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (must(curve.survival[middle], 'survival at a time') <= bound) high = middle
    else low = middle + 1
  }
  return curve.times[low] ?? null
}

/**
 * Pointwise bounds of the survival at each of the curve's times, S^exp(±z·√V/(S ln S)), which stay
 * between 0 and 1 (Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 1980,
 * chapter 1).
 */
export function survivalBand(
  curve: SurvivalCurve,
  confidence: number,
): { low: readonly number[]; high: readonly number[] } {
  requireParameters('survivalBand', { confidence: openShare(confidence) })
  const z = normalQuantile((1 + confidence) / 2)
  const end = (side: 1 | -1) =>
    curve.survival.map((survival, i) => {
      if (survival === 0 || survival === 1) return survival
      const error = Math.sqrt(curve.variance[i] ?? 0) / (survival * -Math.log(survival))
      return survival ** Math.exp(side * z * error)
    })
  return { low: end(1), high: end(-1) }
}

/** What is wrong with the first that is no lifetime. */
export function wrongLifetime(lifetimes: readonly Lifetime[]): Complaint {
  if (lifetimes.length === 0) return 'must be at least one'
  for (const { time, entryTime = 0, count = 1 } of lifetimes) {
    const wrong =
      nonNegative(time) ??
      nonNegative(entryTime) ??
      wholeNumber(count, 0) ??
      (entryTime < time || (entryTime === 0 && time === 0)
        ? null
        : `must end after they come into sight, got ${time} after ${entryTime}`)
    if (wrong !== null) return wrong
  }
  return null
}

function stepsOf(lifetimes: readonly Lifetime[]): SurvivalStep[] {
  const byTime = new Map<number, { -readonly [key in keyof SurvivalStep]: number }>()
  const at = (time: number) => {
    const step = byTime.get(time) ?? { time, entered: 0, ended: 0, left: 0 }
    byTime.set(time, step)
    return step
  }
  // Everything in sight from the start is so before whatever ends at time 0.
  const start = at(-1)
  for (const { time, isObserved, entryTime = 0, count = 1 } of lifetimes) {
    if (entryTime === 0) start.entered += count
    else at(entryTime).entered += count
    if (isObserved) at(time).ended += count
    else at(time).left += count
  }
  return [...byTime.values()].sort((a, b) => a.time - b.time)
}
