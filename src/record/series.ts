import { assert } from '../core/assert.ts'
import { Histogram, indexOf, pageBits, pageSize } from './histogram.ts'
import type { Layout } from './histogram.ts'
import { giveOut, type Cells } from './cells.ts'

/** Requests of a bucket that were not counted one by one: `factor` times what the cells hold. */
interface Repeat {
  readonly bucket: number
  readonly cells: Cells
  readonly factor: number
}

/** A series as plain data. */
export interface SeriesParts {
  readonly table: Int32Array
  readonly pool: Uint32Array
}

/**
 * One histogram per timeline bucket. Counters live in pages of 128 that are taken from one growing
 * pool when first needed: 2,000 buckets × 23,552 counters would be 188 MB, the pages that a run
 * touches are a few.
 *
 *   table[bucket × pagesPerBucket + index / 128] = page number, 0 for none
 *   pool[page × 128 + index % 128]               = count, below 2^32
 */
export class HistogramSeries {
  readonly layout: Layout
  readonly buckets: number
  readonly #pagesPerBucket: number
  readonly #table: Int32Array
  #pool: Uint32Array
  /** Pages handed out, page 0 (none) included. */
  #used = 1
  readonly #repeats: Repeat[] = []

  constructor(layout: Layout, buckets: number) {
    this.layout = layout
    this.buckets = buckets
    this.#pagesPerBucket = Math.ceil(layout.countsLength / pageSize)
    this.#table = new Int32Array(buckets * this.#pagesPerBucket)
    this.#pool = new Uint32Array(16 * pageSize)
  }

  record(bucket: number, value: number, count = 1): void {
    this.recordAt(bucket, indexOf(this.layout, value), count)
  }

  /** As `record`, where `indexOf` is known already. */
  recordAt(bucket: number, index: number, count = 1): void {
    const slot = bucket * this.#pagesPerBucket + (index >> pageBits)
    const page = this.#table[slot] || this.#takePage(slot)
    this.#pool[(page << pageBits) + (index & (pageSize - 1))]! += count
  }

  /**
   * Adds `factor` times the counts of the cells to a bucket. They are worked out, to whole numbers,
   * when they are read: a bucket of repeated requests costs next to nothing.
   */
  repeat(bucket: number, cells: Cells, factor: number): void {
    assert(bucket >= 0 && bucket < this.buckets, 'bucket outside the series')
    if (factor > 0) this.#repeats.push({ bucket, cells, factor })
  }

  #takePage(slot: number): number {
    assert(slot >= 0 && slot < this.#table.length, 'bucket outside the series')
    const page = this.#used
    if ((page + 1) * pageSize > this.#pool.length) {
      const larger = new Uint32Array(this.#pool.length * 2)
      larger.set(this.#pool)
      this.#pool = larger
    }
    this.#table[slot] = page
    this.#used += 1
    return page
  }

  /** What it holds as plain data, for the way to another thread. */
  parts(): SeriesParts {
    assert(this.#repeats.length === 0, 'what was repeated stays in its thread')
    return { table: this.#table, pool: this.#pool.slice(0, this.#used * pageSize) }
  }

  /** The series that `parts` were taken of. */
  static of(layout: Layout, buckets: number, { table, pool }: SeriesParts): HistogramSeries {
    const series = new HistogramSeries(layout, buckets)
    assert(table.length === series.#table.length, 'parts of a series of another layout')
    series.#table.set(table)
    series.#pool = pool
    series.#used = pool.length / pageSize
    return series
  }

  /** Bytes held, for the audit. */
  get bytes(): number {
    return this.#table.byteLength + this.#pool.byteLength
  }

  /** Fills `into` (cleared first) with the histogram of one bucket. */
  histogramAt(bucket: number, into: Histogram): Histogram {
    assert(bucket >= 0 && bucket < this.buckets, 'bucket outside the series')
    assert(into.layout === this.layout, 'a histogram of another layout')
    into.clear()
    this.#addTo(into, bucket)
    this.#addRepeats(into, bucket, bucket + 1)
    return into
  }

  /** Histogram over the buckets from `from` up to but without `to`. */
  mergeRange(from: number, to: number): Histogram {
    assert(from >= 0 && from <= to && to <= this.buckets, 'range outside the series')
    const merged = new Histogram(this.layout)
    for (let bucket = from; bucket < to; bucket += 1) this.#addTo(merged, bucket)
    this.#addRepeats(merged, from, to)
    return merged
  }

  merge(other: HistogramSeries): void {
    assert(other.#repeats.length === 0, 'what was repeated does not merge')
    assert(other.layout === this.layout && other.buckets === this.buckets, 'series differ')
    for (let slot = 0; slot < other.#table.length; slot += 1) {
      const theirs = (other.#table[slot] ?? 0) << pageBits
      if (theirs === 0) continue
      const ours = (this.#table[slot] || this.#takePage(slot)) << pageBits
      for (let i = 0; i < pageSize; i += 1) {
        const sum = this.#pool[ours + i]! + other.#pool[theirs + i]!
        assert(sum < 2 ** 32, 'a counter of a series overflowed')
        this.#pool[ours + i] = sum
      }
    }
  }

  #addRepeats(histogram: Histogram, from: number, to: number): void {
    if (this.#repeats.length === 0) return
    const factors = new Map<Cells, number>()
    for (const { bucket, cells, factor } of this.#repeats) {
      if (bucket >= from && bucket < to) factors.set(cells, (factors.get(cells) ?? 0) + factor)
    }
    for (const [cells, factor] of factors) {
      giveOut(cells, { factor, rest: 0.5 }, (index, n) => histogram.recordAt(index, n))
    }
  }

  #addTo(histogram: Histogram, bucket: number): void {
    const firstSlot = bucket * this.#pagesPerBucket
    for (let p = 0; p < this.#pagesPerBucket; p += 1) {
      const at = (this.#table[firstSlot + p] ?? 0) << pageBits
      if (at > 0) histogram.addPage(p, this.#pool, at)
    }
  }
}
