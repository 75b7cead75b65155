import { streamKey, streams, uniform } from '../../core/chance.ts'
import { tabulatedQuantileOf, type Quantile } from '../../core/distribution.ts'
import type { Scenario } from '../../scenario/schema.ts'
import type { VisitorRows } from '../../workload/rows.ts'
import { Requests } from './requests.ts'
import { StationLevels } from './station-levels.ts'
import type { TimeWheel } from './wheel.ts'

/** What the servers report back to. */
export interface ServersHost {
  /** Request `r` may not be answered before its deadline: its client must watch the clock. */
  watch(r: number): void
  /** All visits of request `r` are done; called before its row is given back. */
  served(r: number): void
  /** A station behind the first had no room: the request fails with a server error. */
  rejected(r: number): void
}

/** What the servers need of the run. */
export interface ServersParts {
  readonly scenario: Scenario
  readonly wheel: TimeWheel
  readonly rows: VisitorRows
  /** Instances that take requests. */
  instances: number
}

interface Visit {
  station: number
  serviceMs: Quantile
  holds: boolean
}

/** Requests that a station without a stated backlog holds in all. */
const UNSTATED_BACKLOG = 1_000_000

/**
 * The booking stack: stations of slots with bounded backlogs, behind a balancer. A visit may hold
 * its slots while it waits for another station, and takes several slots one at a time: pool
 * exhaustion and deadlock emerge from these two rules and from nothing else.
 */
export class Servers {
  readonly requests: Requests
  readonly levels: StationLevels
  private readonly journey: Visit[][]
  private readonly slots: Int32Array
  private readonly need: Int32Array
  private readonly backlog: Int32Array
  private readonly contention: Float64Array
  private readonly coherency: Float64Array
  /** Unit of station s on instance i: `unitBase[s] + (perInstance[s] ? i : 0)`. */
  private readonly unitBase: Int32Array
  private readonly perInstance: Uint8Array
  private readonly busy: Int32Array
  private readonly queued: Int32Array
  private readonly head: Int32Array
  private readonly tail: Int32Array
  private readonly timeoutMs: Float64Array
  private readonly leastBusy: boolean
  private readonly front: number
  private turn = 0
  private readonly serviceKey: number
  private readonly parts: ServersParts
  private readonly wheel: TimeWheel
  private readonly rows: VisitorRows
  private readonly host: ServersHost
  private readonly firstId: number

  constructor(
    parts: ServersParts,
    shape: { maxInstances: number; seed: number; firstId: number },
    host: ServersHost,
  ) {
    const { scenario } = parts
    const { stations, balancer } = scenario.stack
    const names = stations.map((station) => station.name)
    this.journey = scenario.journey.map((step) =>
      step.visits.map((visit) => ({
        station: names.indexOf(visit.station),
        serviceMs: tabulatedQuantileOf(visit.serviceMs),
        holds: visit.holds,
      })),
    )
    this.slots = Int32Array.from(stations, (station) => station.slots)
    this.need = Int32Array.from(stations, (station) => station.slotsPerRequest)
    this.backlog = Int32Array.from(stations, (station) => station.backlog ?? UNSTATED_BACKLOG)
    this.contention = Float64Array.from(stations, (station) => station.contention)
    this.coherency = Float64Array.from(stations, (station) => station.coherency)
    this.perInstance = Uint8Array.from(stations, (station) =>
      station.perInstance === true ? 1 : 0,
    )
    this.unitBase = new Int32Array(stations.length)
    let units = 0
    stations.forEach((station, s) => {
      this.unitBase[s] = units
      units += station.perInstance === true ? shape.maxInstances : 1
    })
    this.busy = new Int32Array(units)
    this.queued = new Int32Array(units)
    this.head = new Int32Array(units).fill(-1)
    this.tail = new Int32Array(units).fill(-1)
    this.timeoutMs = Float64Array.from(scenario.journey, (step) => step.timeoutMs)
    this.leastBusy = balancer === 'least-busy'
    this.front = this.journey[0]![0]!.station
    this.serviceKey = streamKey(shape.seed, streams.service)
    this.firstId = shape.firstId
    this.wheel = parts.wheel
    this.rows = parts.rows
    this.host = host
    this.parts = parts
    const maxVisits = Math.max(...this.journey.map((visits) => visits.length))
    this.requests = new Requests(requestBound(scenario, shape.maxInstances), maxVisits)
    this.levels = new StationLevels(stations.length)
  }

