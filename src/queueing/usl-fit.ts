import { sumNthPowerDeviations } from 'simple-statistics'
import {
  columnRank,
  leastSquares,
  normalEquations,
  type Residuals,
} from '../statistics/least-squares.ts'
import { invert, solve } from '../statistics/matrix.ts'
import { studentQuantile } from '../statistics/student-t.ts'
import {
  nonNegative,
  openShare,
  positive,
  requireParameters,
  type Complaint,
} from '../core/parameters.ts'
import type { ScalabilityLaw } from './usl.ts'

export interface ScalabilityPoint {
  readonly concurrency: number
  readonly throughput: number
  /** Of the throughput; of all points or of none. Points weigh 1/standardError². */
  readonly standardError?: number
}

export interface ScalabilityFit extends ScalabilityLaw {
  /** Share of the variance of the throughputs that the law explains. */
  readonly rSquared: number
  /** Root mean square residual, in units of throughput. */
  readonly residual: number
}

/**
 * Least squares of the law on measured throughputs (on X itself, as it is the throughput that is
 * measured with noise), each point alike, no coefficient held above 0: one below it says that the
 * data do not follow the law. With intervals and bounds: `estimateScalability`.
 * @throws DambreakError `usage` on fewer than three different concurrencies
 */
export function fitScalabilityLaw(points: readonly ScalabilityPoint[]): ScalabilityFit {
  const different = new Set(points.map((point) => point.concurrency)).size
  requireParameters('fitScalabilityLaw', {
    points:
      different < 3
        ? `must cover at least 3 different concurrencies, got ${different}`
        : notMeasured(points),
  })
  const problem = { points, level: 1, weights: points.map(() => 1), fixed: {} }
  const { point, squares } = leastSquares((at) => residualsOf(problem, at), startOf(points, 1))
  const throughputs = points.map(({ throughput }) => throughput)
  const spread = sumNthPowerDeviations(throughputs, 2)
  const [unitThroughput = 0, contention = 0, coherency = 0] = point
  return {
    unitThroughput,
    contention,
    coherency,
    rSquared: spread === 0 ? 1 : 1 - squares / spread,
    residual: Math.sqrt(squares / points.length),
  }
}

export interface ScalabilityOptions {
  /** Of the intervals: 0.95. */
  readonly confidence: number
  /** Coefficients that are known, or assumed, such as `{ coherency: 0 }`. */
  readonly fixed?: { readonly contention?: number; readonly coherency?: number }
  /**
   * Where the noise comes from: `known`, the points' standard errors as they are; `residuals`, how far
   * the points lie from the law, standard errors then giving weights alone. Unless given, known
   * where the points have standard errors.
   */
  readonly noise?: 'known' | 'residuals'
}

/** Why the data do not tell a coefficient: too few concurrencies, or as many coefficients as measurements. */
export type NotIdentified =
  | { readonly code: 'TooFewConcurrencies'; readonly concurrencies: number }
  | { readonly code: 'NoNoiseEstimate' }

export interface ScalabilityInterval {
  readonly low: number
  readonly mid: number
  /** Infinite where the data set no upper end. */
  readonly high: number
  /** False: many values fit the data as well as `mid`, which is not to be used. */
  readonly isIdentified: boolean
  /** Why it is not identified; `null` where it is. */
  readonly reason: NotIdentified | null
}

export interface ScalabilityEstimate {
  readonly unitThroughput: ScalabilityInterval
  readonly contention: ScalabilityInterval
  readonly coherency: ScalabilityInterval
  /**
   * Of λ, σ, κ, from the Jacobian: noise²·(JᵀJ)⁻¹, with rows of 0 for coefficients that are fixed or
   * stand at 0; `null` where one is not identified.
   */
  readonly covariance: readonly (readonly number[])[] | null
  /** Measurements less coefficients that they tell. */
  readonly degrees: number
  /** Σ(residual/standard error)², or in throughput² without standard errors. */
  readonly squares: number
}

/**
 * The law's coefficients from throughputs measured at several concurrencies: weighted non-linear
 * least squares with σ, κ ≥ 0, and profile likelihood intervals: all values of a coefficient whose
 * best fit with the others left free has squares within t²s² of the least (Bates and Watts,
 * Nonlinear Regression Analysis, 1988, chapter 6). Unlike those from the covariance they hold at
 * the bounds, and show what the data leave open: one concurrency tells the throughput there and
 * nothing else, two tell σ + κN together, and κ only where it is fixed.
 * @throws DambreakError `usage` on no points, or points that are no measurement
 */
