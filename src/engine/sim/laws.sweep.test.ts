import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endNames } from '../../core/codes.ts'
import { isLong, sweep } from '../../core/testing/sweep.ts'
import { loadScenario } from '../../scenario/load/load.ts'
import { scaleScenario } from '../../scenario/scale.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { runJobs } from '../pool.ts'
import { simulate, type SimOptions } from './simulate.ts'
import { expectLaws, expectNobodyInHalts, finish } from './testing/laws.ts'
import { opening } from '../testing/opening.ts'
import { randomScenario } from '../testing/random-scenario.ts'
import { traced } from './testing/trace.ts'

const seed = fc.nat({ max: 1_000_000 })
const speed = fc.constantFrom(1, 1, 1, 10)

describe('laws of any run', { timeout: 120_000 }, () => {
  test('ends, presence, opening, order, bookings, slots', () => {
    fc.assert(
      fc.property(randomScenario, seed, speed, (scenario, seed, speed) => {
        const scaled = scaleScenario(scenario, { population: 1, speed })
        expectLaws(scenario, simulate(scaled, { seed, speed }))
      }),
      { numRuns: sweep(25, 250) },
    )
  })

  test('also where it is cut short', () => {
    fc.assert(
      fc.property(randomScenario, seed, fc.integer({ min: 1, max: 500 }), (scenario, seed, cut) => {
        expectLaws(scenario, simulate(scenario, { seed, untilSec: cut }))
      }),
      { numRuns: sweep(10, 60) },
    )
  })

  if (isLong) {
    test('the random scenarios reach what the laws speak of', () => {
      const seen = new Map<string, number>()
      const note = (name: string, isThere: boolean) =>
        seen.set(name, (seen.get(name) ?? 0) + (isThere ? 1 : 0))
      for (const scenario of fc.sample(randomScenario, { numRuns: 200, seed: 1 })) {
        const result = simulate(scenario, { seed: 1 })
        const { summary, timeline } = finish(result)
        const { visitors, findings, steps } = summary
        for (const name of endNames) note(name, visitors[name] > 0)
        for (const [name, n] of Object.entries(findings)) note(name, (n ?? 0) > 0)
        note('reentries', visitors.reentries > 0)
        note('halts', expectNobodyInHalts(result, timeline) > 0)
        const outcomes = Object.values(steps).map((step) => step.outcomes)
        for (const name of [
          'ok',
          'refused',
          'reset',
          'connectTimeout',
          'timeout',
          'http4xx',
          'http5xx',
        ] as const) {
          note(
            name,
            outcomes.some((each) => each[name] > 0),
          )
        }
      }
      const never = [...seen].filter(([, runs]) => runs === 0).map(([name]) => name)
      // The simulator drops nothing of its own, and the laws say that two findings never arise.
      expect(never.toSorted()).toEqual(['doubleBooking', 'dropped', 'http4xx', 'orderInversion'])
    })
  }
})

describe('one more visitor', { timeout: 120_000 }, () => {
  test('makes nobody wait for less: infinite patience, first come, first served, a tight gate', () => {
    const comeMs = fc.uniqueArray(fc.integer({ min: 1, max: 12_000 }), {
      minLength: 20,
      maxLength: 60,
    })
    const admission = fc.oneof(
      fc.record({ perSec: fc.constantFrom(0.3, 1, 4) }),
      fc.record({ maxInside: fc.integer({ min: 1, max: 4 }) }),
    )
    let longer = 0
    fc.assert(
      fc.property(comeMs, admission, seed, (times, admission, seed) => {
        const [extra, ...others] = times.map((ms) => ms / 1000)
        const waitsWith = (more: readonly number[]) => {
          const scenario = opening({
            population: { people: 100 },
            // The others keep their tickets, and so their luck: the one more comes from a list of its own.
            arrivals: [others, more]
              .filter((list) => list.length > 0)
              .map((timesSec) => ({ kind: 'replay', timesSec: [...timesSec] })),
            waitingRoom: { admission, pollSec: { front: 2, back: 10 } },
            journey: [
              {
                step: 'book',
                visits: [{ station: 'web', serviceMs: { dist: 'exponential', mean: 2000 } }],
                timeoutMs: 1e9,
              },
            ],
            stack: {
              instances: 1,
              stations: [{ name: 'web', shared: true, slots: 100, backlog: 100 }],
            },
          })
          const { waits } = traced(scenario, { seed })
          return new Map(waits.map((w) => [w.enteredSec.toFixed(3), w.endedSec - w.enteredSec]))
        }
        const before = waitsWith([])
        const after = waitsWith([extra!])
        expect([before.size, after.size]).toEqual([others.length, others.length + 1])
        for (const [entered, waitSec] of before) {
          expect(after.get(entered)).toBeGreaterThanOrEqual(waitSec - 1e-4)
          if (after.get(entered)! > waitSec + 0.01) longer++
        }
      }),
      { numRuns: sweep(20, 60) },
    )
    // Else the law would hold of a gate at which nobody ever waits for anybody.
    expect(longer).toBeGreaterThan(sweep(30, 100))
  })
})

describe('chance', { timeout: 120_000 }, () => {
  const recorded = (scenario: Scenario, options: SimOptions) => {
    const result = simulate(scenario, options)
    const { events, fired, little } = result
    return { ...finish(result), events, fired, little }
  }

  test('the same seed gives the same run, to the last digit', () => {
    fc.assert(
      fc.property(randomScenario, seed, (scenario, seed) => {
        expect(recorded(scenario, { seed })).toEqual(recorded(scenario, { seed }))
      }),
      { numRuns: sweep(8, 25) },
    )
  })

  test('another seed gives another', () => {
    const scenario = opening({
      population: { people: 500 },
      arrivals: [{ kind: 'burst', share: 1, forSec: 60 }],
    })
    const runs = [1, 2, 3].map((seed) => recorded(scenario, { seed }).timeline.arrivals.join())
    expect(new Set(runs).size).toBe(3)
  })

  test('one worker and two give the same runs', async () => {
    const base = await loadScenario('smoke', { allowCode: false })
    const variant = await loadScenario('smoke', { allowCode: false, variant: 'one-instance' })
    const jobs = [base, variant].flatMap((loaded) =>
      [1, 2].map((seed) => ({
        id: `${loaded.variant} ${seed}`,
        loaded,
        seed,
        population: 1,
        speed: 1,
      })),
    )
    const entry = new URL('../testing/pool-entry.ts', import.meta.url)
    const [one, two] = await Promise.all([1, 2].map((workers) => runJobs(jobs, { entry, workers })))
    const of = (results: typeof one) =>
      results!.map(({ job, run, stopped }) => ({ id: job.id, run, stopped }))
    expect(of(one).map(({ id }) => id)).toEqual(jobs.map(({ id }) => id))
    expect(of(two)).toEqual(of(one))
    expect(of(one)[0]!.run.summary.visitors.arrived).toBeGreaterThan(1000)
    // The jobs are told apart by what they gave, not by their names alone.
    expect(new Set(of(one).map(({ run }) => JSON.stringify(run.summary))).size).toBe(4)
  })
})
