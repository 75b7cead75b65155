import { highestOf, indexOf, latencyLayout, lowestOf, waitLayout } from '../../record/histogram.ts'
import type { Layout } from '../../record/histogram.ts'

/**
 * Log-linear buckets of two significant digits, kept as counters by the script: each is eight
 * neighbours of a three-digit histogram (`record/histogram.ts`), so that they merge into one
 * without loss. A value is at most 1/256 (0.4%) from the middle of its bucket.
 */
const neighbours = 8

/** Lower bound of a value's bucket: the text of a tag `us` or `ms`. */
export function bucketOf(layout: Layout, value: number): number {
  return lowestOf(firstIndex(indexOf(layout, Math.max(0, value))))
}

/** The value that stands for all of a bucket: its middle. */
export function middleOf(layout: Layout, lower: number): number {
  const first = firstIndex(indexOf(layout, lower))
  return Math.floor((lowestOf(first) + highestOf(first + neighbours - 1)) / 2)
}

const firstIndex = (index: number): number => index - (index % neighbours)

export const usBucket = (us: number): number => bucketOf(latencyLayout, us)
export const msBucket = (ms: number): number => bucketOf(waitLayout, ms)
