import { z } from 'zod'
import { isScalar, parseDocument } from 'yaml'
import type { Fault } from '../../core/errors.ts'
import { parsePath, pathText } from '../path.ts'
import type { Path } from '../path.ts'
import { isMapping } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { scenarioSchema } from '../schema/schema.ts'
import { defaultOf, discriminatorOf, fieldOf, meant, optionsOf } from '../schema/shape.ts'
import type { Schema } from '../schema/shape.ts'
import { nearest } from '../schema/words.ts'

/** What files extend is settled before anything is set. */
const settable = scenarioSchema.omit({ extends: true })

/** A changed copy of a document, or why it cannot be changed so. */
export type SetResult = { ok: true; document: Mapping } | { ok: false; faults: Fault[] }

/**
 * Applies `path=value` texts in their order to a copy, leaving out those that have a fault, so that the
 * rest can be checked as well. A value is read as YAML (a scalar or a flow collection). The path must be
 * one of the schema; the document need not have the field yet.
 */
export function applySets(
  document: Mapping,
  sets: readonly string[],
): { document: Mapping; faults: Fault[] } {
  const faults: Fault[] = []
  let current = document
  for (const set of sets) {
    const equals = set.indexOf('=')
    const pathPart = (equals < 0 ? set : set.slice(0, equals)).trim()
    const option = `--set ${pathPart}`
    if (equals < 0) {
      faults.push({ path: option, message: 'must be <path>=<value>, such as stack.instances=10' })
      continue
    }
    const value = readValue(set.slice(equals + 1))
    if ('message' in value) {
      faults.push({ path: option, message: value.message })
      continue
    }
    const result = setField(current, pathPart, value.value)
    if ('message' in result) faults.push({ path: option, message: result.message })
    else current = result.document
  }
  return { document: current, faults }
}

function readValue(text: string): { value: unknown } | { message: string } {
  const trimmed = text.trim()
  const yaml = parseDocument(trimmed, { prettyErrors: false, logLevel: 'error' })
  const isFlow = /^[[{"']/.test(trimmed)
  const [error] = [...yaml.errors, ...yaml.warnings]
  // A sentence with a colon in it is text here, not a mapping.
  if (!isFlow && (error !== undefined || !isScalar(yaml.contents))) {
    return { value: trimmed === '' ? null : trimmed }
  }
  if (error !== undefined) return { message: `the value cannot be read: ${error.message}` }
  try {
    return { value: yaml.toJS({ maxAliasCount: 0 }) }
  } catch {
    return { message: 'the value cannot be read: aliases are not allowed here' }
  }
}

/**
 * A copy of the document with one field set, or the message of a fault. A value with evidence that is
 * set to a mapping without a label keeps its label; set to a number it becomes a plain number.
 */
export function setField(
  document: Mapping,
  pathGiven: string,
  value: unknown,
): { document: Mapping } | { message: string } {
  const path = parsePath(pathGiven)
  if (path === null) {
    return { message: 'not a path; write one such as stack.instances or arrivals[0].share' }
  }
  const result = put({ schema: settable, current: document }, { path, depth: 0, value })
  if ('message' in result) return result
  return isMapping(result.value) ? { document: result.value } : { message: 'no such field' }
}

interface Place {
  readonly schema: Schema
  readonly current: unknown
}
interface Change {
  readonly path: Path
  readonly depth: number
  readonly value: unknown
}
type Put = { value: unknown } | { message: string }

function put(place: Place, change: Change): Put {
  const { path, depth, value } = change
  const head = path[depth]
  if (head === undefined) return { value: withLabel(place.current, value) }
  const base = place.current ?? defaultOf(place.schema)
  if (typeof head === 'number') return putIntoList(place.schema, base, change)
  const free = meant(place.schema, base ?? {})
  if (free instanceof z.ZodUnknown || free instanceof z.ZodRecord) {
    const schema = free instanceof z.ZodRecord ? free.valueType : free
    return putIntoMapping({ schema, current: isMapping(base) ? base : {} }, head, change)
  }
  const option = optionWith(place.schema, base, head)
  const field = option === null ? undefined : fieldOf(option, head)
  if (option === null || field === undefined) return { message: noField(place, base, change) }
  const kept = Object.entries(isMapping(base) ? base : {}).filter(([key]) =>
    Object.hasOwn(option.shape, key),
  )
  return putIntoMapping({ schema: field, current: Object.fromEntries(kept) }, head, change)
}

function putIntoList(schema: Schema, base: unknown, change: Change): Put {
  const { path, depth } = change
  const index = Number(path[depth])
  const list = optionsOf(schema).find((option) => option instanceof z.ZodArray)
  const where = pathText(path.slice(0, depth))
  if (list === undefined) return { message: `no such field; ${where} is not a list` }
  const items: unknown[] = Array.isArray(base) ? base : []
  if (index >= items.length) {
    const last = items.length === 0 ? 'is empty' : `ends with ${where}[${items.length - 1}]`
    return { message: `no such entry; ${where} ${last}` }
  }
  const inner = put(
    { schema: list.element, current: items[index] },
    { ...change, depth: depth + 1 },
  )
  return 'message' in inner ? inner : { value: items.with(index, inner.value) }
}

/** `schema` is that of the field `head`, `current` the mapping around it. */
function putIntoMapping(
  { schema, current }: { schema: Schema; current: Mapping },
  head: string,
  change: Change,
): Put {
  const existing = Object.hasOwn(current, head) ? current[head] : undefined
  const inner = put({ schema, current: existing }, { ...change, depth: change.depth + 1 })
  return 'message' in inner ? inner : { value: { ...current, [head]: inner.value } }
}

/**
 * The option of the schema that has the field: the one that the document already means, else (where
 * nothing like `kind` tells the options apart) the first that has it, as in `admission.maxInside`.
 */
function optionWith(schema: Schema, base: unknown, head: string): z.ZodObject | null {
  const options = optionsOf(schema).filter((option) => option instanceof z.ZodObject)
  const withField = options.filter((option) => Object.hasOwn(option.shape, head))
  const present = meant(schema, base ?? {})
  const isTagged = discriminatorOf(schema) !== null && isMapping(base)
  return withField.find((option) => option === present) ?? (isTagged ? null : withField[0]) ?? null
}

function noField({ schema }: Place, base: unknown, { path, depth }: Change): string {
  const present = meant(schema, base ?? {})
  const option =
    present instanceof z.ZodObject
      ? present
      : optionsOf(schema).find((one) => one instanceof z.ZodObject)
  const known = option === undefined ? [] : Object.keys(option.shape)
  if (known.length === 0) return `no such field; ${pathText(path.slice(0, depth))} has none`
  const near = nearest(String(path[depth]), known)
  if (near === null) return `no such field; known here: ${known.join(', ')}`
  const meantPath = pathText([...path.slice(0, depth), near, ...path.slice(depth + 1)])
  return `no such field; did you mean ${meantPath}?`
}

function withLabel(old: unknown, value: unknown): unknown {
  const isNumberMapping = isMapping(value) && ('value' in value || 'mid' in value)
  if (!isNumberMapping || !isMapping(old) || 'evidence' in value) return value
  if (!('evidence' in old)) return value
  const { evidence, source } = old
  return { evidence, ...(source === undefined ? {} : { source }), ...value }
}
