import { solve, type Matrix } from '../statistics/matrix.ts'
import { gradient, type Objective } from '../statistics/minimise.ts'

export interface ProfileQuestion {
  /** Minus the logarithm of the likelihood, over all parameters. */
  readonly objective: Objective
  /** Where it is least. */
  readonly point: readonly number[]
  /** Its second derivatives there. */
  readonly curvature: Matrix
  /** The parameter asked about. */
  readonly k: number
  /** How much the objective may rise: half the quantile of χ² with one degree of freedom. */
  readonly rise: number
  /** About how far away the ends are. */
  readonly step: number
}

/** Half of χ²'s 0.90 quantile: the 5th and the 95th percentile are where the likelihood fell so far. */
export const riseOfNinety = 2.705543454 / 2

/** What is further from the best than this many steps is not looked at: the data say nothing there. */
const maxSteps = 64

/**
 * The interval in which the profile likelihood of one parameter (the others at their best for each
 * of its values) is within `rise` of its maximum. An end that is not reached is infinite.
 */
export function profileInterval(question: ProfileQuestion): { low: number; high: number } {
  return { low: endOf(question, -1), high: endOf(question, 1) }
}

function endOf(question: ProfileQuestion, side: 1 | -1): number {
  const { point, k, rise, step } = question
  const best = point[k] ?? 0
  const fallAt = riseOf(question)
  // The square root of the rise is nearly linear: secants on it find the end in a few steps.
  const goal = Math.sqrt(rise)
  let inside = { distance: 0, root: 0 }
  let outside: typeof inside | null = null
  let distance = step
  for (let i = 0; i < 12; i++) {
    const root = Math.sqrt(Math.max(0, fallAt(best + side * distance)))
    if (Math.abs(root - goal) < 0.02 * goal) return best + side * distance
    if (root < goal) inside = { distance, root }
    else outside = { distance, root }
    if (outside === null) {
      if (distance > maxSteps * step) return side * Infinity
      const slope = inside.root / inside.distance
      distance *= Math.min(4, Math.max(1.3, slope > 0 ? goal / slope / distance : 4))
    } else {
      const span = outside.root - inside.root
      const share = Number.isFinite(span) ? (goal - inside.root) / span : 0.5
      const kept = Math.min(0.9, Math.max(0.1, share))
      distance = inside.distance + kept * (outside.distance - inside.distance)
    }
  }
  return best + side * (outside?.distance ?? distance)
}

/** How much the objective rises at a value of the parameter asked about, the others at their best. */
function riseOf({ objective, point, curvature, k }: ProfileQuestion): (value: number) => number {
  const least = objective(point)
  const others = point.flatMap((_, i) => (i === k ? [] : [i]))
  const best = others.map((i) => point[i] ?? 0)
  const inner = others.map((i) => others.map((j) => curvature[i]?.[j] ?? 0))
  // Along the ridge: others = best − H⁻¹ h (value − best value).
  const cross = others.map((i) => curvature[i]?.[k] ?? 0)
  const slope = others.length === 0 ? [] : solve(inner, cross).map(finite)
  return (value) => {
    const full = (rest: readonly number[]) => [...rest.slice(0, k), value, ...rest.slice(k)]
    const onlyOthers = (rest: readonly number[]) => objective(full(rest))
    let rest = best.map((at, i) => at - (slope[i] ?? 0) * (value - (point[k] ?? 0)))
    let found = onlyOthers(rest)
    for (let i = 0; i < 6 && others.length > 0; i++) {
      const change = solve(inner, gradient(onlyOthers, rest)).map(finite)
      const next = rest.map((at, j) => at - (change[j] ?? 0))
      const better = onlyOthers(next)
      if (!(better < found - 1e-4)) break
      rest = next
      found = better
    }
    return found - least
  }
}

const finite = (value: number): number => (Number.isFinite(value) ? value : 0)
