import { expect, test } from 'vitest'
import { delimiterOf } from './delimiter.ts'

test.each([
  ['name,phone', ','],
  ['name;phone', ';'],
  ['name\tphone', '\t'],
  ['name|phone', '|'],
  ['name', ','],
  ['"a,b,c";d', ';'],
  ['name;city, district;phone', ';'],
])('%j is cut by %j', (line, delimiter) => {
  expect(delimiterOf([line])).toBe(delimiter)
})

test('further lines and the number of columns decide where they are known', () => {
  expect(delimiterOf(['Kim, Lee, Park;010'], 2)).toBe(';')
  expect(delimiterOf(['a;b,c;d'], 3)).toBe(';')
  expect(delimiterOf(['Kim, A;010', 'Lee;011'], 2)).toBe(';')
  // Quoted cells may hold line ends.
  expect(delimiterOf(['a,b', '1,"x', 'y"'])).toBe(',')
})
