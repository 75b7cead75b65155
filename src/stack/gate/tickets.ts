import { assert } from '../../core/assert.ts'
import { LineCount } from './line-count.ts'

/** Where a ticket stands. It only ever goes on in this order, past some. */
export const Stage = { waiting: 0, called: 1, inside: 2, completed: 3, lapsed: 4 } as const
export type Stage = (typeof Stage)[keyof typeof Stage]

const stageBits = 0b111
/** Was let in at some time. */
const admittedBit = 0b1000
/** Free for the audit to use: it has counted this ticket. */
const markBit = 0b10000

/** Lapses are looked at on a grid of this many milliseconds. */
export const lapseTickMs = 50
/** Ticks that the wheel spans, 410 s; who lapses later is looked at again on the way. */
const wheelTicks = 8192
/** In `previous`: this is the first of a list, and the rest of the number says of which. */
const isFirst = 2 ** 31

/**
 * Every ticket that was ever issued, as rows in typed arrays, in the order of issue: 13 bytes each.
 * A live ticket (waiting, called or inside) lapses at the first tick at or after the time that it
 * was last given: it hangs in the list of that tick or an earlier one, in a wheel of lists. All times
 * are milliseconds of one clock that never steps back.
 */
export class Tickets {
  issued = 0
  called = 0
  inside = 0
  completed = 0
  /** Lapsed or made void. */
  lapsed = 0
  private readonly startMs: number
  private readonly limit: number
  private readonly line = new LineCount()
  private rows = new Uint8Array(1024)
  private dueTick = new Uint32Array(1024)
  /** Neighbours in the list of a tick, as row + 1; 0: none. */
  private next = new Uint32Array(1024)
  private previous = new Uint32Array(1024)
  private readonly heads = new Uint32Array(wheelTicks)
  /** Everything due at or before it has lapsed. */
  private tick = 0
  /** No ticket before it waits, nor ever will again. */
  private head = 0

  /** `limit`: tickets that can be issued in all. */
  constructor(startMs: number, limit = 2 ** 26) {
    this.startMs = startMs
    this.limit = limit
  }

  /** In line and not called yet. */
  get waiting(): number {
    return this.line.total
  }

  /** A new ticket at the end of the line; -1 where no more can be issued. */
  issue(dueMs: number): number {
    const n = this.issued
    if (n === this.limit) return -1
    if (n === this.rows.length) this.grow()
    this.issued++
    this.line.add(n, 1)
    const due = this.tickOf(dueMs)
    this.dueTick[n] = due
    this.link(n, due)
    return n
  }

  stage(n: number): Stage {
    return ((this.rows[n] ?? Stage.lapsed) & stageBits) as Stage
  }

  wasAdmitted(n: number): boolean {
    return ((this.rows[n] ?? 0) & admittedBit) !== 0
  }

  /** Marks a ticket for the audit; false where it was marked already. */
  mark(n: number): boolean {
    const row = this.rows[n] ?? 0
    this.rows[n] = row | markBit
    return (row & markBit) === 0
  }

  /** Tickets that wait ahead of this one. */
  ahead(n: number): number {
    // The last one has everyone else ahead of it; a first contact asks for nothing else.
    if (n === this.issued - 1 && this.stage(n) === Stage.waiting) return this.waiting - 1
    const block = this.line.blockOf(n)
    return this.line.before(block) + this.countWaiting(this.line.startOf(block), n)
  }

  /** The first in line, or -1. */
  first(): number {
    while (this.head < this.issued && this.stage(this.head) !== Stage.waiting) this.head++
    return this.head < this.issued ? this.head : -1
  }

  /** The one in line with so many ahead of it, or -1. */
  at(ahead: number): number {
    if (ahead < 0 || ahead >= this.waiting) return -1
    const block = this.line.blockWith(ahead)
    let left = ahead - this.line.before(block)
    for (let n = this.line.startOf(block); ; n++) {
      if (this.stage(n) === Stage.waiting && left-- === 0) return n
    }
  }

  /** Its turn has come. */
  call(n: number): void {
    assert(this.stage(n) === Stage.waiting, 'only who waits is called')
    this.move(n, Stage.called)
  }

