/**
 * Means over timeline buckets of a figure that is told from time to time and holds until it is told
 * again. All times are wall milliseconds after the timeline's start.
 */
export class BucketMeans {
  private readonly bucketMs: number
  /** Per bucket: value × ms, and the ms over which there was a value. */
  private readonly areas: Float64Array
  private readonly knownMs: Float64Array
  private atMs = 0
  private value: number | null = null

  constructor({ buckets, bucketMs }: { buckets: number; bucketMs: number }) {
    this.bucketMs = bucketMs
    this.areas = new Float64Array(buckets)
    this.knownMs = new Float64Array(buckets)
  }

  /** Whether it was told at all. */
  get isKnown(): boolean {
    return this.value !== null
  }

  /** The figure from `atMs` on; a time before the one told last counts as that one. */
  tell(atMs: number, value: number): void {
    this.advance(atMs)
    this.value = value
  }

  /** Means up to `untilMs`: 0 before the figure was first told, the last one told after `untilMs`. */
  means(untilMs: number): Float64Array {
    this.advance(untilMs)
    let lastKnown = -1
    this.knownMs.forEach((ms, bucket) => {
      if (ms > 0) lastKnown = bucket
    })
    // Told only at or after the end of a bucket: it stands from there on.
    const from = Math.max(lastKnown + 1, Math.floor(this.atMs / this.bucketMs))
    return this.areas.map((area, bucket) => {
      const ms = this.knownMs[bucket]!
      if (ms > 0) return area / ms
      return bucket >= from ? (this.value ?? 0) : 0
    })
  }

  private advance(toMs: number): void {
    const { bucketMs, value } = this
    if (value !== null) {
      const last = this.areas.length - 1
      let from = this.atMs
      let bucket = Math.floor(from / bucketMs)
      while (from < toMs && bucket <= last) {
        const to = Math.min(toMs, (bucket + 1) * bucketMs)
        this.areas[bucket]! += value * (to - from)
        this.knownMs[bucket]! += to - from
        from = to
        bucket++
      }
    }
    this.atMs = Math.max(this.atMs, toMs)
  }
}
