import { mean } from 'simple-statistics'
import { must } from '../core/assert.ts'
import { normalCdf } from '../core/normal.ts'
import { invert } from '../statistics/matrix.ts'

/** What one row came to for one set of values; `x` holds the values, scaled to be of order 1. */
export interface RowExample {
  readonly x: readonly number[]
  readonly y: number
}

/** A linear forecast of a row with its standard error for sets of values it has not seen. */
export interface RowForecast {
  readonly intercept: number
  readonly slopes: readonly number[]
  readonly error: number
}

/** Rows are counts, shares and waits: their logarithms are nearer to linear, and 0 must stay. */
const scaled = (y: number): number => Math.asinh(y)

const penalties = [0.3, 1, 3, 10, 30, 100] as const

/**
 * Ridge regression (Hoerl and Kennard, Technometrics 12(1), 1970) of asinh(row) on the values, with
 * the penalty whose leave-one-out error is least; that error, which holds for sets not seen, is the
 * forecast's. `null` for fewer than three examples.
 */
export function fitForecast(examples: readonly RowExample[]): RowForecast | null {
  if (examples.length < 3) return null
  const d = must(examples[0], 'first example').x.length
  const meanY = mean(examples.map(({ y }) => scaled(y)))
  const meanX = Array.from({ length: d }, (_, k) => mean(examples.map(({ x }) => x[k] ?? 0)))
  const centred = examples.map(({ x }) => x.map((value, k) => value - (meanX[k] ?? 0)))
  const y = examples.map((one) => scaled(one.y) - meanY)
  let best: RowForecast | null = null
  for (const penalty of penalties) {
    const { slopes, error } = ridge(centred, y, penalty)
    const intercept = meanY - dot(slopes, meanX)
    if (best === null || error < best.error) best = { intercept, slopes, error }
  }
  return best
}

/**
 * Slopes (X'X + λI)⁻¹X'y and the leave-one-out error: the residual of an example that is left out is
 * its residual over 1 − h, h = x'(X'X + λI)⁻¹x + 1/n, the 1/n for the mean.
 */
function ridge(
  x: readonly (readonly number[])[],
  y: readonly number[],
  penalty: number,
): { slopes: number[]; error: number } {
  const n = x.length
  const axes = x[0] ?? []
  const products = axes.map((_, j) =>
    axes.map((_axis, k) => {
      let sum = j === k ? penalty : 0
      for (const row of x) sum += (row[j] ?? 0) * (row[k] ?? 0)
      return sum
    }),
  )
  const inverse = must(invert(products), 'the inverse of a matrix with a penalty on its diagonal')
  const moments = axes.map((_, k) =>
    x.reduce((sum, row, i) => sum + (row[k] ?? 0) * (y[i] ?? 0), 0),
  )
  const slopes = inverse.map((row) => dot(row, moments))
  const squares = x.reduce((sum, row, i) => {
    const leverage = inverse.reduce((total, line, k) => total + (row[k] ?? 0) * dot(line, row), 0)
    const left = ((y[i] ?? 0) - dot(slopes, row)) / Math.max(1e-9, 1 - leverage - 1 / n)
    return sum + left ** 2
  }, 0)
  return { slopes, error: Math.sqrt(squares / n) }
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

/** The probability, by the forecast, that the row lies within bounds. */
export function forecastWithin(
  { intercept, slopes, error }: RowForecast,
  x: readonly number[],
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const at = intercept + dot(slopes, x)
  const spread = Math.max(error, 1e-9)
  const below = (bound: number) => normalCdf((scaled(bound) - at) / spread)
  return Math.max(0, below(max) - below(min))
}
