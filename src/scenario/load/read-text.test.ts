import { describe, expect, test } from 'vitest'
import { readJson } from './read-text.ts'

describe('a fault of JSON has its line and column', () => {
  test.each([
    ['{"a":\n  ]', "line 2, column 3: Unexpected token ']'"],
    ['{\n  "a": [1,\n 2,]\n}', "line 3, column 3: Unexpected token ']'"],
    ['{"a": b}', "line 1, column 7: Unexpected token 'b'"],
    ['{"a": 1,\n "b": \'x\'}', "line 2, column 7: Unexpected token '''"],
    ['{"a": NaN}', "line 1, column 7: Unexpected token 'N'"],
    ['{"a": undefined}', "line 1, column 7: Unexpected token 'u'"],
    ['[1 2]', 'line 1, column 4: '],
    ['{"a": 1', 'line 1, column 8: '],
    ['{"a": 1}\n{}', 'line 2, column 1: '],
    ['{"a" 1}', 'line 1, column 6: '],
    ['{"a": "x\ny"}', 'line 1, column 9: '],
    ['{"a": 1,}', 'line 1, column 9: '],
    ['{"a": 01}', 'line 1, column 8: '],
    ['', 'line 1, column 1: Unexpected end of JSON input'],
  ])('%j', (text, words) => {
    expect(readJson(text)).toEqual({ fault: expect.stringContaining(`JSON, ${words}`) as string })
  })

  test('but not where the text is too large to look', () => {
    expect(readJson(`{"a":${'['.repeat(600_000)}1,${']'.repeat(600_000)}}`)).toEqual({
      fault: "JSON: Unexpected token ']'",
    })
  })
})

test('JSON that is right is read', () => {
  expect(readJson('{"a":[1,null,"x"]}')).toEqual({ value: { a: [1, null, 'x'] } })
})
