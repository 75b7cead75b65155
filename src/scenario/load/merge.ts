import { z } from 'zod'
import type { Fault } from '../../core/errors.ts'
import { pathText } from '../path.ts'
import type { Path } from '../path.ts'
import { isMapping } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { scenarioSchema } from '../schema/schema.ts'
import { discriminatorOf, fieldOf, isEvidenced, meant, optionsOf } from '../schema/shape.ts'
import type { Schema } from '../schema/shape.ts'
import { show } from '../schema/words.ts'
import { childOrigin, type Origin } from './origin.ts'

/**
 * Lists whose entries are merged by a name, and the field that holds it. All other lists are replaced
 * as a whole.
 */
export const namedLists: Readonly<Record<string, string>> = {
  journey: 'step',
  'stack.stations': 'name',
  doors: 'name',
  variants: 'name',
  reported: 'id',
}

/** What `$patch` may say: `delete` removes the part, `replace` keeps nothing of the base's part. */
const patches = ['delete', 'replace']

/** A value with where it is stated. */
export interface Stated<Value = unknown> {
  readonly value: Value
  readonly origin: Origin
}

/** A fault of merging, and its path in the extending file. */
interface MergeFault {
  readonly path: Path
  readonly fault: Fault
}

export interface Merged extends Stated<Mapping> {
  readonly faults: readonly MergeFault[]
}

interface Place {
  /** `undefined`: a field that the schema does not know. */
  readonly schema: Schema | undefined
  /** Names of the fields around it, positions left out: `stack.stations`. */
  readonly name: string
  readonly faults: MergeFault[]
}

/**
 * A base with what an extending document states in its place: mappings are merged, named lists are
 * merged by name, everything else is replaced. A number with its evidence is one value, and a mapping
 * of another kind (`dist`, `kind`, another way of admission) replaces that of the base.
 */
export function mergeDocuments(base: Stated<Mapping>, over: Stated<Mapping>): Merged {
  const faults: MergeFault[] = []
  const place = { schema: scenarioSchema, name: '', faults }
  return { ...mergeMappings(base, over, place), faults }
}

function merge(base: Stated, over: Stated, place: Place): Stated {
  if (isMapping(over.value) && '$patch' in over.value) return withoutPatch(over)
  if (isMappingAt(base) && isMappingAt(over)) {
    return isMerged(place.schema, base.value, over.value) ? mergeMappings(base, over, place) : over
  }
  const key = namedLists[place.name]
  if (key === undefined || !isListAt(base) || !isListAt(over)) return over
  return mergeLists(base, over, { ...place, key })
}

const isMappingAt = (given: Stated): given is Stated<Mapping> => isMapping(given.value)
const isListAt = (given: Stated): given is Stated<unknown[]> => Array.isArray(given.value)

/** Whether the two are of one kind, so that they are merged. */
function isMerged(schema: Schema | undefined, base: Mapping, over: Mapping): boolean {
  if (schema === undefined) return false
  const option = meant(schema, base)
  if (option instanceof z.ZodRecord) return true
  if (!(option instanceof z.ZodObject)) return false
  if (isEvidenced(option) || isEvidenced(meant(schema, over))) return false
  const tag = discriminatorOf(schema)
  if (tag !== null) return over[tag.key] === undefined || over[tag.key] === base[tag.key]
  const isChoice = optionsOf(schema).filter((one) => one instanceof z.ZodObject).length > 1
  return !isChoice || Object.keys(over).every((key) => fieldOf(option, key) !== undefined)
}

