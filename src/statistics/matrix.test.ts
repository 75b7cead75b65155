import fc from 'fast-check'
import { expect, test } from 'vitest'
import { invert, solve } from './matrix.ts'

const matrices = fc
  .integer({ min: 1, max: 4 })
  .chain((size) =>
    fc.array(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: size, maxLength: size }),
      { minLength: size, maxLength: size },
    ),
  )

/** AAᵀ + I: symmetric, and far from singular. */
function symmetric(matrix: readonly (readonly number[])[]): number[][] {
  return matrix.map((left, r) =>
    matrix.map((right, c) =>
      left.reduce((sum, cell, k) => sum + cell * (right[k] ?? 0), r === c ? 1 : 0),
    ),
  )
}

test('what is solved gives the right side again, and the inverse solves it too', () => {
  fc.assert(
    fc.property(matrices, (root) => {
      const matrix = symmetric(root)
      const vector = matrix.map((_, r) => r - 0.7)
      const solved = solve(matrix, vector)
      const inverse = invert(matrix) ?? []
      for (const [r, row] of matrix.entries()) {
        const back = row.reduce((sum, cell, c) => sum + cell * (solved[c] ?? 0), 0)
        expect(back).toBeCloseTo(vector[r] ?? Number.NaN, 11)
        const viaInverse = (inverse[r] ?? []).reduce((sum, x, c) => sum + x * (vector[c] ?? 0), 0)
        expect(viaInverse).toBeCloseTo(solved[r] ?? Number.NaN, 11)
      }
    }),
  )
})

test('pivots where the diagonal is empty', () => {
  expect(
    solve(
      [
        [0, 2],
        [4, 0],
      ],
      [6, 8],
    ),
  ).toEqual([2, 3])
})

test('a singular matrix has no inverse, whatever its units', () => {
  const thin = (unit: number) => [
    [1, 2 * unit],
    [2 * unit, 4 * unit * unit],
  ]
  for (const unit of [1, 1e-9, 1e9]) expect(invert(thin(unit))).toBeNull()
  expect(invert([[0]])).toBeNull()
  const unlike = [
    [1e-18, 0],
    [0, 1e12],
  ]
  const inverse = invert(unlike)
  expect(inverse?.[0]?.[0]).toBeCloseTo(1e18, -3)
  expect((inverse?.[1]?.[1] ?? 0) * 1e12).toBeCloseTo(1, 14)
})
