import { incompleteGamma, logGamma, normalQuantile } from './special.ts'

/** Distributions of times. Units are those of the field that holds one (`patienceSec`, `serviceMs`). */
export type Distribution =
  | { dist: 'constant'; value: number }
  | { dist: 'exponential'; mean: number }
  /** Sum of `shape` exponentials. */
  | { dist: 'erlang'; mean: number; shape: number }
  | { dist: 'gamma'; mean: number; cv: number }
  | { dist: 'lognormal'; mean: number; cv: number }
  | { dist: 'uniform'; low: number; high: number }
  | { dist: 'weibull'; scale: number; shape: number }
  | { dist: 'empirical'; values: number[] }

/**
 * Quantile function of a distribution: u in (0, 1) to a value, non-decreasing in u. One uniform
 * gives one variate, so that two candidates that share their chance share every service time too.
 */
export type Quantile = (u: number) => number

/** Mean, in the unit of the field. */
export function meanOfDistribution(dist: Distribution): number {
  switch (dist.dist) {
    case 'constant':
      return dist.value
    case 'uniform':
      return (dist.low + dist.high) / 2
    case 'weibull':
      return dist.scale * Math.exp(logGamma(1 + 1 / dist.shape))
    case 'empirical':
      return dist.values.reduce((sum, value) => sum + value, 0) / dist.values.length
    default:
      return dist.mean
  }
}

/** Coefficient of variation, standard deviation / mean; 0 for a distribution that is all zero. */
export function cvOf(dist: Distribution): number {
  switch (dist.dist) {
    case 'constant':
      return 0
    case 'exponential':
      return 1
    case 'erlang':
      return 1 / Math.sqrt(dist.shape)
    case 'uniform': {
      const mean = meanOfDistribution(dist)
      return mean === 0 ? 0 : (dist.high - dist.low) / Math.sqrt(12) / mean
    }
    case 'weibull': {
      // Var/mean² + 1 = Γ(1 + 2/k) / Γ(1 + 1/k)²
      const k = dist.shape
      return Math.sqrt(Math.max(0, Math.expm1(logGamma(1 + 2 / k) - 2 * logGamma(1 + 1 / k))))
    }
    case 'empirical': {
      const mean = meanOfDistribution(dist)
      const squares = dist.values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
      return mean === 0 ? 0 : Math.sqrt(squares / dist.values.length) / mean
    }
    default:
      return dist.cv
  }
}

/** The distribution of `factor` times the variable; `factor` > 0. */
export function scaleDistribution(dist: Distribution, factor: number): Distribution {
  switch (dist.dist) {
    case 'constant':
      return { ...dist, value: dist.value * factor }
    case 'uniform':
      return { ...dist, low: dist.low * factor, high: dist.high * factor }
    case 'weibull':
      return { ...dist, scale: dist.scale * factor }
    case 'empirical':
      return { ...dist, values: dist.values.map((value) => value * factor) }
    default:
      return { ...dist, mean: dist.mean * factor }
  }
}

/**
 * As `quantileOf`, with a table (see `gammaTables`) where the exact form needs a logarithm or an
 * exponential: about 8 ns a call instead of 35 to 60, mean and variance within 1e-5 of it. Below
 * 2^-33 of either tail it is constant, which is as deep as `uniform` draws. Distributions that
 * differ in scale alone share one table, for a table fills a cache.
 */
export function tabulatedQuantileOf(dist: Distribution): Quantile {
  switch (dist.dist) {
    case 'exponential':
    case 'lognormal':
      return scaledTable({ ...dist, mean: 1 }, dist.mean)
    case 'weibull':
      return scaledTable({ ...dist, scale: 1 }, dist.scale)
    default:
      return quantileOf(dist)
  }
}

/** Tables by distribution of unit scale; a memory of a pure function, so that sharing it is safe. */
const unitTables = new Map<string, { lower: Float64Array; upper: Float64Array }>()
const maxUnitTables = 64

