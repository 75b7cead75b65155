import { expect, test } from 'vitest'
import { atJsonPath, readJsonPath } from './json-path.ts'

test.each([
  ['$', []],
  ['$.a.b[0].c', ['a', 'b', 0, 'c']],
  ['$[2]', [2]],
  ['$["a b"].c', ['a b', 'c']],
  ['a', null],
  ['$a', null],
  ['$.', null],
  ['$.a b', null],
  ['$..a', null],
  ['$.[0]', null],
  ['$[x]', null],
])('%s', (text, path) => {
  expect(readJsonPath(text)).toEqual(path)
})

test('finds what is there, and nothing that every object has', () => {
  const value = { a: [{ b: null }, 'x'], length: 0 }
  expect(atJsonPath(value, [])).toBe(value)
  expect(atJsonPath(value, ['a', 0, 'b'])).toBeNull()
  expect(atJsonPath(value, ['a', 1])).toBe('x')
  for (const path of [['a', 2], ['a', 'length'], ['a', 1, 0], ['toString'], ['b', 'c'], [0]]) {
    expect(atJsonPath(value, path)).toBeUndefined()
  }
})
