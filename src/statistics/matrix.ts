export type Matrix = readonly (readonly number[])[]

/**
 * Solves a small linear system by Gauss–Jordan elimination with pivoting. A singular matrix gives
 * values that are not finite.
 */
export function solve(matrix: Matrix, vector: readonly number[]): number[] {
  const rows = matrix.map((row, r) => [...row, vector[r] ?? 0])
  eliminate(rows)
  return rows.map((row) => row[rows.length] ?? 0)
}

/** The inverse of a small square matrix, or null where it is singular to working precision. */
export function invert(matrix: Matrix): number[][] | null {
  // Scaled to a unit diagonal first, so that parameters of different units are judged alike.
  const scale = matrix.map((row, r) => Math.sqrt(Math.abs(row[r] ?? 0)))
  if (!scale.every((value) => value > 0 && Number.isFinite(value))) return null
  const rows = matrix.map((row, r) => [
    ...row.map((cell, c) => cell / ((scale[r] ?? 1) * (scale[c] ?? 1))),
    ...row.map((_, c) => (r === c ? 1 : 0)),
  ])
  if (!(eliminate(rows) > 1e-13)) return null
  const size = matrix.length
  return rows.map((row, r) =>
    row.slice(size).map((cell, c) => cell / ((scale[r] ?? 1) * (scale[c] ?? 1))),
  )
}

/** Reduces the left square of an augmented matrix to the identity; gives the smallest pivot. */
function eliminate(rows: number[][]): number {
  let smallest = Number.POSITIVE_INFINITY
  for (let k = 0; k < rows.length; k++) {
    const largest = rows.reduce(
      (best, row, r) => (r >= k && size(row[k]) > size(rows[best]?.[k]) ? r : best),
      k,
    )
    const pivotRow = rows[largest] ?? []
    rows[largest] = rows[k] ?? []
    const pivot = pivotRow[k] ?? 0
    smallest = Math.min(smallest, Math.abs(pivot))
    rows[k] = pivotRow.map((cell) => cell / pivot)
    const reduced = rows[k] ?? []
    for (const [r, row] of rows.entries()) {
      if (r === k) continue
      const factor = row[k] ?? 0
      for (let c = k; c < row.length; c++) row[c] = (row[c] ?? 0) - factor * (reduced[c] ?? 0)
    }
  }
  return smallest
}

function size(cell: number | undefined): number {
  return Math.abs(cell ?? 0)
}
