import { describe, expect, test } from 'vitest'
import { ExitCode, exitCodeOf, exitCodeOfAll } from './exit.ts'

describe('exit codes', () => {
  test('are the documented numbers', () => {
    expect(ExitCode).toEqual({
      done: 0,
      gateFailed: 1,
      usage: 2,
      invalid: 3,
      failure: 4,
      interrupted: 130,
    })
  })

  test('every kind of error has one', () => {
    expect(exitCodeOf('scenario')).toBe(2)
    expect(exitCodeOf('usage')).toBe(2)
    expect(exitCodeOf('invalid')).toBe(3)
    expect(exitCodeOf('engine')).toBe(4)
    expect(exitCodeOf('disk')).toBe(4)
    expect(exitCodeOf('interrupted')).toBe(130)
  })

  test('130 comes before 4, 4 before 3, 3 before 1', () => {
    expect(exitCodeOfAll([1, 3, 4, 130])).toBe(130)
    expect(exitCodeOfAll([1, 3, 4])).toBe(4)
    expect(exitCodeOfAll([0, 1, 3])).toBe(3)
    expect(exitCodeOfAll([0, 1])).toBe(1)
    expect(exitCodeOfAll([0])).toBe(0)
    expect(exitCodeOfAll([])).toBe(0)
  })
})
