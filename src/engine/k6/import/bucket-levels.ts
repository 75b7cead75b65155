/**
 * Mean levels a bucket from changes that come in any order: each change counts for the rest of its
 * bucket, and whole in all that follow. With whole times the sums are exact, so that order is
 * nothing to them.
 */
export class BucketLevels {
  private readonly widthMs: number
  /** Change × ms that its bucket had left. */
  private readonly within: Float64Array
  /** Changes of all of the bucket before. */
  private readonly steps: Float64Array

  constructor(buckets: number, widthMs: number) {
    this.widthMs = widthMs
    this.within = new Float64Array(buckets)
    this.steps = new Float64Array(buckets + 1)
  }

  /** `by` more from that time on, ms after the first bucket's start. */
  change(atMs: number, by: number): void {
    const { widthMs, within, steps } = this
    const bucket = Math.floor(atMs / widthMs)
    if (bucket >= within.length) return
    if (bucket < 0) {
      steps[0]! += by
      return
    }
    within[bucket]! += by * ((bucket + 1) * widthMs - atMs)
    steps[bucket + 1]! += by
  }

  /** One mean a bucket up to `untilMs`, where the record ends; 0 after it. Never below 0. */
  means(untilMs: number): Float64Array {
    const { widthMs, within, steps } = this
    let level = 0
    return within.map((inside, bucket) => {
      level += steps[bucket]!
      const mean = level + inside / widthMs
      return bucket * widthMs > untilMs ? 0 : Math.max(0, mean)
    })
  }
}
