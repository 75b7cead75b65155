import { expect, test } from 'vitest'
import { candidatesOf } from './candidate.ts'
import type { Outcome } from './outcome.ts'
import type { AnalyticAnswer, Prices } from './plan-record.ts'
import { objectiveNeeds, recommend, type RecommendationOptions } from './recommendation.ts'
import { missed, outcomeWith } from './testing/synthetic.ts'

const prices: Prices = {
  currency: 'EUR',
  instancePerHour: 10,
  lostBooking: 1,
  waitingPerHour: null,
}
const analytic: AnalyticAnswer = {
  stations: [],
  waitSecP95: null,
  drainSec: null,
  goodputPerSec: null,
  abandonShare: null,
  regime: 'stable',
  compared: true,
  disagreements: [],
}
const slo = ['waitSec.p95 < 50']
const probability = 0.95

function recommended(
  found: Readonly<Record<number, readonly Outcome[]>>,
  over: Partial<RecommendationOptions> = {},
) {
  const replicated = Object.entries(found).map(([instances, outcomes]) => ({
    instances: Number(instances),
    found: outcomes,
    analytic,
  }))
  const candidates = candidatesOf(replicated, {
    slo,
    probability,
    most: 100,
    hours: 2,
    prices: over.prices ?? prices,
    pricesIn: () => over.prices ?? prices,
  })
  return recommend(candidates, {
    probability,
    prices,
    budgetPerHour: null,
    objectives: objectiveNeeds(candidates, { slo, probability }),
    shared: [{ station: 'db', visitorsPerSec: 30 }],
    gatePerSec: (instances) => 9 * instances,
    tickets: 324_000,
    ...over,
  })
}

const many = (outcome: Outcome, count: number): Outcome[] => Array<Outcome>(count).fill(outcome)
const good = many(outcomeWith(), 90)
const bad = many(missed({ lost: 500 }), 8)

test('is the fewest that meet, and what is around it is said', () => {
  const open = [...many(outcomeWith(), 95), ...many(missed(), 5)]
  const { instances, probability: p, because } = recommended({ 2: bad, 3: open, 4: good, 5: bad })
  expect([instances, p]).toEqual([4, 1])
  expect(because[0]).toMatch(/^4 servers met every objective in 100% of 90 draws/)
  expect(because[1]).toBe('3 servers did in 95% of 100, which decides nothing.')
  expect(because[2]).toMatch(/^Fewer may be enough: 3 /)
  expect(because[3]).toBe('More are not always better: 5 would fail.')
})

test('with none names the objective, the gate, and what more servers do not widen', () => {
  const { instances, because } = recommended({ 2: bad, 4: bad })
  expect(instances).toBeNull()
  expect(because[0]).toBe(
    '"waitSec.p95 < 50" holds with none: with 4 servers in 0% of the draws; the middle of the draws is 1.',
  )
  expect(because[1]).toMatch(
    /lets 36 a second in: it would take 2\.5 h to let in all 324000 tickets/,
  )
  expect(because[2]).toMatch(
    /^All servers share db, which carries 30 visitors a second, fewer than the 36/,
  )
})

test('the least regret weighs servers against what is lost, within the budget', () => {
  // 20 EUR a server for two hours; 500 lost bookings with two, none with four or nine.
  const found = { 2: bad, 4: good, 9: good }
  expect(recommended(found).leastRegret).toBe(4)
  expect(recommended(found).because.at(-1)).toBe(
    '4 servers have the least expected regret (0 EUR) too, on the mean of the 8 draws that all counts were looked at in.',
  )
  expect(recommended({ 2: bad, 4: good }).because.at(-1)).toMatch(
    /; it is the most that was tried, and more may have less\.$/,
  )
  expect(recommended(found, { budgetPerHour: 30 })).toMatchObject({
    instances: null,
    leastRegret: 2,
  })
  const unpriced = { ...prices, lostBooking: null }
  const without = recommended(found, { prices: unpriced })
  expect(without.leastRegret).toBeNull()
  expect(without.because.at(-1)).toMatch(/^Regret is not told/)
})
