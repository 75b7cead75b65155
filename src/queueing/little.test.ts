import { expect, test } from 'vitest'
import { meanNumber, meanTime, rateThrough } from './little.ts'

test('L = λW, read three ways', () => {
  // Row 2 of the reference: 24 an hour, a sixth of an hour each.
  expect(meanNumber({ rate: 24, meanTime: 1 / 6 })).toBe(4)
  expect(meanTime({ meanNumber: 4, rate: 24 })).toBeCloseTo(1 / 6, 15)
  expect(rateThrough({ meanNumber: 4, meanTime: 1 / 6 })).toBeCloseTo(24, 12)
})

test('holds on a sample path by counting', () => {
  // Three visitors inside during [0, 4), [1, 3), [2, 7): area 11 over 8 units, 3 arrivals.
  const stays = [4, 2, 5]
  const rate = stays.length / 8
  const meanStay = stays.reduce((sum, stay) => sum + stay, 0) / stays.length
  expect(meanNumber({ rate, meanTime: meanStay })).toBeCloseTo(11 / 8, 15)
})

test('nothing passes through where nobody spends time', () => {
  expect(() => rateThrough({ meanNumber: 1, meanTime: 0 })).toThrow('must be a number above 0')
  expect(() => meanTime({ meanNumber: 1, rate: 0 })).toThrow(
    'meanTime.rate must be a number above 0',
  )
})
