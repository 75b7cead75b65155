import { streamKey, streams, uniform } from '../core/chance.ts'
import { tabulatedQuantileOf } from '../core/distribution.ts'
import { secToMs } from '../core/units.ts'
import type { ArrivalPlan } from '../workload/plan.ts'
import { VisitorRows } from '../workload/rows.ts'
import { TimeWheel } from '../engine/wheel.ts'

export interface FloorOptions {
  readonly servers: number
  /** Services that a visitor takes of its server, one after another; at least 1. */
  readonly services: number
  /** Mean of the exponential service time. */
  readonly meanServiceMs: number
  /** Where it ends, milliseconds after the plan's `fromWallSec`. */
  readonly untilMs: number
  readonly seed: number
}

export interface FloorResult {
  readonly arrived: number
  /** Those whose last service ended. */
  readonly served: number
  /** Events the wheel fired. */
  readonly fired: number
  /** State changes of visitors: one came, a service of one began, one ended. */
  readonly changes: number
  /** When the last of them was done, ms after the plan's `fromWallSec`; 0 if nobody was. */
  readonly lastServedMs: number
}

/** The one timer: the next planned arrival. Visitors' rows come after it. */
const ARRIVAL = 0
const FIRST_ROW = 1

/**
 * The floor under the simulator's speed: planned arrivals, one line (first come, first served) in
 * front of identical servers, and nothing recorded. It has the plan, the rows, the wheel and the
 * chance of the simulator and nothing else of it, so that the ratio of the two speeds says what the
 * semantics and the record cost.
 */
export function simulateFloor(plan: ArrivalPlan, options: FloorOptions): FloorResult {
  const { servers, services, meanServiceMs, untilMs, seed } = options
  const rows = new VisitorRows(FIRST_ROW, FIRST_ROW + plan.length)
  const wheel = new TimeWheel(rows, FIRST_ROW)
  const serviceMs = tabulatedQuantileOf({ dist: 'exponential', mean: meanServiceMs })
  const key = streamKey(seed, streams.service)
  let planned = 0
  let free = servers
  // Rows are in the order of arrival, so the line is the rows from here on.
  let head = FIRST_ROW
  let served = 0
  let lastServedMs = 0
  let started = 0

  const planNext = () => {
    if (planned >= plan.length) return
    wheel.schedule(ARRIVAL, secToMs(plan.keys[planned]! * plan.quantumSec))
  }
  const serve = (v: number) => {
    const k = rows.step(v)
    rows.setStep(v, k + 1)
    started++
    wheel.schedule(v, wheel.nowMs + serviceMs(uniform(key, rows.entity(v), k)))
  }

  planNext()
  for (;;) {
    const id = wheel.pop(untilMs)
    if (id < 0) break
    if (id === ARRIVAL) {
      rows.add(plan.tickets[planned++]! | 0, 0)
      planNext()
      if (free > 0) {
        // A server is free only while nobody waits.
        free--
        serve(head++)
      }
    } else if (rows.step(id) < services) {
      serve(id)
    } else {
      served++
      lastServedMs = wheel.nowMs
      if (head < rows.length) serve(head++)
      else free++
    }
  }
  const arrived = rows.length - FIRST_ROW
  const { fired } = wheel
  // What fired were the arrivals and the ends of services.
  return { arrived, served, fired, changes: fired + started, lastServedMs }
}
