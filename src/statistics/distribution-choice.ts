import type { Distribution } from '../core/distribution.ts'
import { logGamma, normalQuantile } from '../core/special.ts'
import {
  nonNegative,
  openShare,
  positive,
  requireParameters,
  type Complaint,
} from '../core/parameters.ts'
import type { ParameterInterval } from './censored-fit.ts'
import { digamma, trigamma } from './digamma.ts'
import { distributionFunction, type ContinuousDistribution } from './distribution-function.ts'

/** A value and how often it was seen: a sample, or a cell of a histogram. */
export interface CountedValue {
  readonly value: number
  readonly count: number
}

export interface DistributionFit {
  readonly dist: Distribution
  /** By the name of the field in `dist`. */
  readonly parameters: Readonly<Record<string, ParameterInterval>>
  readonly logLikelihood: number
  /** 2·parameters − 2·logLikelihood (Akaike, 1974). */
  readonly aic: number
  /** Kolmogorov–Smirnov: the most by which the shares at or below any value differ from `dist`. */
  readonly distance: number
}

/**
 * The distribution that describes positive values best by Akaike's criterion, and the others after it:
 * exponential, erlang, gamma, lognormal, uniform and weibull by maximum likelihood; where all values are
 * the same, `constant` alone. The likelihood takes values as independent: those of one busy server are
 * not, and then intervals are too short. A constant has no density to compare, and a uniform distribution
 * none of the smoothness that Akaike's argument needs: it is chosen where it is clearly best.
 * @throws DambreakError `usage` on no values, or one that is not above 0
 */
export function chooseDistribution(
  values: readonly CountedValue[],
  confidence: number,
): DistributionFit[] {
  requireParameters('chooseDistribution', {
    values: wrongValues(values),
    confidence: openShare(confidence),
  })
  const sorted = values.filter(({ count }) => count > 0).toSorted((a, b) => a.value - b.value)
  const moments = momentsOf(sorted)
  if (moments.low === moments.high) return [constantFit(moments.low)]
  const z = normalQuantile((1 + confidence) / 2)
  return [
    exponentialFit(moments, z),
    ...gammaFits(moments, z),
    lognormalFit(moments, z),
    uniformFit(moments, confidence),
    weibullFit(sorted, moments, z),
  ]
    .map((fit) => ({ ...fit, distance: distanceFrom(fit.dist, sorted) }))
    .sort((a, b) => a.aic - b.aic)
}

/** The most by which the distribution function of the values differs from that of `dist`. */
export function distanceFrom(dist: Distribution, sorted: readonly CountedValue[]): number {
  const total = sorted.reduce((sum, { count }) => sum + count, 0)
  let seen = 0
  let most = 0
  for (const { value, count } of sorted) {
    const expected = distributionFunction(dist, value)
    const before = seen / total
    seen += count
    most = Math.max(most, Math.abs(expected - before), Math.abs(expected - seen / total))
  }
  return most
}

function wrongValues(values: readonly CountedValue[]): Complaint {
  for (const { value, count } of values) {
    const wrong = positive(value) ?? nonNegative(count)
    if (wrong !== null) return wrong
  }
  return values.some(({ count }) => count > 0) ? null : 'must be at least one'
}

/** Of values whose logarithms are taken relative to the mean, which costs no digits. */
interface Moments {
  readonly count: number
  readonly low: number
  readonly high: number
  readonly mean: number
  /** Mean of ln(x/mean); below 0. */
  readonly meanLog: number
  /** Variance of ln x. */
  readonly varianceLog: number
}

function momentsOf(sorted: readonly CountedValue[]): Moments {
  const total = (of: (value: number) => number) =>
    sorted.reduce((sum, { value, count }) => sum + count * of(value), 0)
  const count = total(() => 1)
  const mean = total((value) => value) / count
  const meanLog = total((value) => Math.log(value / mean)) / count
  return {
    count,
    low: sorted[0]?.value ?? 0,
    high: sorted.at(-1)?.value ?? 0,
    mean,
    meanLog,
    varianceLog: total((value) => (Math.log(value / mean) - meanLog) ** 2) / count,
  }
}

