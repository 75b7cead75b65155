import { describe, expect, test } from 'vitest'
import { runSimulation } from '../engine/sim/run.ts'
import { timeless } from '../engine/testing/timeless.ts'
import { ofRecord } from '../fit/measured-run.ts'
import { parseScenario, type LoadedScenario } from '../scenario/load/parse.ts'
import { parametersOf } from '../scenario/schema/parameters.ts'
import type { Mapping } from '../scenario/plain.ts'
import { guess, proofCases, rehearsalOf, surgeOf, surgeSpan } from './prove-cases.ts'
import { surgeFiguresOf, surgeFigureNames } from './prove-figures.ts'
import { predictSurge } from './prove-prediction.ts'
import { fullLimits, rowsOf, tableText, verdictOf, type ProofRow } from './prove-table.ts'
import { runScript } from './testing/script.ts'

function loaded(document: Mapping): LoadedScenario {
  const parsed = parseScenario(document)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.loaded
}

describe('the three stacks of the proof', () => {
  test.each(proofCases)(
    '$name: the fitter is given an interval for every number, all wide',
    (of) => {
      const numbers = parametersOf(rehearsalOf(of, guess))
      expect(numbers.map(({ name }) => name)).toEqual([
        'journey[0].visits[0].serviceMs.mean',
        'journey[0].visits[0].serviceMs.cv',
        'journey[0].visits[1].serviceMs.mean',
        'journey[0].visits[1].serviceMs.cv',
        'stack.stations[0].slots',
        'stack.stations[0].contention',
        'stack.stations[0].coherency',
        'stack.stations[1].slots',
        'stack.stations[1].contention',
        'stack.stations[1].coherency',
      ])
      // The same for every stack, whatever it is; and a service time may be off by a factor of five.
      expect(rehearsalOf(of, guess)['stack']).toEqual(
        rehearsalOf(proofCases[0] ?? of, guess)['stack'],
      )
      for (const { low, high, name } of numbers) {
        if (name.endsWith('mean')) expect(high / low).toBeGreaterThan(25)
      }
    },
  )

  test.each(proofCases)('$name: a surge is more than the stack can, and is over in time', (of) => {
    for (const instances of [6, 10] as const) {
      const surge = loaded(surgeOf(of, of.truth, instances))
      const run = runSimulation(surge, { seed: 2, population: 1, speed: 1 }, timeless)
      const figures = surgeFiguresOf(ofRecord(run, ['web', 'db']), surgeSpan)
      expect(of.surgePerSec[instances] / figures.kneePerSec).toBeGreaterThan(1.8)
      expect(figures.drainSec).toBeGreaterThan(8)
      expect(figures.drainSec).toBeLessThan(surgeSpan.overSec - surgeSpan.surgeSec - 2)
      expect(run.summary.errorShare).toBe(0)
    }
  })
})

