import { expect, test } from 'vitest'
import { printable, printableLines } from './printable.ts'

test('control characters cannot reach the terminal', () => {
  expect(printable('a\u001b[2Jb\u0007')).toBe('a\\x1b[2Jb\\x07')
  expect(printable('x\u202Ey\u200B')).toBe('x\\u{202e}y\\u{200b}')
  expect(printable('one\ntwo')).toBe('one\\x0atwo')
})

test('letters of any script stay as they are', () => {
  expect(printable('대기열 · déjà vu')).toBe('대기열 · déjà vu')
})

test('line breaks stay in text of several lines', () => {
  expect(printableLines('one\ntwo\r')).toBe('one\ntwo\\x0d')
})
