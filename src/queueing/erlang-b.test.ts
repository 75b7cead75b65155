import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { erlangB, serversForBlocking } from './erlang-b.ts'
import { expectDigits } from '../core/testing/digits.ts'

const servers = fc.integer({ min: 1, max: 400 })
const offeredLoad = fc.double({ min: 0.01, max: 500, noNaN: true })

describe('reference row 9', () => {
  test.each([
    [5, 3, '0.11005435'],
    [10, 5, '0.01838457'],
    [10, 4.4612, '0.01000029'],
    [100, 84.06, '0.00999170'],
  ])('%i servers, %f erlang', (c, a, blocking) => {
    expectDigits(erlangB({ servers: c, offeredLoad: a }), blocking)
  })
})

describe('laws', () => {
  test('one more server always loses less', () => {
    fc.assert(
      fc.property(servers, offeredLoad, (c, a) => {
        const now = erlangB({ servers: c, offeredLoad: a })
        const more = erlangB({ servers: c + 1, offeredLoad: a })
        expect(more === 0 ? 0 : more).toBeLessThanOrEqual(now)
        if (now > 0) expect(more).toBeLessThan(now)
      }),
    )
  })

  test('more load loses more, and at least what exceeds the servers', () => {
    fc.assert(
      fc.property(servers, offeredLoad, (c, a) => {
        const blocking = erlangB({ servers: c, offeredLoad: a })
        expect(erlangB({ servers: c, offeredLoad: a * 1.1 })).toBeGreaterThanOrEqual(blocking)
        expect(blocking).toBeGreaterThanOrEqual(Math.max(0, 1 - c / a) - 1e-12)
        expect(blocking).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('staffing is the least number of servers that does', () => {
    fc.assert(
      fc.property(offeredLoad, fc.double({ min: 0.001, max: 0.9, noNaN: true }), (a, blocking) => {
        const c = serversForBlocking({ offeredLoad: a, blocking })
        expect(erlangB({ servers: c, offeredLoad: a })).toBeLessThanOrEqual(blocking)
        if (c > 0) {
          expect(erlangB({ servers: c - 1, offeredLoad: a })).toBeGreaterThan(blocking)
        }
      }),
    )
  })
})

test('refuses parameters that are out of range, all of them at once', () => {
  let caught: unknown
  try {
    erlangB({ servers: 1.5, offeredLoad: -1 })
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(DambreakError)
  expect((caught as DambreakError).faults).toEqual([
    { path: 'erlangB.servers', message: 'must be a whole number of at least 0, got 1.5' },
    { path: 'erlangB.offeredLoad', message: 'must be a number of at least 0, got -1' },
  ])
})
