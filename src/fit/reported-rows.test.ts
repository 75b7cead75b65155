import { expect, test } from 'vitest'
import { loadScenario } from '../scenario/load/load.ts'
import type { EnsembleRow } from './ensemble.ts'
import {
  boundsOfRow,
  checkOf,
  constrainingRows,
  knownAtSec,
  observedIn,
  variantRows,
} from './reported-rows.ts'
import { smallRun } from '../record/testing/small-record.ts'

const { scenario } = await loadScenario('2021-07-19-ages-53-54', { allowCode: false })
const rows = constrainingRows(scenario)
const row = (expr: string, over: Partial<EnsembleRow> = {}): EnsembleRow => ({
  id: 'R',
  expr,
  target: 100,
  tolerance: 0.1,
  inSample: false,
  ...over,
})
const hour = 3600

test('19 July is held to what was reported of the base and does not hold by construction', () => {
  expect(rows.map(({ id, inSample }) => [id, inSample])).toEqual([
    ['V1', true],
    ['V3', true],
    ['V4', true],
    ['V5', false],
    ['V7a', false],
    ['V7b', false],
  ])
  expect(variantRows(scenario).map(({ id, variant }) => [id, variant])).toEqual([
    ['V8', '4-leaking'],
    ['V9', '10-tight'],
  ])
})

test('when a run can tell a row', () => {
  expect(rows.map((one) => [one.id, knownAtSec(one, scenario)])).toEqual([
    ['V1', 4 * hour],
    ['V3', 60],
    ['V4', 16 * hour],
    ['V5', 2 * hour],
    ['V7a', 16 * hour],
    ['V7b', 16 * hour],
  ])
  expect(knownAtSec(row('requestErrorShare during 20:00..22:00'), scenario)).toBe(2 * hour)
  expect(knownAtSec(row('people.booked / visitors.arrived at 22:00'), scenario)).toBe(2 * hour)
  expect(knownAtSec(row('errorShare'), scenario)).toBe(16 * hour)
  expect(knownAtSec(row('visitors.timedOut at 22:00'), scenario)).toBe(16 * hour)
  const brief = { ...scenario, endsAt: '2021-07-19T20:00:30+09:00' }
  expect(knownAtSec(row('opening.ticketsIn10Sec'), brief)).toBe(30)
})

test('bounds of a row', () => {
  expect(boundsOfRow(row('errorShare', { target: -100 }))).toEqual({ min: -110, max: -90 })
  expect(boundsOfRow(row('errorShare', { target: { max: 1 }, tolerance: null }))).toEqual({
    min: -Infinity,
    max: 1,
  })
})

test('a margin widens bounds by a share of each, and leaves open what is open', () => {
  const atMost = row('errorShare', { target: { max: 1 }, tolerance: null })
  expect(boundsOfRow(atMost, 0.02)).toEqual({ min: -Infinity, max: 1.02 })
  expect(boundsOfRow(row('errorShare', { target: -100 }), 0.1)).toEqual({
    min: expect.closeTo(-121, 9) as number,
    max: expect.closeTo(-81, 9) as number,
  })
})

test('counts up to a time are checks, nothing else is', () => {
  expect(rows.flatMap((one) => checkOf(one, scenario) ?? [])).toEqual([
    { count: 'tickets', atSec: 4 * hour, min: 5_400_000, max: 6_600_000 },
    {
      count: 'booked',
      atSec: 16 * hour,
      min: expect.closeTo(729_744.3, 1) as number,
      max: expect.closeTo(891_909.7, 1) as number,
    },
    { count: 'booked', atSec: 2 * hour, min: 1, max: 40_541 },
  ])
  expect(checkOf(row('people.booked during 20:00..21:00'), scenario)).toBeNull()
  expect(checkOf(row('people.booked - 5 at 21:00'), scenario)).toBeNull()
  expect(checkOf(row('people.came'), scenario)).toBeNull()
})

test('a run that ended early tells only what was known by then', () => {
  const run = smallRun()
  const { opensAt, endsAt } = run.header
  const whole = { ...run, scenario: { opensAt, endsAt } }
  const endedAt = (sec: number) => ({
    ...whole,
    header: { ...run.header, endsAt: new Date(Date.parse(opensAt) + sec * 1000).toISOString() },
  })
  const booked = row('people.booked')
  expect(observedIn(booked, whole)).toBe(72)
  expect(observedIn(booked, endedAt(60))).toBeUndefined()
  expect(observedIn(row('opening.ticketsIn10Sec'), endedAt(60))).toBe(30)
  expect(observedIn(row('opening.ticketsIn10Sec'), endedAt(59))).toBeUndefined()
})
