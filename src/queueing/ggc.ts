import { delaySteadyState, type DelaySystem } from './erlang-c.ts'
import { nonNegative, requireParameters } from '../core/parameters.ts'

/** G/G/c, as far as two moments tell it: rates, and squared coefficients of variation. */
export interface GeneralSystem extends DelaySystem {
  /** ca² of the times between arrivals: 0 evenly spaced, 1 Poisson. */
  readonly arrivalScv: number
  /** cs² of the service time: 0 constant, 1/k Erlang-k, 1 exponential. */
  readonly serviceScv: number
}

/**
 * Allen–Cunneen: approximate mean wait in the queue of G/G/c,
 * Wq ≈ Wq(M/M/c)·(ca² + cs²)/2, exact for M/M/c and M/G/1 (Allen, Probability, Statistics, and
 * Queueing Theory, 1990).
 * @throws DambreakError `usage` where the load is not below the number of servers
 */
export function allenCunneenWait(given: GeneralSystem): number {
  requireParameters('allenCunneenWait', {
    arrivalScv: nonNegative(given.arrivalScv),
    serviceScv: nonNegative(given.serviceScv),
  })
  return (delaySteadyState(given).meanWait * (given.arrivalScv + given.serviceScv)) / 2
}
