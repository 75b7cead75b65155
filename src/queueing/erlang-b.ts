import { nonNegative, openShare, requireParameters, wholeNumber } from '../core/parameters.ts'

export interface LossSystem {
  readonly servers: number
  /** λ/μ in erlang. */
  readonly offeredLoad: number
}

/**
 * Erlang B: the share of arrivals that find all servers busy and are lost (M/G/c/c).
 * B₀ = 1, Bₖ = aBₖ₋₁ / (k + aBₖ₋₁), which neither overflows nor cancels (Erlang, "Solution of some
 * problems in the theory of probabilities of significance in automatic telephone exchanges", 1917;
 * the recursion: Cooper, Introduction to Queueing Theory, 1981, chapter 3).
 * @throws DambreakError `usage` on a load below 0 or a number of servers that is not whole
 */
export function erlangB({ servers, offeredLoad }: LossSystem): number {
  requireParameters('erlangB', {
    servers: wholeNumber(servers, 0),
    offeredLoad: nonNegative(offeredLoad),
  })
  let blocking = 1
  for (let k = 1; k <= servers; k++) {
    blocking = (offeredLoad * blocking) / (k + offeredLoad * blocking)
  }
  return blocking
}

/** The fewest servers that lose at most the given share of arrivals: the first k with Bₖ ≤ share. */
export function serversForBlocking(given: { offeredLoad: number; blocking: number }): number {
  const { offeredLoad, blocking } = given
  requireParameters('serversForBlocking', {
    offeredLoad: nonNegative(offeredLoad),
    blocking: openShare(blocking),
  })
  let servers = 0
  for (let lost = 1; lost > blocking;) {
    servers++
    lost = (offeredLoad * lost) / (servers + offeredLoad * lost)
  }
  return servers
}
