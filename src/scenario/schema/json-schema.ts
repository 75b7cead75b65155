import { z } from 'zod'
import { isMapping } from '../plain.ts'
import { fieldsOf, plainJsonSchema, unitOfField, type Field, type JsonSchema } from './fields.ts'
import { defaultOf } from './shape.ts'

/**
 * The JSON schema of a scenario document, for editors; draft 7, which all of them read. A document
 * that extends another is held to `changes`: the same fields, none of them required, and `null` or
 * `$patch` to remove one.
 */
export function scenarioJsonSchema(): JsonSchema {
  const { $schema, definitions = {}, ...scenario } = describedJsonSchema()
  const changes = changesOf(scenario, definitions)
  return {
    $schema,
    title: 'dambreak scenario',
    type: 'object',
    if: { required: ['extends'] },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON schema
    then: { $ref: '#/definitions/changes' },
    else: { $ref: '#/definitions/scenario' },
    definitions: { scenario, ...definitions, ...changes },
  }
}

/** The text of `scenarios/scenario.schema.json`. */
export function scenarioJsonSchemaText(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 1)}\n`
}

/** Types and bounds of the schema with what each field means, its default and an example. */
function describedJsonSchema(): JsonSchema {
  const json = plainJsonSchema()
  for (const field of fieldsOf(json)) {
    const { properties } = field.around
    const key = field.name.split('.').at(-1) ?? ''
    const node = properties?.[key]
    if (properties === undefined || node === undefined) continue
    // Draft 7 ignores what stands beside a `$ref`.
    const type = node.$ref === undefined ? node : { allOf: [{ $ref: node.$ref }] }
    const preset = defaultOf(field.schema)
    const example = exampleOf(field)
    properties[key] = {
      description: descriptionOf(field),
      ...(preset === undefined ? {} : { default: preset }),
      ...(example === undefined ? {} : { examples: [example] }),
      ...type,
    }
  }
  return json
}

/** What the field means, its unit, and what holds where it is left out. */
function descriptionOf(field: Field): string {
  const { doc } = field
  const unit = unitOfField(field)
  const parts = [
    doc?.means ?? '',
    ...(unit === null ? [] : [`Unit: ${unit}.`]),
    ...(doc?.absent === undefined ? [] : [`If absent: ${doc.absent}`]),
  ]
  return parts.join(' ')
}

/** Numbers with evidence stand where other bounds hold: their example is one that fits. */
function exampleOf({ schema, doc }: Field): unknown {
  return [doc?.example, 1, 2000].find((example) => z.safeParse(schema, example).success)
}

const patch: JsonSchema = {
  description: '`delete` removes this part of the base, `replace` keeps nothing of it.',
  enum: ['delete', 'replace'],
}

/** The definitions of what an extending document may state; numbers with evidence stay whole. */
function changesOf(
  scenario: JsonSchema,
  definitions: Readonly<Record<string, JsonSchema>>,
): Record<string, JsonSchema> {
  const made: Record<string, JsonSchema> = {}
  const change = (node: JsonSchema): JsonSchema => {
    const ref = (node.$ref ?? node.allOf?.[0]?.$ref)?.replace('#/definitions/', '')
    if (ref !== undefined) {
      const target = definitions[ref] ?? {}
      if (!hasMappings(target)) return node
      const name = `${ref}-changes`
      if (made[name] === undefined) {
        made[name] = {}
        made[name] = change(target)
      }
      const { $ref: _ref, allOf: _allOf, ...rest } = node
      return { ...rest, allOf: [{ $ref: `#/definitions/${name}` }] }
    }
    if (!hasMappings(node)) return node
    const { required: _required, oneOf, anyOf = oneOf, items, properties, ...rest } = node
    return {
      ...rest,
      ...(anyOf === undefined ? {} : { anyOf: anyOf.map(change) }),
      ...(items === undefined ? {} : { items: change(items) }),
      ...(properties === undefined ? {} : { properties: changedFields(properties, change) }),
      ...(isMapping(rest.additionalProperties)
        ? { additionalProperties: orNull(rest.additionalProperties) }
        : {}),
    }
  }
  made['changes'] = change(scenario)
  return made
}

function changedFields(
  properties: Readonly<Record<string, JsonSchema>>,
  change: (node: JsonSchema) => JsonSchema,
): Record<string, JsonSchema> {
  const fields = Object.entries(properties).map(([key, node]): [string, JsonSchema] => {
    const { description, default: preset, examples, ...type } = change(node)
    const about = { description, default: preset, examples }
    return [key, { ...about, ...orNull(type) }]
  })
  return { ...Object.fromEntries(fields), $patch: patch }
}

const orNull = (type: JsonSchema): JsonSchema => ({ anyOf: [type, { type: 'null' }] })

/** Whether there is anything in it that could be left out; a number with evidence is one value. */
function hasMappings(node: JsonSchema): boolean {
  const options = node.anyOf ?? node.oneOf ?? []
  if (options.some(({ properties }) => properties?.['evidence'] !== undefined)) return false
  if (node.properties !== undefined || isMapping(node.additionalProperties)) return true
  return (
    node.items !== undefined || options.some((one) => one.$ref === undefined && hasMappings(one))
  )
}
