import type { Outgoing } from '../../client/transport.ts'

/** Numbers of places come round after a thousand million. */
const PLACE_MASK = (1 << 30) - 1
const NOBODY = -1

/** First come, first served: requests that wait for a connection of a pool, in rings that grow. */
export class WaitingLine {
  private visitors = new Int32Array(64)
  private outgoings: (Outgoing | null)[] = Array.from({ length: 64 }, () => null)
  private wants = new Uint8Array(64)
  private head = 0
  /** Places from the head to the end of the line, those that were left included. */
  private span = 0
  /** Whose turn `next` said it is. */
  visitor = NOBODY
  outgoing: Outgoing | null = null
  want = 0
  /** How many wait. */
  length = 0

  /** The number of the place in the line, to leave it by: below 2³⁰. */
  join(visitor: number, outgoing: Outgoing, want: number): number {
    if (this.span === this.visitors.length) this.grow()
    const place = (this.head + this.span) & PLACE_MASK
    const at = place & (this.visitors.length - 1)
    this.visitors[at] = visitor
    this.outgoings[at] = outgoing
    this.wants[at] = want
    this.span++
    this.length++
    return place
  }

  leave(place: number): void {
    const at = place & (this.visitors.length - 1)
    this.visitors[at] = NOBODY
    this.outgoings[at] = null
    this.length--
    this.skipLeft()
  }

  /** Takes the first out of the line into `visitor`, `outgoing`, `want`; false if nobody waits. */
  next(): boolean {
    if (this.length === 0) return false
    const at = this.head & (this.visitors.length - 1)
    this.visitor = this.visitors[at]!
    this.outgoing = this.outgoings[at]!
    this.want = this.wants[at]!
    this.leave(this.head)
    return true
  }

  clear(): void {
    this.outgoings.fill(null)
    this.span = 0
    this.length = 0
  }

  /** The head is never a place that was left. */
  private skipLeft(): void {
    const mask = this.visitors.length - 1
    while (this.span > 0 && this.visitors[this.head & mask] === NOBODY) {
      this.head = (this.head + 1) & PLACE_MASK
      this.span--
    }
  }

  private grow(): void {
    const { visitors, outgoings, wants } = this
    const size = visitors.length
    this.visitors = new Int32Array(size * 2)
    this.outgoings = Array.from({ length: size * 2 }, () => null)
    this.wants = new Uint8Array(size * 2)
    for (let i = 0; i < this.span; i++) {
      const place = (this.head + i) & PLACE_MASK
      const from = place & (size - 1)
      const to = place & (size * 2 - 1)
      this.visitors[to] = visitors[from]!
      this.outgoings[to] = outgoings[from]!
      this.wants[to] = wants[from]!
    }
  }
}
