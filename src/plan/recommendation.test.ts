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
    maxReplications: 100,
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

test('is the smallest that meets, with the counts around it', () => {
  const open = [...many(outcomeWith(), 95), ...many(missed(), 5)]
  const { instances, probability: p, reasons } = recommended({ 2: bad, 3: open, 4: good, 5: bad })
  expect([instances, p]).toEqual([4, 1])
  expect(reasons.slice(0, 4)).toMatchObject([
    { code: 'AnswerMeets', instances: 4, pMeetsSlo: { value: 1 }, replications: 90 },
    {
      code: 'BelowAnswer',
      instances: 3,
      pMeetsSlo: { value: 0.95 },
      replications: 100,
      verdict: 'undecided',
    },
    { code: 'UndecidedBelow', instances: [3] },
    { code: 'FailsAbove', instances: [5] },
  ])
})

test('with none names the objective, the gate, and what more servers do not widen', () => {
  const { instances, reasons } = recommended({ 2: bad, 4: bad })
  expect(instances).toBeNull()
  expect(reasons.slice(0, 3)).toMatchObject([
    {
      code: 'ObjectiveFails',
      expr: 'waitSec.p95 < 50',
      instances: 4,
      pHolds: { value: 0 },
      observedMid: 1,
    },
    { code: 'GateRate', instances: 4, admittedPerSec: 36, tickets: 324_000 },
    {
      code: 'SharedStation',
      instances: 4,
      station: 'db',
      visitorsPerSec: 30,
      admittedPerSec: 36,
    },
  ])
})

test('the lowest regret weighs servers against what is lost, within the budget', () => {
  // 20 EUR a server for two hours; 500 lost bookings with two, none with four or nine.
  const found = { 2: bad, 4: good, 9: good }
  const lowest = { code: 'MinRegret', instances: 4, regret: 0, draws: 8, isAnswer: true }
  expect(recommended(found).minRegretInstances).toBe(4)
  expect(recommended(found).reasons.at(-1)).toEqual({ ...lowest, isMaxTried: false })
  expect(recommended({ 2: bad, 4: good }).reasons.at(-1)).toEqual({ ...lowest, isMaxTried: true })
  expect(recommended(found, { budgetPerHour: 30 })).toMatchObject({
    instances: null,
    minRegretInstances: 2,
  })
  const unpriced = { ...prices, lostBooking: null }
  const without = recommended(found, { prices: unpriced })
  expect(without.minRegretInstances).toBeNull()
  expect(without.reasons.at(-1)).toEqual({ code: 'RegretUnpriced' })
})
