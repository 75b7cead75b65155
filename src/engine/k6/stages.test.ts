import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { must } from '../../core/assert.ts'
import { parseScenario, type LoadedScenario } from '../../scenario/load/parse.ts'
import { scaleScenario } from '../../scenario/scale.ts'
import { smallDocument } from '../../scenario/testing/small-document.ts'
import { populationOf } from '../../workload/population.ts'
import { arrivalStages, expectedCurve, iterationStages, StageClock } from './stages.ts'

function loadedWith(changes: Record<string, unknown>): LoadedScenario {
  const parsed = parseScenario({ ...smallDocument(), ...changes })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.loaded
}

interface Case {
  readonly arrivals: readonly Record<string, unknown>[]
  readonly people?: number
  readonly speed?: number
}

function stagesFor({ arrivals, people = 50_000, speed = 1 }: Case) {
  const { scenario: full } = loadedWith({ arrivals, population: { people, participation: 1 } })
  const scenario = scaleScenario(full, { population: 1, speed })
  const population = populationOf(scenario, 1)
  const untilWallSec = 10_800 / speed
  const span = { untilWallSec, finestSec: 1 / speed }
  const { curve } = expectedCurve(scenario, population)
  return { stages: arrivalStages(scenario, population, span), curve, untilWallSec, population }
}

const shapes: Record<string, readonly Record<string, unknown>[]> = {
  'knocks, a burst and a tail': [
    { kind: 'early', share: 0.2, forSec: 60 },
    { kind: 'burst', share: 0.5, forSec: 10 },
    { kind: 'decay', share: 0.3, scaleSec: 60 },
  ],
  'a tail that falls as a power': [
    { kind: 'decay', share: 1, shape: 'power', exponent: 1.4, scaleSec: 20 },
  ],
  'a ramp, and a constant that begins in it': [
    { kind: 'ramp', fromPerSec: 0, toPerSec: 30, forSec: 900 },
    { kind: 'constant', perSec: 5, forSec: 600, startSec: 300 },
  ],
  'times of a log': [{ kind: 'replay', timesSec: [1.5, 2, 2.25, 60, 61, 62, 600.75] }],
}

describe('stages of an arrival rate', () => {
  test.each(Object.entries(shapes))(
    '%s: all come, and each second as many as planned',
    (_n, arrivals) => {
      const { stages, curve, untilWallSec } = stagesFor({ arrivals })
      const clock = new StageClock(stages)
      const fromSec = untilWallSec - clock.durationMs / 1000
      expect(fromSec).toBeGreaterThan(-61)
      // What k6 starts: one visitor each time that the area under the stages reaches a whole number.
      expect(Math.floor(clock.total)).toBe(stages.visitors)
      expect(clock.total - stages.visitors).toBeLessThan(0.45)
      const startSec = clockStart(arrivals)
      let started = 0
      let worst = 0
      for (let sec = startSec; sec < untilWallSec; sec++) {
        while (started < stages.visitors && startSec + clock.atMs(started) / 1000 <= sec) started++
        worst = Math.max(worst, Math.abs(started - curve(sec)))
      }
      // Whole visitors against an expectation, and half a visitor of the straight lines.
      expect(worst).toBeLessThan(arrivals[0]?.['kind'] === 'replay' ? 1.01 : 5)
      expect(stages.stages.length).toBeLessThan(3000)
    },
  )

  test('edges stay: nothing comes before the opening where nothing is planned', () => {
    const { stages } = stagesFor({ arrivals: [{ kind: 'burst', share: 1, forSec: 10 }] })
    expect(stages.startTarget).toBeGreaterThan(0)
    expect(stages.stages.some(({ durationMs }) => durationMs > 0)).toBe(true)
    const clock = new StageClock(stages)
    // A tenth of a burst that falls to nothing in 10 s has come after half a second.
    expect(clock.atMs(stages.visitors * 0.0975)).toBeCloseTo(500, -1)
  })

  test('targets are whole numbers that say the rate to a thousandth', () => {
    const { stages } = stagesFor({
      arrivals: [{ kind: 'constant', perSec: 0.001, forSec: 7200 }],
      people: 10,
    })
    for (const { target } of stages.stages) expect(Number.isSafeInteger(target)).toBe(true)
    const { startTarget, timeUnitSec, visitors } = stages
    expect(startTarget / timeUnitSec / ((visitors + 0.4) / 7200)).toBeCloseTo(1, 3)
  })

  test('iterations of several begin when the first of their visitors is due', () => {
    const arrivals = must(shapes['knocks, a burst and a tail'], 'a shape')
    const { stages } = stagesFor({ arrivals, people: 2000 })
    const one = new StageClock(stages)
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 300 }), (n) => {
        const several = new StageClock(iterationStages(stages, n))
        const iterations = Math.ceil(stages.visitors / n)
        expect(Math.floor(several.total)).toBe(iterations)
        for (let i = 0; i < iterations; i += Math.max(1, Math.floor(iterations / 20))) {
          const lateMs = several.atMs(i) - 1000 - one.atMs(i * n)
          // By the spare fifth of a visitor it may be early, never late but for rounding.
          expect(lateMs).toBeLessThan(1)
        }
      }),
      { numRuns: 30 },
    )
  })

  test('at another speed the same visitors come, so much faster', () => {
    const arrivals = must(shapes['knocks, a burst and a tail'], 'a shape')
    const slow = stagesFor({ arrivals })
    const fast = stagesFor({ arrivals, speed: 60 })
    expect(fast.stages.visitors).toBe(slow.stages.visitors)
    const at = (given: typeof slow) => new StageClock(given.stages).atMs(20_000)
    expect((at(fast) * 60) / at(slow)).toBeCloseTo(1, 2)
  })
})

/** The plan begins with the early knocks, or at the opening. */
const clockStart = (arrivals: readonly Record<string, unknown>[]): number =>
  arrivals.some(({ kind }) => kind === 'early') ? -60 : 0
