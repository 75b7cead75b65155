import type { ArrivalBins } from './arrival-bins.ts'

/** How well expected counts describe the counts. */
export interface Goodness {
  /** Pearson's χ² a degree of freedom: 1 for a Poisson process of that rate, more if it is rougher. */
  readonly dispersion: number
  /**
   * Kolmogorov's distance of the time-rescaled process: where the share of arrivals so far and the
   * expected share are furthest apart.
   */
  readonly distance: number
  /**
   * The chance of a distance at least as great if the rate is right and the counts are as rough as
   * they are; too high rather than too low, the rate being fitted and the counts binned.
   */
  readonly chance: number
}

const minExpected = 5

export function goodnessOf(
  bins: ArrivalBins,
  expected: Float64Array,
  parameters: number,
): Goodness {
  let square = 0
  let cells = 0
  let seen = 0
  let mean = 0
  bins.counts.forEach((count, i) => {
    seen += count
    mean += expected[i] ?? 0
    if (mean < minExpected) return
    square += (seen - mean) ** 2 / mean
    cells++
    seen = 0
    mean = 0
  })
  const dispersion = Math.max(1, square / Math.max(1, cells - parameters))
  const distance = distanceOf(bins.counts, expected)
  const n = Math.sqrt(bins.total / dispersion)
  return { dispersion, distance, chance: kolmogorov((n + 0.12 + 0.11 / n) * distance) }
}

function distanceOf(counts: Float64Array, expected: Float64Array): number {
  const whole = counts.reduce((sum, count) => sum + count, 0)
  const wholeExpected = expected.reduce((sum, mean) => sum + mean, 0)
  let seen = 0
  let mean = 0
  let distance = 0
  counts.forEach((count, i) => {
    seen += count
    mean += expected[i] ?? 0
    distance = Math.max(distance, Math.abs(seen / whole - mean / wholeExpected))
  })
  return distance
}

/** 1 − Kolmogorov's limiting distribution, 2 Σ (−1)^(k−1) exp(−2k²x²) (Smirnov, 1948). */
export function kolmogorov(x: number): number {
  if (x < 0.2) return 1
  let sum = 0
  for (let k = 1; k <= 100; k++) {
    const term = Math.exp(-2 * k * k * x * x)
    sum += k % 2 === 1 ? term : -term
    if (term < 1e-16) break
  }
  return Math.min(1, Math.max(0, 2 * sum))
}
