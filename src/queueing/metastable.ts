import { nonNegative, positive, requireParameters, wholeNumber } from '../core/parameters.ts'

/** What a trigger does at a load: nothing that lasts, a collapse that stays, or it needs none. */
export type LoadRegime = 'stable' | 'vulnerable' | 'overloaded'

export interface MetastableBand {
  /** C/(1 + R). */
  readonly vulnerableFrom: number
  /** C. */
  readonly overloadedFrom: number
}

/**
 * With at most R retries a request, each failure can come back R times, so the load that a
 * collapsed system sees is up to (1 + R)λ. Below C/(1 + R) it digests even that; between there and C
 * it runs well until something tips it, and then does not recover by itself; at C and above it is
 * overloaded anyway (Bronson et al., "Metastable failures in distributed systems", HotOS 2021).
 */
export function metastableBand(given: { capacity: number; maxRetries: number }): MetastableBand {
  requireParameters('metastableBand', {
    capacity: positive(given.capacity),
    maxRetries: wholeNumber(given.maxRetries, 0),
  })
  return {
    vulnerableFrom: given.capacity / (1 + given.maxRetries),
    overloadedFrom: given.capacity,
  }
}

/** In which band a rate lies; on a boundary it counts to the worse one, where there is one. */
export function loadRegime(given: {
  arrivalRate: number
  capacity: number
  maxRetries: number
}): LoadRegime {
  requireParameters('loadRegime', { arrivalRate: nonNegative(given.arrivalRate) })
  const band = metastableBand(given)
  if (given.arrivalRate >= band.overloadedFrom) return 'overloaded'
  return given.arrivalRate >= band.vulnerableFrom ? 'vulnerable' : 'stable'
}
