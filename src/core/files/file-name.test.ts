import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fileNameOf, fileNamesOf } from './file-name.ts'

test.each([
  ['4-tight', '4-tight'],
  ['10 servers', '10-servers'],
  ['예약-하기', '예약-하기'],
  ['../../../tmp/x', 'tmp-x'],
  ['C:\\x', 'C-x'],
  ['.hidden', 'hidden'],
  ['a\nb\0c', 'a-b-c'],
  ['x.', 'x'],
  ['..', 'unnamed'],
  ['', 'unnamed'],
  ['가'.repeat(200), '가'.repeat(60)],
])('%j is the file %j', (text, name) => {
  expect(fileNameOf(text)).toBe(name)
})

test('names that would be one file get numbers', () => {
  expect(fileNamesOf(['a/b', 'a b', 'A-B', 'c'])).toEqual(['a-b', 'a-b-2', 'A-B-3', 'c'])
})

test('law: one name each, of one file in one directory', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 80 })), (texts) => {
      const names = fileNamesOf(texts)
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(texts.length)
      for (const name of names) {
        expect(name).toMatch(/^[\p{L}\p{N}_][\p{L}\p{N}._-]*$/u)
        expect(Buffer.byteLength(name)).toBeLessThan(255)
      }
    }),
  )
})
