import { normalCdf, normalDensity } from '../core/normal.ts'
import {
  nonNegative,
  openShare,
  positive,
  requireParameters,
  wholeNumber,
} from '../core/parameters.ts'

/**
 * Halfin–Whitt: P(wait) of M/M/c as c grows with β = (1 − ρ)√c held, 1 / (1 + βΦ(β)/φ(β))
 * (Halfin and Whitt, "Heavy-traffic limits for queues with many exponential servers", Operations
 * Research 29(3), 1981).
 */
export function halfinWhittDelay(beta: number): number {
  requireParameters('halfinWhittDelay', { beta: nonNegative(beta) })
  return 1 / (1 + (beta * normalCdf(beta)) / normalDensity(beta))
}

/** Halfin and Whitt's β = (1 − ρ)√c of a system that is there. */
export function halfinWhittBeta(given: { servers: number; utilisation: number }): number {
  requireParameters('halfinWhittBeta', {
    servers: wholeNumber(given.servers, 1),
    utilisation: positive(given.utilisation),
  })
  return (1 - given.utilisation) * Math.sqrt(given.servers)
}

/** The β at which the given share of arrivals waits: the inverse of `halfinWhittDelay`. */
export function betaForDelay(delayProbability: number): number {
  requireParameters('betaForDelay', { delayProbability: openShare(delayProbability) })
  let low = 0
  let high = 1
  while (halfinWhittDelay(high) > delayProbability) high *= 2
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2
    if (halfinWhittDelay(middle) > delayProbability) low = middle
    else high = middle
  }
  return (low + high) / 2
}
