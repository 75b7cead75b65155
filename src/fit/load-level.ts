import { msToSec } from '../core/units.ts'
import type { RunRecord } from '../record/run.ts'
import type { Scenario } from '../scenario/schema/schema.ts'

/** A stretch of a run over which as many came and as many instances served, in buckets. */
export interface LoadLevel {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly instances: number
  /** Visitors a second who came. */
  readonly offeredPerSec: number
  /** Requests answered. */
  readonly requests: number
}

/** A shorter stretch says little. */
const minSec = 3
/** Fewer visitors a second are stragglers. */
const minPerSec = 0.5

/**
 * The levels of a run: between any two moments at which the scenario's arrivals begin or end, or
 * something was done to the system, or the number of instances was seen to change.
 */
export function loadLevels(
  { timeline, header, events }: RunRecord,
  scenario: Scenario,
): LoadLevel[] {
  const { bucketSec, startSec, instances, arrivals, requests } = timeline
  const opensSec = msToSec(Date.parse(header.opensAt))
  const bucketAt = (atSec: number) => (opensSec + atSec - startSec) / bucketSec
  const edges = new Set<number>([0, requests.length])
  const edge = (bucket: number) => edges.add(Math.round(bucket))
  for (const arrival of scenario.arrivals) {
    if (!('startSec' in arrival)) continue
    edge(bucketAt(arrival.startSec))
    if ('forSec' in arrival && arrival.forSec !== undefined) {
      edge(bucketAt(arrival.startSec + arrival.forSec))
    }
  }
  for (const { at, performed } of events) {
    if (performed) edge((msToSec(Date.parse(at)) - startSec) / bucketSec)
  }
  for (const { bucket } of instanceChanges(instances)) edge(bucket)
  const sorted = [...edges].filter((b) => b >= 0 && b <= requests.length).sort((a, b) => a - b)
  const sum = (flow: readonly number[], from: number, to: number) =>
    flow.slice(from, to).reduce((total, n) => total + n, 0)
  return sorted.slice(1).flatMap((to, i): LoadLevel[] => {
    const from = sorted[i] ?? 0
    const sec = (to - from) * bucketSec
    const came = sum(arrivals, from, to)
    // While nobody comes a queue drains, which tells of the level before: it is no load.
    if (sec < minSec || came < sec * minPerSec) return []
    return [
      {
        from,
        to,
        instances: sum(instances, from, to) / (to - from),
        offeredPerSec: (came * header.speed) / sec,
        requests: sum(requests, from, to),
      },
    ]
  })
}

/** When another number of instances was there, to a bucket, and how many; the first at bucket 0. */
export function instanceChanges(
  instances: readonly number[],
): { readonly bucket: number; readonly count: number }[] {
  const changes: { bucket: number; count: number }[] = []
  instances.forEach((mean, bucket) => {
    const count = Math.round(mean)
    if (count >= 1 && changes.at(-1)?.count !== count) changes.push({ bucket, count })
  })
  return changes
}
