import { erlangB, type LossSystem } from './erlang-b.ts'
import {
  nonNegative,
  openShare,
  positive,
  requireParameters,
  stable,
  wholeNumber,
} from '../core/parameters.ts'

/** M/M/c: rates per one unit of time, whichever; times come out in that unit. */
export interface DelaySystem {
  readonly arrivalRate: number
  /** Of one server. */
  readonly serviceRate: number
  readonly servers: number
}

export interface DelaySteadyState {
  readonly offeredLoad: number
  readonly utilisation: number
  /** P(W > 0). */
  readonly delayProbability: number
  /** p₀: nobody in the system. */
  readonly emptyProbability: number
  /** Wq, in the queue alone. */
  readonly meanWait: number
  /** W, queue and service. */
  readonly meanSojourn: number
  /** Lq. */
  readonly meanInQueue: number
  /** L. */
  readonly meanInSystem: number
}

/**
 * Erlang C: the share of arrivals that have to wait in M/M/c, C = B / (1 − ρ(1 − B)), B Erlang's
 * loss formula (Erlang, 1917; Cooper, Introduction to Queueing Theory, 1981, chapter 3).
 * @throws DambreakError `usage` where the load is not below the number of servers
 */
export function erlangC({ servers, offeredLoad }: LossSystem): number {
  requireParameters('erlangC', {
    servers: wholeNumber(servers, 1),
    offeredLoad: nonNegative(offeredLoad) ?? stable(offeredLoad, servers),
  })
  const blocking = erlangB({ servers, offeredLoad })
  return blocking / (1 - (offeredLoad / servers) * (1 - blocking))
}

/**
 * Steady state of M/M/c: Wq = C/(cμ − λ), the rest by Little's law (Kleinrock, Queueing Systems I,
 * 1975, section 3.5).
 */
export function delaySteadyState(system: DelaySystem): DelaySteadyState {
  checkDelaySystem('delaySteadyState', system)
  const { arrivalRate, serviceRate, servers } = system
  const offeredLoad = arrivalRate / serviceRate
  const delayProbability = erlangC({ servers, offeredLoad })
  const meanWait = delayProbability / (servers * serviceRate - arrivalRate)
  const meanSojourn = meanWait + 1 / serviceRate
  return {
    offeredLoad,
    utilisation: offeredLoad / servers,
    delayProbability,
    emptyProbability: emptyProbability(offeredLoad, servers),
    meanWait,
    meanSojourn,
    meanInQueue: arrivalRate * meanWait,
    meanInSystem: arrivalRate * meanSojourn,
  }
}

/** P(W ≤ t) of the wait in the queue, first come first served: 1 − C·e^{−(cμ−λ)t} (Cooper, 1981). */
export function waitCdf(system: DelaySystem, time: number): number {
  checkDelaySystem('waitCdf', system)
  requireParameters('waitCdf', { time: nonNegative(time) })
  const { arrivalRate, serviceRate, servers } = system
  const delayed = erlangC({ servers, offeredLoad: arrivalRate / serviceRate })
  return 1 - delayed * Math.exp(-(servers * serviceRate - arrivalRate) * time)
}

/**
 * The wait that the given share q of arrivals does not exceed, ln(C/(1 − q))/(cμ − λ); 0 where enough
 * do not wait at all.
 */
export function waitQuantile(system: DelaySystem, quantile: number): number {
  checkDelaySystem('waitQuantile', system)
  requireParameters('waitQuantile', { quantile: openShare(quantile) })
  const { arrivalRate, serviceRate, servers } = system
  const delayed = erlangC({ servers, offeredLoad: arrivalRate / serviceRate })
  const beyond = 1 - quantile
  if (delayed <= beyond) return 0
  return Math.log(delayed / beyond) / (servers * serviceRate - arrivalRate)
}

/** p₀ = 1 / (Σ_{k<c} aᵏ/k! + aᶜ/(c!(1 − ρ))), scaled so that no term overflows. */
function emptyProbability(offeredLoad: number, servers: number): number {
  if (offeredLoad === 0) return 1
  let logTerm = 0
  const logTerms = [0]
  for (let k = 1; k <= servers; k++) {
    logTerm += Math.log(offeredLoad / k)
    logTerms.push(k < servers ? logTerm : logTerm - Math.log1p(-offeredLoad / servers))
  }
  const largest = logTerms.reduce((a, b) => Math.max(a, b))
  const sum = logTerms.reduce((total, term) => total + Math.exp(term - largest), 0)
  return Math.exp(-largest) / sum
}

function checkDelaySystem(model: string, system: DelaySystem): void {
  const { arrivalRate, serviceRate, servers } = system
  requireParameters(model, {
    serviceRate: positive(serviceRate),
    servers: wholeNumber(servers, 1),
    arrivalRate: nonNegative(arrivalRate) ?? stable(arrivalRate / serviceRate, servers),
  })
}
