import type { ImpatientSystem } from './erlang-a.ts'
import { nonNegative, positive, requireParameters, share, wholeNumber } from '../core/parameters.ts'
import { rungeKuttaStep } from './runge-kutta.ts'

export interface OverloadedFluid {
  readonly abandonShare: number
  /** Number waiting. */
  readonly queue: number
  /** The wait of a visitor who never gives up. */
  readonly virtualWait: number
}

/**
 * The fluid limit of an overloaded queue with exponential patience: P(abandon) = 1 − 1/ρ,
 * q = (λ − cμ)/θ, virtual wait = ln ρ / θ; all 0 at ρ ≤ 1 (Whitt, "Fluid models for multiserver
 * queues with abandonments", Operations Research 54(1), 2006).
 */
export function overloadedFluid(system: ImpatientSystem): OverloadedFluid {
  const { arrivalRate, serviceRate, patienceRate, servers } = system
  requireParameters('overloadedFluid', {
    arrivalRate: positive(arrivalRate),
    serviceRate: positive(serviceRate),
    patienceRate: positive(patienceRate),
    servers: wholeNumber(servers, 1),
  })
  const capacity = servers * serviceRate
  const load = arrivalRate / capacity
  if (load <= 1) return { abandonShare: 0, queue: 0, virtualWait: 0 }
  return {
    abandonShare: 1 - 1 / load,
    queue: (arrivalRate - capacity) / patienceRate,
    virtualWait: Math.log(load) / patienceRate,
  }
}

/** What drives the fluid; rates per one unit of time, times in it. */
export interface FluidInput {
  arrivalRateAt(time: number): number
  serversAt(time: number): number
  readonly serviceRate: number
  /** θ; 0: nobody leaves. */
  readonly patienceRate: number
  /** Share of those who leave that come again. */
  readonly retryShare?: number
  /** 1 / mean time until they do; needed where the share is above 0. */
  readonly retryRate?: number
  /** In the system at time 0. */
  readonly startInside?: number
  readonly until: number
  readonly step: number
}

/** Arrays of one length, at times 0, step, 2·step … until. */
export interface FluidPath {
  readonly time: Float64Array
  /** Q: waiting and in service. */
  readonly inside: Float64Array
  /** Left, and will come again. */
  readonly orbit: Float64Array
  /** Totals since time 0. */
  readonly arrived: Float64Array
  readonly served: Float64Array
  /** Left for good. */
  readonly lost: Float64Array
}

/**
 * The time-varying fluid Q′ = λ(t) − μ·min(Q, c(t)) − θ(Q − c(t))⁺ + retries, with an orbit R of those
 * who left and come again, R′ = pθ(Q − c)⁺ − δR, retries = δR (Mandelbaum, Massey, Reiman, Stolyar,
 * "Waiting time asymptotics for time varying multiserver queues with abandonment and retrials",
 * 1999). Fourth-order Runge–Kutta; a step should be small against 1/μ, 1/θ and 1/δ.
 */
export function fluidPath(input: FluidInput): FluidPath {
  checkFluid(input)
  const { serviceRate, patienceRate, step } = input
  const retryShare = input.retryShare ?? 0
  const retryRate = input.retryRate ?? 0
  const derivative = (time: number, state: readonly number[]): number[] => {
    const inside = state[0] ?? 0
    const orbit = state[1] ?? 0
    const servers = input.serversAt(time)
    const arriving = input.arrivalRateAt(time)
    const served = serviceRate * Math.min(inside, servers)
    const leaving = patienceRate * Math.max(0, inside - servers)
    const retries = retryRate * orbit
    return [
      arriving - served - leaving + retries,
      retryShare * leaving - retries,
      arriving,
      served,
      (1 - retryShare) * leaving,
    ]
  }
  const steps = Math.round(input.until / step)
  const columns = Array.from({ length: 5 }, () => new Float64Array(steps + 1))
  const time = new Float64Array(steps + 1)
  let state = [input.startInside ?? 0, 0, 0, 0, 0]
  for (let i = 0; i <= steps; i++) {
    time[i] = i * step
    for (const [k, column] of columns.entries()) column[i] = state[k] ?? 0
    state = rungeKuttaStep(derivative, state, { time: i * step, step })
  }
  const [inside, orbit, arrived, served, lost] = columns as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ]
  return { time, inside, orbit, arrived, served, lost }
}

function checkFluid(input: FluidInput): void {
  const retryShare = input.retryShare ?? 0
  requireParameters('fluidPath', {
    serviceRate: positive(input.serviceRate),
    patienceRate: nonNegative(input.patienceRate),
    retryShare: share(retryShare),
    retryRate: retryShare > 0 ? positive(input.retryRate ?? 0) : nonNegative(input.retryRate ?? 0),
    startInside: nonNegative(input.startInside ?? 0),
    until: nonNegative(input.until),
    step: positive(input.step),
  })
}
