/**
 * Requests in the servers' hands, as rows. A request outlives its client: one that timed out walks
 * away, the servers go on working on what nobody awaits.
 */
export class Requests {
  readonly capacity: number
  readonly maxVisits: number
  visitor: Int32Array
  step: Uint8Array
  /** Which attempt at the step this is. */
  tries: Uint8Array
  /** Index of the current visit of the step. */
  visit: Uint8Array
  instance: Uint16Array
  /** Slots of the current station taken so far. */
  got: Uint16Array
  /** 1 while the client waits for the answer. */
  attached: Uint8Array
  inUse: Uint8Array
  sentMs: Float64Array
  /** When its client stops waiting. */
  deadlineMs: Float64Array
  /** When it came to the station of visit w: `joinedMs[r * maxVisits + w]`. */
  joinedMs: Float64Array
  nextInQueue: Int32Array
  /** Rows 0 … top-1 have been used. */
  top = 0
  private readonly free: Int32Array
  private freeCount = 0

  constructor(capacity: number, maxVisits: number) {
    this.capacity = capacity
    this.maxVisits = maxVisits
    this.visitor = new Int32Array(capacity)
    this.step = new Uint8Array(capacity)
    this.tries = new Uint8Array(capacity)
    this.visit = new Uint8Array(capacity)
    this.instance = new Uint16Array(capacity)
    this.got = new Uint16Array(capacity)
    this.attached = new Uint8Array(capacity)
    this.inUse = new Uint8Array(capacity)
    this.sentMs = new Float64Array(capacity)
    this.deadlineMs = new Float64Array(capacity)
    this.joinedMs = new Float64Array(capacity * maxVisits)
    this.nextInQueue = new Int32Array(capacity)
    this.free = new Int32Array(capacity)
  }

  /** A row, or -1 when all are in use. */
  take(): number {
    const r =
      this.freeCount > 0 ? this.free[--this.freeCount]! : this.top < this.capacity ? this.top++ : -1
    if (r >= 0) this.inUse[r] = 1
    return r
  }

  give(r: number): void {
    this.inUse[r] = 0
    this.free[this.freeCount++] = r
  }
}
