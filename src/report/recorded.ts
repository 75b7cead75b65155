import type { RunRecord } from '../record/run.ts'

/** Whether a run ended before its time, by whatever. */
export const isCutShort = ({ verdict }: RunRecord): boolean => verdict.ending.kind !== 'finished'

/** What shows that somebody was there; instances and observed levels stand on after a stop. */
const signs = ['arrivals', 'requests', 'errors', 'waiting', 'inside', 'pollsPerSec'] as const

/**
 * How many buckets of the timeline were recorded: all, unless the run was cut short. Then those up
 * to the last in which anything happened: the zeros after it are no observation.
 */
export function recordedBuckets(run: RunRecord): number {
  const { timeline } = run
  const buckets = timeline.arrivals.length
  if (!isCutShort(run)) return buckets
  const last = timeline.arrivals.findLastIndex((_, bucket) =>
    signs.some((name) => (timeline[name][bucket] ?? 0) > 0),
  )
  return last + 1
}

/** Epoch seconds up to which a run was recorded. */
export function recordedUntilSec(run: RunRecord): number {
  return run.timeline.startSec + recordedBuckets(run) * run.timeline.bucketSec
}

/** How many waited when the record ends. */
export function waitingAtEnd(run: RunRecord): number {
  return run.timeline.waiting[recordedBuckets(run) - 1] ?? 0
}
