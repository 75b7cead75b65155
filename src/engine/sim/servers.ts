import { streamKey, streams, uniform } from '../../core/chance.ts'
import { tabulatedQuantileOf, type Quantile } from '../../core/distribution.ts'
import { sizeLimits } from '../../scenario/schema/limits.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { stationRequests } from '../../scenario/size.ts'
import type { VisitorRows } from '../../workload/rows.ts'
import { RequestPool, type Request } from './request.ts'
import { Station, type Unit } from './station.ts'
import type { TimeWheel } from '../wheel.ts'

// Module constants of its own, which V8 folds; an imported one it reads anew at every use.
const VISITS = sizeLimits.visits
/** Steps are counted in one byte. */
const STEPS = 256

/** What the servers report back to. */
export interface ServersHost {
  /** The request may not be answered before its deadline: its client must watch the clock. */
  watch(request: Request): void
  /** All its visits are done; called before it is used again. */
  served(request: Request): void
  /** A station behind the first had no room: it fails with a server error. */
  rejected(request: Request): void
}

/** What the servers need of the run. */
export interface ServersParts {
  readonly scenario: Scenario
  readonly wheel: TimeWheel
  readonly rows: VisitorRows
  /** Instances that take requests. */
  instances: number
  /** State changes of requests are added to it: queued, in service, done. */
  changes: number
}

interface Visit {
  readonly station: Station
  readonly serviceMs: Quantile
  readonly holds: boolean
}

interface Step {
  readonly visits: readonly Visit[]
  readonly timeoutMs: number
}

/**
 * The booking stack: stations of slots with bounded backlogs, behind a balancer. A visit may hold
 * its slots while it waits for another station, and takes several slots one at a time: pool
 * exhaustion and deadlock emerge from these two rules and from nothing else.
 */
export class Servers {
  readonly stations: readonly Station[]
  readonly requests: RequestPool
  private readonly steps: readonly Step[]
  private readonly minBusy: boolean
  private turn = 0
  private readonly serviceKey: number
  private readonly parts: ServersParts
  private readonly wheel: TimeWheel
  private readonly rows: VisitorRows
  private readonly host: ServersHost
  private readonly firstId: number

  /** `firstId` is the wheel's id of request 0. */
  constructor(
    parts: ServersParts,
    shape: { maxInstances: number; seed: number; firstId: number },
    host: ServersHost,
  ) {
    const { stack, journey } = parts.scenario
    this.stations = stack.stations.map((settings) => new Station(settings, shape.maxInstances))
    this.steps = journey.map(({ visits, timeoutMs }) => ({
      timeoutMs,
      visits: visits.map(({ station, serviceMs, holds }) => ({
        station: this.stations.find(({ name }) => name === station)!,
        serviceMs: tabulatedQuantileOf(serviceMs),
        holds,
      })),
    }))
    this.minBusy = stack.balancer === 'least-busy'
    this.serviceKey = streamKey(shape.seed, streams.service)
    this.firstId = shape.firstId
    this.parts = parts
    this.wheel = parts.wheel
    this.rows = parts.rows
    this.host = host
    const maxVisits = Math.max(...journey.map(({ visits }) => visits.length))
    this.requests = new RequestPool(requestBound(parts.scenario, shape.maxInstances), maxVisits)
  }

  /** Slots a station has over all instances that are up. */
  slotsUp({ slots, isPerInstance }: Station): number {
    return slots * (isPerInstance ? this.parts.instances : 1)
  }

  /** Sends the request of the visitor's step to an instance; `null` if it was refused. */
  send(visitor: number): Request | null {
    const { nowMs } = this.wheel
    const stepIndex = this.rows.step(visitor)
    const step = this.steps[stepIndex]!
    const front = step.visits[0]!.station
    const instance = this.balance(front)
    const unit = front.unitOf(instance)
    if (!unit.hasRoom()) return null
    const request = this.requests.take()
    if (request === null) return null
    request.visitor = visitor
    request.entity = this.rows.entity(visitor)
    request.step = stepIndex
    request.tries = this.rows.tries(visitor)
    request.visit = 0
    request.instance = instance
    request.attached = true
    request.sentMs = nowMs
    request.deadlineMs = nowMs + step.timeoutMs
    this.arrive(request, unit)
    return request
  }

