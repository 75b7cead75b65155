import { expect, test } from 'vitest'
import { outputFault } from './expected-output.ts'

const came = 'first  [held]\n\nTickets issued   26,994\nwritten to reports/first\n'

test.each([
  'first [held]\nTickets issued 26,994\nwritten to reports/first',
  'first […]\nTickets issued …\n…',
  '…\nwritten to …/first',
  '…\nTickets issued 26,994\n…',
  '…',
])('%j is what came', (shown) => {
  expect(outputFault(shown, came)).toBeNull()
})

test.each([
  ['first [held]\nwritten to reports/first', '  written to reports/first'],
  ['…\nTickets issued 27,000\n…', '  Tickets issued 27,000'],
  ['first [held]\nTickets issued 26,994', '  written to reports/first'],
  ['…\nwritten to reports/first\nand more', '  and more'],
  ['first (held]\n…', '  first (held]'],
])('%j is not', (shown, line) => {
  expect(outputFault(shown, came)).toContain(`:\n${line}`)
})

test('a free line may have to be tried at several places', () => {
  expect(outputFault('…\na …\nb\n…', 'a 1\na 2\nb\nc')).toBeNull()
})

test('progress is not counted', () => {
  const withProgress =
    '░░░░░░░░░░░░░░░░░░░░ candidates · 1 run\nfirst 10:00:01 · 12 k tickets · 0 waiting\nb'
  expect(outputFault('b', withProgress)).toBeNull()
})
