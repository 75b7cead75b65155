import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fieldsOf, plainJsonSchema } from '../../scenario/schema/fields.ts'
import { scenarioReference } from './scenario-reference.ts'

const fields = fieldsOf(plainJsonSchema())
const page = scenarioReference(fields)

test('the committed reference is that of the code: npm run schema', () => {
  const committed = new URL('../../../docs/reference/scenario.md', import.meta.url)
  expect(readFileSync(committed, 'utf8')).toBe(page)
})

test('every field has a row, with type, unit, default, example and meaning', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `'))
  const missing = fields.filter(({ name }) => !rows.some((row) => row.startsWith(`| \`${name}`)))
  expect(missing.map(({ name }) => name)).toEqual([])
  const at = (start: string) => rows.find((row) => row.startsWith(start))
  expect(at('| `people`')).toBe(
    '| `people` | whole number, between 1 and 10000000000 | people | required | `20000` | People who may book. |',
  )
  expect(at('| `timeoutMs`')).toContain(
    '| number, more than 0 | milliseconds | `10000` | `10000` |',
  )
  expect(at('| `forSec` (early')).toContain('(early, burst, ramp, constant) | number, more than 0')
  expect(at('| `serviceMs`')).toBeUndefined()
  expect(at('| `visits[].serviceMs`')).toContain('number or [distributions](#distributions)')
})
