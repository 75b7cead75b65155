import type { ImpatientSystem } from './erlang-a.ts'
import { normalHazard } from '../core/normal.ts'
import { positive, requireParameters, wholeNumber } from '../core/parameters.ts'

export interface GarnettLimit {
  /** P(W > 0). */
  readonly delayProbability: number
  /** Share of arrivals that leave before their service starts. */
  readonly abandonShare: number
}

/**
 * Halfin–Whitt with impatience: Erlang A as servers grow with β = (c − a)/√a held, of either sign
 * (Garnett, Mandelbaum, Reiman, "Designing a call center with impatient customers", M&SOM 4(3),
 * 2002). With h the hazard rate of the normal distribution and β̂ = β√(μ/θ),
 * P(W > 0) ≈ 1 / (1 + √(θ/μ)·h(β̂)/h(−β)), P(abandon) ≈ P(W > 0)·√(θ/μ)·(h(β̂) − β̂)/√a.
 * No sum over states, so that its cost does not grow with c.
 * @throws DambreakError `usage`
 */
export function garnettLimit(system: ImpatientSystem): GarnettLimit {
  const { arrivalRate, serviceRate, patienceRate, servers } = system
  requireParameters('garnettLimit', {
    arrivalRate: positive(arrivalRate),
    serviceRate: positive(serviceRate),
    patienceRate: positive(patienceRate),
    servers: wholeNumber(servers, 1),
  })
  const offeredLoad = arrivalRate / serviceRate
  const beta = (servers - offeredLoad) / Math.sqrt(offeredLoad)
  const impatience = Math.sqrt(patienceRate / serviceRate)
  const scaled = beta / impatience
  const hazard = normalHazard(scaled)
  const delayProbability = 1 / (1 + (impatience * hazard) / normalHazard(-beta))
  const excess = (impatience * (hazard - scaled)) / Math.sqrt(offeredLoad)
  return { delayProbability, abandonShare: delayProbability * excess }
}
