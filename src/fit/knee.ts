import type { Parameter } from '../scenario/schema/parameters.ts'
import type { Station } from '../scenario/schema/schema.ts'
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
  /** Of the station. */
  readonly index: number
  readonly knee: Knee
}

/** Waiting requests of a unit from which on it is taken for full. */
const minQueue = 0.5
const minFull = 3
/** Of means in a record. */
const grain = 0.02

/**
 * The knee of a station: a slot that is free is taken at once, so while requests wait all slots are
 * busy, and the level that busy slots never exceed while others wait is their number.
 */
export function kneeOf(runs: readonly SteppedRun[], station: Station, index: number): Knee {
  const seen = looksOf(runs, index).map(({ count, busy, queue }) => {
    const units = station.perInstance === true ? count : 1
    return { busy: busy / units, queue: queue / units }
  })
  const top = seen.reduce((most, { busy }) => Math.max(most, busy), 0)
  const most = Math.max(1, Math.ceil(top - grain))
  const full = seen.filter(({ busy, queue }) => queue >= minQueue && busy > most - 0.05).length
  return { most, full, isReached: full >= minFull }
}

/**
 * Whether the plateau of a station goes up with the number of instances, as that of slots of their own
 * does; `null` where it was not reached on two numbers of instances.
 */
export function plateauGrows(runs: readonly SteppedRun[], index: number): boolean | null {
  const waited = looksOf(runs, index).filter(({ queue }) => queue >= 1)
  const counts = [...new Set(waited.map(({ count }) => count))].toSorted((a, b) => a - b)
  const plateaus = counts.flatMap((count) => {
    const busy = waited.filter((look) => look.count === count).map((look) => look.busy)
    const top = Math.max(...busy)
    const full = busy.filter((slots) => slots > top - 0.05).length
    return full >= minFull ? [{ count, top }] : []
  })
  const [fewest] = plateaus
  const most = plateaus.at(-1)
  if (fewest === undefined || most === undefined || most.count === fewest.count) return null
  return most.top / fewest.top - 1 > (most.count / fewest.count - 1) / 2
}

/** What was seen of a station in each bucket; none while instances join, for that is of two moments. */
function looksOf(
  runs: readonly SteppedRun[],
  index: number,
): { readonly count: number; readonly busy: number; readonly queue: number }[] {
  return runs.flatMap(({ record, measured }) => {
    const { instances } = record.timeline
    const levels = measured.stations[index]
    return instances.flatMap((count, b) => {
      const isSteady = instances[b - 1] === count && instances[b + 1] === count
      if (!isSteady || count < 1) return []
      return [{ count, busy: levels?.busy[b] ?? 0, queue: levels?.queue[b] ?? 0 }]
    })
  })
}
