import type { Cells } from './cells.ts'
import { latencyLayout } from './histogram.ts'
import type { Tallies } from './tallies.ts'

/** Response times that a recorder had counted at some moment, by step. */
export type ResponseCounts = Uint32Array

export function responseCounts({ steps }: Tallies): ResponseCounts {
  return steps.responseUs.slice()
}

/** The requests of a stretch of time, to be counted again. */
export interface RequestProfile {
  readonly requests: number
  /** By place in `Tallies.outcomes`. */
  readonly outcomes: Cells
  /** By place in `Tallies.steps.responseUs`, and over all steps by counter of the layout. */
  readonly responses: Cells
  readonly overall: Cells
}

/** What was recorded since the counts were taken. */
export function profileSince(
  before: { readonly outcomes: Float64Array; readonly responses: ResponseCounts },
  { outcomes, steps }: Tallies,
): RequestProfile {
  const { countsLength } = latencyLayout
  const ofOutcomes = cellsOf(before.outcomes, outcomes)
  const responses = cellsOf(before.responses, steps.responseUs)
  const overall = new Float64Array(countsLength)
  responses.places.forEach((place, i) => (overall[place % countsLength]! += responses.counts[i]!))
  return {
    requests: ofOutcomes.counts.reduce((sum, n) => sum + n, 0),
    outcomes: ofOutcomes,
    responses,
    overall: cellsOf(new Float64Array(countsLength), overall),
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
  return { places: Int32Array.from(places), counts: Float64Array.from(counts) }
}
