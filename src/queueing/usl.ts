import { nonNegative, positive, requireParameters } from '../core/parameters.ts'

/**
 * The Universal Scalability Law (Gunther, "A simple capacity model of massively parallel
 * transaction systems", CMG 1993; Guerrilla Capacity Planning, 2007).
 */
export interface ScalabilityLaw {
  /** λ: throughput of one, per unit of time. */
  readonly unitThroughput: number
  /** σ: the share that is done one at a time. */
  readonly contention: number
  /** κ: the price of each pair that has to agree. */
  readonly coherency: number
}

/** X(N) = λN / (1 + σ(N − 1) + κN(N − 1)). */
export function scaledThroughput(law: ScalabilityLaw, concurrency: number): number {
  checkLaw('scaledThroughput', law)
  requireParameters('scaledThroughput', { concurrency: nonNegative(concurrency) })
  return (law.unitThroughput * concurrency) / slowdown(law, concurrency)
}

/** Time in the system of one request at concurrency N, N/X(N) by Little's law. */
export function scaledLatency(law: ScalabilityLaw, concurrency: number): number {
  checkLaw('scaledLatency', law)
  requireParameters('scaledLatency', { concurrency: positive(concurrency) })
  return slowdown(law, concurrency) / law.unitThroughput
}

/** N* = √((1 − σ)/κ), past which more concurrency gives less; infinite where κ = 0. */
export function peakConcurrency(law: ScalabilityLaw): number {
  checkLaw('peakConcurrency', law)
  if (law.coherency === 0) return Number.POSITIVE_INFINITY
  return Math.sqrt(Math.max(0, 1 - law.contention) / law.coherency)
}

/** The most it can do: X(N*), or λ/σ where κ = 0 (infinite where both are 0). */
export function peakThroughput(law: ScalabilityLaw): number {
  const peak = peakConcurrency(law)
  if (Number.isFinite(peak)) return scaledThroughput(law, Math.max(1, peak))
  return law.contention === 0 ? peak : law.unitThroughput / law.contention
}

/** 1 + σ(N − 1) + κN(N − 1). */
function slowdown({ contention, coherency }: ScalabilityLaw, n: number): number {
  return 1 + contention * (n - 1) + coherency * n * (n - 1)
}

function checkLaw(model: string, law: ScalabilityLaw): void {
  requireParameters(model, {
    unitThroughput: positive(law.unitThroughput),
    contention: nonNegative(law.contention),
    coherency: nonNegative(law.coherency),
  })
}
