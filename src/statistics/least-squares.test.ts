import { expect, test } from 'vitest'
import { columnRank, leastSquares, type Residuals } from './least-squares.ts'

/** y = a·e^{bx}. */
function exponential(x: readonly number[], y: readonly number[]) {
  return ([a = 0, b = 0]: readonly number[]): Residuals => ({
    residuals: x.map((at, i) => (y[i] ?? 0) - a * Math.exp(b * at)),
    jacobian: x.map((at) => [Math.exp(b * at), a * at * Math.exp(b * at)]),
  })
}

test('finds the parameters that made the data', () => {
  const x = [0, 1, 2, 3, 5]
  const { point, squares } = leastSquares(
    exponential(
      x,
      x.map((at) => 3 * Math.exp(-0.7 * at)),
    ),
    [1, 0],
  )
  expect(point[0]).toBeCloseTo(3, 10)
  expect(point[1]).toBeCloseTo(-0.7, 10)
  expect(squares).toBeLessThan(1e-20)
})

test('leaves no slope at the least squares of data with noise', () => {
  const x = [0, 1, 2, 3, 5]
  const model = exponential(x, [3.2, 1.3, 0.9, 0.2, 0.15])
  const { point } = leastSquares(model, [1, 0])
  const { residuals, jacobian } = model(point)
  for (const k of [0, 1]) {
    const slope = residuals.reduce((sum, r, i) => sum + r * (jacobian[i]?.[k] ?? 0), 0)
    expect(Math.abs(slope)).toBeLessThan(1e-7)
  }
})

test('goes on where one direction is left open', () => {
  // Only the sum of the two is told.
  const { point, squares } = leastSquares(
    ([a = 0, b = 0]) => ({
      residuals: [5 - a - b, 7 - a - b],
      jacobian: [
        [1, 1],
        [1, 1],
      ],
    }),
    [0, 0],
  )
  expect((point[0] ?? 0) + (point[1] ?? 0)).toBeCloseTo(6, 9)
  expect(squares).toBeCloseTo(2, 12)
})

test('counts independent columns, whatever their units', () => {
  const one = [1, 2, 3]
  const other = [0, 1, 5]
  const both = one.map((value, i) => 1e9 * value - 2e9 * (other[i] ?? 0))
  expect(columnRank([one, other])).toBe(2)
  expect(columnRank([one, other, both])).toBe(2)
  expect(columnRank([one, one.map((value) => 1e-12 * value)])).toBe(1)
  expect(columnRank([[0, 0, 0], one])).toBe(1)
  expect(columnRank([])).toBe(0)
})
