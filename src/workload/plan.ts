import { streamKey, streams, uniform } from '../core/chance.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { arrivalShape } from './arrivals/arrivals.ts'
import type { Population } from './population.ts'

/**
 * The intended arrivals of a run, in order of time: a pure function of scenario and seed, which
 * engines only perform. Times are whole quanta after `fromWallSec`, so that six million of them sort
 * by radix and take four bytes each.
 */
export interface ArrivalPlan {
  readonly length: number
  /**
   * Time key 0, and what one step of it is, in seconds of the wall after the opening: the scenario
   * has been scaled by the run's speed.
   */
  readonly fromWallSec: number
  readonly quantumSec: number
  /** Time keys, ascending. */
  readonly keys: Uint32Array
  /** Initial ticket numbers, in the same order. */
  readonly tickets: Uint32Array
}

export interface PlanPart {
  /** This worker's part of `parts`; the parts together are the plan of one worker. */
  readonly part: number
  readonly parts: number
}

/** From when on arrivals may come: whole wall seconds after the opening, at most 0. */
export function planFromWallSec({ arrivals }: Pick<Scenario, 'arrivals'>): number {
  return Math.floor(Math.min(0, ...arrivals.map((arrival) => arrivalShape(arrival).timeSec(0))))
}

/** Plans the arrivals; those at or after `untilWallSec` (wall seconds after the opening) never come. */
export function planArrivals(
  scenario: Scenario,
  population: Population,
  options: { seed: number; untilWallSec: number } & Partial<PlanPart>,
): ArrivalPlan {
  const { seed, untilWallSec, part = 0, parts = 1 } = options
  const shapes = scenario.arrivals.map(arrivalShape)
  const fromWallSec = planFromWallSec(scenario)
  const quantumSec = Math.max(1e-6, Math.max(1, untilWallSec - fromWallSec) / 0xffff_ffff)
  const key = streamKey(seed, streams.arrivalTime)
  const keys = new Uint32Array(Math.ceil(population.tickets / parts) + 1)
  const tickets = new Uint32Array(keys.length)
  let length = 0
  let first = 0
  scenario.arrivals.forEach((arrival, entry) => {
    const count = population.ticketsOf[entry] ?? 0
    const timeSec = shapes[entry]!.timeSec
    const even = arrival.kind === 'replay' || arrival.spacing === 'even'
    for (let i = (part - (first % parts) + parts) % parts; i < count; i += parts) {
      const ticket = first + i
      const at = timeSec(even ? (i + 0.5) / count : uniform(key, ticket))
      if (at >= untilWallSec) continue
      keys[length] = Math.round((at - fromWallSec) / quantumSec)
      tickets[length++] = ticket
    }
    first += count
  })
  return { length, fromWallSec, quantumSec, ...sortByKey(keys, tickets, length) }
}

/** Least-significant-digit radix sort, 11 bits a pass; stable, so ties keep the ticket order. */
export function sortByKey(
  keys: Uint32Array,
  values: Uint32Array,
  length: number,
): { keys: Uint32Array; tickets: Uint32Array } {
  let fromKeys: Uint32Array = keys
  let fromValues: Uint32Array = values
  let toKeys: Uint32Array = new Uint32Array(length)
  let toValues: Uint32Array = new Uint32Array(length)
  for (const shift of [0, 11, 22]) {
    const starts = digitStarts(fromKeys, length, shift)
    for (let i = 0; i < length; i++) {
      const place = starts[(fromKeys[i]! >>> shift) & 2047]!++
      toKeys[place] = fromKeys[i]!
      toValues[place] = fromValues[i]!
    }
    const swapKeys = fromKeys
    const swapValues = fromValues
    fromKeys = toKeys
    fromValues = toValues
    toKeys = swapKeys
    toValues = swapValues
  }
  return { keys: fromKeys.subarray(0, length), tickets: fromValues.subarray(0, length) }
}

/** Where each digit's keys begin. */
function digitStarts(keys: Uint32Array, length: number, shift: number): Uint32Array {
  const starts = new Uint32Array(2049)
  for (let i = 0; i < length; i++) starts[((keys[i]! >>> shift) & 2047) + 1]!++
  for (let digit = 0; digit < 2048; digit++) starts[digit + 1]! += starts[digit]!
  return starts
}
