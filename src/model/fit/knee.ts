import type { Parameter } from '../../scenario/parameters.ts'
import type { Station } from '../../scenario/schema.ts'
import type { SteppedRun } from './stepped-run.ts'

/** What runs tell of the slots of a station. */
export interface Knee {
  /** Most slots busy at once, of one instance where each has its own: there are at least so many. */
  readonly most: number
  /** Buckets in which requests waited and no more than `most` were busy. */
  readonly full: number
  /** Whether `most` are all there are: it was reached with requests waiting, time and again. */
  readonly isReached: boolean
}

/** Slots of a station that the base does not know. */
export interface SlotsFound {
  readonly parameter: Parameter
  readonly station: Station
  readonly knee: Knee
}

/** Waiting requests of a unit from which on it is taken for full. */
const leastQueue = 0.5
const leastFull = 3

/**
 * The knee of a station: a slot that is free is taken at once, so while requests wait all slots are
 * busy, and the level that busy slots never exceed while others wait is their number.
 */
export function kneeOf(runs: readonly SteppedRun[], station: Station, index: number): Knee {
  const seen = runs.flatMap(({ record, measured }) => {
    const { instances } = record.timeline
    const levels = measured.stations[index]
    return instances.flatMap((count, b) => {
      // While instances join, what was seen of them is of two moments.
      const isSteady = instances[b - 1] === count && instances[b + 1] === count
      if (!isSteady || count < 1) return []
      const units = station.perInstance === true ? count : 1
      const busy = (levels?.busy[b] ?? 0) / units
      return [{ busy, queue: (levels?.queue[b] ?? 0) / units }]
    })
  })
  const top = seen.reduce((most, { busy }) => Math.max(most, busy), 0)
  const most = Math.max(1, Math.ceil(top - 0.02))
  const full = seen.filter(({ busy, queue }) => queue >= leastQueue && busy > most - 0.05).length
  return { most, full, isReached: full >= leastFull }
}
