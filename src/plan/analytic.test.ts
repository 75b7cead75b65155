import { describe, expect, test } from 'vitest'
import type { ScenarioInput } from '../scenario/schema/schema.ts'
import { smallScenario } from '../scenario/testing/small-scenario.ts'
import { analyticAnswer, gatePerSec } from './analytic.ts'
import { lineAnswer } from './analytic-line.ts'
import { capacityPerSec, regimeOf, stationAnswer, stationLoads } from './analytic-stations.ts'
import { outcomeWith } from './testing/synthetic.ts'

const scenario = (over: Partial<ScenarioInput> = {}) =>
  smallScenario({
    endsAt: '2021-07-20T00:00:00+09:00',
    population: { people: 10_000 },
    arrivals: [{ kind: 'constant', share: 1, forSec: 1000, spacing: 'even' }],
    waitingRoom: { admission: { perSec: 5 } },
    ...over,
  })

describe('the line as a fluid', () => {
  // 10 a second come for 1000 s, 5 a second go in: 5000 wait at the height, the last for 1000 s.
  test('without impatience is arithmetic', () => {
    const line = lineAnswer(scenario(), 5)
    expect(line.drainSec).toBeGreaterThan(1990)
    expect(line.drainSec).toBeLessThan(2050)
    expect(line.waitSecP95).toBeGreaterThan(930)
    expect(line.waitSecP95).toBeLessThan(960)
    expect(line.abandonShare).toBe(0)
    expect(Math.abs(line.admitted - 10_000)).toBeLessThan(10)
  })

  // Q′ = 5 − θQ with θ = 1/1000: Q(1000) = 5000 (1 − 1/e), then 5 a second and θQ until it is empty:
  // ln(1 + θQ/5)/θ = 1000 ln(2 − 1/e) more.
  test('with exponential patience is the closed form', () => {
    const patienceSec = { dist: 'exponential', mean: 1000 } as const
    const line = lineAnswer(scenario({ behaviour: { patienceSec } }), 5)
    const emptySec = 1000 + 1000 * Math.log(2 - Math.exp(-1))
    expect(Math.abs((line.drainSec ?? 0) / emptySec - 1)).toBeLessThan(0.02)
    expect(Math.abs(line.abandonShare - (1 - (5 * emptySec) / 10_000))).toBeLessThan(0.01)
  })

  // All 10 000 stand in line when 5 a second begin to go in: the last of 95 of 100 after 9500/5 s.
  test('of those who came before the opening is a wait each by its place', () => {
    const arrivals: ScenarioInput['arrivals'] = [
      { kind: 'constant', share: 1, forSec: 100, startSec: -100, spacing: 'even' },
    ]
    expect((lineAnswer(scenario({ arrivals }), 5).waitSecP95 ?? 0) / 1900).toBeCloseTo(1, 1)
  })

  test('that is never empty has no time to drain, and waits beyond the end are none', () => {
    const slow = lineAnswer(scenario({ endsAt: '2021-07-19T20:30:00+09:00' }), 5)
    expect(slow.drainSec).toBeNull()
    expect(slow.waitSecP95).toBeNull()
  })
})

