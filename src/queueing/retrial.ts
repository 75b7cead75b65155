import { nonNegative, positive, requireParameters, stable } from '../core/parameters.ts'

export interface RetrialSystem {
  readonly arrivalRate: number
  readonly serviceRate: number
  /** θ: each one in orbit tries again at this rate (the linear policy). */
  readonly retryRate: number
}

export interface RetrialSteadyState {
  readonly utilisation: number
  /** Mean number between two tries. */
  readonly meanInOrbit: number
  /** Time from the first try to the start of service. */
  readonly meanWait: number
}

/**
 * M/M/1 with retrials and nobody waiting at the server: who finds it busy goes into orbit and tries
 * again after an exponential time. E[orbit] = ρ²/(1 − ρ) · (μ + θ)/θ (Falin and Templeton, Retrial
 * Queues, 1997, section 1.2), which tends to the M/M/1 queue as θ grows.
 */
export function retrialSteadyState(system: RetrialSystem): RetrialSteadyState {
  const { arrivalRate, serviceRate, retryRate } = system
  const utilisation = arrivalRate / serviceRate
  requireParameters('retrialSteadyState', {
    serviceRate: positive(serviceRate),
    retryRate: positive(retryRate),
    arrivalRate: nonNegative(arrivalRate) ?? stable(utilisation, 1),
  })
  const queueLike = utilisation ** 2 / (1 - utilisation)
  const meanInOrbit = (queueLike * (serviceRate + retryRate)) / retryRate
  return {
    utilisation,
    meanInOrbit,
    meanWait: arrivalRate === 0 ? 0 : meanInOrbit / arrivalRate,
  }
}