type BareFit = Omit<DistributionFit, 'distance'> & { readonly dist: ContinuousDistribution }

/** An interval symmetric in the logarithm, of a given standard error of that. */
function around(mid: number, logError: number, z: number): ParameterInterval {
  const factor = Math.exp(z * logError)
  return { low: mid / factor, mid, high: mid * factor }
}

function withAic(
  fit: Omit<BareFit, 'aic'>,
  parameters = Object.keys(fit.parameters).length,
): BareFit {
  return { ...fit, aic: 2 * parameters - 2 * fit.logLikelihood }
}

function constantFit(value: number): DistributionFit {
  return {
    dist: { dist: 'constant', value },
    parameters: { value: { low: value, mid: value, high: value } },
    logLikelihood: 0,
    aic: 2,
    distance: 0,
  }
}

/** ln of the mean has variance 1/n. */
function exponentialFit({ count, mean }: Moments, z: number): BareFit {
  return withAic({
    dist: { dist: 'exponential', mean },
    parameters: { mean: around(mean, 1 / Math.sqrt(count), z) },
    logLikelihood: -count * (1 + Math.log(mean)),
  })
}

/** Σ ln f = n((k − 1)·mean ln(x/m) − k + k ln k − ln Γ(k) − ln m) at the mean m of the values. */
function gammaLogLikelihood({ count, mean, meanLog }: Moments, shape: number): number {
  return (
    count *
    ((shape - 1) * meanLog - shape + shape * Math.log(shape) - logGamma(shape) - Math.log(mean))
  )
}

/**
 * Gamma: ln k − ψ(k) = −mean ln(x/m) (Choi and Wette, Technometrics 11, 1969); mean and shape are
 * independent, with variances of their logarithms 1/(nk) and 1/(nk(kψ′(k) − 1)); cv = 1/√k. Erlang
 * has the better whole neighbour of that k. Its shape is no parameter to Akaike's count: it cannot be
 * turned to follow noise, and is found for certain as values become many.
 */
function gammaFits(moments: Moments, z: number): BareFit[] {
  const { count, mean } = moments
  const shape = gammaShape(-moments.meanLog)
  const logShapeError = 1 / Math.sqrt(count * shape * (shape * trigamma(shape) - 1))
  const gamma = withAic({
    dist: { dist: 'gamma', mean, cv: 1 / Math.sqrt(shape) },
    parameters: {
      mean: around(mean, 1 / Math.sqrt(count * shape), z),
      cv: around(1 / Math.sqrt(shape), logShapeError / 2, z),
    },
    logLikelihood: gammaLogLikelihood(moments, shape),
  })
  // One is the exponential, which stands on its own.
  const whole = [Math.floor(shape), Math.ceil(shape)]
    .filter((k) => k >= 2)
    .sort((a, b) => gammaLogLikelihood(moments, b) - gammaLogLikelihood(moments, a))[0]
  if (whole === undefined) return [gamma]
  const least = gammaLogLikelihood(moments, whole) - (z * z) / 2
  const isLikely = (k: number) => k >= 1 && gammaLogLikelihood(moments, k) >= least
  let low = whole
  let high = whole
  while (isLikely(low - 1)) low--
  while (isLikely(high + 1) && high < 10 * whole) high++
  const erlang = withAic(
    {
      dist: { dist: 'erlang', mean, shape: whole },
      parameters: {
        mean: around(mean, 1 / Math.sqrt(count * whole), z),
        shape: { low, mid: whole, high },
      },
      logLikelihood: gammaLogLikelihood(moments, whole),
    },
    1,
  )
  return [erlang, gamma]
}

/**
 * The k at which ln k − ψ(k) = `gap`, by Newton's method on ln k from Minka's start ("Estimating a
 * Gamma distribution", 2002).
 */
