import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Path } from '../path.ts'
import { atJsonPath } from './json-path.ts'
import { jsonTextAt } from './json-text.ts'

describe('how a value is written', () => {
  test.each<[string, Path, string | null]>([
    ['12', [], '12'],
    [' -0 ', [], '-0'],
    ['{"a":1e400}', ['a'], '1e400'],
    ['{ "a" : [ 1 , 2.50 ] }', ['a', 1], '2.50'],
    ['{"a":1,"a":2}', ['a'], '2'],
    [String.raw`{"\u0061":"\"}","b":[{"c":3}]}`, ['b', 0, 'c'], '3'],
    [String.raw`{"\u0061":17}`, ['a'], '17'],
    ['{"a":{"b":[[],{}]}}', ['a'], '{"b":[[],{}]}'],
    ['{}', ['a'], null],
    ['[]', [0], null],
    ['[1]', [1], null],
    ['{"a":1}', [0], null],
    ['[1]', ['0'], null],
    ['7', ['a'], null],
    ['{"__proto__":5}', ['__proto__'], '5'],
  ])('%s at %j: %j', (text, path, expected) => {
    expect(jsonTextAt(text, path)).toBe(expected)
  })

  test('law: what is written there is what is there', () => {
    const path = fc.array(fc.oneof(fc.nat(2), fc.constantFrom('a', 'b', '')), { maxLength: 3 })
    const value = fc.jsonValue({ maxDepth: 4 })
    const nested = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        value,
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom('a', 'b', ''), tie('node')),
      ),
    })).node
    fc.assert(
      fc.property(nested, path, fc.boolean(), (given, at, isSpaced) => {
        const text = JSON.stringify(given, null, isSpaced ? 2 : 0)
        const found = jsonTextAt(text, at)
        const expected = atJsonPath(JSON.parse(text), at)
        expect(found === null ? undefined : JSON.parse(found)).toEqual(expected)
      }),
    )
  })
})
