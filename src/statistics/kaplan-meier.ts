import { must } from '../core/assert.ts'
import { normalQuantile } from '../core/special.ts'
import {
  nonNegative,
  openShare,
  requireParameters,
  wholeNumber,
  type Complaint,
} from '../core/parameters.ts'

/** An observed duration, possibly censored or truncated. */
export interface Lifetime {
  readonly time: number
  /** False: it had not ended at `time`, when observation stopped (right-censored). */
  readonly isObserved: boolean
  /** When observation began; earlier ends are not in the data (left-truncated). Default 0. */
  readonly entryTime?: number
  /** Number of identical durations. Default 1. */
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
  /** The last time at which anything was observed. Past it the survival is unknown. */
  readonly until: number
}

/**
 * Survival of right-censored durations: S(t) = Π_{tᵢ ≤ t} (1 − dᵢ/nᵢ), where dᵢ of the nᵢ at risk
 * end at tᵢ (Kaplan and Meier, "Nonparametric estimation from incomplete observations", JASA 53,
 * 1958), with Greenwood's variance S²·Σ dᵢ/(nᵢ(nᵢ − dᵢ)). Those censored at a time are at risk at it.
 * @throws DambreakError `usage`
 */
export function kaplanMeier(lifetimes: readonly Lifetime[]): SurvivalCurve {
  requireParameters('kaplanMeier', { lifetimes: wrongLifetime(lifetimes) })
  const changes = changesByTime(lifetimes)
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
  for (const { time, entered, ended, left } of changes) {
    if (ended > 0) {
      survival *= 1 - ended / atRisk
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

/** P(T > time); `null` past the last observation, unless everything had ended by then. */
export function survivalAt(curve: SurvivalCurve, time: number): number | null {
  if (time > curve.until && curve.survival.at(-1) !== 0) return null
  const after = curve.times.findIndex((at) => at > time)
  const before = after < 0 ? curve.times.length - 1 : after - 1
  return curve.survival[before] ?? 1
}

/** The first time by which the given share had ended; `null` if that share was not reached. */
export function survivalQuantile(curve: SurvivalCurve, share: number): number | null {
  requireParameters('survivalQuantile', { share: openShare(share) })
  const at = curve.survival.findIndex((survival) => survival <= 1 - share + 1e-12)
  return curve.times[at] ?? null
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

/** The fault of the first lifetime that is not valid. */
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

interface Change {
  readonly time: number
  entered: number
  ended: number
  left: number
}

function changesByTime(lifetimes: readonly Lifetime[]): Change[] {
  const byTime = new Map<number, Change>()
  const at = (time: number): Change => {
    if (!byTime.has(time)) byTime.set(time, { time, entered: 0, ended: 0, left: 0 })
    return must(byTime.get(time), 'the change just set')
  }
  // What is observed from the start counts as at risk at time 0.
  const start = at(-1)
  for (const { time, isObserved, entryTime = 0, count = 1 } of lifetimes) {
    if (entryTime === 0) start.entered += count
    else at(entryTime).entered += count
    if (isObserved) at(time).ended += count
    else at(time).left += count
  }
  return [...byTime.values()].sort((a, b) => a.time - b.time)
}
