import { solve } from './matrix.ts'

/** A model at one point of its parameters. */
export interface Residuals {
  /** Measured minus predicted, each over its standard deviation or its like. */
  readonly residuals: readonly number[]
  /** By residual: the derivatives of the prediction, on the same scale. */
  readonly jacobian: readonly (readonly number[])[]
}

export interface LeastSquares {
  readonly point: readonly number[]
  /** The least sum of squared residuals. */
  readonly squares: number
}

/**
 * Least squares of a model that is not linear in its parameters, by Levenberg and Marquardt
 * (Marquardt, "An algorithm for least-squares estimation of nonlinear parameters", SIAM J. Appl. Math.
 * 11, 1963), damped on the diagonal so that units do not matter. A step to where a residual is not
 * finite is not taken. Where the data leave a direction open, some point along it comes out.
 */
export function leastSquares(
  model: (point: readonly number[]) => Residuals,
  start: readonly number[],
): LeastSquares {
  let point = start
  let here = model(point)
  let squares = sumOfSquares(here.residuals)
  let damping = 1e-3
  for (let i = 0; i < 200 && damping < 1e12; i++) {
    const { matrix, vector } = normalEquations(here)
    const damped = matrix.map((row, r) =>
      row.map((cell, c) => (r === c ? (cell > 0 ? cell * (1 + damping) : 1) : cell)),
    )
    const change = solve(damped, vector)
    const next = point.map((value, k) => value + (change[k] ?? 0))
    const there = model(next)
    const nextSquares = sumOfSquares(there.residuals)
    const isWithin = (share: number) =>
      change.every((by, k) => Math.abs(by) <= share * Math.abs(point[k] ?? 0))
    if (!(nextSquares <= squares)) {
      // Rounding alone keeps so small a step from getting better.
      if (isWithin(1e-9)) break
      damping *= 10
      continue
    }
    const isSettled = isWithin(1e-13)
    point = next
    here = there
    squares = nextSquares
    damping /= 10
    if (isSettled) break
  }
  return { point, squares }
}

/** JᵀJ and Jᵀr. */
export function normalEquations({ residuals, jacobian }: Residuals): {
  matrix: number[][]
  vector: number[]
} {
  const size = jacobian[0]?.length ?? 0
  const matrix = Array.from({ length: size }, () => Array.from({ length: size }, () => 0))
  const vector = Array.from({ length: size }, () => 0)
  // Indexed, as this is where fits spend their time.
  for (let i = 0; i < jacobian.length; i++) {
    const row = jacobian[i] ?? []
    for (let r = 0; r < size; r++) {
      const left = row[r] ?? 0
      const target = matrix[r] ?? []
      for (let c = 0; c < size; c++) target[c] = (target[c] ?? 0) + left * (row[c] ?? 0)
      vector[r] = (vector[r] ?? 0) + left * (residuals[i] ?? 0)
    }
  }
  return { matrix, vector }
}

function sumOfSquares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0)
}

/**
 * The number of independent columns, after scaling each to length one: Gram–Schmidt, where less
 * than a hundred-millionth that is new counts as nothing.
 */
export function columnRank(columns: readonly (readonly number[])[]): number {
  const basis: (readonly number[])[] = []
  for (const column of columns) {
    const length = Math.sqrt(sumOfSquares(column))
    if (!(length > 0)) continue
    let rest = column.map((value) => value / length)
    for (let again = 0; again < 2; again++) {
      for (const unit of basis) {
        const share = unit.reduce((sum, value, i) => sum + value * (rest[i] ?? 0), 0)
        rest = rest.map((value, i) => value - share * (unit[i] ?? 0))
      }
    }
    const left = Math.sqrt(sumOfSquares(rest))
    if (left > 1e-8) basis.push(rest.map((value) => value / left))
  }
  return basis.length
}
