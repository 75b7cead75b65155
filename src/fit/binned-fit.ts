import { mean, standardDeviation } from 'simple-statistics'
import { distributionFunction } from '../statistics/distribution-function.ts'
import { isTime, lifetimeFamilies, type LifetimeFamily } from '../statistics/censored-fit.ts'
import { chooseDistribution, type CountedValue } from '../statistics/distribution-choice.ts'
import { invert } from '../statistics/matrix.ts'
import { hessian, minimise } from '../statistics/minimise.ts'
import { z95, type Found } from './numbers.ts'

/** A distribution with the intervals of its parameters, by the names of its fields. */
export interface ChosenDistribution {
  readonly dist: { readonly dist: string } & Readonly<Record<string, unknown>>
  readonly parameters: Readonly<Record<string, Found>>
  readonly share: (value: number) => number
}

/** Values that were rounded to a step this wide against their spread need the binned likelihood. */
const finely = 0.1

/**
 * The distribution that makes rounded values most likely: each stands for all within half a `step` of
 * it. Where the step is small against the values' spread, that is the likelihood of the values.
 */
export function chooseRounded(values: readonly number[], step: number): ChosenDistribution | null {
  const counted = countsOf(values)
  const spread = standardDeviation([...values])
  if (step > finely * spread && spread > 0) return binned(counted, mean([...values]), step)
  // What was rounded to nothing lasted for a part of a step.
  const positive = counted.map(({ value, count }) => ({ value: Math.max(value, step / 4), count }))
  const [best] = chooseDistribution(positive, 0.9)
  if (best === undefined) return null
  const { dist, parameters } = best
  const share = (value: number) => distributionFunction(dist, value)
  return { dist, parameters: dist.dist === 'constant' ? unrounded(dist, step) : parameters, share }
}

/** All the same as far as they are written: of a flat distribution over the step, 5% lie beyond on each side. */
function unrounded({ value }: { value: number }, step: number): Record<string, Found> {
  const half = 0.45 * step
  return { value: { low: Math.max(0, value - half), mid: value, high: value + half } }
}

function countsOf(values: readonly number[]): CountedValue[] {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].map(([value, count]) => ({ value, count }))
}

function binned(
  counted: readonly CountedValue[],
  mean: number,
  step: number,
): ChosenDistribution | null {
  const fits = Object.values(lifetimeFamilies).flatMap(
    (family) => fitFamily(family, { counted, mean, step }) ?? [],
  )
  return fits.toSorted((a, b) => a.aic - b.aic)[0] ?? null
}

function fitFamily(
  { parameters: names, of }: LifetimeFamily,
  { counted, mean, step }: { counted: readonly CountedValue[]; mean: number; step: number },
): (ChosenDistribution & { readonly aic: number }) | null {
  const at = (logs: readonly number[]) =>
    of(logs.map((log, k) => Math.exp(log) * (isTime(names[k]) ? mean : 1)))
  const cost = (logs: readonly number[]) => {
    if (logs.some((log) => Math.abs(log) > 8)) return Infinity
    const dist = at(logs)
    let sum = 0
    for (const { value, count } of counted) {
      const share =
        distributionFunction(dist, value + step / 2) -
        distributionFunction(dist, Math.max(0, value - step / 2))
      sum -= count * Math.log(Math.max(share, 1e-300))
    }
    return sum
  }
  const found = minimise(
    cost,
    names.map(() => 0),
  )
  const covariance = invert(hessian(cost, found.point))
  if (!found.isConverged || covariance === null) return null
  // A direction in which the likelihood does not fall has no error, and no interval.
  const errors = covariance.map((row, k) => Math.sqrt(row[k] ?? Number.NaN))
  if (!errors.every((error) => error > 0)) return null
  const intervals = names.map((name, k): [string, Found] => {
    const mid = Math.exp(found.point[k] ?? 0) * (isTime(name) ? mean : 1)
    const factor = Math.exp(z95 * (errors[k] ?? 0))
    return [name, { low: mid / factor, mid, high: mid * factor }]
  })
  const dist = at(found.point)
  return {
    dist,
    parameters: Object.fromEntries(intervals),
    share: (value) => distributionFunction(dist, value),
    aic: 2 * names.length + 2 * found.value,
  }
}
