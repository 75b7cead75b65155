import { must } from '../../core/assert.ts'
import { unstatedBacklog } from '../../scenario/schema/limits.ts'
import type { Station as StationSettings } from '../../scenario/schema/schema.ts'
import type { Request } from './request.ts'

/** One set of slots with its queue: a station of one instance, or a shared one. */
export class Unit {
  readonly station: Station
  /** Slots taken. */
  busy = 0
  queued = 0
  private head: Request | null = null
  private tail: Request | null = null

  constructor(station: Station) {
    this.station = station
  }

  /** A slot is free, or the backlog has a place. */
  hasRoom(): boolean {
    const { backlog, slots } = this.station
    return this.queued < backlog || (this.queued === 0 && this.busy < slots)
  }

  /** Free slots that nobody waits for. */
  vacant(): number {
    return this.queued === 0 ? this.station.slots - this.busy : 0
  }

  push(request: Request): void {
    request.next = null
    if (this.tail === null) this.head = request
    else this.tail.next = request
    this.tail = request
    this.queued++
    this.station.queue++
  }

  shift(): Request {
    const request = this.head!
    this.head = request.next
    if (this.head === null) this.tail = null
    this.queued--
    this.station.queue--
    return request
  }

  clear(): void {
    this.busy = 0
    this.queued = 0
    this.head = null
    this.tail = null
  }
}

/**
 * A station over all instances: its settings, and how full it is, integrated over time and,
 * independently of that, as the time each request spent there. Little's law compares the two.
 */
export class Station {
  readonly name: string
  readonly slots: number
  /** Slots a request takes, one at a time. */
  readonly need: number
  readonly backlog: number
  readonly isPerInstance: boolean
  readonly units: Unit[]
  /** Slots taken, requests waiting for one, and requests here in all. */
  busy = 0
  queue = 0
  present = 0
  /** Integral of `present` over time, request-milliseconds. */
  presentMs = 0
  /** Sum over requests of the time between coming and leaving. */
  sojournMs = 0
  private readonly contention: number
  private readonly coherency: number
  private busyMs = 0
  private queueMs = 0
  private busyTotalMs = 0
  private queueTotalMs = 0
  private lastMs = 0
  private paused: { busy: number; queue: number; present: number } | null = null

  constructor(settings: StationSettings, maxInstances: number) {
    this.name = settings.name
    this.slots = settings.slots
    this.need = settings.slotsPerRequest
    this.backlog = settings.backlog ?? unstatedBacklog
    this.contention = settings.contention
    this.coherency = settings.coherency
    this.isPerInstance = settings.perInstance === true
    this.units = Array.from({ length: this.isPerInstance ? maxInstances : 1 }, () => new Unit(this))
  }

  unitOf(instance: number): Unit {
    return this.units[this.isPerInstance ? instance : 0]!
  }

  /**
   * Factor on a service that starts with `n` slots of its unit busy (its own among them): the
   * denominator of the Universal Scalability Law (Gunther 1993).
   */
  slowdown(n: number): number {
    return 1 + (n - 1) * (this.contention + this.coherency * n)
  }

  entered(nowMs: number, slotsTaken: number): void {
    this.integrate(nowMs)
    this.present++
    this.busy += slotsTaken
  }

  left(nowMs: number, joinedMs: number): void {
    this.integrate(nowMs)
    this.present--
    this.sojournMs += nowMs - joinedMs
  }

  /** Empties it (a restart); the requests' own times are told to `left` before. */
  clear(nowMs: number): void {
    this.integrate(nowMs)
    this.busy = 0
    this.queue = 0
    this.present = 0
    for (const unit of this.units) unit.clear()
  }

  /**
   * Stands still: until `resume` its levels are taken to be these means, and what is in it spends no
   * time here.
   */
  pause(nowMs: number, busy: number, queue: number): void {
    this.integrate(nowMs)
    this.paused = { busy: this.busy, queue: this.queue, present: this.present }
    this.busy = busy
    this.queue = queue
    this.present = 0
  }

  /** Goes on from where it stood still. */
  resume(nowMs: number): void {
    this.integrate(nowMs)
    const { busy, queue, present } = must(this.paused, 'a station that stands still')
    this.busy = busy
    this.queue = queue
    this.present = present
    this.paused = null
  }

  /** Integrals of busy slots and queue length over all the time so far, milliseconds. */
  sums(nowMs: number): { busyMs: number; queueMs: number } {
    this.integrate(nowMs)
    return {
      busyMs: this.busyTotalMs + this.busyMs,
      queueMs: this.queueTotalMs + this.queueMs,
    }
  }

  /** Mean busy slots and queue length since the last call. */
  takeMeans(nowMs: number, spanMs: number): { busy: number; queue: number } {
    this.integrate(nowMs)
    const means = { busy: this.busyMs / spanMs, queue: this.queueMs / spanMs }
    this.busyTotalMs += this.busyMs
    this.queueTotalMs += this.queueMs
    this.busyMs = 0
    this.queueMs = 0
    return means
  }

  /** Brings the integrals up to now; before a level changes. */
  private integrate(nowMs: number): void {
    const spanMs = nowMs - this.lastMs
    this.lastMs = nowMs
    this.busyMs += this.busy * spanMs
    this.queueMs += this.queue * spanMs
    this.presentMs += this.present * spanMs
  }
}