describe('the stations', () => {
  const lineOf = (admittedPerSecAt: (sec: number) => number) => ({
    admittedPerSecAt,
    endSec: 1000,
    stepSec: 1,
  })
  const steadily = (visitorsPerSec: number) => ({
    scenario: two(),
    line: lineOf(() => visitorsPerSec),
    visitorsPerSec,
  })
  const two = (over: object = {}) =>
    scenario({
      journey: [
        {
          step: 'book',
          visits: [
            { station: 'web', serviceMs: 200, holds: true },
            { station: 'db', serviceMs: 50 },
          ],
        },
        { step: 'again', visits: [{ station: 'web', serviceMs: 100 }] },
      ],
      stack: {
        instances: 2,
        stations: [
          { name: 'web', perInstance: true, slots: 3, ...over },
          { name: 'db', shared: true, slots: 2 },
        ],
      },
    })

  test('have an offered load, in which a slot is held for what it waits for', () => {
    const [web, db] = stationLoads(two(), 10).map((load) => stationAnswer(load, steadily(10)))
    expect(web?.offeredLoad).toBeCloseTo(10 * (0.25 + 0.1), 12)
    expect(web).toMatchObject({ station: 'web', slots: 6 })
    expect(web?.utilisation).toBeCloseTo(3.5 / 6, 12)
    expect(db?.offeredLoad).toBeCloseTo(0.5, 12)
    // β of a fifth that waits is about 1.06: 3.5 + 1.06 √3.5 = 5.5.
    expect(web?.squareRootSlots).toBe(6)
    // Admissions that are the same all the time have their own offered load at the height.
    expect(web?.peakLoad).toBeCloseTo(3.5, 6)
    expect(web?.peakSlots).toBe(6)
  })

  // m(t) of a pulse of s seconds is r/μ (1 − e^(−μs)) at its end.
  test('of a long service lag behind a short rush, in the modified offered load', () => {
    const slow = scenario({
      journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 100_000 }] }],
      stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots: 900 }] },
    })
    const [load] = stationLoads(slow, 5)
    const rush = { ...steadily(5), line: lineOf((sec) => (sec < 50 ? 5 : 0)) }
    const { peakLoad, offeredLoad } = stationAnswer(load!, rush)
    expect(offeredLoad).toBeCloseTo(500, 9)
    expect(peakLoad / (500 * -Math.expm1(-0.5))).toBeCloseTo(1, 2)
  })

  // Row 7 of the reference: M/M/50 at 48 a minute, patience of 2 min.
  test('lose requests to impatience as Erlang A says, and as the fluid where that is long', () => {
    const pool = (perMinute: number, slots: number) => {
      const given = scenario({
        journey: [
          { step: 'book', timeoutMs: 120_000, visits: [{ station: 'web', serviceMs: 60_000 }] },
        ],
        stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots }] },
      })
      const [load] = stationLoads(given, perMinute / 60)
      return stationAnswer(load!, { ...steadily(perMinute / 60), scenario: given }).givenUpShare
    }
    expect(pool(48, 50)).toBeCloseTo(0.03091225, 7)
    expect(pool(72_000, 60_000)).toBeCloseTo(1 / 6, 6)
  })

  test('slow down with what is busy, until the two agree', () => {
    const [web] = stationLoads(two({ contention: 0.1 }), 10)
    // N on each of two: N = 5 · (0.05 + 0.3 · (1 + 0.1 (N − 1))), so N = 1.6/0.85.
    expect((web?.offeredLoad ?? 0) / 2).toBeCloseTo((5 * (0.05 + 0.3 * 0.9)) / (1 - 0.15), 6)
  })

  test('carry what all slots serve; the band below it is vulnerable to tries', () => {
    const loads = stationLoads(two(), 10)
    expect(capacityPerSec(loads[0]!, 10)).toBeCloseTo(6 / 0.35, 9)
    expect(regimeOf(loads, 10, 0)).toBe('stable')
    expect(regimeOf(loads, 10, 1)).toBe('vulnerable')
    expect(regimeOf(stationLoads(two(), 20), 20, 0)).toBe('overloaded')
  })
})

test('a gate with places lets in as many as become free', () => {
  const places = scenario({ waitingRoom: { admission: { maxInside: 40 } } })
  expect(gatePerSec(places)).toBeCloseTo(40 / 0.005, 6)
  const each = scenario({ waitingRoom: { admission: { perSecPerInstance: 2 } } })
  expect(gatePerSec(each)).toBe(8)
})

describe('beside a simulation', () => {
  const answer = analyticAnswer(scenario(), null)
  const alike = outcomeWith({
    waitSecP95: (answer.waitSecP95 ?? 0) * 1.05,
    drainSec: (answer.drainSec ?? 0) * 0.95,
    goodputPerSec: answer.goodputPerSec ?? 0,
    abandonShare: 0.005,
  })

  test('what lies within a tenth is no disagreement', () => {
    expect(analyticAnswer(scenario(), alike).disagreements).toEqual([])
  })

  test.each([
    [{ waitSecP95: 100 }, 'waitSecP95', { code: 'FluidLine' }],
    [
      { waitSecP95: null, pastGateShare: 0.3 },
      'waitSecP95',
      { code: 'GateLeak', leakedShare: 0.3 },
    ],
    [{ goodputPerSec: 0.1, collapsed: true }, 'goodputPerSec', { code: 'FutileWork' }],
    [{ waitSecP95: 100, collapsed: true }, 'waitSecP95', { code: 'ReturnsAfterCollapse' }],
    [{ goodputPerSec: 0.1 }, 'goodputPerSec', { code: 'BookingsAfterTheLine' }],
  ])('%j has its mechanism', (over, figure, cause) => {
    const { disagreements } = analyticAnswer(scenario(), { ...alike, ...over })
    expect(disagreements.map((one) => one.figure)).toEqual([figure])
    expect(disagreements[0]?.cause).toEqual(cause)
    expect(disagreements[0]?.simulated).toBe(Object.values(over)[0])
  })

  test('patience that is not exponential, and duplicates, are named', () => {
    const patient = scenario({
      population: { people: 5000, devicesPerPerson: 2 },
      behaviour: { patienceSec: { dist: 'lognormal', mean: 1000, cv: 0.5 } },
    })
    const off = outcomeWith({ waitSecP95: 1, drainSec: 1, goodputPerSec: 99, abandonShare: 0.9 })
    expect(analyticAnswer(patient, off).disagreements.map(({ cause }) => cause)).toEqual([
      { code: 'PatienceSpread', cv: 0.5 },
      { code: 'PatienceSpread', cv: 0.5 },
      { code: 'DuplicateTickets' },
      { code: 'PatienceSpread', cv: 0.5 },
    ])
  })
})
