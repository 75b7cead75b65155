import { describe, expect, test } from 'vitest'
import { timedEvents } from '../scenario/plan-times.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { arrivalShape } from '../workload/arrivals/arrivals.ts'
import { smallScenario } from '../scenario/testing/small-scenario.ts'
import { plainShape, shaped, type Shape } from './shape.ts'

const scenario = smallScenario({
  endsAt: '2021-07-19T23:00:00+09:00',
  population: { people: 1000, ineligible: 50 },
  arrivals: [
    { kind: 'burst', share: 0.25, forSec: 60 },
    { kind: 'decay', share: 0.75, scaleSec: 1000 },
  ],
  waitingRoom: { admission: { perSecPerInstance: 2 } },
  inventory: { offers: [{ place: 'here', date: 'today', slots: 400 }] },
})

const shape = (over: Partial<Shape>): Scenario => shaped(scenario, { ...plainShape, ...over })

/** Share of the arrivals that come by `sec`. */
function shareBy({ arrivals }: Scenario, sec: number): number {
  return arrivals.reduce((sum, arrival) => {
    const { timeSec } = arrivalShape(arrival)
    const points = 20_000
    let before = 0
    for (let i = 0; i < points; i++) if (timeSec((i + 0.5) / points) < sec) before++
    return sum + ('share' in arrival ? (arrival.share ?? 0) : 0) * (before / points)
  }, 0)
}

test('a larger crowd brings people and slots, and no wider gate', () => {
  const double = shape({ crowd: 2 })
  expect(double.population).toMatchObject({ people: 2000, ineligible: 100 })
  expect(double.inventory?.offers[0]?.slots).toBe(800)
  expect(double.waitingRoom).toEqual(scenario.waitingRoom)
  expect(double.stack).toEqual(scenario.stack)
})

test('one of ten openings has a tenth of the people, and those who mistake the day', () => {
  const tenth = shape({ splitInto: 10, wrongDayShare: 0.05 })
  expect(tenth.population).toMatchObject({ people: 100, ineligible: 5 + 45 })
  expect(tenth.inventory?.offers[0]?.slots).toBe(40)
})

test('a pre-queue moves the burst and the first of the decay before the opening, and keeps the rest', () => {
  const drawn = shape({ preQueueSec: 900 })
  expect(shareBy(drawn, 0)).toBeCloseTo(0.25 + 0.75 * (1 - Math.exp(-0.9)), 3)
  for (const sec of [900, 1500, 4000])
    expect(shareBy(drawn, sec)).toBeCloseTo(shareBy(scenario, sec), 3)
  expect(shareBy(drawn, -900)).toBe(0)
})

describe('a trigger', () => {
  const trigger = { atSec: 600, forSec: 180, doubleAtSec: null }
  const eventsOf = (one: Scenario) =>
    timedEvents(one).map(({ atSec, event }) => [
      atSec,
      event.kind === 'instances'
        ? event.count
        : event.kind === 'admission'
          ? event.admission
          : null,
    ])

  test('takes half of the servers away while the gate goes on at its rate', () => {
    expect(eventsOf(shape({ trigger }))).toEqual([
      [600, { perSec: 8 }],
      [600, 2],
      [780, 4],
    ])
    expect(shape({ trigger }).stack.bootSec).toBe(0)
  })

  test('lets twice as many in where there is one server', () => {
    const one = { ...scenario, stack: { ...scenario.stack, instances: 1 } }
    expect(eventsOf(shaped(one, { ...plainShape, trigger }))).toEqual([
      [600, { perSec: 4 }],
      [780, { perSec: 2 }],
    ])
  })

  test('is followed by twice the servers where that is asked for', () => {
    const events = eventsOf(shape({ trigger: { ...trigger, doubleAtSec: 1380 } }))
    expect(events.at(-1)).toEqual([1380, 8])
  })
})
