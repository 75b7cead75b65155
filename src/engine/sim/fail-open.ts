import { uniform } from '../../core/chance.ts'

/**
 * Who fails open, and when. Two unanswered polls in a row make a client go on without its turn; a
 * poll goes unanswered with a probability p that is the same for all, so each waiting client has
 * the same hazard −ln(1 − p²) a poll. It draws one exponential threshold on entry and fails open
 * once the hazard added up since then has passed it: exact for a rate that changes with time, and
 * without an event a poll. Thresholds are kept in buckets of accumulated hazard, as links.
 */
const BUCKETS = 8192
const BUCKETS_PER_UNIT = 256
const NONE = -1

export class FailOpen {
  /** Hazard accumulated since the start. */
  private hazard = 0
  private bucket = 0
  private readonly heads = new Int32Array(BUCKETS).fill(NONE)
  private next: Int32Array
  private readonly key: number
  private readonly share: number

  constructor(key: number, share: number, capacity: number) {
    this.key = key
    this.share = share
    this.next = new Int32Array(capacity)
  }

  /**
   * A visitor joins the line; `firstContact` is the hazard of this very contact. True if its client
   * fails open at once.
   */
  join(row: number, entity: number, firstContact: number): boolean {
    // Most clients never fail open, whatever the gate does.
    if (uniform(this.key, entity, 0) >= this.share) return false
    return this.stand(row, uniform(this.key, entity, 1), firstContact)
  }

  /** As `join`, where the chances are the caller's: of failing open at all, and of when. */
  joinBy(row: number, chances: { fails: number; when: number }, firstContact: number): boolean {
    return chances.fails < this.share && this.stand(row, chances.when, firstContact)
  }

  private stand(row: number, u: number, firstContact: number): boolean {
    const threshold = -Math.log(u) - firstContact
    if (threshold <= 0) return true
    const at = Math.floor((this.hazard + threshold) * BUCKETS_PER_UNIT)
    const bucket = Math.min(at, this.bucket + BUCKETS - 1) % BUCKETS
    if (row >= this.next.length) this.grow(row)
    this.next[row] = this.heads[bucket]!
    this.heads[bucket] = row
    return false
  }

  /** Adds hazard; hands every row whose threshold was passed to `fails` (also those that left). */
  add(hazard: number, fails: (row: number) => void): void {
    this.hazard += hazard
    const last = Math.floor(this.hazard * BUCKETS_PER_UNIT)
    while (this.bucket < last) {
      const slot = this.bucket++ % BUCKETS
      let row = this.heads[slot]!
      this.heads[slot] = NONE
      while (row !== NONE) {
        const after = this.next[row]!
        fails(row)
        row = after
      }
    }
  }

  private grow(row: number): void {
    const larger = new Int32Array(Math.ceil(row * 1.25) + 1)
    larger.set(this.next)
    this.next = larger
  }
}

/** Hazard of one poll of which a share `p` goes unanswered: two in a row must fail. */
export function pollHazard(p: number): number {
  return -Math.log1p(-Math.min(p * p, 0.9999))
}
