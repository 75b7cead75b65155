import { intervalMsOf, perMsToPerSec } from '../../core/units.ts'
import type { Admission } from '../../scenario/schema/schema.ts'
import type { GateAudit } from './audit.ts'
import type { Tickets } from './tickets.ts'

/** Over how long the rate of turns is averaged where places decide, ms. */
const averageMs = 30_000
/** With the fault on, every so many-th turn is called from further back. */
const faultyEvery = 10

export interface TurnsOptions {
  readonly tickets: Tickets
  readonly audit: GateAudit
  readonly admission: Admission
  readonly instances: number
  /** The fault `order`. */
  readonly isOutOfOrder: boolean
}

/**
 * Calls turns, by a rate or by places. Nothing here runs by itself: `advance` makes up for the time
 * that has passed, turns and lapses each at its own moment, so that it does not matter how often it
 * is called.
 */
export class TurnCaller {
  called = 0
  isRunning = false
  private readonly tickets: Tickets
  private readonly audit: GateAudit
  private readonly isOutOfOrder: boolean
  private admission: Admission
  private instances: number
  private lastTurnMs = -Infinity
  /** Since when there has been somebody to call, by this rate. */
  private readyMs = -Infinity
  private averagePerMs = 0
  private averageAtMs = 0

  constructor({ tickets, audit, admission, instances, isOutOfOrder }: TurnsOptions) {
    this.tickets = tickets
    this.audit = audit
    this.admission = admission
    this.instances = instances
    this.isOutOfOrder = isOutOfOrder
  }

  /** Turns a second that are due; 0 where places decide. */
  get ratePerSec(): number {
    if ('perSec' in this.admission) return this.admission.perSec
    if ('perSecPerInstance' in this.admission) {
      return this.admission.perSecPerInstance * this.instances
    }
    return 0
  }

  /** The rate, or where places decide, turns a second of late. */
  shownPerSec(nowMs: number): number {
    if (!('maxInside' in this.admission)) return this.ratePerSec
    return perMsToPerSec(this.averagePerMs * Math.exp(-(nowMs - this.averageAtMs) / averageMs))
  }

  /** Turns begin, or go on, at that time. */
  start(atMs: number): void {
    this.tickets.sweep(atMs)
    this.isRunning = true
    this.readyMs = Math.max(this.readyMs, atMs)
  }

  setAdmission(admission: Admission, nowMs: number): void {
    this.advance(nowMs)
    this.admission = admission
    this.readyMs = nowMs
    this.advance(nowMs)
  }

  setInstances(count: number, nowMs: number): void {
    this.advance(nowMs)
    this.instances = count
    this.readyMs = nowMs
    this.advance(nowMs)
  }

  /** A ticket is about to join the line. */
  joining(nowMs: number): void {
    if (this.tickets.waiting === 0) this.readyMs = nowMs
  }

  /** Everything up to now happens: keys lapse, turns are called. */
  advance(nowMs: number): void {
    const { tickets } = this
    if (!('maxInside' in this.admission)) this.callByRate(nowMs)
    else {
      do this.fillPlaces(this.admission.maxInside, nowMs)
      while (tickets.sweepTick(nowMs))
    }
    tickets.sweep(nowMs)
  }

  private callByRate(nowMs: number): void {
    const { tickets } = this
    if (!this.isRunning) return
    const intervalMs = intervalMsOf(this.ratePerSec)
    while (tickets.waiting > 0) {
      const turnMs = Math.max(this.lastTurnMs + intervalMs, this.readyMs)
      if (!(turnMs <= nowMs)) return
      tickets.sweep(turnMs)
      if (this.callNext(turnMs)) this.lastTurnMs = turnMs
    }
  }

  private fillPlaces(maxInside: number, nowMs: number): void {
    const { tickets } = this
    if (!this.isRunning) return
    while (tickets.called + tickets.inside < maxInside && this.callNext(nowMs));
  }

  /** Calls the next; false where nobody is in line. */
  private callNext(atMs: number): boolean {
    const n = this.next()
    if (n < 0) return false
    this.audit.turn(n)
    this.tickets.call(n)
    this.called++
    const past = Math.exp(-Math.max(0, atMs - this.averageAtMs) / averageMs)
    this.averagePerMs = this.averagePerMs * past + 1 / averageMs
    this.averageAtMs = Math.max(atMs, this.averageAtMs)
    return true
  }

  /**
   * Calls the next of those who take part in a trial, given in the order of issue: by the rule by
   * which all are called, and beside the rate and the places of all.
   */
  callOf(waiting: readonly number[]): number {
    const { length } = waiting
    const n = waiting[this.isFaultyTurn() ? length >> 1 : 0] ?? -1
    if (n < 0) return n
    this.tickets.call(n)
    this.called++
    return n
  }

  private next(): number {
    const { tickets } = this
    return this.isFaultyTurn() ? tickets.at(tickets.waiting >> 1) : tickets.first()
  }

  private isFaultyTurn(): boolean {
    return this.isOutOfOrder && (this.called + 1) % faultyEvery === 0
  }
}
