import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arePriced, costOf, regretsOf } from './regret.ts'

test('a cost is that of servers, of lost bookings and of waiting', () => {
  const prices = { instancePerHour: 2, lostBooking: 5, waitingPerHour: 0.5 }
  const outcome = { lost: 7, waitingHours: 40 }
  expect(costOf(outcome, prices, { instances: 3, hours: 16 })).toBe(96 + 35 + 20)
  const unpriced = { ...prices, lostBooking: null, waitingPerHour: null }
  expect(costOf(outcome, unpriced, { instances: 3, hours: 16 })).toBe(96)
})

test('regret is never negative, and the one that is cheapest in every draw has none', () => {
  const costs = fc.integer({ min: 1, max: 8 }).chain((draws) =>
    fc.array(
      fc.array(fc.double({ min: 0, max: 1e9, noNaN: true }), {
        minLength: draws,
        maxLength: draws,
      }),
      { minLength: 1, maxLength: 6 },
    ),
  )
  fc.assert(
    fc.property(costs, (rows) => {
      const regrets = regretsOf(rows)
      expect(regrets.every((regret) => regret >= 0)).toBe(true)
      const cheapest = rows[0]?.map((_, j) => Math.min(...rows.map((row) => row[j] ?? 0))) ?? []
      expect(regretsOf([...rows, cheapest]).at(-1)).toBe(0)
    }),
  )
})

test('is a mean over the draws that all candidates have', () => {
  expect(
    regretsOf([
      [10, 20, 30],
      [12, 8],
    ]),
  ).toEqual([6, 1])
})

test('takes a price of servers and one of what too few of them do', () => {
  const prices = { currency: 'KRW', instancePerHour: 1, lostBooking: 1, waitingPerHour: null }
  expect(arePriced(prices)).toBe(true)
  expect(arePriced({ ...prices, lostBooking: null })).toBe(false)
  expect(arePriced({ ...prices, instancePerHour: null })).toBe(false)
})
