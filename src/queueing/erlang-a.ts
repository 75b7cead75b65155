import { positive, requireParameters, wholeNumber, type Complaint } from '../core/parameters.ts'

/** M/M/c+M: rates per one unit of time, whichever; times come out in that unit. */
export interface ImpatientSystem {
  readonly arrivalRate: number
  /** Of one server. */
  readonly serviceRate: number
  /** θ = 1 / mean patience. */
  readonly patienceRate: number
  readonly servers: number
}

export interface ImpatientSteadyState {
  /** Share of arrivals that leave before their service starts. */
  readonly abandonShare: number
  /** P(W > 0). */
  readonly delayProbability: number
  /** Lq. */
  readonly meanInQueue: number
  /** Time in the queue of all, those who left included. */
  readonly meanWait: number
  /** Time in the queue of those who were served. */
  readonly meanServedWait: number
  /** The wait of somebody of endless patience: what a Kaplan–Meier estimate aims at. */
  readonly meanOfferedWait: number
  readonly utilisation: number
}

/** Past this many states the sum is not worth its time: the fluid limit is exact enough there. */
const maxStates = 5_000_000
/** Relative size below which the rest of the sum does not matter. */
const negligible = 1e-18

/**
 * Erlang A (Palm; Garnett, Mandelbaum, Reiman, "Designing a call center with impatient customers",
 * M&SOM 4(3), 2002): a birth and death process with
 * pₙ₊₁/pₙ = λ / (min(n + 1, c)μ + max(0, n + 1 − c)θ), summed in log space so that thousands of
 * servers neither overflow nor vanish. P(abandon) = θE[Q]/λ. It has a steady state at any load.
 *
 * Of those who find n ≥ c inside, the offered wait is a sum of n − c + 1 exponential stages of rates
 * cμ + jθ, j = 0 … n − c; its mean and its transform at θ give the waits.
 * @throws DambreakError `usage` on a rate that is not above 0, or where patience is so long that
 *   the sum would need more than five million states
 */
export function impatientSteadyState(system: ImpatientSystem): ImpatientSteadyState {
  const { arrivalRate, serviceRate, patienceRate, servers } = system
  requireParameters('impatientSteadyState', {
    arrivalRate: positive(arrivalRate),
    serviceRate: positive(serviceRate),
    patienceRate: positive(patienceRate) ?? withinReach(system),
    servers: wholeNumber(servers, 1),
  })
  const logBelow = logWeightBelow(arrivalRate / serviceRate, servers)
  const capacity = servers * serviceRate

  // Weights are relative to the largest state at or above c, reached by walking up from c.
  const logPeak = logPeakAbove(system)
  let logWeight = 0
  let weight = 0
  let atOrAbove = 0
  let queued = 0
  let offered = 0
  let servedTime = 0
  let offeredHere = 0
  let servedHere = 0
  for (let waiting = 0; ; waiting++) {
    offeredHere += 1 / (capacity + waiting * patienceRate)
    servedHere += 1 / (capacity + (waiting + 1) * patienceRate)
    weight = Math.exp(logWeight - logPeak)
    atOrAbove += weight
    queued += waiting * weight
    offered += weight * offeredHere
    servedTime += weight * servedHere * (capacity / (capacity + (waiting + 1) * patienceRate))
    const ratio = arrivalRate / (capacity + (waiting + 1) * patienceRate)
    if (ratio < 1 && (weight * (waiting + 1)) / (1 - ratio) < negligible * atOrAbove) break
    logWeight += Math.log(ratio)
  }
  // p_c has log weight 0; the states below it come to exp(logBelow) of that.
  const total = atOrAbove + Math.exp(logBelow - logPeak)
  const meanInQueue = queued / total
  const abandonShare = (patienceRate * meanInQueue) / arrivalRate
  return {
    abandonShare,
    delayProbability: atOrAbove / total,
    meanInQueue,
    meanWait: meanInQueue / arrivalRate,
    meanServedWait: servedTime / total / (1 - abandonShare),
    meanOfferedWait: offered / total,
    utilisation: (arrivalRate * (1 - abandonShare)) / capacity,
  }
}

/** The queue fluctuates around (λ − cμ)⁺/θ by about √(λ/θ); beyond a dozen of those nothing is left. */
function withinReach({
  arrivalRate,
  serviceRate,
  patienceRate,
  servers,
}: ImpatientSystem): Complaint {
  const excess = Math.max(0, arrivalRate - servers * serviceRate)
  const states = excess / patienceRate + 12 * Math.sqrt(arrivalRate / patienceRate)
  return states <= maxStates
    ? null
    : `is so small that the sum spans over ${maxStates} states; use the fluid limit or Erlang C`
}

/** log of Σ_{n<c} pₙ/p_c, from pₙ₋₁/pₙ = n/a going down from c. */
function logWeightBelow(offeredLoad: number, servers: number): number {
  let logTerm = 0
  let logSum = Number.NEGATIVE_INFINITY
  for (let n = servers; n >= 1; n--) {
    logTerm += Math.log(n / offeredLoad)
    const high = Math.max(logSum, logTerm)
    logSum = high + Math.log(Math.exp(logSum - high) + Math.exp(logTerm - high))
  }
  return logSum
}

/** log of max_{n≥c} pₙ/p_c: the walk up from c goes on as long as each step is at least 1. */
function logPeakAbove(system: ImpatientSystem): number {
  const { arrivalRate, serviceRate, patienceRate, servers } = system
  const steps = Math.floor((arrivalRate - servers * serviceRate) / patienceRate)
  let logPeak = 0
  for (let k = 1; k <= steps; k++) {
    logPeak += Math.log(arrivalRate / (servers * serviceRate + k * patienceRate))
  }
  return logPeak
}
