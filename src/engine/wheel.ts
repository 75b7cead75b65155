import { rowLayout } from '../workload/rows.ts'

/** Rows that hold an event each: `due` at `times[4·id]`, links in two words of the same row. */
export interface EventRows {
  times: Float64Array
  words: Int32Array
}

/**
 * The agenda of an engine: an intrusive two-level time wheel. Every entity (timer, request,
 * visitor) has at most one pending event, so an event is a link in a list and scheduling allocates
 * nothing. Level 0 has one bucket a millisecond over the current block of 1,024 ms, level 1 one
 * bucket a block over 18.6 h; what lies further comes round again. Events of one millisecond are
 * sorted by their exact time before they fire, so the order is that of a binary heap.
 */
const ROW_WORDS = rowLayout.words
const NEXT_WORD = rowLayout.next
const PREV_WORD = rowLayout.prev
const BLOCK_MS = 1024
const LEVEL1_BUCKETS = 65_536
const LEVEL1_MASK = LEVEL1_BUCKETS - 1
const NONE = -1
/** `prev` of an event that waits in the sorted list of the current millisecond. */
const READY = -0x7fffffff
/** `prev` of the first of a bucket is `HEAD - bucket`. */
const HEAD = -2

export class TimeWheel {
  /** Time of the last event popped, in milliseconds. */
  nowMs = 0
  /** Events fired so far. */
  fired = 0
  private readonly rows: EventRows
  private readonly heads = new Int32Array(BLOCK_MS + LEVEL1_BUCKETS).fill(NONE)
  private block = 0
  private tick = 0
  private inLevel0 = 0
  private inLevel1 = 0
  private readyAt = new Float64Array(1024)
  private readyId = new Int32Array(1024)
  private readyPos = 0
  private readyEnd = 0

  /** The first `count` rows start without an event; later ones come with `prev` at -1. */
  constructor(rows: EventRows, count: number) {
    this.rows = rows
    for (let id = 0; id < count; id++) rows.words[id * ROW_WORDS + PREV_WORD] = NONE
  }

  isPending(id: number): boolean {
    return this.rows.words[id * ROW_WORDS + PREV_WORD] !== NONE
  }

  /** Sets the entity's one event; a pending one is moved. A time in the past fires next. */
  schedule(id: number, atMs: number): void {
    if (this.isPending(id)) this.cancel(id)
    const at = atMs < this.nowMs ? this.nowMs : atMs
    this.rows.times[id * 4] = at
    const block = Math.floor(at / BLOCK_MS)
    if (block <= this.block) {
      const tick = (at - this.block * BLOCK_MS) | 0
      if (tick <= this.tick) this.insertReady(id, at)
      else {
        this.link(id, tick)
        this.inLevel0++
      }
      return
    }
    this.link(id, BLOCK_MS + (block & LEVEL1_MASK))
    this.inLevel1++
  }

  cancel(id: number): void {
    const { words } = this.rows
    const row = id * ROW_WORDS
    const before = words[row + PREV_WORD]!
    if (before === NONE) return
    words[row + PREV_WORD] = NONE
    if (before === READY) return
    const after = words[row + NEXT_WORD]!
    if (after !== NONE) words[after * ROW_WORDS + PREV_WORD] = before
    if (before >= 0) words[before * ROW_WORDS + NEXT_WORD] = after
    else this.heads[HEAD - before] = after
    // Which level it was on follows from the due time alone.
    if (this.rows.times[id * 4]! < (this.block + 1) * BLOCK_MS) this.inLevel0--
    else this.inLevel1--
  }

  /** The entity whose event is next, at or before `untilMs`, or -1; advances `nowMs`. */
  pop(untilMs: number): number {
    for (;;) {
      while (this.readyPos < this.readyEnd) {
        const at = this.readyAt[this.readyPos]!
        if (at > untilMs) return -1
        const id = this.readyId[this.readyPos++]!
        if (!this.takeReady(id, at)) continue
        this.nowMs = at
        this.fired++
        return id
      }
      if (!this.advance(untilMs)) return -1
    }
  }

  /** False if the event was cancelled, or moved, since it became ready. */
  private takeReady(id: number, at: number): boolean {
    const { words, times } = this.rows
    const prev = id * ROW_WORDS + PREV_WORD
    if (words[prev] !== READY || times[id * 4] !== at) return false
    words[prev] = NONE
    return true
  }

