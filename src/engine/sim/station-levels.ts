/**
 * How full each station is, integrated over time, and independently of that the time each request
 * spent there: Little's law compares the two. Station totals over all instances.
 */
export class StationLevels {
  /** Slots taken. */
  readonly busy: Int32Array
  /** Requests waiting for a slot. */
  readonly queue: Int32Array
  /** Requests in the station, waiting or served. */
  readonly present: Int32Array
  /** Integral of `present` over time, request-milliseconds. */
  readonly presentMs: Float64Array
  /** Sum over requests of the time between coming and leaving. */
  readonly sojournMs: Float64Array
  private readonly busyMs: Float64Array
  private readonly queueMs: Float64Array
  private readonly lastMs: Float64Array

  constructor(stations: number) {
    this.busy = new Int32Array(stations)
    this.queue = new Int32Array(stations)
    this.present = new Int32Array(stations)
    this.presentMs = new Float64Array(stations)
    this.sojournMs = new Float64Array(stations)
    this.busyMs = new Float64Array(stations)
    this.queueMs = new Float64Array(stations)
    this.lastMs = new Float64Array(stations)
  }

  entered(s: number, nowMs: number, slotsTaken: number): void {
    this.integrate(s, nowMs)
    this.present[s]!++
    this.busy[s]! += slotsTaken
  }

  left(s: number, nowMs: number, joinedMs: number): void {
    this.integrate(s, nowMs)
    this.present[s]!--
    this.sojournMs[s]! += nowMs - joinedMs
  }

  unfinished(s: number, sojournMs: number): void {
    this.sojournMs[s]! += sojournMs
  }

  /** Empties all stations (a restart); the requests' own times are reported by `left`. */
  clear(nowMs: number): void {
    for (let s = 0; s < this.busy.length; s++) this.integrate(s, nowMs)
    this.busy.fill(0)
    this.queue.fill(0)
    this.present.fill(0)
  }

  /** Brings the integrals of station `s` up to now; call before its levels change. */
  integrate(s: number, nowMs: number): void {
    const spanMs = nowMs - this.lastMs[s]!
    this.lastMs[s] = nowMs
    this.busyMs[s]! += this.busy[s]! * spanMs
    this.queueMs[s]! += this.queue[s]! * spanMs
    this.presentMs[s]! += this.present[s]! * spanMs
  }

  /** Mean busy slots and queue length since the last call. */
  takeMeans(s: number, nowMs: number, spanMs: number): { busy: number; queue: number } {
    this.integrate(s, nowMs)
    const means = { busy: this.busyMs[s]! / spanMs, queue: this.queueMs[s]! / spanMs }
    this.busyMs[s] = 0
    this.queueMs[s] = 0
    return means
  }
}
