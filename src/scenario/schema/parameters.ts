import type { z } from 'zod'
import { pathText } from '../path.ts'
import type { Path } from '../path.ts'
import { isMapping } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { evidenceLabels } from './quantity.ts'
import type { Evidence } from './quantity.ts'
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
 * One number that a scenario does not know exactly. It may stand in several places: what a document
 * writes once and refers to again (an anchor in YAML) is one number, and is drawn once.
 */
export interface Parameter extends Interval {
  /** The first place it stands in, as `--set` writes it. */
  readonly name: string
  readonly paths: readonly Path[]
  readonly evidence: Evidence
  readonly source: string | null
  /** What the field allows. */
  readonly number: z.ZodNumber
}

/** Values of parameters, by name. */
export type Values = ReadonlyMap<string, number>

/**
 * Every number of the document that is given as an interval, with one of the labels asked for. Places
 * with the same interval, label and source are one parameter; without a source they need not be the
 * same number. Variants are passed over, and prices, which change no run (`pricesOf`).
 */
export function parametersOf(
  document: Mapping,
  labels: readonly Evidence[] = evidenceLabels,
): Parameter[] {
  const { variants: _variants, cost: _cost, ...base } = document
  return intervalsOf(base, labels)
}

/** As `parametersOf`, of the section `cost` alone. */
export function pricesOf({ cost }: Mapping): Parameter[] {
  return cost === undefined ? [] : intervalsOf({ cost }, evidenceLabels)
}

function intervalsOf(base: Mapping, labels: readonly Evidence[]): Parameter[] {
  const found = new Map<string, Parameter>()
  for (const { path, node, number } of evidencedNodes(scenarioSchema, base)) {
    const { low, mid, high } = node
    const evidence = labels.find((label) => label === node['evidence'])
    const isInterval =
      typeof low === 'number' && typeof mid === 'number' && typeof high === 'number'
    if (evidence === undefined || !isInterval) continue
    const name = pathText(path)
    const source = typeof node['source'] === 'string' ? node['source'] : null
    const key = source === null ? name : JSON.stringify([low, mid, high, evidence, source])
    const known = found.get(key)
    found.set(
      key,
      known === undefined
        ? { name, paths: [path], low, mid, high, evidence, source, number }
        : { ...known, paths: [...known.paths, path] },
    )
  }
  return [...found.values()]
}

/**
 * The document with plain numbers in place of the parameters that have a value, each within what its
 * field allows; shares of arrivals are divided by their sum, so that they add up to 1 again.
 */
export function withValues(
  document: Mapping,
  parameters: readonly Parameter[],
  values: Values,
): Mapping {
  let changed: unknown = document
  const paths: Path[] = []
  for (const parameter of parameters) {
    const value = values.get(parameter.name)
    if (value === undefined) continue
    for (const path of parameter.paths) {
      changed = replaced(changed, path, allowed(parameter, value))
      paths.push(path)
    }
  }
  return withSharesOfOne(isMapping(changed) ? changed : document, paths)
}

/** The nearest value that the parameter's field allows. */
export function allowed({ number, mid }: Parameter, given: number): number {
  const bounds = boundsOf(number)
  const min = bounds.min ?? bounds.above ?? -Infinity
  let value = Math.min(bounds.max ?? Infinity, Math.max(min, given))
  if (bounds.whole) value = Math.round(value)
  // The bound itself is not allowed where the field must be more than it: a hundredth of the way on.
  return bounds.above !== null && value <= bounds.above
    ? bounds.above + (mid - bounds.above) / 100
    : value
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

/** Divides the arrivals' shares by their sum, where one of the paths is one of them. */
function withSharesOfOne(document: Mapping, paths: readonly Path[]): Mapping {
  const isShare = (path: Path) => /^arrivals\[\d+\]\.share$/.test(pathText(path))
  const arrivals: unknown = document['arrivals']
  if (!paths.some(isShare) || !Array.isArray(arrivals)) return document
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