export function estimateScalability(
  points: readonly ScalabilityPoint[],
  options: ScalabilityOptions,
): ScalabilityEstimate {
  const fit = profiledFit('estimateScalability', points, { ...options, level: 1 })
  return {
    unitThroughput: intervalOf(fit, 0),
    contention: intervalOf(fit, 1),
    coherency: intervalOf(fit, 2),
    covariance: covarianceOf(fit),
    degrees: fit.degrees,
    squares: fit.best.squares,
  }
}

/**
 * The mean throughput that the law gives at a concurrency, measured there or not, with its profile
 * likelihood interval: the law is written in X(M) instead of λ, X(N) = X(M)·(N/M)·(1 + σ(M − 1) +
 * κM(M − 1))/(1 + σ(N − 1) + κN(N − 1)), so that all that the data say on σ and κ together enters.
 * @throws DambreakError `usage`
 */
export function predictScalability(
  points: readonly ScalabilityPoint[],
  concurrency: number,
  options: ScalabilityOptions,
): ScalabilityInterval {
  requireParameters('predictScalability', { concurrency: positive(concurrency) })
  return intervalOf(
    profiledFit('predictScalability', points, { ...options, level: concurrency }),
    0,
  )
}

/** Coefficients stand in the order X(level) (λ where the level is 1), σ, κ. */
interface Problem {
  readonly points: readonly ScalabilityPoint[]
  readonly level: number
  /** 1/standard error, or 1. */
  readonly weights: readonly number[]
  readonly fixed: Readonly<Record<number, number>>
}

interface Fit {
  readonly problem: Problem
  readonly best: { readonly point: readonly number[]; readonly squares: number }
  readonly degrees: number
  /** Variance of a residual; `null` where nothing tells it. */
  readonly variance: number | null
  /** Of Student's distribution, or the normal one, at the confidence. */
  readonly quantile: number
}

function profiledFit(
  model: string,
  points: readonly ScalabilityPoint[],
  options: ScalabilityOptions & { level: number },
): Fit {
  const { confidence, fixed: given = {}, level } = options
  const withErrors = points.filter(({ standardError }) => standardError !== undefined).length
  const noise = options.noise ?? (withErrors > 0 ? 'known' : 'residuals')
  requireParameters(model, {
    confidence: openShare(confidence),
    'fixed.contention': nonNegative(given.contention ?? 0),
    'fixed.coherency': nonNegative(given.coherency ?? 0),
    points: notMeasured(points) ?? wrongErrors(points, noise === 'known'),
  })
  const problem = {
    points,
    level,
    weights: points.map(({ standardError }) => 1 / (standardError ?? 1)),
    fixed: {
      ...(given.contention === undefined ? {} : { 1: given.contention }),
      ...(given.coherency === undefined ? {} : { 2: given.coherency }),
    },
  }
  const best = boundedFit(problem, startOf(points, level))
  const { jacobian } = residualsOf(problem, best.point)
  const degrees = points.length - columnRank(freeColumns(problem, jacobian))
  const fromResiduals = degrees > 0 ? best.squares / degrees : null
  return {
    problem,
    best,
    degrees,
    variance: noise === 'known' ? 1 : fromResiduals,
    quantile: studentQuantile((1 + confidence) / 2, noise === 'known' ? Infinity : degrees),
  }
}

function notMeasured(points: readonly ScalabilityPoint[]): Complaint {
  if (points.length === 0) return 'must be at least one'
  const bad = points.find(
    ({ concurrency, throughput }) =>
      positive(concurrency) !== null || positive(throughput) !== null,
  )
  if (bad === undefined) return null
  return `must all be above 0, got throughput ${bad.throughput} at ${bad.concurrency}`
}

function wrongErrors(points: readonly ScalabilityPoint[], isNeeded: boolean): Complaint {
  const errors = points.map(({ standardError }) => standardError)
  if (!isNeeded && errors.every((error) => error === undefined)) return null
  return errors.every((error) => error !== undefined && positive(error) === null)
    ? null
    : 'must all have a standard error above 0, or none of them'
}

