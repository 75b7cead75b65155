const maxBins = 2 ** 23

/**
 * Counts in bins of one width over time, however they come: bins are on multiples of the width, and
 * get ten times as wide where there would be more than eight million of them.
 */
export class CountSeries {
  widthMs: number
  total = 0
  /** Number of the first bin: it begins at `first × widthMs`. */
  private first = 0
  private length = 0
  /** The bins begin at `start`: there is room to spare on both sides. */
  private start = 0
  private room = new Uint32Array(0)

  constructor(widthMs: number) {
    this.widthMs = widthMs
  }

  get fromMs(): number {
    return this.first * this.widthMs
  }

  get untilMs(): number {
    return (this.first + this.length) * this.widthMs
  }

  /** One a bin, from `fromMs` to `untilMs`. */
  get counts(): Uint32Array {
    return this.room.subarray(this.start, this.start + this.length)
  }

  add(atMs: number, count = 1): void {
    let bin = Math.floor(atMs / this.widthMs)
    while (!this.holds(bin)) {
      if (this.fits(bin)) this.stretch(bin)
      else {
        this.coarsen()
        bin = Math.floor(atMs / this.widthMs)
      }
    }
    const at = this.start + bin - this.first
    this.room[at] = (this.room[at] ?? 0) + count
    this.total += count
  }

  private holds(bin: number): boolean {
    return this.length > 0 && bin >= this.first && bin < this.first + this.length
  }

  private fits(bin: number): boolean {
    if (this.length === 0) return true
    const last = Math.max(bin, this.first + this.length - 1)
    return last - Math.min(bin, this.first) < maxBins
  }

  private stretch(bin: number): void {
    if (this.length === 0) this.first = bin
    const before = Math.max(0, this.first - bin)
    const length = Math.max(this.length + before, bin - this.first + 1)
    if (before > this.start || this.start - before + length > this.room.length) {
      const spare = Math.max(128, length)
      const larger = new Uint32Array(length + 2 * spare)
      larger.set(this.counts, spare + before)
      this.room = larger
      this.start = spare + before
    }
    this.start -= before
    this.first -= before
    this.length = length
  }

  private coarsen(): void {
    const { first, counts, widthMs } = this
    this.widthMs = widthMs * 10
    this.first = Math.floor(first / 10)
    const length = Math.floor((first + counts.length - 1) / 10) - this.first + 1
    const merged = new Uint32Array(length)
    counts.forEach((count, i) => {
      const at = Math.floor((first + i) / 10) - this.first
      merged[at] = (merged[at] ?? 0) + count
    })
    this.room = merged
    this.start = 0
    this.length = length
  }
}
