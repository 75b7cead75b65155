import { z } from 'zod'
import type { Path } from '../path.ts'
import { isMapping } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { nearest } from './words.ts'

/** Walking the schema beside a document: which option of a union a value means, what it may hold. */
export type Schema = z.core.$ZodType

/** The schema inside defaults, optionals and transforms. */
export function bare(schema: Schema): Schema {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return bare(schema.unwrap())
  }
  return schema instanceof z.ZodPipe ? bare(schema.in) : schema
}

/** The options of a union, and of the unions in it; a schema that is no union is its own. */
export function optionsOf(schema: Schema): Schema[] {
  const inner = bare(schema)
  return inner instanceof z.ZodUnion ? inner.options.flatMap(optionsOf) : [inner]
}

/** What stands where a document says nothing, as one would have written it. */
export function defaultOf(schema: Schema): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    return schema.def.defaultValue
  }
  return schema instanceof z.ZodOptional ? defaultOf(schema.unwrap()) : undefined
}

const optional = new WeakMap<Schema, boolean>()

/** Whether the field may be left out; asked often, so remembered for each schema. */
export function isOptional(schema: Schema): boolean {
  const known = optional.get(schema)
  if (known !== undefined) return known
  const answer = z.safeParse(schema, undefined).success
  optional.set(schema, answer)
  return answer
}

/** The one option that the author evidently meant by `value`; never a union. */
export function meant(schema: Schema, value: unknown): Schema {
  const options = optionsOf(schema)
  const [first] = options
  if (first === undefined || options.length === 1) return first ?? bare(schema)
  if (!isMapping(value)) return options.find((option) => isOfKind(option, value)) ?? first
  const objects = options.filter((option) => option instanceof z.ZodObject)
  // Misspelt names are weighed only where no option knows all of them: that is slow.
  const fitting = objects.filter((option) => knowsAll(option, value))
  let best: Schema = first
  let bestScore = -Infinity
  for (const option of fitting.length > 0 ? fitting : objects) {
    const score = likeness(option, value)
    if (score > bestScore) {
      best = option
      bestScore = score
    }
  }
  return best
}

/** The schema of a field, or `undefined` where the option has none of that name. */
export function fieldOf(option: z.ZodObject, key: string): Schema | undefined {
  const shape: Readonly<Record<string, Schema>> = option.shape
  return Object.hasOwn(shape, key) ? shape[key] : undefined
}

/** Whether the option is a number written with its evidence. */
export function isEvidenced(option: Schema): boolean {
  return option instanceof z.ZodObject && fieldOf(option, 'evidence') !== undefined
}

function knowsAll(option: z.ZodObject, value: Mapping): boolean {
  return Object.entries(value).every(([key, given]) => {
    const field = fieldOf(option, key)
    return field instanceof z.ZodLiteral ? field.safeParse(given).success : field !== undefined
  })
}

function isOfKind(option: Schema, value: unknown): boolean {
  if (typeof value === 'number') return option instanceof z.ZodNumber
  if (typeof value === 'string') return option instanceof z.ZodString || option instanceof z.ZodEnum
  if (typeof value === 'boolean') return option instanceof z.ZodBoolean
  return Array.isArray(value) && option instanceof z.ZodArray
}

/** How well a mapping fits: known fields count, a literal that agrees decides. */
function likeness(option: z.ZodObject, value: Mapping): number {
  let score = 0
  const known = Object.keys(option.shape)
  for (const [key, given] of Object.entries(value)) {
    const field = fieldOf(option, key)
    if (field === undefined) score += nearest(key, known) === null ? -1 : 0.5
    else if (!(field instanceof z.ZodLiteral)) score += 2
    else score += field.safeParse(given).success ? 20 : 1
  }
  for (const key of known) {
    const field = fieldOf(option, key)
    if (value[key] === undefined && field !== undefined && !isOptional(field)) score -= 1
  }
  return score
}

/** The field whose literal tells the options apart (`kind`, `dist`), with all its values. */
export function discriminatorOf(schema: Schema): { key: string; values: string[] } | null {
  const objects = optionsOf(schema).filter((option) => option instanceof z.ZodObject)
  for (const key of ['kind', 'dist']) {
    const values = objects.flatMap((option) => {
      const field = fieldOf(option, key)
      return field instanceof z.ZodLiteral ? [...field.values].map(String) : []
    })
    if (values.length > 1) return { key, values }
  }
  return null
}

/** A number of a document that carries evidence. */
export interface EvidencedNode {
  readonly path: Path
  readonly node: Mapping
  /** What the field allows. */
  readonly number: z.ZodNumber
}

/** Every number with evidence, in the order of the document; text and free data are passed over. */
export function evidencedNodes(schema: Schema, value: unknown, path: Path = []): EvidencedNode[] {
  const option = meant(schema, value)
  if (option instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((item, i) => evidencedNodes(option.element, item, [...path, i]))
  }
  if (!(option instanceof z.ZodObject) || !isMapping(value)) return []
  const number = fieldOf(option, 'mid') ?? fieldOf(option, 'value')
  if (isEvidenced(option) && number instanceof z.ZodNumber) return [{ path, node: value, number }]
  return Object.entries(value).flatMap(([key, inner]) => {
    const field = fieldOf(option, key)
    return field === undefined ? [] : evidencedNodes(field, inner, [...path, key])
  })
}
