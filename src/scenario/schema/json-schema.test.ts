import { readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { isMapping, type Mapping } from '../plain.ts'
import { editedDocument, smallDocument } from '../testing/small-document.ts'
import { scenarioJsonSchema, scenarioJsonSchemaText } from './json-schema.ts'

const shipped = new URL('../../../scenarios/', import.meta.url)
const schema = scenarioJsonSchema()
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false })
const validate = ajv.addSchema(schema, 'scenario').compile(schema)

test('the committed schema is that of the code: npm run schema', () => {
  const committed = readFileSync(new URL('scenario.schema.json', shipped), 'utf8')
  expect(committed).toBe(scenarioJsonSchemaText())
})

test('it is draft 7, with a title and no $id', () => {
  expect(schema).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'dambreak scenario',
  })
  expect(JSON.stringify(schema)).not.toContain('"$id"')
})

describe('an editor that goes by it', () => {
  const names = readdirSync(shipped).filter((name) => name.endsWith('.yaml'))
  test.each(names)('finds no fault in %s', (name) => {
    expect(validate(parse(readFileSync(new URL(name, shipped), 'utf8')))).toBe(true)
  })

  test('finds missing, unknown and wrong fields of a scenario that stands by itself', () => {
    expect(validate(smallDocument())).toBe(true)
    expect(validate(editedDocument({ stack: undefined }))).toBe(false)
    expect(validate(editedDocument({ 'stack.instance': 2 }))).toBe(false)
    expect(validate(editedDocument({ 'population.people': 'many' }))).toBe(false)
    expect(validate(editedDocument({ 'stack.bootSec': null }))).toBe(false)
  })

  test('finds unknown and wrong fields of one that extends another, and misses none', () => {
    const changes = {
      extends: './base.yaml',
      population: { people: 5 },
      waitingRoom: { pollSec: { front: 1 }, failOpen: null, admission: { maxInside: 3 } },
      journey: [
        { step: 'form', $patch: 'delete' },
        { step: 'book', thinkSec: { mean: 4 }, request: { headers: { accept: null } } },
      ],
      stack: { stations: [{ name: 'web', slots: 3 }] },
      cost: { $patch: 'replace', currency: 'EUR' },
      timeline: null,
    }
    expect(validate(changes)).toBe(true)
    expect(validate({ ...changes, stak: {} })).toBe(false)
    expect(validate({ ...changes, stack: { stations: [{ name: 'web', slot: 3 }] } })).toBe(false)
    expect(validate({ ...changes, population: { people: 'many' } })).toBe(false)
    expect(validate({ ...changes, cost: { $patch: 'merge' } })).toBe(false)
    // A number with its evidence is one value.
    expect(validate({ ...changes, population: { people: { low: 1 } } })).toBe(false)
  })
})

/** Every field of the schema, with the JSON pointer to it. */
function properties(node: unknown, pointer: string): [string, Mapping][] {
  if (Array.isArray(node)) return node.flatMap((one, i) => properties(one, `${pointer}/${i}`))
  if (!isMapping(node)) return []
  return Object.entries(node).flatMap(([key, inner]): [string, Mapping][] => {
    // Defaults and examples are data.
    if (key === 'default' || key === 'examples') return []
    const fields: [string, unknown][] =
      key === 'properties' && isMapping(inner) ? Object.entries(inner) : []
    const own = fields.flatMap(([name, field]): [string, Mapping][] =>
      isMapping(field) ? [[`${pointer}/properties/${name}`, field]] : [],
    )
    return [...own, ...properties(inner, `${pointer}/${key}`)]
  })
}

test('every field of it has a description and an example, and its examples are valid', () => {
  const fields = properties(schema, '').filter(([pointer]) => !pointer.endsWith('/$patch'))
  expect(fields.length).toBeGreaterThan(300)
  const bare = fields.filter(([, { description, examples }]) => {
    return typeof description !== 'string' || description.length < 4 || !Array.isArray(examples)
  })
  expect(bare.map(([pointer]) => pointer)).toEqual([])
  const wrong = fields.filter(([pointer, { examples }]) => {
    // By reference, so that what fields have in common is compiled once.
    const check = ajv.compile({ $ref: `scenario#${encodeURI(pointer)}` })
    return Array.isArray(examples) && examples.some((example) => !check(example))
  })
  expect(wrong.map(([pointer]) => pointer)).toEqual([])
})
