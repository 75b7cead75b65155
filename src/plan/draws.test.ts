import { expect, test } from 'vitest'
import { z } from 'zod'
import type { Parameter } from '../scenario/schema/parameters.ts'
import { drawsOf, isWithin, unstated } from './draws.ts'

const parameter = (name: string, low: number, high: number): Parameter => ({
  name,
  low,
  mid: (low + high) / 2,
  high,
  evidence: 'assumed',
  source: null,
  paths: [[name]],
  number: z.number(),
})

test('a member of an ensemble comes before an interval, and what the user states before the member', () => {
  const parameters = [parameter('a.x', 0, 1), parameter('a.y', 0, 1), parameter('b', 0, 1)]
  const member = new Map([
    ['a.x', 5],
    ['a.y', 6],
  ])
  const drawn = (stated: readonly string[]) =>
    drawsOf(parameters, { seed: 1, points: 4, memberOf: () => unstated(member, stated) })
  for (const { values } of drawn([])) {
    expect([values.get('a.x'), values.get('a.y')]).toEqual([5, 6])
    expect(values.get('b')).toBeLessThanOrEqual(1)
  }
  for (const { values } of drawn(['a.x'])) {
    expect(values.get('a.x')).toBeLessThanOrEqual(1)
    expect(values.get('a.y')).toBe(6)
  }
  for (const { values } of drawn(['a'])) expect(values.get('a.y')).toBeLessThanOrEqual(1)
})

test('a path is told from one that only begins alike', () => {
  expect(isWithin('stack.slots', 'stack')).toBe(true)
  expect(isWithin('stack', 'stack.slots')).toBe(true)
  expect(isWithin('stack.slotsAll', 'stack.slots')).toBe(false)
  expect(isWithin('arrivals[0].share', 'arrivals.0')).toBe(true)
  expect(isWithin('arrivals[10].share', 'arrivals[1]')).toBe(false)
})
