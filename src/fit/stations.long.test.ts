import { beforeAll, describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { runSimulation } from '../engine/sim/run.ts'
import { timeless } from '../engine/testing/timeless.ts'
import type { RunRecord } from '../record/run.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import type { Mapping } from '../scenario/plain.ts'
import { fitStations, type StationFit } from './stations.ts'
import { steppedScenario, type SteppedNumbers } from './testing/stepped-scenario.ts'
import type { Reason } from '../record/verdict-codes.ts'

const unknown = (low: number, mid: number, high: number) => ({
  low,
  mid,
  high,
  evidence: 'assumed' as const,
})

/** What a fit starts from: the structure, and numbers that may be nearly anything. */
const guess: SteppedNumbers = {
  webMs: unknown(20, 120, 700),
  webCv: 0.5,
  webSlots: unknown(1, 6, 40),
  dbMs: unknown(4, 60, 600),
  dbSlots: unknown(2, 12, 80),
  contention: unknown(0, 0.02, 0.1),
  coherency: unknown(0, 0.0005, 0.005),
}

function performed(document: Mapping, seed = 1): RunRecord {
  const parsed = parseScenario(document)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return runSimulation(parsed.loaded, { seed, population: 1, speed: 1 }, timeless)
}

const base = steppedScenario(guess, [])
const size = 50

function fitOf(
  truth: Partial<SteppedNumbers>,
  steps: readonly [number, number][],
  guessed: SteppedNumbers = guess,
): StationFit {
  const run = performed(steppedScenario({ ...known, ...truth }, steps))
  return fitStations([run], { base: steppedScenario(guessed, []), size })
}

const known = {
  webMs: 200,
  webCv: 0.5,
  webSlots: 3,
  dbMs: 15,
  dbSlots: 20,
  contention: 0.01,
  coherency: 0,
}

/** The truth lies within the 95% that the draws leave, a fifth of an interval wider for 24 checks. */
function expectWithin(fit: StationFit, name: string, truth: number): void {
  const values = fit.ensemble.map((one) => one.get(name) ?? Number.NaN).toSorted((a, b) => a - b)
  const at = (share: number) => values[Math.round(share * (values.length - 1))] ?? Number.NaN
  const [low, high] = [at(0.025), at(0.975)]
  const margin = 0.2 * (high - low)
  expect(truth, name).toBeGreaterThanOrEqual(low - margin)
  expect(truth, name).toBeLessThanOrEqual(high + margin)
}

const webMean = 'journey[0].visits[0].serviceMs.mean'
const dbMean = 'journey[0].visits[1].serviceMs.mean'

/** How much slower a service is that begins with `n` slots busy. */
const slowdown = (n: number, contention: number, coherency: number) =>
  1 + (n - 1) * (contention + coherency * n)

describe('stations fitted to steps of load', () => {
  let workers: StationFit
  beforeAll(() => {
    workers = fitOf({}, [
      [1, 7],
      [1, 18],
      [2, 14],
      [2, 36],
    ])
  })

  test('bottleneck workers: service time and slots of an instance', () => {
    expectWithin(workers, webMean, 200)
    expectWithin(workers, dbMean, 15)
    const slots = workers.estimates.find(({ path }) => path === 'stack.stations[0].slots')
    expect(slots).toMatchObject({ low: 3, mid: 3, high: 3, evidence: 'measured' })
    expect(workers.misfit).toBeLessThan(2)
  })

  test('of a station that was never full only the least is known, and the ensemble keeps it open', () => {
    const path = 'stack.stations[1].slots'
    expect(workers.estimates.some((one) => one.path === path)).toBe(false)
    const gap = workers.notIdentified.find((one) => one.path === path)
    expect(gap).toMatchObject({ code: 'StationNeverFull', station: 'db' })
    const drawn = workers.ensemble.map((one) => one.get(path) ?? 0)
    expect(Math.max(...drawn)).toBeGreaterThan(60)
    expect(Math.min(...drawn)).toBeLessThan(20)
  })

  test('every estimate is an interval in order, with its basis and a picture of each kind', () => {
    for (const { low, mid, high, basis, count } of workers.estimates) {
      expect(low).toBeLessThanOrEqual(mid)
      expect(mid).toBeLessThanOrEqual(high)
      expect(['SimulatedMoments', 'Knee']).toContain(basis.code)
      expect(count).toBeGreaterThan(400)
    }
    expect(workers.ensemble).toHaveLength(2 * size)
    expect(workers.pictures.map(({ about }) => about.code)).toEqual([
      'StationAnswers',
      'StationResponses',
      'StationBusySlots',
    ])
    const [answers] = workers.pictures
    expect(answers?.data[0]?.x).toEqual([1, 2, 3, 4])
    // Offered 7, 18, 14 and 36 a second, of which 15 an instance can be served.
    expect(answers?.data[0]?.y[0]).toBeGreaterThan(5)
    expect(answers?.data[0]?.y[3]).toBeLessThan(32)
  })

  test('the kind of distribution is the likelier one', () => {
    expect(workers.settings).toEqual({})
    const steps: [number, number][] = [
      [2, 14],
      [2, 36],
      [3, 22],
      [3, 22],
    ]
    const fit = fitOf({ webDist: 'gamma', webCv: 1 }, steps, { ...guess, webCv: 1 })
    expect(fit.settings).toEqual({ 'journey[0].visits[0].serviceMs.dist': 'gamma' })
    expectWithin(fit, webMean, 200)
  })

  test('bottleneck pool: workers hold their slot while they wait for the database', () => {
    const fit = fitOf({ webMs: 60, webSlots: 6, dbMs: 120, dbSlots: 7 }, [
      [1, 12],
      [1, 40],
      [2, 24],
      [2, 80],
    ])
    expectWithin(fit, webMean, 60)
    expectWithin(fit, 'stack.stations[0].slots', 6)
    expectWithin(fit, 'stack.stations[1].slots', 7)
    // What a full pool takes, whatever of it is service and whatever is slow-down.
    const fullMs = fit.ensemble.map((one) => {
      const of = (name: string) => one.get(`stack.stations[1].${name}`) ?? 0
      return (one.get(dbMean) ?? 0) * slowdown(7, of('contention'), of('coherency'))
    })
    const mean = fullMs.reduce((sum, ms) => sum + ms, 0) / fullMs.length
    expect(Math.abs(mean / (120 * slowdown(7, 0.01, 0)) - 1)).toBeLessThan(0.1)
  })

  test('bottleneck contention: what slows the database down at every level of busy slots', () => {
    const truth = { contention: 0.04, coherency: 0.002 }
    const fit = fitOf({ webMs: 20, webSlots: 8, dbMs: 100, dbSlots: 12, ...truth }, [
      [1, 10],
      [1, 60],
      [2, 30],
      [2, 90],
    ])
    expectWithin(fit, dbMean, 100)
    expectWithin(fit, 'stack.stations[1].contention', truth.contention)
    expectWithin(fit, 'stack.stations[1].coherency', truth.coherency)
    for (const busy of [8, 12]) {
      const factors = fit.ensemble.map((one) => {
        const of = (name: string) => one.get(`stack.stations[1].${name}`) ?? 0
        return (one.get(dbMean) ?? 0) * slowdown(busy, of('contention'), of('coherency'))
      })
      const mean = factors.reduce((sum, ms) => sum + ms, 0) / factors.length
      expect(Math.abs(mean / (100 * slowdown(busy, 0.04, 0.002)) - 1)).toBeLessThan(0.1)
    }
  })
})

describe('what a fit refuses, and what it does not tell', () => {
  const one = performed(
    steppedScenario(known, [
      [1, 6],
      [1, 12],
    ]),
  )
  const refusal = (run: RunRecord, of: Mapping = base): DambreakError => {
    try {
      fitStations([run], { base: of, size: 12 })
    } catch (error) {
      if (error instanceof DambreakError) return error
      throw error
    }
    throw new Error('it fitted')
  }

  test('a single level of load', () => {
    const { kind, message } = refusal(performed(steppedScenario(known, [[1, 9]])))
    expect(kind).toBe('usage')
    expect(message).toMatch(
      /^a single level of load \(\d+\.\d visitors a second on 1 instances\): service times and slow-down cannot be told apart; rehearse in steps of load$/,
    )
  })

  test('a run without steps to speak of', () => {
    const quiet = performed(steppedScenario(known, [[1, 1]]))
    expect(refusal(quiet).message).toMatch(/^no level of load with 20 answers or more: /)
  })

  test('a run that nobody observed', () => {
    const unseen = { ...one, timeline: { ...one.timeline, stations: {} } }
    expect(refusal(unseen).message).toMatch(
      /does not show how busy web, db was: rehearse with --observe <metrics>$/,
    )
  })

  test('a run that is invalid', () => {
    const reason: Reason = { code: 'RequestsLate', p99Ms: 99, maxMs: 50 }
    const late = { ...one.verdict, valid: false, reasons: [reason] }
    expect(refusal({ ...one, verdict: late }).message).toMatch(
      /is invalid, its figures must not be used: RequestsLate$/,
    )
  })

  test('a run and a base without a scenario that can be read', () => {
    expect(refusal({ ...one, scenario: { name: 'x' } }).message).toMatch(
      /holds no scenario that can be read$/,
    )
    const { kind, faults } = refusal(one, { ...base, journey: [] })
    expect(kind).toBe('scenario')
    expect(faults.map(({ path }) => path)).toContain('journey')
  })

  test("one number of instances alone: not whether slots are each one's own, nor coherency", () => {
    const { notIdentified, estimates } = fitStations([one], { base, size: 12 })
    const gapOf = (path: string) => notIdentified.find((gap) => gap.path === path)
    for (const [path, station] of [
      ['stack.stations[0].perInstance', 'web'],
      ['stack.stations[1].shared', 'db'],
    ] as const) {
      expect(gapOf(path)).toEqual({ path, code: 'OneInstanceCount', station, instances: 1 })
    }
    expect(gapOf('stack.stations[1].coherency')?.code).toBe('CoherencyVague')
    expect(estimates.map(({ path }) => path)).not.toContain('stack.stations[1].coherency')
  })

  test('a base that says shared where each instance has its own', () => {
    const steps = [
      [1, 30],
      [3, 90],
    ] as const
    const web = { name: 'web', slots: unknown(1, 6, 40), backlog: 300 }
    const db = { name: 'db', shared: true, slots: 20 }
    const run = performed(steppedScenario(known, steps))
    const stack = { instances: 1, stations: [{ ...web, shared: true }, db] }
    const fit = fitStations([run], { base: { ...base, stack }, size: 12 })
    expect(fit.notIdentified.find(({ path }) => path === 'stack.stations[0].shared')).toEqual({
      path: 'stack.stations[0].shared',
      code: 'SlotsArePerInstance',
      station: 'web',
    })
  })

  test('nothing unknown in the base: nothing is estimated', () => {
    const plain = steppedScenario(known, [])
    expect(refusal(one, plain).message).toBe(
      'the base scenario gives no number of its stations as an interval: there is nothing to fit',
    )
  })
})