  private link(id: number, bucket: number): void {
    const { words } = this.rows
    const first = this.heads[bucket]!
    words[id * ROW_WORDS + NEXT_WORD] = first
    words[id * ROW_WORDS + PREV_WORD] = HEAD - bucket
    if (first !== NONE) words[first * ROW_WORDS + PREV_WORD] = id
    this.heads[bucket] = id
  }

  /** Moves on to the next millisecond that holds an event; false if that is after `untilMs`. */
  private advance(untilMs: number): boolean {
    while (this.inLevel0 > 0) {
      const heads = this.heads
      let tick = this.tick + 1
      while (tick < BLOCK_MS && heads[tick] === NONE) tick++
      if (tick === BLOCK_MS) break
      if (this.block * BLOCK_MS + tick > untilMs) return false
      this.tick = tick
      this.collect(tick)
      return true
    }
    if (this.inLevel1 === 0) return false
    const lastBlock = Math.floor(untilMs / BLOCK_MS)
    let block = this.block + 1
    while (block <= lastBlock && this.heads[BLOCK_MS + (block & LEVEL1_MASK)] === NONE) block++
    if (block > lastBlock) return false
    this.block = block
    this.tick = -1
    this.spread(block)
    return true
  }

  /** Distributes a block's events over its milliseconds; those of a later round stay. */
  private spread(block: number): void {
    const bucket = BLOCK_MS + (block & LEVEL1_MASK)
    const startMs = block * BLOCK_MS
    const { words, times } = this.rows
    let id = this.heads[bucket]!
    this.heads[bucket] = NONE
    while (id !== NONE) {
      const after = words[id * ROW_WORDS + NEXT_WORD]!
      const tick = times[id * 4]! - startMs
      if (tick < BLOCK_MS) {
        this.link(id, tick | 0)
        this.inLevel0++
        this.inLevel1--
      } else this.link(id, bucket)
      id = after
    }
  }

  /** Takes a millisecond's events out into the sorted list. */
  private collect(tick: number): void {
    let id = this.heads[tick]!
    this.heads[tick] = NONE
    const { words, times } = this.rows
    let n = 0
    while (id !== NONE) {
      if (n === this.readyId.length) this.growReady()
      this.readyId[n] = id
      this.readyAt[n++] = times[id * 4]!
      words[id * ROW_WORDS + PREV_WORD] = READY
      id = words[id * ROW_WORDS + NEXT_WORD]!
    }
    this.inLevel0 -= n
    this.readyPos = 0
    this.readyEnd = n
    if (n > 1) sortPairs(this.readyAt, this.readyId, n)
  }

  /** Puts an event of the current millisecond in its place among those still to fire. */
  private insertReady(id: number, at: number): void {
    if (this.readyPos === this.readyEnd) this.readyPos = this.readyEnd = 0
    if (this.readyEnd === this.readyId.length) this.growReady()
    let i = this.readyEnd++
    while (i > this.readyPos && this.readyAt[i - 1]! > at) {
      this.readyAt[i] = this.readyAt[i - 1]!
      this.readyId[i] = this.readyId[i - 1]!
      i--
    }
    this.readyAt[i] = at
    this.readyId[i] = id
    this.rows.words[id * ROW_WORDS + PREV_WORD] = READY
  }

  private growReady(): void {
    const at = new Float64Array(this.readyAt.length * 2)
    const ids = new Int32Array(at.length)
    at.set(this.readyAt)
    ids.set(this.readyId)
    this.readyAt = at
    this.readyId = ids
  }
}

const GAPS = [701, 301, 132, 57, 23, 10, 4]

/** Shell sort (Ciura's gaps) of the first `n` pairs by time: short lists dominate. */
function sortPairs(at: Float64Array, ids: Int32Array, n: number): void {
  if (n > 4) for (const gap of GAPS) if (gap < n) sortAt(gap, at, ids, n)
  sortAt(1, at, ids, n)
}

function sortAt(gap: number, at: Float64Array, ids: Int32Array, n: number): void {
  for (let i = gap; i < n; i++) {
    const time = at[i]!
    if (at[i - gap]! <= time) continue
    const id = ids[i]!
    let j = i
    while (j >= gap && at[j - gap]! > time) {
      at[j] = at[j - gap]!
      ids[j] = ids[j - gap]!
      j -= gap
    }
    at[j] = time
    ids[j] = id
  }
}
