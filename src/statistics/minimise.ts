import { must } from '../core/assert.ts'
import { solve, type Matrix } from './matrix.ts'

/** A function of several parameters; infinite or NaN where it has no value. */
export type Objective = (point: readonly number[]) => number

export interface Minimum {
  readonly point: readonly number[]
  readonly value: number
  /** False where it gave up before the point stopped moving. */
  readonly isConverged: boolean
}

const maxSteps = 2000

/**
 * The minimum of a function near a start: Nelder and Mead's simplex ("A simplex method for function
 * minimization", Computer Journal 7, 1965; reflection 1, expansion 2, contraction and shrinking ½),
 * which needs no derivative and shrugs at points without a value, then Newton's steps with numerical
 * derivatives for the last digits. Scale parameters to about 1 (a logarithm does it for positive
 * ones): `size` is the edge of the first simplex.
 */
export function minimise(objective: Objective, start: readonly number[], size = 0.5): Minimum {
  const value = (point: readonly number[]): Vertex => {
    const found = objective(point)
    return { point, value: Number.isNaN(found) ? Number.POSITIVE_INFINITY : found }
  }
  let simplex = [value(start)]
  for (const k of start.keys()) simplex.push(value(start.map((x, i) => (i === k ? x + size : x))))
  let steps = 0
  for (; steps < maxSteps; steps++) {
    simplex.sort((a, b) => a.value - b.value)
    if (isSmall(simplex)) break
    simplex = step(value, simplex)
  }
  const best = must(simplex[0], 'the best vertex')
  const polished = polish(objective, best)
  return { ...polished, isConverged: steps < maxSteps && Number.isFinite(polished.value) }
}

interface Vertex {
  readonly point: readonly number[]
  readonly value: number
}

/** One move of a simplex that is sorted from the best vertex to the worst. */
function step(value: (point: readonly number[]) => Vertex, simplex: readonly Vertex[]): Vertex[] {
  const best = must(simplex[0], 'the best vertex')
  const worst = must(simplex.at(-1), 'the worst vertex')
  const others = simplex.slice(0, -1)
  const centre = best.point.map(
    (_, k) => others.reduce((sum, { point }) => sum + (point[k] ?? 0), 0) / others.length,
  )
  const towards = (factor: number) =>
    value(centre.map((c, k) => c + factor * ((worst.point[k] ?? 0) - c)))
  const reflected = towards(-1)
  if (reflected.value < best.value) {
    const expanded = towards(-2)
    return [...others, expanded.value < reflected.value ? expanded : reflected]
  }
  if (reflected.value < (others.at(-1)?.value ?? best.value)) return [...others, reflected]
  const contracted = towards(reflected.value < worst.value ? -0.5 : 0.5)
  if (contracted.value < Math.min(reflected.value, worst.value)) return [...others, contracted]
  const shrink = ({ point }: Vertex) => value(point.map((x, k) => (x + (best.point[k] ?? 0)) / 2))
  return [best, ...simplex.slice(1).map(shrink)]
}

function isSmall(simplex: readonly Vertex[]): boolean {
  const best = must(simplex[0], 'the best vertex')
  return simplex.every(({ point, value }) => {
    const isNear = point.every(
      (x, k) => Math.abs(x - (best.point[k] ?? 0)) < 1e-7 * (1 + Math.abs(x)),
    )
    return isNear && value - best.value <= 1e-9 * (1 + Math.abs(best.value))
  })
}

/** Newton's method as long as it makes the value no worse. */
function polish(objective: Objective, start: Vertex): Vertex {
  let best = start
  for (let i = 0; i < 5; i++) {
    const change = solve(hessian(objective, best.point), gradient(objective, best.point))
    const point = best.point.map((x, k) => x - (change[k] ?? 0))
    const value = objective(point)
    if (!(value <= best.value)) break
    best = { point, value }
  }
  return best
}

/** Gradient by central differences. */
export function gradient(objective: Objective, point: readonly number[]): number[] {
  return point.map((x, k) => {
    const h = 1e-5 * Math.max(1, Math.abs(x))
    const at = (by: number) => objective(point.map((y, i) => (i === k ? y + by : y)))
    return (at(h) - at(-h)) / (2 * h)
  })
}

/**
 * The matrix of second derivatives by central differences, with an error of about 1e-6 of its
 * entries where the function is smooth over a few thousandths of its parameters.
 */
export function hessian(objective: Objective, point: readonly number[]): Matrix {
  const h = point.map((x) => 1e-3 * Math.max(1, Math.abs(x)))
  const moved = (moves: readonly (readonly [number, number])[]) => {
    const next = [...point]
    for (const [k, by] of moves) next[k] = (next[k] ?? 0) + by * (h[k] ?? 0)
    return objective(next)
  }
  const middle = objective(point)
  // Fourth order on the diagonal, second off it, where the step errors mostly cancel.
  const diagonal = (k: number) =>
    (-moved([[k, 2]]) +
      16 * moved([[k, 1]]) -
      30 * middle +
      16 * moved([[k, -1]]) -
      moved([[k, -2]])) /
    (12 * (h[k] ?? 1) ** 2)
  const across = (r: number, c: number, by: number) =>
    (moved([
      [r, by],
      [c, by],
    ]) -
      moved([
        [r, by],
        [c, -by],
      ]) -
      moved([
        [r, -by],
        [c, by],
      ]) +
      moved([
        [r, -by],
        [c, -by],
      ])) /
    (4 * by * by * (h[r] ?? 1) * (h[c] ?? 1))
  return point.map((_, r) =>
    point.map((__, c) => (r === c ? diagonal(r) : (4 * across(r, c, 1) - across(r, c, 2)) / 3)),
  )
}
