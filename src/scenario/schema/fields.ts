import { z } from 'zod'
import {
  dataSchema,
  expectSchema,
  matchSchema,
  requestSchema,
  undoRequestSchema,
} from '../request/request-schema.ts'
import type { BlockDoc, FieldDoc } from './docs/block.ts'
import { crowdDocs } from './docs/crowd.ts'
import { requestDocs } from './docs/request.ts'
import { scenarioDocs } from './docs/scenario.ts'
import { systemDocs } from './docs/system.ts'
import { typeDocs } from './docs/types.ts'
import { admission, distribution, scenarioSchema } from './schema.ts'
import { bare, isEvidenced, optionsOf } from './shape.ts'
import type { Schema } from './shape.ts'
import { unitOf } from './words.ts'

/** Every part of a scenario, in the order in which the reference shows them. */
export const blocks: readonly BlockDoc[] = [
  scenarioDocs.scenario,
  crowdDocs.population,
  crowdDocs.arrivals,
  systemDocs.waitingRoom,
  systemDocs.admission,
  systemDocs.journey,
  requestDocs.request,
  requestDocs.answers,
  requestDocs.expect,
  requestDocs.match,
  requestDocs.data,
  requestDocs.undo,
  systemDocs.stack,
  systemDocs.station,
  crowdDocs.behaviour,
  systemDocs.inventory,
  systemDocs.doors,
  scenarioDocs.timeline,
  scenarioDocs.variants,
  scenarioDocs.reported,
  scenarioDocs.cost,
  typeDocs.number,
  typeDocs.distribution,
]

/** Schemas that stand in several places, and the block that describes them. */
const types = new Map<Schema, BlockDoc>([
  [distribution, typeDocs.distribution],
  [admission, systemDocs.admission],
  [undoRequestSchema, requestDocs.request],
  [requestSchema, requestDocs.request],
  [expectSchema, requestDocs.expect],
  [matchSchema, requestDocs.match],
  [dataSchema, requestDocs.data],
])

/** Whether a block describes a type, not one place of a scenario. */
export function isTypeBlock(block: BlockDoc): boolean {
  return block === typeDocs.number || [...types.values()].includes(block)
}

/** The block that describes a value, where it is of a type that stands in several places. */
export function typeOf(schema: Schema): BlockDoc | undefined {
  return types.get(bare(schema))
}

/** One field of the schema with what is said of it. */
export interface Field {
  readonly block: BlockDoc
  /** Within the block: `birthYears.from`. */
  readonly name: string
  /** Of an entry that has kinds (`burst`, `lognormal`): which; else `null`. */
  readonly kind: string | null
  readonly schema: Schema
  /** `undefined` is a fault of ours, which a test finds. */
  readonly doc: FieldDoc | undefined
  /** The JSON schema of the mapping around it. */
  readonly around: JsonSchema
}

/** A node of a JSON schema (draft 7), as far as it is looked at. */
export interface JsonSchema {
  $ref?: string
  allOf?: JsonSchema[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  required?: string[]
  definitions?: Record<string, JsonSchema>
  [keyword: string]: unknown
}

/** The JSON schema as the library makes it: types and bounds, nothing described. */
export function plainJsonSchema(): JsonSchema {
  const metadata = z.registry<{ id: string }>()
  const names = new Map([...types].map(([schema, { path }]) => [path, schema]))
  for (const [id, schema] of names) metadata.add(schema as z.ZodType, { id })
  return z.toJSONSchema(scenarioSchema, {
    io: 'input',
    target: 'draft-7',
    reused: 'ref',
    metadata,
  }) as JsonSchema
}

/** Every field of the scenario; what stands in several places once. */
export function fieldsOf(json: JsonSchema): Field[] {
  const fields: Field[] = []
  const seen = new Set<JsonSchema>()
  const walk = (schema: Schema, given: JsonSchema, at: Place): void => {
    const node = resolved(json, given)
    const option = bare(schema)
    const isMapping = option instanceof z.ZodObject
    if (isMapping && seen.has(node)) return
    if (isMapping) seen.add(node)
    if (option instanceof z.ZodUnion) {
      const nodes = node.anyOf ?? node.oneOf ?? []
      option.options.forEach((one, i) => walk(one, nodes[i] ?? {}, at))
    } else if (option instanceof z.ZodArray) {
      const { element } = option
      walk(element, node.items ?? {}, placeIn(at, `${at.name}[]`, element))
    } else if (isMapping) {
      const place = isEvidenced(option) ? { block: typeDocs.number, name: '', kind: null } : at
      const shape: Readonly<Record<string, Schema>> = option.shape
      for (const [key, inner] of Object.entries(shape)) {
        const kind = kindOf(option) ?? place.kind
        const name = place.name === '' ? key : `${place.name}.${key}`
        const doc = place.block.fields[`${kind ?? ''}.${name}`] ?? place.block.fields[name]
        fields.push({ block: place.block, name, kind, schema: inner, doc, around: node })
        walk(inner, node.properties?.[key] ?? {}, placeIn({ ...place, kind }, name, inner))
      }
    }
  }
  walk(scenarioSchema, json, { block: scenarioDocs.scenario, name: '', kind: null })
  return fields
}

interface Place {
  readonly block: BlockDoc
  readonly name: string
  readonly kind: string | null
}

/** Where a field is described: in the block of its type or of its path, else in the one around it. */
function placeIn({ block, kind }: Place, name: string, schema: Schema): Place {
  const path = block.path === '' ? name : `${block.path}.${name}`
  const own = typeOf(schema) ?? blocks.find((one) => one.path !== '' && one.path === path)
  return own === undefined ? { block, name, kind } : { block: own, name: '', kind: null }
}

function kindOf(option: z.ZodObject): string | null {
  const tag = ['kind', 'dist'].find((key) => key in option.shape)
  const literal: unknown = tag === undefined ? undefined : option.shape[tag]
  return literal instanceof z.ZodLiteral ? String(literal.value) : null
}

function resolved(root: JsonSchema, node: JsonSchema): JsonSchema {
  const ref = node.$ref ?? node.allOf?.[0]?.$ref
  if (ref === undefined) return node
  const name = ref.replace('#/definitions/', '')
  return resolved(root, root.definitions?.[name] ?? {})
}

/** Whether a field holds a number, or several, with or without a distribution around them. */
export function isNumeric(schema: Schema): boolean {
  return optionsOf(schema).some(
    (one) => one instanceof z.ZodNumber || (one instanceof z.ZodArray && isNumeric(one.element)),
  )
}

/** The unit of a numeric field: that of its description, else that of its name. */
export function unitOfField({ name, schema, doc }: Field): string | null {
  if (!isNumeric(schema)) return null
  if (doc?.unit !== undefined) return doc.unit
  return /PerSec$|^perSec$/.test(name.split('.').at(-1) ?? '') ? 'per second' : unitOf(name)
}
