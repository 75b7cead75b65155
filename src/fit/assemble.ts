import { DambreakError } from '../core/errors.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { parsePath, type Path } from '../scenario/path.ts'
import { isMapping, type Mapping } from '../scenario/plain.ts'
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
