import type { Tallies } from './tallies.ts'

/** What a recorder had counted of requests at some moment. */
export interface RequestCounts {
  readonly outcomes: Float64Array
  readonly responseUs: Uint32Array
}

export function requestCounts({ outcomes, steps }: Tallies): RequestCounts {
  return { outcomes: outcomes.slice(), responseUs: steps.responseUs.slice() }
}

/** The requests of a stretch of time, to be counted again: outcomes by step, and response times. */
export interface RequestProfile {
  readonly requests: number
  /** Places in `Tallies.outcomes` and how many. */
  readonly outcomes: Cells
  /** Places in `Tallies.steps.responseUs` and how many. */
  readonly responses: Cells
}

/** Counts that are not zero, and what rounding has left over of those that were given out. */
export interface Cells {
  readonly places: Int32Array
  readonly counts: Float64Array
  rest: number
}

/** What was recorded since `before`. */
export function profileSince(before: RequestCounts, { outcomes, steps }: Tallies): RequestProfile {
  const cells = cellsOf(before.outcomes, outcomes)
  return {
    requests: cells.counts.reduce((sum, n) => sum + n, 0),
    outcomes: cells,
    responses: cellsOf(before.responseUs, steps.responseUs),
  }
}

function cellsOf(before: Float64Array | Uint32Array, after: Float64Array | Uint32Array): Cells {
  const places: number[] = []
  const counts: number[] = []
  for (let i = 0; i < after.length; i += 1) {
    if (after[i] === before[i]) continue
    places.push(i)
    counts.push(after[i]! - before[i]!)
  }
  return { places: Int32Array.from(places), counts: Float64Array.from(counts), rest: 0.5 }
}

/**
 * Gives out `factor` times the counts in whole numbers. Rounding the running total keeps the sum
 * exact, over several calls too.
 */
export function giveOut(cells: Cells, factor: number, give: (place: number, n: number) => void) {
  const { places, counts } = cells
  let { rest } = cells
  for (let i = 0; i < places.length; i += 1) {
    rest += counts[i]! * factor
    if (rest < 1) continue
    const n = Math.floor(rest)
    rest -= n
    give(places[i]!, n)
  }
  cells.rest = rest
}
