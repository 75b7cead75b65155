import { msToSec } from '../core/units.ts'
import type { CountSeries } from './count-series.ts'

/** More times than that are no list for a file: fit the arrivals instead (`dambreak fit`). */
const maxTimes = 5_000_000

/** An entry of `arrivals` of kind `replay`, seconds after the opening. */
export interface Replay {
  readonly kind: 'replay'
  readonly timesSec: readonly number[]
}

/**
 * The times of counted arrivals, seconds after the opening, those of one bin spread evenly over it:
 * an entry of `arrivals` of kind `replay`. `null` where there are too many, or none.
 */
export function replayOf(arrivals: CountSeries, opensAtMs: number): Replay | null {
  if (arrivals.total === 0 || arrivals.total > maxTimes) return null
  const timesSec: number[] = []
  const { fromMs, widthMs } = arrivals
  arrivals.counts.forEach((count, bin) => {
    for (let k = 0; k < count; k++) {
      const atMs = fromMs + (bin + (k + 0.5) / count) * widthMs - opensAtMs
      timesSec.push(msToSec(Math.round(atMs)))
    }
  })
  return { kind: 'replay', timesSec }
}
