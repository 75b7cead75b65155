import { nonNegative, positive, requireParameters, stable } from '../core/parameters.ts'

/**
 * Pollaczek–Khinchine: mean wait in the queue of M/G/1, Wq = ρE[S](1 + cs²) / (2(1 − ρ)), with cs²
 * the squared coefficient of variation of the service time (0 constant, 1/k Erlang-k, 1 exponential)
 * (Pollaczek, 1930; Khinchine, 1932; Kleinrock, Queueing Systems I, 1975, chapter 5).
 * @throws DambreakError `usage` where ρ = λE[S] is not below 1
 */
export function pollaczekKhinchineWait(given: {
  arrivalRate: number
  meanService: number
  serviceScv: number
}): number {
  const { arrivalRate, meanService, serviceScv } = given
  const utilisation = arrivalRate * meanService
  requireParameters('pollaczekKhinchineWait', {
    arrivalRate: nonNegative(arrivalRate) ?? stable(utilisation, 1),
    meanService: positive(meanService),
    serviceScv: nonNegative(serviceScv),
  })
  return (utilisation * meanService * (1 + serviceScv)) / (2 * (1 - utilisation))
}
