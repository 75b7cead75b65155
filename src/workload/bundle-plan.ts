import { streamKey, streams } from '../core/chance.ts'
import type { Arrival, Scenario } from '../scenario/schema/schema.ts'
import { arrivalShape } from './arrivals/arrivals.ts'
import { planFromWallSec, sortByKey, type ArrivalPlan } from './plan.ts'
import type { Population } from './population.ts'

/**
 * The intended arrivals of a run by the bundle: an entry stands for `counts[k]` tickets that come one
 * after another, at the time of the middle one. `tickets[k]` is the place of its first ticket in
 * `order`, not a ticket's number.
 */
export interface BundlePlan extends ArrivalPlan {
  readonly counts: Uint32Array
  readonly order: TicketOrder
  /** Tickets of a full bundle. */
  readonly size: number
}

/** So many bundles at least make an entry of the arrivals, however few its tickets are. */
const LEAST_BUNDLES = 20

/**
 * Plans the arrivals in bundles of `size` tickets. Each kind's times are the quantiles in the middle
 * of its bundles: what a planner of single tickets draws, without the noise, which at the square root
 * of the tickets is far below a bundle's share of them.
 */
export function planBundles(
  scenario: Scenario,
  population: Population,
  { seed, untilWallSec, size }: { seed: number; untilWallSec: number; size: number },
): BundlePlan {
  const fromWallSec = planFromWallSec(scenario)
  const quantumSec = Math.max(1e-6, Math.max(1, untilWallSec - fromWallSec) / 0xffff_ffff)
  const sizes = population.ticketsOf.map((count) =>
    Math.max(1, Math.min(size, Math.floor(count / LEAST_BUNDLES))),
  )
  const room = population.ticketsOf.reduce((sum, n, e) => sum + Math.ceil(n / sizes[e]!), 0)
  const keys = new Uint32Array(room)
  const entries = new Uint32Array(room)
  const firsts = new Uint32Array(room)
  const counts = new Uint32Array(room)
  let length = 0
  let first = 0
  scenario.arrivals.forEach((arrival, e) => {
    const count = population.ticketsOf[e] ?? 0
    const { timeSec } = arrivalShape(arrival)
    for (let from = 0; from < count; from += sizes[e]!) {
      const n = Math.min(sizes[e]!, count - from)
      const at = timeSec((from + n / 2) / count)
      if (at >= untilWallSec) continue
      keys[length] = Math.round((at - fromWallSec) / quantumSec)
      firsts[length] = first + from
      counts[length] = n
      entries[length] = length++
    }
    first += count
  })
  const sorted = sortByKey(keys, entries, length)
  return {
    length,
    fromWallSec,
    quantumSec,
    keys: sorted.keys,
    tickets: sorted.tickets.map((k) => firsts[k]!),
    counts: sorted.tickets.map((k) => counts[k]!),
    order: new TicketOrder(scenario.arrivals, population, seed),
    size,
  }
}

/**
 * In what order the tickets of each kind of arrival come: those that are spaced evenly by their
 * number, the others in an order of chance, as a planner of single tickets has them.
 */
class TicketOrder {
  private readonly ends: number[] = []
  private readonly orders: (Permutation | null)[] = []

  constructor(arrivals: readonly Arrival[], { ticketsOf }: Population, seed: number) {
    const key = streamKey(seed, streams.bundle)
    let end = 0
    arrivals.forEach((arrival, e) => {
      const count = ticketsOf[e] ?? 0
      this.ends.push((end += count))
      const isEven = arrival.kind === 'replay' || arrival.spacing === 'even'
      this.orders.push(isEven ? null : new Permutation(count, key + e))
    })
  }

  /** Number of the ticket in place `i`; kinds of arrival lie one after another. */
  ticketAt(i: number): number {
    const { ends } = this
    let e = 0
    while (i >= ends[e]!) e++
    const order = this.orders[e]!
    if (order === null) return i
    const first = e === 0 ? 0 : ends[e - 1]!
    return first + order.at(i - first)
  }
}

/**
 * A permutation of 0 … n−1 in no memory: three rounds of odd multipliers and shifted sums, each a
 * bijection of the next power of two, repeated where it leads outside of n (cycle walking; Black and
 * Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002).
 */
export class Permutation {
  private readonly n: number
  private readonly mask: number
  private readonly shift: number
  private readonly key: number

  constructor(n: number, key: number) {
    const bits = Math.max(2, 32 - Math.clz32(Math.max(1, n - 1)))
    this.n = n
    this.mask = 2 ** bits - 1
    this.shift = bits >> 1
    this.key = key | 0
  }

  at(i: number): number {
    const { n, mask, shift, key } = this
    let x = i
    do {
      x = (x + key) & mask
      x = Math.imul(x ^ (x >>> shift), 0x21f0aaad) & mask
      x = (x + (key >>> 7)) & mask
      x = Math.imul(x ^ (x >>> shift), 0x735a2d97) & mask
      x = (x + (key >>> 13)) & mask
      x = Math.imul(x ^ (x >>> shift), 0x85ebca6b) & mask
      x ^= x >>> shift
    } while (x >= n)
    return x
  }
}
