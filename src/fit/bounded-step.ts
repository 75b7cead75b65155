import { solve } from '../statistics/matrix.ts'

export interface LinearFit {
  /** Change of each figure with a coordinate: by coordinate, then figure. */
  readonly slopes: readonly (readonly number[])[]
  /** 1 / variance, by figure. */
  readonly weights: readonly number[]
  /** Observed less what the model gives where it stands. */
  readonly gaps: readonly number[]
  readonly at: readonly number[]
  readonly beliefs: readonly { readonly sd: number; readonly least: number }[]
  /** From where it stands to what is believed, by coordinate. */
  readonly pulls: readonly number[]
  /** The furthest step of each coordinate to either side; absent: as far as it may be. */
  readonly most?: readonly number[]
}

/**
 * The step of weighted least squares that closes the gaps best, beliefs being observations too:
 * (JᵀWJ + 1/s²) δ = JᵀW gaps + pulls/s². A coordinate that would go too far is held at its bound
 * and the rest solved again (active set).
 */
export function boundedStep(fit: LinearFit): number[] {
  const { slopes, weights, gaps, at, beliefs, pulls, most } = fit
  const weighted = slopes.map((slope) => slope.map((by, k) => by * (weights[k] ?? 0)))
  const matrix = weighted.map((row, i) =>
    slopes.map((column, j) => {
      const cell = row.reduce((sum, by, k) => sum + by * (column[k] ?? 0), 0)
      return i === j ? cell + 1 / sdOf(i) ** 2 : cell
    }),
  )
  const vector = weighted.map((row, i) => {
    const pull = (pulls[i] ?? 0) / sdOf(i) ** 2
    return row.reduce((sum, by, k) => sum + by * (gaps[k] ?? 0), pull)
  })
  const held = new Map<number, number>()
  for (;;) {
    const free = at.map((_, i) => i).filter((i) => !held.has(i))
    const right = free.map((i) =>
      [...held].reduce((sum, [j, by]) => sum - (matrix[i]?.[j] ?? 0) * by, vector[i] ?? 0),
    )
    const solved = solve(
      free.map((i) => free.map((j) => matrix[i]?.[j] ?? 0)),
      right,
    )
    const step = at.map((_, i) => held.get(i) ?? solved[free.indexOf(i)] ?? 0)
    const beyond = free.filter((i) => Math.abs(within(i, step[i] ?? 0) - (step[i] ?? 0)) > 1e-12)
    if (beyond.length === 0) return step
    for (const i of beyond) held.set(i, within(i, step[i] ?? 0))
  }

  function sdOf(i: number): number {
    return beliefs[i]?.sd ?? 1
  }

  function within(i: number, step: number): number {
    const furthest = most?.[i] ?? Number.POSITIVE_INFINITY
    const down = Math.max(-furthest, (beliefs[i]?.least ?? Number.NEGATIVE_INFINITY) - (at[i] ?? 0))
    return Math.min(furthest, Math.max(down, step))
  }
}