/** Residuals and derivatives of X(N) at X(level), σ, κ. */
function residualsOf(problem: Problem, point: readonly number[]): Residuals {
  const { points, level: m, weights } = problem
  const [atLevel = 0, contention = 0, coherency = 0] = point
  const slowdown = (n: number) => {
    const value = 1 + contention * (n - 1) + coherency * n * (n - 1)
    return value > 0 ? value : Number.NaN
  }
  const own = slowdown(m)
  const residuals: number[] = []
  const jacobian: number[][] = []
  for (const [i, { concurrency: n, throughput }] of points.entries()) {
    const weight = weights[i] ?? 1
    const other = slowdown(n)
    const perUnit = ((n / m) * own * weight) / other
    const predicted = atLevel * perUnit
    residuals.push(atLevel > 0 ? throughput * weight - predicted : Number.NaN)
    jacobian.push([
      perUnit,
      predicted * ((m - 1) / own - (n - 1) / other),
      predicted * ((m * (m - 1)) / own - (n * (n - 1)) / other),
    ])
  }
  return { residuals, jacobian }
}

/** N/X = 1/λ + (σ/λ)(N − 1) + (κ/λ)N(N − 1) is linear; where that has no answer, hardly any contention. */
function startOf(points: readonly ScalabilityPoint[], level: number): number[] {
  const rows = points.map(({ concurrency: n }) => [1, n - 1, n * (n - 1)])
  const values = points.map(({ concurrency, throughput }) => concurrency / throughput)
  const { matrix, vector } = normalEquations({ residuals: values, jacobian: rows })
  const [inverse = 0, second = 0, third = 0] = solve(matrix, vector)
  const law = [1 / inverse, second / inverse, third / inverse]
  const slowdown = (n: number, [, contention = 0, coherency = 0]: readonly number[]) =>
    1 + contention * (n - 1) + coherency * n * (n - 1)
  const isUsable =
    law.every((value) => Number.isFinite(value)) &&
    inverse > 0 &&
    [level, ...points.map(({ concurrency }) => concurrency)].every((n) => slowdown(n, law) > 0)
  const most = Math.max(...points.map(({ concurrency, throughput }) => throughput / concurrency))
  const [unit = 0, contention = 0, coherency = 0] = isUsable ? law : [most, 0.01, 1e-4]
  return [(unit * level) / slowdown(level, [unit, contention, coherency]), contention, coherency]
}

/** The best fit with the fixed coefficients held and none of the others below 0. */
function boundedFit(problem: Problem, start: readonly number[]): Fit['best'] {
  const isFree = (k: number) => problem.fixed[k] === undefined
  const free = start.flatMap((_, k) => (isFree(k) ? [k] : []))
  const whole = (part: readonly number[]) =>
    start.map((_, k) => problem.fixed[k] ?? part[free.indexOf(k)] ?? 0)
  const { point: part, squares } = leastSquares(
    (at) => {
      const { residuals, jacobian } = residualsOf(problem, whole(at))
      return { residuals, jacobian: jacobian.map((row) => free.map((k) => row[k] ?? 0)) }
    },
    free.map((k) => start[k] ?? 0),
  )
  const point = whole(part)
  const negative = [1, 2].filter((k) => (point[k] ?? 0) < 0)
  if (negative.length === 0) return { point, squares }
  const held = negative.map((k) => {
    const from = start.map((value, j) => (j === k ? 0 : j === 0 ? value : Math.max(0, value)))
    return boundedFit({ ...problem, fixed: { ...problem.fixed, [k]: 0 } }, from)
  })
  return held.reduce((a, b) => (b.squares < a.squares ? b : a))
}

/** Columns of the coefficients that are not fixed, `without` one of them. */
function freeColumns(
  problem: Problem,
  jacobian: readonly (readonly number[])[],
  without?: number,
): number[][] {
  return [0, 1, 2]
    .filter((k) => problem.fixed[k] === undefined && k !== without)
    .map((k) => jacobian.map((row) => row[k] ?? 0))
}

