import { solve } from '../statistics/matrix.ts'
import { nonNegative, positive, requireParameters } from './parameters.ts'

/**
 * The Universal Scalability Law (Gunther, "A simple capacity model of massively parallel
 * transaction systems", CMG 1993; Guerrilla Capacity Planning, 2007).
 */
export interface ScalabilityLaw {
  /** λ: throughput of one, per unit of time. */
  readonly unitThroughput: number
  /** σ: the share that is done one at a time. */
  readonly contention: number
  /** κ: the price of each pair that has to agree. */
  readonly coherency: number
}

/** X(N) = λN / (1 + σ(N − 1) + κN(N − 1)). */
export function scaledThroughput(law: ScalabilityLaw, concurrency: number): number {
  checkLaw('scaledThroughput', law)
  requireParameters('scaledThroughput', { concurrency: nonNegative(concurrency) })
  return (law.unitThroughput * concurrency) / slowdown(law, concurrency)
}

/** Time in the system of one request at concurrency N, N/X(N) by Little's law. */
export function scaledLatency(law: ScalabilityLaw, concurrency: number): number {
  checkLaw('scaledLatency', law)
  requireParameters('scaledLatency', { concurrency: positive(concurrency) })
  return slowdown(law, concurrency) / law.unitThroughput
}

/** N* = √((1 − σ)/κ), past which more concurrency gives less; infinite where κ = 0. */
export function peakConcurrency(law: ScalabilityLaw): number {
  checkLaw('peakConcurrency', law)
  if (law.coherency === 0) return Number.POSITIVE_INFINITY
  return Math.sqrt(Math.max(0, 1 - law.contention) / law.coherency)
}

/** The most it can do: X(N*), or λ/σ where κ = 0 (infinite where both are 0). */
export function peakThroughput(law: ScalabilityLaw): number {
  const peak = peakConcurrency(law)
  if (Number.isFinite(peak)) return scaledThroughput(law, Math.max(1, peak))
  return law.contention === 0 ? peak : law.unitThroughput / law.contention
}

export interface ScalabilityPoint {
  readonly concurrency: number
  readonly throughput: number
}

export interface ScalabilityFit extends ScalabilityLaw {
  /** Share of the variance of the throughputs that the law explains. */
  readonly rSquared: number
  /** Root mean square residual, in units of throughput. */
  readonly residual: number
}

/**
 * Least squares of the law on measured throughputs (Levenberg–Marquardt on X itself, as it is the
 * throughput that is measured with noise), from the start that the linear form
 * N/X = (1 + σ(N − 1) + κN(N − 1))/λ gives.
 * @throws DambreakError `usage` on fewer than three different concurrencies. A coefficient below 0
 *   is returned as it is: it says that the data do not follow the law.
 */
export function fitScalabilityLaw(points: readonly ScalabilityPoint[]): ScalabilityFit {
  const different = new Set(points.map((point) => point.concurrency)).size
  const bad = points.find(({ concurrency, throughput }) => !(concurrency > 0 && throughput > 0))
  requireParameters('fitScalabilityLaw', {
    points:
      different < 3
        ? `must cover at least 3 different concurrencies, got ${different}`
        : bad !== undefined
          ? `must all be above 0, got throughput ${bad.throughput} at ${bad.concurrency}`
          : null,
  })
  let coefficients = linearStart(points)
  let error = squaredError(points, coefficients)
  let damping = 1e-3
  for (let i = 0; i < 200 && damping < 1e12; i++) {
    const { matrix, vector } = normalEquations(points, coefficients)
    const damped = matrix.map((row, r) =>
      row.map((cell, c) => (r === c ? cell * (1 + damping) : cell)),
    )
    const change = solve(damped, vector)
    const next = coefficients.map((value, k) => value + (change[k] ?? 0))
    const nextError = squaredError(points, next)
    if (!(nextError <= error)) {
      damping *= 10
      continue
    }
    const settled = change.every((by, k) => Math.abs(by) <= 1e-13 * Math.abs(coefficients[k] ?? 0))
    coefficients = next
    error = nextError
    damping /= 10
    if (settled) break
  }
  const mean = points.reduce((sum, point) => sum + point.throughput, 0) / points.length
  const spread = points.reduce((sum, point) => sum + (point.throughput - mean) ** 2, 0)
  return {
    ...lawOf(coefficients),
    rSquared: spread === 0 ? 1 : 1 - error / spread,
    residual: Math.sqrt(error / points.length),
  }
}

function slowdown({ contention, coherency }: ScalabilityLaw, n: number): number {
  return 1 + contention * (n - 1) + coherency * n * (n - 1)
}

function checkLaw(model: string, law: ScalabilityLaw): void {
  requireParameters(model, {
    unitThroughput: positive(law.unitThroughput),
    contention: nonNegative(law.contention),
    coherency: nonNegative(law.coherency),
  })
}

/** Coefficients in the order λ, σ, κ. */
function lawOf([
  unitThroughput = 0,
  contention = 0,
  coherency = 0,
]: readonly number[]): ScalabilityLaw {
  return { unitThroughput, contention, coherency }
}

function squaredError(
  points: readonly ScalabilityPoint[],
  coefficients: readonly number[],
): number {
  const law = lawOf(coefficients)
  let sum = 0
  for (const { concurrency, throughput } of points) {
    sum += (throughput - (law.unitThroughput * concurrency) / slowdown(law, concurrency)) ** 2
  }
  return sum
}

/** N/X = 1/λ + (σ/λ)(N − 1) + (κ/λ)N(N − 1) is linear in three unknowns. */
function linearStart(points: readonly ScalabilityPoint[]): number[] {
  const sums = emptySums()
  for (const { concurrency: n, throughput } of points) {
    addRow(sums, [1, n - 1, n * (n - 1)], n / throughput)
  }
  const [inverse = 1, contention = 0, coherency = 0] = solve(sums.matrix, sums.vector)
  return [1 / inverse, contention / inverse, coherency / inverse]
}

/** JᵀJ and Jᵀr of the residuals r = x − X(N). */
function normalEquations(points: readonly ScalabilityPoint[], coefficients: readonly number[]) {
  const law = lawOf(coefficients)
  const sums = emptySums()
  for (const { concurrency: n, throughput } of points) {
    const factor = slowdown(law, n)
    const predicted = (law.unitThroughput * n) / factor
    const byFactor = -predicted / factor
    const gradient = [n / factor, byFactor * (n - 1), byFactor * n * (n - 1)]
    addRow(sums, gradient, throughput - predicted)
  }
  return sums
}

interface Sums {
  readonly matrix: number[][]
  readonly vector: number[]
}

function emptySums(): Sums {
  return { matrix: [0, 1, 2].map(() => [0, 0, 0]), vector: [0, 0, 0] }
}

function addRow({ matrix, vector }: Sums, row: readonly number[], value: number): void {
  for (const [r, left] of row.entries()) {
    const target = matrix[r] ?? []
    for (const [c, right] of row.entries()) target[c] = (target[c] ?? 0) + left * right
    vector[r] = (vector[r] ?? 0) + left * value
  }
}
