import { Document, isMap, isNode, isScalar, type Node } from 'yaml'
import { DambreakError } from '../core/errors.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { parsePath, type Path } from '../scenario/path.ts'
import { isMapping, type Mapping } from '../scenario/plain.ts'
import type { Estimate, Fitted, NotIdentified } from './estimate.ts'

/** One fit of several estimators: of a path that two know, the later knows better. */
export function together(parts: readonly Fitted[]): Fitted {
  const estimates = new Map<string, Estimate>()
  const missing = new Map<string, NotIdentified>()
  let settings: Record<string, unknown> = {}
  for (const part of parts) {
    for (const one of part.estimates) estimates.set(one.path, one)
    for (const one of part.notIdentified) missing.set(`${one.path}\0${one.reason}`, one)
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
 * interval with its source. What was not identified stays as the base had it.
 */
export function assembled(base: Mapping, { estimates, settings }: Fitted): Mapping {
  let document: unknown = base
  const set = (path: string, value: unknown) => {
    const parsed = parsePath(path)
    if (parsed !== null) document = replaced(document, parsed, value)
  }
  for (const [path, value] of Object.entries(settings)) set(path, value)
  for (const { path, low, mid, high, evidence, source } of estimates) {
    set(path, { low, mid, high, evidence, source })
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

/**
 * The scenario as YAML: what was not identified is marked by a comment where it stands.
 */
export function scenarioYaml(
  document: Mapping,
  { notIdentified }: Fitted,
  heading: readonly string[],
): string {
  const yaml = new Document(document)
  yaml.commentBefore = heading.map((line) => ` ${oneLine(line)}`).join('\n')
  const reasons = new Map<string, string[]>()
  for (const { path, reason } of notIdentified) {
    reasons.set(path, [...(reasons.get(path) ?? []), reason])
  }
  for (const [path, all] of reasons) {
    const parsed = parsePath(path)
    const key = parsed === null ? null : keyAt(yaml.contents, parsed)
    if (key !== null) key.commentBefore = ` not identified: ${oneLine(all.join('; '))}`
  }
  return yaml.toString({ lineWidth: 100 })
}

const oneLine = (text: string): string =>
  text.toWellFormed().replaceAll(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')

/** The key in front of a place, for a comment before it. */
function keyAt(contents: unknown, path: Path): Node | null {
  const parent: unknown = path
    .slice(0, -1)
    .reduce<unknown>((node, part) => (hasParts(node) ? node.get(part, true) : null), contents)
  if (!isMap(parent) || parent.flow === true) return null
  const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
  return isNode(pair?.key) ? pair.key : null
}

interface WithParts {
  get(part: string | number, keepScalar: true): unknown
}

const hasParts = (node: unknown): node is WithParts =>
  typeof node === 'object' && node !== null && 'get' in node && typeof node.get === 'function'
