import { secToMs } from '../core/units.ts'
import { retryWindowSec } from '../logs/request-log.ts'

/**
 * Rows of failures early enough that what came after would have been seen before the log ends: twice
 * the longest time that it took anybody, at most the window. `afterSec` is NaN where nothing came.
 */
export function seenThrough(endMs: Float64Array, afterSec: Float64Array, lastMs: number): number[] {
  let longestSec = 5
  for (const sec of afterSec) if (sec > longestSec) longestSec = sec
  const until = lastMs - secToMs(Math.min(retryWindowSec, 2 * longestSec))
  const rows: number[] = []
  endMs.forEach((ms, i) => {
    if (ms <= until) rows.push(i)
  })
  return rows
}