  /** It is let in, and stays inside until it completes or `dueMs`. */
  admit(n: number, dueMs: number): void {
    this.move(n, Stage.inside)
    this.rows[n] = (this.rows[n] ?? 0) | admittedBit
    this.renew(n, dueMs)
  }

  /** It goes, from wherever it is; it must be live. */
  complete(n: number): void {
    this.unhang(n)
    this.move(n, Stage.completed)
    this.completed++
  }

  /** A live ticket lapses then, and not when it was to. */
  renew(n: number, dueMs: number): void {
    const due = this.tickOf(dueMs)
    // If later, it stays where it hangs and is looked at again then: not every poll moves it.
    if (due < (this.dueTick[n] ?? 0)) {
      this.unhang(n)
      this.link(n, due)
    }
    this.dueTick[n] = due
  }

  /** All tickets so far are void. */
  voidAll(): void {
    for (let n = 0; n < this.issued; n++) if (isLive(this.stage(n))) this.lapse(n)
    this.heads.fill(0)
  }

  /** Lets everything lapse that is due by then. */
  sweep(untilMs: number): void {
    while (this.sweepTick(untilMs));
  }

  /** Goes on to the next tick by then at which tickets lapse; false where there is none. */
  sweepTick(untilMs: number): boolean {
    const last = Math.floor((untilMs - this.startMs) / lapseTickMs)
    while (this.tick < last) {
      if (this.waiting + this.called + this.inside === 0) {
        this.tick = last
        return false
      }
      if (this.lapseTick(++this.tick)) return true
    }
    return false
  }

  private lapseTick(tick: number): boolean {
    const slot = tick % wheelTicks
    let entry = this.heads[slot] ?? 0
    this.heads[slot] = 0
    let hasLapsed = false
    while (entry !== 0) {
      const n = entry - 1
      entry = this.next[n] ?? 0
      const due = this.dueTick[n] ?? 0
      if (due > tick) this.link(n, due)
      else {
        this.lapse(n)
        hasLapsed = true
      }
    }
    return hasLapsed
  }

  private lapse(n: number): void {
    this.move(n, Stage.lapsed)
    this.lapsed++
  }

  /** From its stage to another, with the counts; a row's other bits stay. */
  private move(n: number, to: Stage): void {
    const from = this.stage(n)
    assert(isLive(from), 'a ticket that is over stays so')
    if (from === Stage.waiting) this.line.add(n, -1)
    else if (from === Stage.called) this.called--
    else this.inside--
    if (to === Stage.called) this.called++
    else if (to === Stage.inside) this.inside++
    this.rows[n] = ((this.rows[n] ?? 0) & ~stageBits) | to
  }

  /** The first tick at or after that time, of those that were not swept yet. */
  private tickOf(ms: number): number {
    return Math.max(this.tick + 1, Math.ceil((ms - this.startMs) / lapseTickMs))
  }

  private slotOf(due: number): number {
    return Math.min(due, this.tick + wheelTicks - 1) % wheelTicks
  }

  private link(n: number, due: number): void {
    const slot = this.slotOf(due)
    const head = this.heads[slot] ?? 0
    this.next[n] = head
    // The first of a list points back at the list itself.
    this.previous[n] = isFirst + slot
    if (head !== 0) this.previous[head - 1] = n + 1
    this.heads[slot] = n + 1
  }

  private unhang(n: number): void {
    const next = this.next[n] ?? 0
    const previous = this.previous[n] ?? 0
    if (next !== 0) this.previous[next - 1] = previous
    if (previous >= isFirst) this.heads[previous - isFirst] = next
    else this.next[previous - 1] = next
  }

  private countWaiting(from: number, to: number): number {
    let count = 0
    for (let n = from; n < to; n++) if (this.stage(n) === Stage.waiting) count++
    return count
  }

  private grow(): void {
    const length = this.rows.length * 2
    this.rows = grown(this.rows, new Uint8Array(length))
    this.dueTick = grown(this.dueTick, new Uint32Array(length))
    this.next = grown(this.next, new Uint32Array(length))
    this.previous = grown(this.previous, new Uint32Array(length))
  }
}

function isLive(stage: Stage): boolean {
  return stage <= Stage.inside
}

function grown<T extends Uint8Array | Uint32Array>(from: T, to: T): T {
  to.set(from)
  return to
}
