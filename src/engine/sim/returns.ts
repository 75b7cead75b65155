import { secToMs } from '../../core/units.ts'
import type { RunWindow } from '../window.ts'

const NONE = -1

/**
 * Those who will knock again, gathered by the second in which they do: a link each, no row and no
 * event of their own. What comes out is put into bundles.
 */
export class Returns {
  readonly widthMs: number
  /** Who comes in the bin taken last: the person, doubled, and 1 if it held a ticket before. */
  taken = new Int32Array(64)
  private readonly heads: Int32Array
  private next = new Int32Array(1024)
  private who = new Int32Array(1024)
  private free = NONE
  private used = 0
  /** The bin whose time comes next. */
  private bin = 0

  constructor({ speed, endsAtMs }: RunWindow) {
    this.widthMs = secToMs(1) / speed
    // The last bin is of those who would come after the end.
    this.heads = new Int32Array(Math.ceil(endsAtMs / this.widthMs) + 2).fill(NONE)
  }

  /** `person` knocks at that time, to the second. */
  add(atMs: number, person: number, hadTicket: boolean): void {
    const last = this.heads.length - 1
    const at = Math.min(last, Math.max(this.bin, Math.round(atMs / this.widthMs) - 1))
    let link = this.free
    if (link === NONE) {
      if (this.used === this.next.length) this.grow()
      link = this.used++
    } else this.free = this.next[link]!
    this.who[link] = person * 2 + (hadTicket ? 1 : 0)
    this.next[link] = this.heads[at]!
    this.heads[at] = link
  }

  /** Takes out those whose second has come, into `taken`; how many they are. */
  take(): number {
    if (this.bin >= this.heads.length - 1) return 0
    let link = this.heads[this.bin]!
    this.heads[this.bin++] = NONE
    let n = 0
    while (link !== NONE) {
      if (n === this.taken.length) this.taken = doubled(this.taken)
      this.taken[n++] = this.who[link]!
      const after = this.next[link]!
      this.next[link] = this.free
      this.free = link
      link = after
    }
    return n
  }

  /** Calls with the person of everyone who is still to come. */
  forEach(visit: (person: number) => void): void {
    for (let b = this.bin; b < this.heads.length; b++) {
      for (let link = this.heads[b]!; link !== NONE; link = this.next[link]!) {
        visit(this.who[link]! >> 1)
      }
    }
  }

  private grow(): void {
    this.next = doubled(this.next)
    this.who = doubled(this.who)
  }
}

function doubled(from: Int32Array): Int32Array<ArrayBuffer> {
  const to = new Int32Array(from.length * 2)
  to.set(from)
  return to
}
