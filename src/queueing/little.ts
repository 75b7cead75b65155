import { positive, nonNegative, requireParameters } from '../core/parameters.ts'

/**
 * Little's law, L = λW: mean number inside = rate through × mean time inside. It needs no
 * distribution and no order of service (Little, "A proof for the queuing formula L = λW",
 * Operations Research 9(3), 1961). Rate and time in one unit of time.
 */
export function meanNumber(given: { rate: number; meanTime: number }): number {
  requireParameters('meanNumber', {
    rate: nonNegative(given.rate),
    meanTime: nonNegative(given.meanTime),
  })
  return given.rate * given.meanTime
}

/** Little's law solved for the time: W = L/λ. */
export function meanTime(given: { meanNumber: number; rate: number }): number {
  requireParameters('meanTime', {
    meanNumber: nonNegative(given.meanNumber),
    rate: positive(given.rate),
  })
  return given.meanNumber / given.rate
}

/** Little's law solved for the rate: λ = L/W. */
export function rateThrough(given: { meanNumber: number; meanTime: number }): number {
  requireParameters('rateThrough', {
    meanNumber: nonNegative(given.meanNumber),
    meanTime: positive(given.meanTime),
  })
  return given.meanNumber / given.meanTime
}
