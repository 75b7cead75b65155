import type { Population } from '../../workload/population.ts'

/**
 * How coarse a simulation may be. Without it every ticket is a row and every request is simulated.
 */
export interface Grain {
  /** About so many rows may stand for the crowd; a smaller crowd is simulated ticket by ticket. */
  readonly rows?: number
  /** Lets the stack stand still while nothing changes, and repeats what was seen of it. */
  readonly skip?: boolean
}

/** How coarse a run was. */
export interface Coarseness {
  /** Tickets that a full bundle of the waiting crowd stood for; 1: each was simulated. */
  readonly ticketsPerRow: number
  /** Share of the run's time that the stack was not simulated for. */
  readonly skippedShare: number
  readonly skips: number
}

export const defaultGrainRows = 60_000

/** Tickets of a full bundle; 1 where the crowd is small. */
export function bundleSize({ tickets }: Population, grain: Grain | undefined): number {
  if (grain === undefined) return 1
  return Math.max(1, Math.round(tickets / Math.max(1, grain.rows ?? defaultGrainRows)))
}