function gammaShape(gap: number): number {
  let shape = (3 - gap + Math.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
  for (let i = 0; i < 50; i++) {
    const error = Math.log(shape) - digamma(shape) - gap
    const change = error / (shape * trigamma(shape) - 1)
    shape *= Math.exp(change)
    if (Math.abs(change) < 1e-13) break
  }
  return shape
}

/**
 * Mean and variance σ² of the logarithms. Those are independent, with variances σ²/n and 2σ⁴/n, from
 * which mean = exp(μ + σ²/2) and cv = √(exp(σ²) − 1) have theirs.
 */
function lognormalFit({ count, mean, meanLog, varianceLog }: Moments, z: number): BareFit {
  const fitted = mean * Math.exp(meanLog + varianceLog / 2)
  const cv = Math.sqrt(Math.expm1(varianceLog))
  const meanError = Math.sqrt((varianceLog + varianceLog ** 2 / 2) / count)
  const perVariance = Math.exp(varianceLog) / (2 * Math.expm1(varianceLog))
  const cvError = perVariance * varianceLog * Math.sqrt(2 / count)
  return withAic({
    dist: { dist: 'lognormal', mean: fitted, cv },
    parameters: { mean: around(fitted, meanError, z), cv: around(cv, cvError, z) },
    logLikelihood:
      -count * (0.5 + 0.5 * Math.log(2 * Math.PI * varianceLog) + meanLog + Math.log(mean)),
  })
}

/**
 * The range of the values, which its ends can only lie outside of: by at most range·(α^(−1/(n − 1)) − 1)
 * each, at confidence 1 − α.
 */
function uniformFit({ count, low, high }: Moments, confidence: number): BareFit {
  const range = high - low
  const beyond = range * ((1 - confidence) ** (-1 / Math.max(1, count - 1)) - 1)
  return withAic({
    dist: { dist: 'uniform', low, high },
    parameters: {
      low: { low: Math.max(0, low - beyond), mid: low, high: low },
      high: { low: high, mid: high, high: high + beyond },
    },
    logLikelihood: -count * Math.log(range),
  })
}

/**
 * Shape k: Σxᵏ ln x/Σxᵏ − 1/k = mean ln x; scale: (mean xᵏ)^(1/k) (Lawless, Statistical Models and
 * Methods for Lifetime Data, 2003, chapter 5). Asymptotic variances of their logarithms: 6/(π²n), and
 * (1 + (1 − γ)²·6/π²)/(nk²).
 */
function weibullFit(sorted: readonly CountedValue[], moments: Moments, z: number): BareFit {
  const { count, mean, meanLog, varianceLog } = moments
  const logs = sorted.map(({ value }) => Math.log(value / mean))
  const largest = logs.at(-1) ?? 0
  // Powers relative to the largest value do not overflow.
  const sumsAt = (shape: number) => {
    let [power, byLog, bySquare] = [0, 0, 0]
    for (const [i, log] of logs.entries()) {
      const weight = (sorted[i]?.count ?? 0) * Math.exp(shape * (log - largest))
      power += weight
      byLog += weight * log
      bySquare += weight * log * log
    }
    const weighted = byLog / power
    return { power, weighted, spread: bySquare / power - weighted * weighted }
  }
  // The logarithm of a Weibull variable has standard deviation π/(k√6).
  let shape = Math.PI / Math.sqrt(6 * varianceLog)
  for (let i = 0; i < 100; i++) {
    const { weighted, spread } = sumsAt(shape)
    const error = weighted - 1 / shape - meanLog
    const change = -error / (spread * shape + 1 / shape)
    shape *= Math.exp(Math.max(-1, Math.min(1, change)))
    if (Math.abs(change) < 1e-13) break
  }
  const { power } = sumsAt(shape)
  const logScale = largest + Math.log(power / count) / shape
  const eulerGamma = 0.5772156649015329
  const scaleFactor = 1 + ((1 - eulerGamma) ** 2 * 6) / Math.PI ** 2
  const scale = mean * Math.exp(logScale)
  return withAic({
    dist: { dist: 'weibull', scale, shape },
    parameters: {
      scale: around(scale, Math.sqrt(scaleFactor / count) / shape, z),
      shape: around(shape, Math.sqrt(6 / count) / Math.PI, z),
    },
    logLikelihood:
      count * (Math.log(shape) - shape * logScale + (shape - 1) * meanLog - Math.log(mean) - 1),
  })
}
