import { assert } from '../core/assert.ts'
import { streamKey, streams, uniform } from '../core/chance.ts'
import type { Arrival, Scenario } from '../scenario/schema/schema.ts'
import { arrivalShape } from './arrivals/arrivals.ts'

/**
 * Who comes: people, and the tickets their devices draw. Initial ticket j belongs to a person by a
 * fixed permutation, so that the devices of one person are spread over all kinds of arrival.
 */
export interface Population {
  /** People who may book. */
  readonly eligible: number
  /** People who come: the first `eligibleCame` of them may book, the rest may not. */
  readonly came: number
  readonly eligibleCame: number
  /** Initial tickets; re-entries come on top. */
  readonly tickets: number
  /** Initial tickets of each arrival entry, in order; ticket numbers run through them. */
  readonly ticketsOf: readonly number[]
  /** Multiplier of the permutation j → j·stride mod tickets, coprime to `tickets`. */
  readonly stride: number
}

export function populationOf(scenario: Scenario, seed: number): Population {
  const { people, participation, devicesPerPerson, ineligible } = scenario.population
  const willing = Math.round(people * participation)
  const sharedTickets = Math.round((willing + ineligible) * devicesPerPerson)
  const ticketsOf = ticketCounts(scenario.arrivals, sharedTickets, seed)
  const tickets = ticketsOf.reduce((sum, n) => sum + n, 0)
  const came = Math.min(willing + ineligible, tickets)
  const eligibleCame = Math.round((came * willing) / Math.max(1, willing + ineligible))
  const stride = strideFor(tickets)
  assert(isExact(tickets, stride), `too many tickets to number exactly: ${tickets}`)
  return { eligible: people, came, eligibleCame, tickets, ticketsOf, stride }
}

/**
 * Whether every product in `personOf` is a whole number that a double holds. The stride is about
 * 0.618 of the tickets: 0.618 n² < 2⁵³ up to n = √(2⁵³ / 0.618), some 1.207e8 tickets.
 */
export function isExact(tickets: number, stride: number): boolean {
  return (tickets - 1) * stride <= Number.MAX_SAFE_INTEGER
}

/** The person behind initial ticket `j`. */
export function personOf(population: Population, j: number): number {
  return remainder(remainder(j * population.stride, population.tickets), population.came)
}

/** `a % n` of whole numbers, exact below 2^53; the operator itself is ten times as slow there. */
function remainder(a: number, n: number): number {
  const r = a - Math.floor(a / n) * n
  // The quotient may have been rounded up to the next whole number.
  return r < 0 ? r + n : r
}

function ticketCounts(entries: readonly Arrival[], sharedTickets: number, seed: number): number[] {
  let shareSoFar = 0
  let givenOut = 0
  return entries.map((arrival, i) => {
    const expected = arrivalShape(arrival).expected
    if (expected === null) {
      // Rounding the running total keeps the sum exact.
      shareSoFar += 'share' in arrival ? (arrival.share ?? 0) : 0
      const n = Math.round(sharedTickets * shareSoFar) - givenOut
      givenOut += n
      return n
    }
    if (arrival.kind === 'replay' || arrival.spacing === 'even') return Math.round(expected)
    return poissonCount(expected, seed, i)
  })
}

/**
 * A Poisson variate: by counting exponential gaps where the mean is small, else the normal
 * approximation with continuity, whose error beyond a mean of 10⁴ is below 1% of a standard
 * deviation.
 */
function poissonCount(mean: number, seed: number, entry: number): number {
  const key = streamKey(seed, streams.arrivalCount)
  if (mean <= 10_000) {
    let sum = -Math.log(uniform(key, entry, 0))
    let n = 0
    while (sum < mean) sum -= Math.log(uniform(key, entry, ++n))
    return n
  }
  const radius = Math.sqrt(-2 * Math.log(uniform(key, entry, 0)))
  const normal = radius * Math.cos(2 * Math.PI * uniform(key, entry, 1))
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal))
}

function strideFor(n: number): number {
  if (n < 3) return 1
  let stride = Math.floor(n * 0.6180339887498949) | 1
  while (gcd(stride, n) !== 1) stride += 2
  return stride % n
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}
