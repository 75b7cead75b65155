import { BucketMeans } from './bucket-means.ts'

/**
 * How many instances take requests over time, as far as whoever gives the orders can tell: those
 * that are started take them once they have booted, during a halt none does. All times are wall
 * milliseconds after the timeline's start, and in order.
 */
export class InstanceCount {
  private readonly bootMs: number
  private readonly counts: { readonly atMs: number; count: number }[]
  private readonly halts: { readonly atMs: number; readonly halted: boolean }[] = []

  constructor(atStart: number, bootMs: number) {
    this.bootMs = bootMs
    this.counts = [{ atMs: -Infinity, count: atStart }]
  }

  scale(atMs: number, count: number): void {
    const readyMs = count > this.ready(atMs) ? atMs + this.bootMs : atMs
    // What is sent away while it boots never takes part.
    for (const change of this.counts) {
      if (change.atMs > atMs) change.count = Math.min(change.count, count)
    }
    this.counts.push({ atMs: readyMs, count })
    this.counts.sort((a, b) => a.atMs - b.atMs)
  }

  halt(atMs: number, halted: boolean): void {
    this.halts.push({ atMs, halted })
  }

  at(atMs: number): number {
    const isHalted = this.halts.findLast((change) => change.atMs <= atMs)?.halted ?? false
    return isHalted ? 0 : this.ready(atMs)
  }

  /** Means over the buckets of a timeline. */
  means(layout: { buckets: number; bucketMs: number }): Float64Array {
    const means = new BucketMeans(layout)
    const changesMs = [...this.counts, ...this.halts].map(({ atMs }) => Math.max(0, atMs))
    for (const atMs of changesMs.toSorted((a, b) => a - b)) means.tell(atMs, this.at(atMs))
    return means.means(layout.buckets * layout.bucketMs)
  }

  private ready(atMs: number): number {
    return this.counts.findLast((change) => change.atMs <= atMs)?.count ?? 0
  }
}