function scaledTable(unit: Distribution, scale: number): Quantile {
  const key = JSON.stringify(unit)
  let tables = unitTables.get(key)
  if (tables === undefined) {
    const exact = quantileOf(unit)
    tables = { lower: new Float64Array(tableLength), upper: new Float64Array(tableLength) }
    for (let j = 0; j < tableLength; j++) {
      const tail = Math.min(0.5, tailAt(j))
      tables.lower[j] = exact(tail)
      tables.upper[j] = exact(1 - tail)
    }
    if (unitTables.size === maxUnitTables) unitTables.clear()
    unitTables.set(key, tables)
  }
  return tableQuantile(tables.lower, tables.upper, scale)
}

/**
 * Quantile function of `dist`. Making one may take milliseconds (gamma, erlang: a table; empirical:
 * a sort); calling it allocates nothing. Make it once, outside the hot path.
 */
export function quantileOf(dist: Distribution): Quantile {
  switch (dist.dist) {
    case 'constant': {
      const { value } = dist
      return () => value
    }
    case 'exponential': {
      const { mean } = dist
      return (u) => -mean * Math.log1p(-u)
    }
    case 'uniform': {
      const { low } = dist
      const width = dist.high - dist.low
      return (u) => low + width * u
    }
    case 'weibull': {
      const { scale } = dist
      const power = 1 / dist.shape
      return (u) => scale * Math.pow(-Math.log1p(-u), power)
    }
    case 'lognormal': {
      // mean = exp(μ + σ²/2), cv² = exp(σ²) − 1
      const variance = Math.log1p(dist.cv * dist.cv)
      const sigma = Math.sqrt(variance)
      const mu = Math.log(dist.mean) - variance / 2
      return (u) => Math.exp(mu + sigma * normalQuantile(u))
    }
    case 'empirical':
      return empiricalQuantile(dist.values)
    case 'erlang':
      return dist.shape === 1
        ? quantileOf({ dist: 'exponential', mean: dist.mean })
        : gammaQuantile(dist.shape, dist.mean)
    case 'gamma':
      return gammaQuantile(1 / (dist.cv * dist.cv), dist.mean)
  }
}

/**
 * As `quantileOf`, without tables: a draw of gamma or erlang solves for its value, in some tens of
 * microseconds, and nothing is kept. For a runtime with thousands of worlds of their own.
 */
export function solvedQuantileOf(dist: Distribution): Quantile {
  if (dist.dist !== 'gamma' && (dist.dist !== 'erlang' || dist.shape === 1)) return quantileOf(dist)
  const shape = dist.dist === 'gamma' ? 1 / (dist.cv * dist.cv) : dist.shape
  if (shape > nearlyNormalShape) return nearlyNormalGamma(shape, dist.mean)
  const scale = dist.mean / shape
  const logGammaA = logGamma(shape)
  const start = Math.log(shape)
  return (u) => {
    const side = u >= 0.5 ? 1 : 0
    const tail = Math.max(smallestTail, side === 1 ? 1 - u : u)
    return scale * Math.exp(solveTail({ shape, logGammaA, tail, side }, start))
  }
}

/** The inverse of the empirical distribution function: each value has the same share of (0, 1). */
function empiricalQuantile(values: readonly number[]): Quantile {
  const sorted = Float64Array.from(values).sort()
  const last = sorted.length - 1
  return (u) => sorted[Math.min(last, Math.floor(u * sorted.length))] ?? 0
}

/** Above this shape the tail is so nearly normal that four cumulants give it to about 1e-9. */
const nearlyNormalShape = 1e4

/** Gamma of `shape` and `mean`; erlang where the shape is whole. */
function gammaQuantile(shape: number, mean: number): Quantile {
  if (shape > nearlyNormalShape) return nearlyNormalGamma(shape, mean)
  const { lower, upper } = gammaTables(shape, mean / shape)
  return tableQuantile(lower, upper)
}

/** Linear interpolation in two tables over the tail probability, laid out as in `gammaTables`. */
function tableQuantile(lower: Float64Array, upper: Float64Array, scale = 1): Quantile {
  return (u) => {
    const isUpper = u >= 0.5
    const table = isUpper ? upper : lower
    const tail = Math.max(smallestTail, isUpper ? 1 - u : u)
    // Octave e holds tails in [2^-(e+1), 2^-e); the leading zero bits of the tail as a 32-bit
    // fraction are its e, without a logarithm.
    const octave = Math.clz32(tail * 4294967296)
    const place = (tail * (octaveScale[octave] ?? 0) - 1) * perOctave
    const cell = Math.trunc(place)
    const j = (octaves - 1 - octave) * perOctave + cell
    const from = table[j] ?? 0
    return scale * (from + (place - cell) * ((table[j + 1] ?? 0) - from))
  }
}

