import type { z } from 'zod'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { pathText } from './path.ts'
import type { Path } from './path.ts'
import { isMapping } from './plain.ts'
import type { Mapping } from './plain.ts'
import { scenarioSchema } from './schema.ts'
import { evidencedNodes } from './shape.ts'
import { boundsOf } from './words.ts'

/** A number with its 5th, 50th and 95th percentile. */
export interface Interval {
  readonly low: number
  readonly mid: number
  readonly high: number
}

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

interface Assumption extends Interval {
  readonly path: Path
  readonly number: z.ZodNumber
}

/**
 * `points` documents with a plain number in place of every `assumed` interval: a Latin hypercube
 * (McKay, Beckman and Conover, Technometrics 21(2), 1979), so that each interval is cut into
 * `points` parts of equal probability and each part is used once. Values stay within what their
 * fields allow; shares of arrivals are divided by their sum, so that they add up to 1 again.
 */
export function sampleDocuments(document: Mapping, options: SampleOptions): Mapping[] {
  const assumptions = assumptionsOf(document)
  const { seed, points } = options
  const key = streamKey(seed, streams.parameter)
  const columns = assumptions.map((_, j) => latinColumn(key, j, points))
  return Array.from({ length: points }, (_, point) => {
    let sampled: unknown = document
    assumptions.forEach((assumption, j) => {
      const value = valueOf(assumption, columns[j]?.[point] ?? 0.5, options.box === true)
      sampled = replaced(sampled, assumption.path, value)
    })
    return withSharesOfOne(isMapping(sampled) ? sampled : document, assumptions)
  })
}

function assumptionsOf(document: Mapping): Assumption[] {
  const { variants: _variants, ...base } = document
  return evidencedNodes(scenarioSchema, base).flatMap(({ path, node, number }) => {
    const { low, mid, high, evidence } = node
    const isInterval =
      typeof low === 'number' && typeof mid === 'number' && typeof high === 'number'
    return evidence === 'assumed' && isInterval ? [{ path, number, low, mid, high }] : []
  })
}

/** One uniform of each of `points` equal parts of (0, 1), in random order. */
function latinColumn(key: number, column: number, points: number): number[] {
  const order = Array.from({ length: points }, (_, i) => ({ i, at: uniform(key, column, i) }))
  order.sort((a, b) => a.at - b.at || a.i - b.i)
  return order.map(({ i }, point) => (i + uniform(key, column, points + point)) / points)
}

function valueOf(assumption: Assumption, u: number, isBox: boolean): number {
  const bounds = boundsOf(assumption.number)
  const least = bounds.min ?? bounds.above ?? -Infinity
  let value = intervalQuantile(assumption, u)
  if (isBox) value = Math.min(assumption.high, Math.max(assumption.low, value))
  value = Math.min(bounds.max ?? Infinity, Math.max(least, value))
  if (bounds.whole) value = Math.round(value)
  // The bound itself is not allowed where the field must be more than it.
  return bounds.above !== null && value <= bounds.above
    ? smallestOf(assumption, bounds.above)
    : value
}

/** A value inside an open bound: a hundredth of the way to `mid`. */
function smallestOf({ mid }: Interval, above: number): number {
  return above + (mid - above) / 100
}

function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [head, ...rest] = path
  if (head === undefined) return by
  if (Array.isArray(value) && typeof head === 'number') {
    return value.with(head, replaced(value[head], rest, by))
  }
  if (!isMapping(value) || typeof head === 'number') return value
  return { ...value, [head]: replaced(value[head], rest, by) }
}

/** Divides the arrivals' shares by their sum, where one of them was sampled. */
function withSharesOfOne(document: Mapping, assumptions: readonly Assumption[]): Mapping {
  const isShare = (path: Path) => /^arrivals\[\d+\]\.share$/.test(pathText(path))
  const arrivals: unknown = document['arrivals']
  if (!assumptions.some(({ path }) => isShare(path)) || !Array.isArray(arrivals)) return document
  const shares = arrivals.map((arrival: unknown) =>
    isMapping(arrival) ? plainShare(arrival) : null,
  )
  const sum = shares.reduce<number>((total, share) => total + (share ?? 0), 0)
  if (sum <= 0) return document
  return {
    ...document,
    arrivals: arrivals.map((arrival: unknown, i) => {
      const share = shares[i] ?? null
      return isMapping(arrival) && share !== null ? { ...arrival, share: share / sum } : arrival
    }),
  }
}

function plainShare({ share }: Mapping): number | null {
  const value = isMapping(share) ? (share['mid'] ?? share['value']) : share
  return typeof value === 'number' ? value : null
}
