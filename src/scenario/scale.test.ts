import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bypassUntilSec, opensAtMs, timedEvents, windowSec } from './plan-times.ts'
import { parseScenario } from './load/parse.ts'
import { scaleScenario } from './scale.ts'
import type { Scenario } from './schema/schema.ts'
import { editedDocument } from './testing/small-document.ts'

function scenarioOf(edits: Record<string, unknown> = {}): Scenario {
  const parsed = parseScenario(editedDocument(edits))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.loaded.scenario
}

const full = scenarioOf({
  'population.people': 1000,
  'population.ineligible': 100,
  arrivals: [
    { kind: 'early', share: 0.2, forSec: 60 },
    { kind: 'burst', share: 0.3, forSec: 10, startSec: 5 },
    { kind: 'decay', share: 0.3, scaleSec: 60, forSec: 600 },
    { kind: 'constant', share: 0.2, forSec: 100 },
    { kind: 'constant', perSec: 8, forSec: 100 },
    { kind: 'ramp', fromPerSec: 2, toPerSec: 4, forSec: 30 },
    { kind: 'replay', timesSec: [-10, 0, 10, 20, 30, 40] },
  ],
  'waitingRoom.pollCapacityPerSec': 400,
  'journey[0].thinkSec': { dist: 'gamma', mean: 10, cv: 0.5 },
  'stack.bootSec': 40,
  'behaviour.patienceSec': { dist: 'weibull', scale: 900, shape: 1.5 },
  'behaviour.retry': { tries: 2, backoffSec: { dist: 'uniform', low: 2, high: 4 } },
  'inventory.offers': [1, 2, 3].map((day) => ({ place: 'p', date: `0${day}`, slots: 5 })),
  doors: [{ name: 'app', share: 0.1, perSec: 20, delaySec: 60 }],
  'timeline[3]': { at: '22:10', kind: 'supply', add: -30 },
  'timeline[4]': { at: '22:20', kind: 'admission', admission: { maxInside: 200 } },
  'timeline[5]': { at: '22:30', kind: 'admission', admission: { perSecPerInstance: 9 } },
})

describe('a tenth of the people at twice the speed', () => {
  const scaled = scaleScenario(full, { population: 0.1, speed: 2 })

  test('counts × f', () => {
    expect(scaled.population).toEqual({ ...full.population, people: 100, ineligible: 10 })
    expect(scaled.timeline[3]).toMatchObject({ kind: 'supply', add: -3 })
    expect(scaled.timeline[4]).toMatchObject({ admission: { maxInside: 20 } })
    // 15 slots in all: one and a half, given in whole ones.
    expect(scaled.inventory?.offers.map((offer) => offer.slots)).toEqual([1, 0, 1])
  })

  test('rates × f·k', () => {
    expect(scaled.waitingRoom.admission).toEqual({ perSec: 36 * 0.2 })
    expect(scaled.waitingRoom.pollCapacityPerSec).toBeCloseTo(80, 9)
    expect(scaled.arrivals[4]).toMatchObject({ perSec: 1.6, forSec: 50 })
    expect(scaled.arrivals[5]).toMatchObject({ fromPerSec: 0.4, toPerSec: 0.8, forSec: 15 })
    expect(scaled.doors[0]).toEqual({ name: 'app', share: 0.1, perSec: 4, delaySec: 30 })
    expect(scaled.timeline[5]).toMatchObject({ admission: { perSecPerInstance: 1.8 } })
  })

  test('times of people and clock ÷ k', () => {
    expect(scaled.arrivals[0]).toMatchObject({ share: 0.2, forSec: 30 })
    expect(scaled.arrivals[1]).toMatchObject({ share: 0.3, forSec: 5, startSec: 2.5 })
    expect(scaled.arrivals[2]).toMatchObject({ scaleSec: 30, forSec: 300 })
    expect(scaled.waitingRoom).toMatchObject({
      pollSec: { front: 1, back: 5 },
      maxTtlSec: 15,
      lapseSec: 10,
    })
    expect(scaled.stack.bootSec).toBe(20)
    expect(scaled.journey[0]?.thinkSec).toEqual({ dist: 'gamma', mean: 5, cv: 0.5 })
    expect(scaled.behaviour.patienceSec).toEqual({ dist: 'weibull', scale: 450, shape: 1.5 })
    expect(scaled.behaviour.retry.backoffSec).toEqual({ dist: 'uniform', low: 1, high: 2 })
    expect(scaled.behaviour.reenter.delaySec).toEqual({ dist: 'constant', value: 30 })
    expect(scaled.behaviour.comeBack.delaySec).toEqual({ dist: 'exponential', mean: 300 })
  })

  test('service times, timeouts, slots, backlogs and clock texts stay', () => {
    expect(scaled.stack.stations).toEqual(full.stack.stations)
    expect(scaled.stack.instances).toBe(full.stack.instances)
    expect(scaled.journey[0]?.visits).toEqual(full.journey[0]?.visits)
    expect(scaled.journey[0]?.timeoutMs).toBe(full.journey[0]?.timeoutMs)
    expect([scaled.opensAt, scaled.endsAt]).toEqual([full.opensAt, full.endsAt])
    expect(scaled.timeline.map((event) => event.at)).toEqual(full.timeline.map((event) => event.at))
  })
})