  /** The service of request number `index`'s current visit ended. */
  complete(index: number): void {
    const request = this.requests.all[index]!
    const { visits } = this.steps[request.step]!
    const done = request.visit
    this.parts.changes++
    if (!visits[done]!.holds) this.leave(request, done)
    if (done + 1 < visits.length) {
      request.visit = done + 1
      const unit = visits[done + 1]!.station.unitOf(request.instance)
      if (unit.hasRoom()) {
        this.arrive(request, unit)
        return
      }
      this.releaseHeld(request, done)
      this.host.rejected(request)
    } else {
      this.releaseHeld(request, done)
      this.host.served(request)
    }
    this.requests.give(request)
  }

  /** Restarts every instance: whatever is in service, queued or stuck is gone. */
  restart(): void {
    const { nowMs } = this.wheel
    for (const request of this.requests.all) {
      if (!request.inUse) continue
      this.wheel.cancel(this.firstId + request.index)
      this.eachPlace(request, (station, joinedMs) => station.left(nowMs, joinedMs))
      this.requests.give(request)
    }
    for (const station of this.stations) station.clear(nowMs)
  }

  /** Requests still in the stations at the end count in the sojourn times, up to now. */
  settle(): void {
    const { nowMs } = this.wheel
    for (const request of this.requests.all) {
      if (!request.inUse) continue
      this.eachPlace(request, (station, joinedMs) => {
        station.sojournMs += nowMs - joinedMs
      })
    }
  }

  /** The stations a request is in: that of its current visit, and those it holds. */
  private eachPlace(request: Request, visit: (station: Station, joinedMs: number) => void): void {
    const { visits } = this.steps[request.step]!
    for (let w = 0; w <= request.visit; w++) {
      if (w === request.visit || visits[w]!.holds) visit(visits[w]!.station, request.joinedMs[w]!)
    }
  }

  private balance(front: Station): number {
    const { instances } = this.parts
    if (!this.minBusy) {
      this.turn = this.turn + 1 >= instances ? 0 : this.turn + 1
      return this.turn
    }
    let best = 0
    let least = Infinity
    for (let k = 0; k < instances; k++) {
      const i = (k + this.turn) % instances
      const { busy, queued } = front.unitOf(i)
      if (busy + queued < least) {
        least = busy + queued
        best = i
      }
    }
    this.turn = (best + 1) % instances
    return best
  }

  /** Comes to a unit that has room: takes what slots it can, and starts or queues. */
  private arrive(request: Request, unit: Unit): void {
    const { station } = unit
    const { nowMs } = this.wheel
    const vacant = unit.vacant()
    const taken = vacant < station.need ? vacant : station.need
    request.got = taken
    request.joinedMs[request.visit] = nowMs
    this.parts.changes++
    unit.busy += taken
    station.entered(nowMs, taken)
    if (taken === station.need) {
      this.begin(request, unit)
      return
    }
    unit.push(request)
    this.host.watch(request)
  }

  /** Service starts; busier slots make it longer. */
  private begin(request: Request, unit: Unit): void {
    const { step, visit } = request
    // One draw for each try, step and visit: the schema's bounds on both keep them apart.
    const k = (request.tries * STEPS + step) * VISITS + visit
    const u = uniform(this.serviceKey, request.entity, k)
    const serviceMs = this.steps[step]!.visits[visit]!.serviceMs(u)
    const endMs = this.wheel.nowMs + serviceMs * unit.station.slowdown(unit.busy)
    this.wheel.schedule(this.firstId + request.index, endMs)
    if (endMs > request.deadlineMs) this.host.watch(request)
  }

  /** Leaves the station of visit `w`; its slots go to who waits there, in order. */
  private leave(request: Request, w: number): void {
    const { station } = this.steps[request.step]!.visits[w]!
    const unit = station.unitOf(request.instance)
    station.left(this.wheel.nowMs, request.joinedMs[w]!)
    station.busy -= station.need
    unit.busy -= station.need
    while (unit.queued > 0 && unit.busy < station.slots) this.grant(unit)
  }

  /** One slot for the first in the queue; it starts, or waits in line for its next slot. */
  private grant(unit: Unit): void {
    const { station } = unit
    const request = unit.shift()
    unit.busy++
    station.busy++
    request.got++
    if (request.got < station.need) unit.push(request)
    else {
      this.parts.changes++
      this.begin(request, unit)
    }
  }

  private releaseHeld(request: Request, last: number): void {
    const { visits } = this.steps[request.step]!
    for (let w = last; w >= 0; w--) if (visits[w]!.holds) this.leave(request, w)
  }
}

/** Room for the requests that can be in the stations at once, and for one on its way between two. */
export function requestBound({ stack }: Scenario, maxInstances: number): number {
  return 16 + stationRequests(stack, maxInstances)
}
