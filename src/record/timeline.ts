import { assert } from '../core/assert.ts'
import { DambreakError } from '../core/errors.ts'
import { secToDays } from '../core/units.ts'

/** Widths of a timeline bucket; each divides the next or the hour, so boundaries are round. */
export const bucketWidthsSec = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600] as const

export interface TimelineLayout {
  /** Epoch seconds, a multiple of `bucketSec`: the same bucket of any two runs is the same time. */
  readonly startSec: number
  readonly bucketSec: number
  readonly buckets: number
}

/**
 * The finest timeline of at most `maxBuckets` buckets that covers a run, on absolute boundaries.
 * @throws DambreakError 'scenario' where the run is too long for buckets of an hour
 */
export function layoutTimeline(given: {
  fromEpochSec: number
  toEpochSec: number
  maxBuckets?: number
}): TimelineLayout {
  const { fromEpochSec, toEpochSec, maxBuckets = 2000 } = given
  assert(fromEpochSec < toEpochSec, 'a timeline must end after it starts')
  for (const bucketSec of bucketWidthsSec) {
    const startSec = Math.floor(fromEpochSec / bucketSec) * bucketSec
    const buckets = Math.ceil((toEpochSec - startSec) / bucketSec)
    if (buckets <= maxBuckets) return { startSec, bucketSec, buckets }
  }
  const days = secToDays(toEpochSec - fromEpochSec)
  throw new DambreakError(
    'scenario',
    `the run lasts ${days.toFixed(1)} days; a timeline holds at most ${maxBuckets} hours`,
  )
}