  /** Slots a station has over all instances that are up. */
  slotsUp(station: number): number {
    return this.slots[station]! * (this.perInstance[station] === 1 ? this.parts.instances : 1)
  }

  /** Sends a visitor's request to an instance: its row, or -1 if it was refused. */
  send(visitor: number, nowMs: number): number {
    const { requests } = this
    const instance = this.balance()
    const front = this.front
    const unit = this.unitBase[front]! + (this.perInstance[front] === 1 ? instance : 0)
    if (!this.hasRoom(front, unit)) return -1
    const r = requests.take()
    if (r < 0) return -1
    requests.visitor[r] = visitor
    requests.step[r] = this.rows.step(visitor)
    requests.tries[r] = this.rows.tries(visitor)
    requests.visit[r] = 0
    requests.instance[r] = instance
    requests.attached[r] = 1
    requests.sentMs[r] = nowMs
    requests.deadlineMs[r] = nowMs + this.timeoutMs[requests.step[r]!]!
    this.arrive(r, nowMs)
    return r
  }

  /** The service of request `r`'s current visit ended. */
  complete(r: number, nowMs: number): void {
    const { requests } = this
    const visits = this.journey[requests.step[r]!]!
    const w = requests.visit[r]!
    if (!visits[w]!.holds) this.leave(r, w, nowMs)
    if (w + 1 < visits.length) {
      requests.visit[r] = w + 1
      if (this.arrive(r, nowMs)) return
      this.releaseHeld(r, w, nowMs)
      this.host.rejected(r)
    } else {
      this.releaseHeld(r, w, nowMs)
      this.host.served(r)
    }
    requests.give(r)
  }

  /** Restarts every instance: whatever is in service, queued or stuck is gone. */
  restart(nowMs: number): void {
    const { requests } = this
    for (let r = 0; r < requests.top; r++) {
      if (requests.inUse[r] === 0) continue
      this.wheel.cancel(this.firstId + r)
      const visits = this.journey[requests.step[r]!]!
      const w = requests.visit[r]!
      for (let i = 0; i <= w; i++) {
        if (i < w && !visits[i]!.holds) continue
        this.levels.left(visits[i]!.station, nowMs, requests.joinedMs[r * requests.maxVisits + i]!)
      }
      requests.give(r)
    }
    this.busy.fill(0)
    this.queued.fill(0)
    this.head.fill(-1)
    this.tail.fill(-1)
    this.levels.clear(nowMs)
  }

  /** Requests still in the stations at the end count in the sojourn times, up to now. */
  settle(nowMs: number): void {
    const { requests } = this
    for (let r = 0; r < requests.top; r++) {
      if (requests.inUse[r] === 0) continue
      const visits = this.journey[requests.step[r]!]!
      const w = requests.visit[r]!
      for (let i = 0; i <= w; i++) {
        if (i < w && !visits[i]!.holds) continue
        this.levels.unfinished(
          visits[i]!.station,
          nowMs - requests.joinedMs[r * requests.maxVisits + i]!,
        )
      }
    }
  }

  private balance(): number {
    if (!this.leastBusy) {
      this.turn = this.turn + 1 >= this.parts.instances ? 0 : this.turn + 1
      return this.turn
    }
    const base = this.unitBase[this.front]!
    let best = 0
    let least = Infinity
    for (let k = 0; k < this.parts.instances; k++) {
      const i = (k + this.turn) % this.parts.instances
      const load = this.busy[base + i]! + this.queued[base + i]!
      if (load < least) {
        least = load
        best = i
      }
    }
    this.turn = (best + 1) % this.parts.instances
    return best
  }

  private unitOf(station: number, r: number): number {
    return (
      this.unitBase[station]! + (this.perInstance[station] === 1 ? this.requests.instance[r]! : 0)
    )
  }