function intervalOf(fit: Fit, k: number): ScalabilityInterval {
  const { problem, best, variance, quantile } = fit
  const mid = best.point[k] ?? 0
  if (problem.fixed[k] !== undefined) {
    return { low: mid, mid, high: mid, isIdentified: true, reason: null }
  }
  const reason = reasonAgainst(fit, k)
  if (variance === null) return { low: 0, mid, high: Infinity, isIdentified: false, reason }
  const most = best.squares + quantile * quantile * variance
  const profile = (value: number, start: readonly number[]) =>
    boundedFit({ ...problem, fixed: { ...problem.fixed, [k]: value } }, start)
  const error = Math.sqrt(covarianceOf(fit)?.[k]?.[k] ?? 0)
  const unit = error > 0 ? quantile * error : Math.max(0.01 * mid, 1e-6)
  const search = { profile, from: best, k, most, unit }
  return {
    low: profileEnd({ ...search, direction: -1 }),
    mid,
    high: profileEnd({ ...search, direction: 1 }),
    isIdentified: reason === null,
    reason,
  }
}

function reasonAgainst({ problem, best, variance }: Fit, k: number): NotIdentified | null {
  const { jacobian } = residualsOf(problem, best.point)
  const levels = new Set(problem.points.map(({ concurrency }) => concurrency)).size
  const rank = columnRank(freeColumns(problem, jacobian))
  if (columnRank(freeColumns(problem, jacobian, k)) === rank) {
    return { code: 'TooFewConcurrencies', concurrencies: levels }
  }
  return variance === null ? { code: 'NoNoiseEstimate' } : null
}

interface ProfileSearch {
  readonly profile: (value: number, start: readonly number[]) => Fit['best']
  readonly from: Fit['best']
  readonly k: number
  /** The squares at the end of the interval. */
  readonly most: number
  readonly direction: 1 | -1
  /** The first step. */
  readonly unit: number
}

/**
 * Where the profile reaches `most` on one side: 0 or infinite where it does not. The root of the
 * squares over their least is nearly straight, so that a secant kept in its bracket (the Illinois
 * method: Dowell and Jarratt, BIT 11, 1971) takes a few fits.
 */
function profileEnd({ profile, from, k, most, direction, unit }: ProfileSearch): number {
  const mid = from.point[k] ?? 0
  const least = from.squares
  const excess = (squares: number) =>
    Math.sqrt(Math.max(0, squares - least)) - Math.sqrt(most - least)
  let inside = { at: mid, excess: excess(least), point: from.point }
  let outside: { at: number; excess: number } | null = null
  for (let step = 1; outside === null && step < 1e9; step *= 2) {
    // A throughput is never 0: that end is neared by division.
    const isLowThroughput = k === 0 && direction < 0
    const at = isLowThroughput
      ? mid / (1 + (step * unit) / mid)
      : Math.max(0, mid + direction * step * unit)
    const found = profile(at, inside.point)
    if (found.squares > most) outside = { at, excess: excess(found.squares) }
    else if (at === 0) return 0
    else inside = { at, excess: excess(found.squares), point: found.point }
  }
  if (outside === null) return direction > 0 ? Infinity : 0
  for (
    let i = 0;
    i < 60 && Math.abs(outside.at - inside.at) > 1e-7 * Math.abs(outside.at - mid);
    i++
  ) {
    const at: number =
      (outside.at * inside.excess - inside.at * outside.excess) / (inside.excess - outside.excess)
    const found = profile(at, inside.point)
    const here = excess(found.squares)
    if (Math.abs(here) < 1e-7 * Math.sqrt(most - least)) return at
    if (here > 0) {
      outside = { at, excess: here }
      inside = { ...inside, excess: inside.excess / 2 }
    } else {
      inside = { at, excess: here, point: found.point }
      outside = { ...outside, excess: outside.excess / 2 }
    }
  }
  return inside.at
}

function covarianceOf({ problem, best, variance }: Fit): number[][] | null {
  const { jacobian } = residualsOf(problem, best.point)
  const inner = [0, 1, 2].filter(
    (k) => problem.fixed[k] === undefined && (k === 0 || (best.point[k] ?? 0) > 0),
  )
  const free = freeColumns(problem, jacobian)
  if (variance === null || columnRank(free) < free.length) return null
  const rows = jacobian.map((row) => inner.map((k) => row[k] ?? 0))
  const inverse = invert(normalEquations({ residuals: [], jacobian: rows }).matrix)
  if (inverse === null) return null
  return [0, 1, 2].map((r) =>
    [0, 1, 2].map((c) => variance * (inverse[inner.indexOf(r)]?.[inner.indexOf(c)] ?? 0)),
  )
}
