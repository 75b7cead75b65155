import { nonNegative, positive, requireParameters, wholeNumber } from '../core/parameters.ts'

/** M/M/c/K: `backlog` may wait behind `servers` in service (K = servers + backlog); more are refused. */
export interface BoundedSystem {
  readonly arrivalRate: number
  /** Of one server. */
  readonly serviceRate: number
  readonly servers: number
  readonly backlog: number
}

export interface BoundedSteadyState {
  /** Share of arrivals that find the backlog full. */
  readonly refusedShare: number
  /** λ(1 − refused): what gets through. */
  readonly throughput: number
  readonly utilisation: number
  readonly meanInQueue: number
  /** Wait in the queue of those taken in. */
  readonly meanWait: number
  /** pₙ, n = 0 … servers + backlog. */
  readonly probabilities: Float64Array
}

/**
 * M/M/c/K, the birth and death process with pₙ₊₁/pₙ = λ/(min(n + 1, c)μ), n < K; arrivals see
 * time averages, so P(refused) = p_K (Kleinrock, Queueing Systems I, 1975, section 3.5 ff.). Any load.
 */
export function boundedSteadyState(system: BoundedSystem): BoundedSteadyState {
  const { arrivalRate, serviceRate, servers, backlog } = system
  requireParameters('boundedSteadyState', {
    arrivalRate: nonNegative(arrivalRate),
    serviceRate: positive(serviceRate),
    servers: wholeNumber(servers, 1),
    backlog: wholeNumber(backlog, 0),
  })
  const probabilities = stateProbabilities(system)
  const room = servers + backlog
  const refusedShare = probabilities[room] ?? 0
  const throughput = arrivalRate * (1 - refusedShare)
  let meanInQueue = 0
  for (let n = servers + 1; n <= room; n++) meanInQueue += (n - servers) * (probabilities[n] ?? 0)
  return {
    refusedShare,
    throughput,
    utilisation: throughput / (servers * serviceRate),
    meanInQueue,
    meanWait: throughput === 0 ? 0 : meanInQueue / throughput,
    probabilities,
  }
}

function stateProbabilities(system: BoundedSystem): Float64Array {
  const { arrivalRate, serviceRate, servers, backlog } = system
  const logWeights = new Float64Array(servers + backlog + 1)
  let largest = 0
  for (let n = 1, logWeight = 0; n < logWeights.length; n++) {
    logWeight += Math.log(arrivalRate / (Math.min(n, servers) * serviceRate))
    logWeights[n] = logWeight
    largest = Math.max(largest, logWeight)
  }
  const weights = logWeights.map((logWeight) => Math.exp(logWeight - largest))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}
