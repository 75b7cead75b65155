import { expect, test } from 'vitest'
import { z } from 'zod'
import { namedRecord } from './named-record.ts'

test('every name is kept, and faults have the path to their value', () => {
  const schema = z.strictObject({ steps: namedRecord(z.strictObject({ count: z.int() })) })
  const given: unknown = JSON.parse('{"steps":{"__proto__":{"count":1},"constructor":{"count":2}}}')
  const { steps } = schema.parse(given)
  expect(Object.entries(steps)).toEqual([
    ['__proto__', { count: 1 }],
    ['constructor', { count: 2 }],
  ])
  const wrong = schema.safeParse({ steps: { a: { count: 'x' } } })
  expect(wrong.error?.issues).toMatchObject([{ path: ['steps', 'a', 'count'] }])
  expect(schema.safeParse({ steps: [] }).error?.issues).toMatchObject([{ path: ['steps'] }])
})