/** Cornish-Fisher expansion to the fourth cumulant (Abramowitz and Stegun 26.2.49). */
function nearlyNormalGamma(shape: number, mean: number): Quantile {
  const skewness = 2 / Math.sqrt(shape)
  const excess = 6 / shape
  const cv = 1 / Math.sqrt(shape)
  return (u) => {
    const z = normalQuantile(u)
    const w =
      z +
      (skewness * (z * z - 1)) / 6 +
      (excess * z * (z * z - 3)) / 24 -
      (skewness * skewness * z * (2 * z * z - 5)) / 36
    return mean * (1 + cv * w)
  }
}

/**
 * Tables of a gamma quantile over the tail probability (u below one half, 1 − u from it on), 128
 * linear cells in each halving of the tail down to 2^-33, the smallest that `uniform` draws.
 */
const octaves = 33
const perOctave = 128
const smallestTail = 2 ** -octaves
const octaveScale = Float64Array.from({ length: octaves }, (_, e) => 2 ** (e + 1))
const tableLength = (octaves - 1) * perOctave + 2

/** Tail probability of table entry `j`. */
function tailAt(j: number): number {
  return 2 ** (Math.floor(j / perOctave) - octaves) * (1 + (j % perOctave) / perOctave)
}

function gammaTables(shape: number, scale: number) {
  const lower = new Float64Array(tableLength)
  const upper = new Float64Array(tableLength)
  const logGammaA = logGamma(shape)
  const half = tableLength - 2
  let below = Math.log(Math.max(shape, 1e-300))
  let above = below
  for (let j = half; j >= 0; j--) {
    const tail = tailAt(j)
    below = solveTail({ shape, logGammaA, tail, side: 0 }, below)
    above = j === half ? below : solveTail({ shape, logGammaA, tail, side: 1 }, above)
    lower[j] = scale * Math.exp(below)
    // Solved apart, neighbours may differ in the last bit the wrong way round.
    upper[j] = Math.max(j === half ? 0 : (upper[j + 1] ?? 0), scale * Math.exp(above))
    if (j < half) lower[j] = Math.min(lower[j] ?? 0, lower[j + 1] ?? 0)
  }
  lower[half + 1] = lower[half] ?? 0
  upper[half + 1] = upper[half] ?? 0
  return { lower, upper }
}

interface Tail {
  readonly shape: number
  readonly logGammaA: number
  readonly tail: number
  /** 0: P(shape, x) = tail, 1: Q(shape, x) = tail. */
  readonly side: 0 | 1
}

/**
 * ln x of the x whose lower or upper tail is given: Newton's method on the logarithm of the tail
 * over ln x, from a neighbour's solution, halving the bracket where a step leaves it.
 */
function solveTail({ shape, logGammaA, tail, side }: Tail, start: number): number {
  const goal = Math.log(tail)
  // Far below, P(a, x) = x^a / Γ(a + 1): where that x is not a number any more, it is zero.
  const smallest = (goal + logGammaA + Math.log(shape)) / shape
  if (side === 0 && smallest < -700) return smallest
  let low = -745
  let high = Math.log(shape + 40 * Math.sqrt(shape) + 800)
  let y = Math.min(high, Math.max(low, start))
  for (let i = 0; i < 200; i++) {
    const x = Math.exp(y)
    const reached = incompleteGamma(shape, x, logGammaA)[side]
    const error = Math.log(reached) - goal
    if (Math.abs(error) < 1e-13) return y
    const tooLarge = side === 0 ? error > 0 : error < 0
    if (tooLarge) high = y
    else low = y
    const density = Math.exp(shape * y - x - logGammaA)
    const slope = (side === 0 ? density : -density) / reached
    const next = y - error / slope
    const inside = next > low && next < high
    const moved = inside ? next : (low + high) / 2
    if (Math.abs(moved - y) <= 1e-15 * Math.abs(y) || moved === y) return moved
    y = moved
  }
  return y
}