test('replayed times are thinned and repeated evenly', () => {
  const timesAt = (population: number, speed: number) => {
    const arrival = scaleScenario(full, { population, speed }).arrivals[6]
    return arrival?.kind === 'replay' ? arrival.timesSec : []
  }
  expect(timesAt(0.5, 2)).toEqual([-5, 5, 15])
  expect(timesAt(2, 1)).toEqual([-10, -10, 0, 0, 10, 10, 20, 20, 30, 30, 40, 40])
  expect(timesAt(1.5, 1)).toHaveLength(9)
  expect(timesAt(0.001, 1)).toHaveLength(1)
})

test('scaling by one changes nothing, and leaves the scenario as it is', () => {
  const before = structuredClone(full)
  expect(scaleScenario(full, { population: 1, speed: 1 })).toEqual(before)
  scaleScenario(full, { population: 3, speed: 4 })
  expect(full).toEqual(before)
})

test('the inventory in all is scaled to within one slot', () => {
  const slots = fc.array(fc.nat(50), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(slots, fc.double({ min: 0.001, max: 5, noNaN: true }), (counts, population) => {
      const offers = counts.map((count, i) => ({ place: 'p', date: `${i}`, slots: count }))
      const scaled = scaleScenario({ ...full, inventory: { offers } }, { population, speed: 1 })
      const sum = (scaled.inventory?.offers ?? []).reduce((total, offer) => total + offer.slots, 0)
      const exact = counts.reduce((total, count) => total + count, 0) * population
      expect(Math.abs(sum - exact)).toBeLessThanOrEqual(0.5 + 1e-6)
    }),
  )
})

test('timed events are seconds after the opening, in order', () => {
  const scenario = scenarioOf({
    timeline: [
      { at: '19:30', kind: 'open-early' },
      { at: '20:48', kind: 'halt' },
      { at: '22:00', kind: 'resume' },
      { at: '22:00', kind: 'eligibility-fault', until: '22:30:15' },
    ],
    'behaviour.bypass': { share: 0.1, until: '24:00' },
  })
  expect(
    timedEvents(scenario).map(({ atSec, untilSec, event }) => [atSec, untilSec, event.kind]),
  ).toEqual([
    [-1800, null, 'open-early'],
    [2880, null, 'halt'],
    [7200, null, 'resume'],
    [7200, 9015, 'eligibility-fault'],
  ])
  expect(windowSec(scenario)).toBe(10_800)
  expect(bypassUntilSec(scenario)).toBe(14_400)
  expect(bypassUntilSec(full)).toBeNull()
  expect(opensAtMs(scenario)).toBe(Date.UTC(2021, 6, 19, 11))
})