describe('what a surge is measured by', () => {
  // 10 a second for 14 s on one worker of 200 ms: 5 a second, so it takes 28 s, waits grow evenly.
  const surge = loaded({
    ...surgeOf(proofCases[0]!, proofCases[0]!.truth, 6),
    arrivals: [{ kind: 'constant', perSec: 10, forSec: 14, spacing: 'even' }],
    journey: [{ step: 'book', timeoutMs: 60_000, visits: [{ station: 'web', serviceMs: 200 }] }],
    stack: {
      instances: 1,
      stations: [{ name: 'web', perInstance: true, slots: 1, backlog: 400 }],
    },
  })
  const run = runSimulation(surge, { seed: 1, population: 1, speed: 1 }, timeless)
  const figures = surgeFiguresOf(ofRecord(run, ['web']), surgeSpan)

  test('throughput, drain, waits and the line, as the fluid has them', () => {
    expect(figures.kneePerSec).toBeCloseTo(5, 1)
    expect(figures.drainSec).toBeCloseTo(28 * 0.99 - 14, 0)
    expect(figures.p50Ms / 1000).toBeCloseTo(7, 0)
    expect(figures.p95Ms / 1000).toBeCloseTo(14 * 0.95, 0)
    // A triangle of 28 s and a height of 70, over 34 s.
    expect(figures.queued).toBeCloseTo((28 * 70) / 2 / surgeSpan.overSec, 0)
  })

  test('a prediction by the truth itself holds the measurement, and its interval is of chance alone', () => {
    const [of] = proofCases
    const truth = surgeOf(of!, of!.truth, 6)
    const draws = Array.from({ length: 40 }, () => new Map<string, number>())
    const prediction = predictSurge(truth, draws, surgeSpan)
    const measured = surgeFiguresOf(
      ofRecord(runSimulation(loaded(truth), { seed: 1, population: 1, speed: 1 }, timeless), [
        'web',
        'db',
      ]),
      surgeSpan,
    )
    for (const figure of surgeFigureNames) {
      const { low, mid, high } = prediction[figure]
      expect(low).toBeLessThan(mid)
      expect(mid).toBeLessThan(high)
      expect(high / low).toBeLessThan(1.3)
      expect(Math.abs(measured[figure] / mid - 1)).toBeLessThan(0.15)
    }
  })
})

describe('the table and its verdict', () => {
  const row = (over: Partial<ProofRow>): ProofRow => ({
    stack: 'workers',
    instances: 6,
    figure: 'p50Ms',
    low: 90,
    mid: 100,
    high: 112,
    measured: 104,
    error: 100 / 104 - 1,
    isInside: true,
    ...over,
  })

  test('a row says how far off, and whether inside', () => {
    const five = (value: number) => ({
      p50Ms: value,
      p95Ms: value,
      kneePerSec: value,
      queued: value,
      drainSec: value,
    })
    const interval = { low: 90, mid: 100, high: 112 }
    const prediction = Object.fromEntries(
      surgeFigureNames.map((figure) => [figure, interval]),
    ) as Parameters<typeof rowsOf>[0]['prediction']
    const rows = rowsOf({ stack: 'pool', instances: 10, prediction, measured: five(125) })
    expect(rows).toHaveLength(5)
    expect(rows[0]).toMatchObject({ error: 100 / 125 - 1, isInside: false, measured: 125 })
    expect(tableText(rows.slice(0, 1), true)).toBe(
      'stack        instances  figure                        predicted       95% interval  measured   error\n' +
        'pool                10  response p50, ms                    100         90.0 … 112       125  -20.0% outside\n',
    )
  })

  test('holds where all limits do', () => {
    const rows = Array.from({ length: 30 }, () => row({}))
    expect(verdictOf(rows, fullLimits)).toEqual({
      rows: 30,
      medianError: 1 - 100 / 104,
      largestError: 1 - 100 / 104,
      inside: 30,
      widest: 112 / 100 - 1,
      faults: [],
    })
  })

  test.each([
    ['median error', 16, { error: 0.11 }, 'median error 11.0%, at most 10.0%'],
    ['one far off', 1, { error: -0.26 }, 'largest error 26.0%, at most 25.0%'],
    ['four outside', 4, { isInside: false }, '26 of 30 inside their intervals, at least 27'],
    ['one too wide', 1, { high: 126 }, 'an interval of ±26.0%, at most ±25.0%'],
    ['no number', 1, { error: Number.NaN }, 'largest error NaN%, at most 25.0%'],
  ] as const)('%s is a fault', (_name, count, over, fault) => {
    const rows = Array.from({ length: 30 }, (_, i) => row(i < count ? over : {}))
    expect(verdictOf(rows, fullLimits).faults).toContain(fault)
  })

  test('nothing measured is a fault', () => {
    expect(verdictOf([], fullLimits).faults).not.toEqual([])
  })
})

test('npm run prove: a stack that there is not ends with 2, before anything is started', async () => {
  const { code, err } = await runScript('prove.ts', ['--stack', 'disk'])
  expect(code).toBe(2)
  expect(err).toMatch(/Allowed choices are workers, pool, contention/)
})
