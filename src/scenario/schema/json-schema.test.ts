import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scenarioJsonSchema, scenarioJsonSchemaText } from './json-schema.ts'

const committed = new URL('../../../scenarios/scenario.schema.json', import.meta.url)

test('the committed schema is that of the code', () => {
  expect(readFileSync(committed, 'utf8')).toBe(scenarioJsonSchemaText())
})

test('it has a title, no $id, and allows no unknown field', () => {
  const schema = scenarioJsonSchema()
  expect(schema).toMatchObject({
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'dambreak scenario',
    additionalProperties: false,
    required: [
      'name',
      'opensAt',
      'endsAt',
      'population',
      'arrivals',
      'waitingRoom',
      'journey',
      'stack',
    ],
  })
  expect(JSON.stringify(schema)).not.toContain('"$id"')
})
