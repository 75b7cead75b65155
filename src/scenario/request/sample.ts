import { streamKey, streams, uniform } from '../../core/chance.ts'
import { parametersOf, withValues } from '../schema/parameters.ts'
import type { Interval, Parameter, Values } from '../schema/parameters.ts'
import type { Mapping } from '../plain.ts'

/**
 * Quantile of an interval: linear through (0.05, low), (0.5, mid) and (0.95, high), and on with the
 * same slopes to the ends.
 */
export function intervalQuantile({ low, mid, high }: Interval, u: number): number {
  return u < 0.5 ? mid + ((u - 0.5) / 0.45) * (mid - low) : mid + ((u - 0.5) / 0.45) * (high - mid)
}

export interface SampleOptions {
  readonly seed: number
  readonly points: number
  /** Keep within [low, high] (the box) instead of letting one in ten values lie outside. */
  readonly box?: boolean
}

/**
 * `points` sets of values, one for each parameter: a Latin hypercube (McKay, Beckman and Conover,
 * Technometrics 21(2), 1979), so that each interval is cut into `points` parts of equal probability
 * and each part is used once.
 */
export function sampleValues(
  parameters: readonly Parameter[],
  { seed, points, box = false }: SampleOptions,
): Values[] {
  const key = streamKey(seed, streams.parameter)
  const columns = parameters.map((_, j) => latinColumn(key, j, points))
  return Array.from(
    { length: points },
    (_, point) =>
      new Map(
        parameters.map((parameter, j) => {
          const value = intervalQuantile(parameter, columns[j]?.[point] ?? 0.5)
          const { low, high } = parameter
          return [parameter.name, box ? Math.min(high, Math.max(low, value)) : value]
        }),
      ),
  )
}

/** `points` documents with a plain number in place of every `assumed` interval. */
export function sampleDocuments(document: Mapping, options: SampleOptions): Mapping[] {
  const parameters = parametersOf(document, ['assumed'])
  return sampleValues(parameters, options).map((values) => withValues(document, parameters, values))
}

/** One uniform of each of `points` equal parts of (0, 1), in random order. */
function latinColumn(key: number, column: number, points: number): number[] {
  const order = Array.from({ length: points }, (_, i) => ({ i, at: uniform(key, column, i) }))
  order.sort((a, b) => a.at - b.at || a.i - b.i)
  return order.map(({ i }, point) => (i + uniform(key, column, points + point)) / points)
}
