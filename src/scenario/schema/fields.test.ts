import { z } from 'zod'
import { expect, test } from 'vitest'
import { blocks, fieldsOf, isNumeric, plainJsonSchema, unitOfField, type Field } from './fields.ts'
import { defaultOf, isOptional } from './shape.ts'
import { typeDocs } from './docs/types.ts'

const fields = fieldsOf(plainJsonSchema())
const nameOf = ({ block, kind, name }: Field) => `${block.title}: ${kind ?? ''} ${name}`
const namesOf = (faulty: readonly Field[]) => faulty.map(nameOf)

test('every field is described in sentences, and every description belongs to a field', () => {
  expect(fields.length).toBeGreaterThan(200)
  expect(namesOf(fields.filter(({ doc }) => doc === undefined))).toEqual([])
  const used = new Set(fields.map(({ doc }) => doc))
  const docs = blocks.flatMap(({ title, fields: all }) =>
    Object.entries(all).map(([name, doc]) => ({ name: `${title}: ${name}`, doc })),
  )
  expect(docs.filter(({ doc }) => !used.has(doc))).toEqual([])
  expect(docs.filter(({ doc }) => !/^[A-Z\d`].*[.]$/s.test(doc.means))).toEqual([])
})

test('every number has a unit, and nothing else has one', () => {
  const numbers = fields.filter(({ schema }) => isNumeric(schema))
  expect(numbers.length).toBeGreaterThan(100)
  expect(namesOf(numbers.filter((field) => unitOfField(field) === null))).toEqual([])
  const others = fields.filter(({ schema, doc }) => doc?.unit !== undefined && !isNumeric(schema))
  expect(namesOf(others)).toEqual([])
})

test('a unit is that of the name where the description has none', () => {
  const unit = (title: string, name: string) => {
    const field = fields.find((one) => one.block.title === title && one.name === name)
    return field === undefined ? 'no such field' : unitOfField(field)
  }
  expect(unit('Journey', 'timeoutMs')).toBe('milliseconds')
  expect(unit('Arrivals', 'forSec')).toBe('seconds')
  expect(unit('Admission', 'perSec')).toBe('per second')
  expect(unit('Stack', 'instances')).toBe('instances')
  expect(unit('Scenario', 'name')).toBe(null)
})

test('what holds where an optional field is left out is said: a default or a description', () => {
  const unsaid = fields.filter(
    ({ schema, doc }) =>
      isOptional(schema) && defaultOf(schema) === undefined && doc?.absent === undefined,
  )
  expect(namesOf(unsaid)).toEqual([])
})

test('every example is valid where it stands', () => {
  const wrong = fields.filter(
    // The parts of a number with evidence stand within whatever bounds the field has.
    ({ block, schema, doc }) =>
      block !== typeDocs.number && !z.safeParse(schema, doc?.example).success,
  )
  expect(namesOf(wrong)).toEqual([])
})
