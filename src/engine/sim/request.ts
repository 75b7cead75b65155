/**
 * A request in the servers' hands. It outlives its client: one that timed out walks away, the
 * servers go on working on what nobody awaits. Objects, unlike visitors: there are only as many as
 * the stations hold, and they are used again.
 */
export class Request {
  /** Its number; its event on the wheel is at a fixed distance from it. */
  readonly index: number
  visitor = 0
  /** The visitor's identity for chance: its row is seldom in a cache when a service starts. */
  entity = 0
  step = 0
  /** Which attempt at the step this is. */
  tries = 0
  /** Index of the current visit of the step. */
  visit = 0
  instance = 0
  /** Slots of the current station taken so far. */
  got = 0
  /** Its client waits for the answer. */
  attached = false
  inUse = false
  sentMs = 0
  /** When its client stops waiting. */
  deadlineMs = 0
  /** When it came to the station of each visit. */
  readonly joinedMs: number[]
  /** The one behind it in a station's queue. */
  next: Request | null = null

  constructor(index: number, maxVisits: number) {
    this.index = index
    this.joinedMs = Array.from({ length: maxVisits }, () => 0.5)
  }

  /** All its times become so much later. */
  putOff(byMs: number): void {
    this.sentMs += byMs
    this.deadlineMs += byMs
    for (let w = 0; w < this.joinedMs.length; w++) this.joinedMs[w]! += byMs
  }
}

/** All requests there have been room for; those not in use are handed out again, last first. */
export class RequestPool {
  readonly all: Request[] = []
  private readonly free: Request[] = []
  private readonly capacity: number
  private readonly maxVisits: number

  constructor(capacity: number, maxVisits: number) {
    this.capacity = capacity
    this.maxVisits = maxVisits
  }

  /** A request to use, or `null` when `capacity` are in use. */
  take(): Request | null {
    let request = this.free.pop()
    if (request === undefined) {
      if (this.all.length === this.capacity) return null
      request = new Request(this.all.length, this.maxVisits)
      this.all.push(request)
    }
    request.inUse = true
    return request
  }

  give(request: Request): void {
    request.inUse = false
    request.next = null
    this.free.push(request)
  }
}
