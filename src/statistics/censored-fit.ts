import { normalQuantile } from '../core/special.ts'
import { openShare, requireParameters } from '../core/parameters.ts'
import { logDensity, logSurvival, type ContinuousDistribution } from './distribution-function.ts'
import { wrongLifetime, type Lifetime } from './kaplan-meier.ts'
import { invert } from './matrix.ts'
import { hessian, minimise } from './minimise.ts'

/** A positive parameter and its interval, symmetric in its logarithm. */
export interface ParameterInterval {
  readonly low: number
  readonly mid: number
  readonly high: number
}

export interface CensoredFit {
  readonly dist: LifetimeDistribution
  /** By the name of the field in `dist`. */
  readonly parameters: Readonly<Record<string, ParameterInterval>>
  /** Of the logarithms of the parameters, in their order: the inverse of the observed information. */
  readonly logCovariance: readonly (readonly number[])[]
  readonly logLikelihood: number
  /** 2·parameters − 2·logLikelihood (Akaike, 1974): the least is chosen. */
  readonly aic: number
}

export type LifetimeDistribution = Extract<
  ContinuousDistribution,
  { dist: 'exponential' | 'weibull' | 'lognormal' | 'gamma' }
>

/** One family: its parameters, all above 0, in order. */
export interface LifetimeFamily {
  readonly parameters: readonly string[]
  readonly of: (values: readonly number[]) => LifetimeDistribution
}

export const lifetimeFamilies = {
  exponential: {
    parameters: ['mean'],
    of: ([mean = 1]) => ({ dist: 'exponential', mean }),
  },
  weibull: {
    parameters: ['scale', 'shape'],
    of: ([scale = 1, shape = 1]) => ({ dist: 'weibull', scale, shape }),
  },
  lognormal: {
    parameters: ['mean', 'cv'],
    of: ([mean = 1, cv = 1]) => ({ dist: 'lognormal', mean, cv }),
  },
  gamma: {
    parameters: ['mean', 'cv'],
    of: ([mean = 1, cv = 1]) => ({ dist: 'gamma', mean, cv }),
  },
} satisfies Record<LifetimeDistribution['dist'], LifetimeFamily>

/**
 * Maximum likelihood of a distribution of lifetimes of which some were only seen to last at least so
 * long: Σ ln f(t) over those that ended + Σ ln S(t) over those that did not − Σ ln S(entry) over those
 * that came into sight late (Lawless, Statistical Models and Methods for Lifetime Data, 2003, chapter
 * 2). Intervals from the observed information of the logarithms of the parameters.
 * `null` where the data do not tell the parameters: fewer different ends than parameters, or a
 * likelihood that is as good further and further out.
 * @throws DambreakError `usage` on lifetimes that are none, one that ended at time 0 among them
 */
export function fitLifetimes(
  lifetimes: readonly Lifetime[],
  family: LifetimeDistribution['dist'],
  confidence: number,
): CensoredFit | null {
  requireParameters('fitLifetimes', {
    lifetimes:
      wrongLifetime(lifetimes) ??
      (lifetimes.some(({ time, isObserved }) => isObserved && time === 0)
        ? 'must not end at time 0'
        : null),
    confidence: openShare(confidence),
  })
  const { parameters, of }: LifetimeFamily = lifetimeFamilies[family]
  const ended = lifetimes.filter(({ isObserved, count = 1 }) => isObserved && count > 0)
  if (new Set(ended.map(({ time }) => time)).size < parameters.length) return null
  // In units of the exponential mean all parameters are about 1, and their logarithms about 0.
  const count = (some: readonly Lifetime[]) => some.reduce((sum, one) => sum + (one.count ?? 1), 0)
  const inSight = lifetimes.reduce(
    (sum, { time, entryTime = 0, count: alike = 1 }) => sum + alike * (time - entryTime),
    0,
  )
  const unit = inSight / count(ended)
  const distributionAt = (logs: readonly number[]) =>
    of(logs.map((log, k) => Math.exp(log) * (isTime(parameters[k]) ? unit : 1)))
  const cost = (logs: readonly number[]) => -logLikelihood(distributionAt(logs), lifetimes)
  const found = minimise(
    cost,
    parameters.map(() => 0),
  )
  const logCovariance = invert(hessian(cost, found.point))
  const isInside = found.point.every((log) => Math.abs(log) < 12)
  if (!found.isConverged || !isInside || logCovariance === null) return null
  const errors = logCovariance.map((row, k) => Math.sqrt(row[k] ?? Number.NaN))
  if (!errors.every((error) => error > 0)) return null
  const dist = distributionAt(found.point)
  const z = normalQuantile((1 + confidence) / 2)
  const intervals = parameters.map((name, k) => {
    const mid = Math.exp(found.point[k] ?? 0) * (isTime(name) ? unit : 1)
    const factor = Math.exp(z * (errors[k] ?? 0))
    return [name, { low: mid / factor, mid, high: mid * factor }] as const
  })
  return {
    dist,
    parameters: Object.fromEntries(intervals),
    logCovariance,
    logLikelihood: -found.value,
    aic: 2 * parameters.length + 2 * found.value,
  }
}

/** Fits of all families, the best by Akaike's criterion first. */
export function chooseLifetimeDistribution(
  lifetimes: readonly Lifetime[],
  confidence: number,
): CensoredFit[] {
  return (Object.keys(lifetimeFamilies) as LifetimeDistribution['dist'][])
    .flatMap((family) => fitLifetimes(lifetimes, family, confidence) ?? [])
    .sort((a, b) => a.aic - b.aic)
}

/** Whether a parameter is a time, and not a shape. */
export function isTime(parameter: string | undefined): boolean {
  return parameter === 'mean' || parameter === 'scale'
}

function logLikelihood(dist: LifetimeDistribution, lifetimes: readonly Lifetime[]): number {
  let sum = 0
  for (const { time, isObserved, entryTime = 0, count = 1 } of lifetimes) {
    const own = isObserved ? logDensity(dist, time) : logSurvival(dist, time)
    sum += count * (entryTime > 0 ? own - logSurvival(dist, entryTime) : own)
  }
  return sum
}
