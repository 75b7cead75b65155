import { expect, test } from 'vitest'
import { cookieDateMs } from './cookie-date.ts'

test.each([
  ['Wed, 09 Jun 2021 10:18:14 GMT', '2021-06-09T10:18:14Z'],
  ['Wednesday, 09-Jun-21 10:18:14 GMT', '2021-06-09T10:18:14Z'],
  ['Wed Jun  9 10:18:14 2021', '2021-06-09T10:18:14Z'],
  // No zone but UTC, whatever is written.
  ['Wed, 09 Jun 2021 10:18:14 +0900', '2021-06-09T10:18:14Z'],
  ['9 june 70 1:2:3', '1970-06-09T01:02:03Z'],
  ['9 JUNE 69 1:2:3', '2069-06-09T01:02:03Z'],
  ['1:2:3;9;jun;2021', '2021-06-09T01:02:03Z'],
])('%s', (text, expected) => {
  expect(cookieDateMs(text)).toBe(Date.parse(expected))
})

test.each([
  '',
  'never',
  '31 Jun 2021 1:2:3',
  '9 Jun 1600 1:2:3',
  '9 Jun 2021',
  '9 Jun 2021 24:00:00',
  '0 Jun 2021 1:2:3',
])('%j is no date', (text) => {
  expect(cookieDateMs(text)).toBeNull()
})
