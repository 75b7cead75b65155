import { nonNegative, positive, requireParameters } from '../core/parameters.ts'
import { rungeKuttaStep } from './runge-kutta.ts'

export interface OfferedLoadInput {
  arrivalRateAt(time: number): number
  readonly serviceRate: number
  /** Busy at `from`; 0 unless given. */
  readonly startLoad?: number
  readonly from: number
  readonly until: number
  readonly step: number
}

export interface OfferedLoadPath {
  readonly time: Float64Array
  /** m(t), in servers. */
  readonly load: Float64Array
}

/**
 * Modified offered load: the mean number busy if there were no end of servers (Mt/M/∞),
 * m′ = λ(t) − μm. It lags and damps the arrivals, which λ(t)/μ does not (Jennings, Mandelbaum, Massey,
 * Whitt, "Server staffing to meet time-varying demand", Management Science 42(10), 1996).
 */
export function modifiedOfferedLoad(input: OfferedLoadInput): OfferedLoadPath {
  const { serviceRate, from, until, step } = input
  requireParameters('modifiedOfferedLoad', {
    serviceRate: positive(serviceRate),
    startLoad: nonNegative(input.startLoad ?? 0),
    until: until >= from ? null : `must not be before ${from}, got ${until}`,
    step: positive(step),
  })
  const steps = Math.round((until - from) / step)
  const time = new Float64Array(steps + 1)
  const load = new Float64Array(steps + 1)
  let state = [input.startLoad ?? 0]
  for (let i = 0; i <= steps; i++) {
    const at = from + i * step
    time[i] = at
    load[i] = state[0] ?? 0
    state = rungeKuttaStep(
      (when, [busy = 0]) => [input.arrivalRateAt(when) - serviceRate * busy],
      state,
      { time: at, step },
    )
  }
  return { time, load }
}

/**
 * Mt/M/∞ under λ(t) = mean + amplitude·sin(ωt), once the start is forgotten:
 * m(t) = mean/μ + amplitude·(μ sin ωt − ω cos ωt)/(μ² + ω²), which lags by atan(ω/μ)/ω (Eick, Massey,
 * Whitt, "Mt/G/∞ queues with sinusoidal arrival rates", Management Science 39(2), 1993).
 */
export function sinusoidalOfferedLoad(given: {
  mean: number
  amplitude: number
  angularRate: number
  serviceRate: number
}): { loadAt(time: number): number; peak: number; lag: number } {
  const { mean, amplitude, angularRate, serviceRate } = given
  requireParameters('sinusoidalOfferedLoad', {
    mean: nonNegative(mean),
    amplitude: nonNegative(amplitude) ?? (amplitude <= mean ? null : `must not exceed the mean`),
    angularRate: positive(angularRate),
    serviceRate: positive(serviceRate),
  })
  const squares = serviceRate ** 2 + angularRate ** 2
  const loadAt = (time: number): number => {
    const phase = angularRate * time
    const swing = serviceRate * Math.sin(phase) - angularRate * Math.cos(phase)
    return mean / serviceRate + (amplitude * swing) / squares
  }
  return {
    loadAt,
    peak: mean / serviceRate + amplitude / Math.sqrt(squares),
    lag: Math.atan(angularRate / serviceRate) / angularRate,
  }
}

/** Square-root staffing, s = ⌈m + β√m⌉: β buys quality of service (`betaForDelay`). */
export function squareRootStaffing(given: { offeredLoad: number; beta: number }): number {
  const { offeredLoad, beta } = given
  requireParameters('squareRootStaffing', {
    offeredLoad: nonNegative(offeredLoad),
    beta: Number.isFinite(beta) ? null : `must be a number, got ${beta}`,
  })
  return Math.max(0, Math.ceil(offeredLoad + beta * Math.sqrt(offeredLoad)))
}
