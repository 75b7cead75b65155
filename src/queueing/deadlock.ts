import { nonNegative, requireParameters, wholeNumber } from '../core/parameters.ts'

export interface NestedPool {
  /** Tₙ: threads that take from the pool. */
  readonly threads: number
  /** Cₘ: resources each of them needs at once, taken one at a time. */
  readonly neededPerThread: number
}

/**
 * The smallest pool that cannot deadlock, Tₙ(Cₘ − 1) + 1: when every thread holds all but one of
 * what it needs, one resource is left, so one thread gets on and gives all of its own back (the
 * pigeonhole argument; the formula stands in the wiki of HikariCP, "About Pool Sizing").
 */
export function smallestSafePool({ threads, neededPerThread }: NestedPool): number {
  requireParameters('smallestSafePool', {
    threads: wholeNumber(threads, 0),
    neededPerThread: wholeNumber(neededPerThread, 1),
  })
  return threads * (neededPerThread - 1) + 1
}

/**
 * Whether there is an order of events in which all wait for each other for ever. A pool that is
 * smaller than the need of one thread is stuck even with one.
 */
export function canDeadlock(given: NestedPool & { pool: number }): boolean {
  requireParameters('canDeadlock', { pool: nonNegative(given.pool) })
  return given.threads > 0 && given.pool < smallestSafePool(given)
}