  /** Request `r` comes to the station of its current visit; false if there is no room. */
  private arrive(r: number, nowMs: number): boolean {
    const { requests } = this
    const w = requests.visit[r]!
    const s = this.journey[requests.step[r]!]![w]!.station
    const unit = this.unitOf(s, r)
    const need = this.need[s]!
    if (!this.hasRoom(s, unit)) return false
    const vacant = this.queued[unit] === 0 ? this.slots[s]! - this.busy[unit]! : 0
    const taken = vacant < need ? vacant : need
    requests.got[r] = taken
    requests.joinedMs[r * requests.maxVisits + w] = nowMs
    this.busy[unit]! += taken
    this.levels.entered(s, nowMs, taken)
    if (taken === need) this.begin(r, unit, nowMs)
    else this.enqueue(r, s, unit)
    return true
  }

  /** A slot is free, or the backlog has a place. */
  private hasRoom(s: number, unit: number): boolean {
    const queued = this.queued[unit]!
    return queued < this.backlog[s]! || (queued === 0 && this.busy[unit]! < this.slots[s]!)
  }

  private enqueue(r: number, s: number, unit: number): void {
    const { nextInQueue } = this.requests
    nextInQueue[r] = -1
    const tail = this.tail[unit]!
    if (tail < 0) this.head[unit] = r
    else nextInQueue[tail] = r
    this.tail[unit] = r
    this.queued[unit]!++
    this.levels.queue[s]!++
    this.host.watch(r)
  }

  /** Service starts; busier slots make it longer (contention, coherency). */
  private begin(r: number, unit: number, nowMs: number): void {
    const { requests } = this
    const step = requests.step[r]!
    const w = requests.visit[r]!
    const visit = this.journey[step]![w]!
    const s = visit.station
    const n = this.busy[unit]!
    const slowdown = 1 + this.contention[s]! * (n - 1) + this.coherency[s]! * n * (n - 1)
    const k = (requests.tries[r]! * 256 + step) * 16 + w
    const u = uniform(this.serviceKey, this.rows.entity(requests.visitor[r]!), k)
    const endMs = nowMs + visit.serviceMs(u) * slowdown
    this.wheel.schedule(this.firstId + r, endMs)
    if (endMs > requests.deadlineMs[r]!) this.host.watch(r)
  }

  /** Request `r` leaves the station of visit `w`; its slots go to who waits there, in order. */
  private leave(r: number, w: number, nowMs: number): void {
    const { requests } = this
    const s = this.journey[requests.step[r]!]![w]!.station
    const unit = this.unitOf(s, r)
    const need = this.need[s]!
    this.levels.left(s, nowMs, requests.joinedMs[r * requests.maxVisits + w]!)
    this.levels.busy[s]! -= need
    this.busy[unit]! -= need
    while (this.queued[unit]! > 0 && this.busy[unit]! < this.slots[s]!) this.grant(s, unit, nowMs)
  }

  /** One slot for the first in the queue; it starts, or waits in line for its next slot. */
  private grant(s: number, unit: number, nowMs: number): void {
    const { requests } = this
    const r = this.head[unit]!
    const after = requests.nextInQueue[r]!
    this.head[unit] = after
    if (after < 0) this.tail[unit] = -1
    this.queued[unit]!--
    this.levels.queue[s]!--
    this.busy[unit]!++
    this.levels.busy[s]!++
    requests.got[r]!++
    if (requests.got[r] === this.need[s]) this.begin(r, unit, nowMs)
    else this.enqueue(r, s, unit)
  }

  private releaseHeld(r: number, last: number, nowMs: number): void {
    const visits = this.journey[this.requests.step[r]!]!
    for (let i = last; i >= 0; i--) if (visits[i]!.holds) this.leave(r, i, nowMs)
  }
}

/** The most requests that can be in the stations at once; what no backlog bounds, a million. */
export function requestBound(scenario: Scenario, maxInstances: number): number {
  let bound = 16
  for (const station of scenario.stack.stations) {
    const units = station.perInstance === true ? maxInstances : 1
    bound += (station.slots + (station.backlog ?? UNSTATED_BACKLOG)) * units
  }
  return Math.min(bound, 4 * UNSTATED_BACKLOG)
}
