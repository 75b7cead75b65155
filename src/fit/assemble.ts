import { DambreakError } from '../core/errors.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { parsePath, type Path } from '../scenario/path.ts'
import { isMapping, type Mapping } from '../scenario/plain.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import type { Estimate, Fitted } from './estimate.ts'
import type { Gap } from './gap.ts'

/** One fit of several estimators: where two have the same path, the later one counts. */
export function together(parts: readonly Fitted[]): Fitted {
  const estimates = new Map<string, Estimate>()
  const missing = new Map<string, Gap>()
  let settings: Record<string, unknown> = {}
  for (const part of parts) {
    for (const one of part.estimates) estimates.set(one.path, one)
    for (const one of part.notIdentified) missing.set(JSON.stringify(one), one)
    settings = { ...settings, ...part.settings }
  }
  return {
    estimates: [...estimates.values()],
    settings,
    notIdentified: [...missing.values()],
    pictures: parts.flatMap(({ pictures }) => pictures),
  }
}

/** An interval that spans more than this factor says nothing: its number is not written as measured. */
const widestFactor = 100

/** Whether an interval is too wide; one that begins at 0 is measured from its middle. */
export const isTooWide = ({ low, mid, high }: Pick<Estimate, 'low' | 'mid' | 'high'>): boolean =>
  low >= 0 && high > widestFactor * (low > 0 ? low : mid)

/** Without the numbers that are no measurements, and all that goes with them: a distribution is whole. */
export function withoutVague({ estimates, settings, ...rest }: Fitted): Fitted {
  const vague = estimates.filter(isTooWide)
  if (vague.length === 0) return { estimates, settings, ...rest }
  const wholes = vague.map(({ path }) => {
    const set = Object.keys(settings).find((place) => path === place || isUnder(path, place))
    return set ?? path
  })
  const isDropped = (path: string) => wholes.some((whole) => path === whole || isUnder(path, whole))
  const gaps = vague.map(({ path, low, high }): Gap => {
    return { path, code: 'IntervalTooWide', low, high }
  })
  return {
    ...rest,
    estimates: estimates.filter(({ path }) => !isDropped(path)),
    settings: Object.fromEntries(Object.entries(settings).filter(([path]) => !isDropped(path))),
    notIdentified: [...rest.notIdentified, ...gaps],
  }
}

const isUnder = (path: string, place: string): boolean =>
  path.startsWith(place) && /^[.[]/.test(path.slice(place.length))

/**
 * The base with what was measured in place of what it had: settings first, then every estimate as an
 * interval; `sourceOf` gives the text of its evidence. What was not identified stays as the base had
 * it.
 */
export function assembled(
  base: Mapping,
  { estimates, settings }: Fitted,
  sourceOf: (estimate: Estimate) => string,
): Mapping {
  let document: unknown = base
  const set = (path: string, value: unknown) => {
    const parsed = parsePath(path)
    if (parsed !== null) document = replaced(document, parsed, value)
  }
  for (const [path, value] of Object.entries(settings)) set(path, value)
  for (const one of estimates) {
    const { path, low, mid, high, evidence } = one
    set(path, { low, mid, high, evidence, source: sourceOf(one) })
  }
  return isMapping(document) ? document : base
}

/** Parts of a behaviour that a scenario states as a whole or not at all. */
const wholes = ['retry', 'reenter'] as const

/**
 * The base with the scenario's own defaults written out where only a part of a whole was estimated: tries
 * without pauses are no `retry`.
 */
export function completed(
  base: Mapping,
  { behaviour }: Pick<Scenario, 'behaviour'>,
  { estimates }: Pick<Fitted, 'estimates'>,
): Mapping {
  const stated = isMapping(base['behaviour']) ? base['behaviour'] : {}
  const missing = wholes.filter(
    (name) =>
      stated[name] === undefined &&
      estimates.some(({ path }) => path.startsWith(`behaviour.${name}.`)),
  )
  const defaults = Object.fromEntries(missing.map((name) => [name, behaviour[name]]))
  return missing.length === 0 ? base : { ...base, behaviour: { ...stated, ...defaults } }
}

/** A copy with one place replaced; mappings on the way that are not there are made. */
function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [head, ...rest] = path
  if (head === undefined) return by
  if (typeof head === 'number') {
    const list: unknown[] = Array.isArray(value) ? [...(value as unknown[])] : []
    list[head] = replaced(list[head], rest, by)
    return list
  }
  const mapping = isMapping(value) ? value : {}
  return { ...mapping, [head]: replaced(mapping[head], rest, by) }
}

/** @throws DambreakError 'scenario' where the base with the estimates in it is no scenario */
export function checkAssembled(document: Mapping): void {
  const parsed = parseScenario(document)
  if (parsed.ok) return
  throw new DambreakError(
    'scenario',
    'with what was fitted in it, the scenario has faults; nothing was written',
    parsed.faults,
  )
}