function mergeMappings(
  base: Stated<Mapping>,
  over: Stated<Mapping>,
  { schema, name, faults }: Place,
): Stated<Mapping> {
  const option = schema === undefined ? undefined : meant(schema, base.value)
  const fields = new Map(Object.keys(base.value).map((key) => [key, partOf(base, key)]))
  for (const key of Object.keys(over.value)) {
    const given = partOf(over, key)
    const known = fields.get(key)
    if (isRemoved(given, faults)) {
      if (fields.delete(key)) continue
      const message = 'cannot be removed: the base has no such field'
      faults.push(faultAt(given.origin.path, message))
    } else if (known === undefined) {
      fields.set(key, withoutPatch(given))
    } else {
      const place = { schema: schemaOf(option, key), name: name === '' ? key : `${name}.${key}` }
      fields.set(key, merge(known, given, { ...place, faults }))
    }
  }
  const parts = new Map([...fields].map(([key, { origin }]) => [key, origin]))
  return {
    value: Object.fromEntries([...fields].map(([key, { value }]) => [key, value])),
    origin: { ...over.origin, parts },
  }
}

function schemaOf(option: Schema | undefined, key: string): Schema | undefined {
  if (option instanceof z.ZodRecord) return option.valueType
  return option instanceof z.ZodObject ? fieldOf(option, key) : undefined
}

function mergeLists(
  base: Stated<unknown[]>,
  over: Stated<unknown[]>,
  { schema, name, faults, key }: Place & { key: string },
): Stated {
  const isReplacement = (entry: unknown) =>
    isMapping(entry) && entry['$patch'] === 'replace' && Object.keys(entry).length === 1
  const given = over.value.map((_entry, i) => partOf(over, i))
  if (over.value.some(isReplacement)) {
    return listOf(
      given.filter(({ value }) => !isReplacement(value)),
      over.origin,
    )
  }
  const array = schema === undefined ? undefined : meant(schema, base.value)
  const element = array instanceof z.ZodArray ? array.element : undefined
  const entries: (Stated | null)[] = base.value.map((_entry, i) => partOf(base, i))
  const namesTaken = new Set<string>()
  for (const entry of given) {
    const id = nameOf(entry.value, key)
    // A second entry of one name stays, so that the check for unique names finds it.
    const isFirst = id !== null && !namesTaken.has(id)
    const at = isFirst
      ? entries.findIndex((one) => one !== null && nameOf(one.value, key) === id)
      : -1
    if (id !== null) namesTaken.add(id)
    const known = entries[at]
    if (isRemoved(entry, faults)) {
      if (at >= 0) entries[at] = null
      else faults.push(faultAt(entry.origin.path, noEntry(key, id)))
    } else if (known === undefined || known === null) {
      entries.push(withoutPatch(entry))
    } else entries[at] = merge(known, entry, { schema: element, name: `${name}[]`, faults })
  }
  return listOf(
    entries.filter((entry) => entry !== null),
    over.origin,
  )
}

function noEntry(key: string, id: string | null): string {
  return id === null
    ? `must name the entry to remove: { ${key}: …, $patch: delete }`
    : `cannot be removed: the base has no entry with ${key}: ${id}`
}

function nameOf(entry: unknown, key: string): string | null {
  const name = isMapping(entry) ? entry[key] : undefined
  return typeof name === 'string' ? name : null
}

function listOf(entries: readonly Stated[], { link, path }: Origin): Stated {
  return {
    value: entries.map(({ value }) => value),
    origin: { link, path, parts: new Map(entries.map(({ origin }, i) => [i, origin])) },
  }
}

function partOf({ value, origin }: Stated<Mapping | unknown[]>, part: string | number): Stated {
  return { value: Reflect.get(value, part), origin: childOrigin(origin, part) }
}

function isRemoved({ value, origin }: Stated, faults: MergeFault[]): boolean {
  if (value === null) return true
  if (!isMapping(value) || !('$patch' in value)) return false
  const { $patch } = value
  if (typeof $patch === 'string' && patches.includes($patch)) return $patch === 'delete'
  const message = `must be delete or replace, got ${show($patch)}`
  faults.push(faultAt([...origin.path, '$patch'], message))
  return false
}

function faultAt(path: Path, message: string): MergeFault {
  return { path, fault: { path: pathText(path), message } }
}

function withoutPatch(given: Stated): Stated {
  if (!isMapping(given.value)) return given
  const { $patch: _patch, ...value } = given.value
  return { ...given, value }
}
