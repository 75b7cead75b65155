import { describe, expect, test } from 'vitest'
import type { RunRecord } from '../record/run.ts'
import { encoded, smallRun } from '../record/testing/small-record.ts'
import {
  compareReadings,
  compareRuns,
  IncomparableError,
  type ComparedFigure,
  type MismatchKind,
} from './compare.ts'
import { headlineFigures, type FigureReading } from './headline-figures.ts'
import { scenarioDifferences } from './scenario-differences.ts'

/** A run of its own seed whose response times are all of so many µs. */
function runOf(seed: number, responseUs = 1000, change: (run: RunRecord) => void = () => {}) {
  const run = smallRun()
  run.header.seed = seed
  run.scenario = { behaviour: { patienceSec: { mean: 4 } }, stack: { instances: 2 } }
  run.histograms['responseUs'] = encoded('responseUs', Array<number>(100).fill(responseUs))
  change(run)
  return run
}

const figureOf = (figures: readonly ComparedFigure[], path: string) => {
  const found = figures.find((one) => one.path === path)
  if (found === undefined) throw new Error(`no figure ${path}`)
  return found
}

const some = [1, 2, 3].map((seed) => runOf(seed, 1000 + 10 * seed))
const slower = [4, 5, 6].map((seed) => runOf(seed, 1470 + 10 * seed))

describe('three runs a side', () => {
  const comparison = compareRuns(some, slower)
  const p95 = figureOf(comparison.figures, 'responseMs.p95')

  test('a slow-down is worse, with its interval', () => {
    expect(comparison.kind).toBe('repeated')
    expect(p95.verdict).toBe('worse')
    // Geometric means of 1.01, 1.02, 1.03 and of 1.51, 1.52, 1.53 ms.
    expect(p95.baseline.centre).toBeCloseTo(1.01997, 4)
    expect(p95.candidate.centre).toBeCloseTo(1.51998, 4)
    expect(p95.share?.value).toBeCloseTo(0.4902, 3)
    expect(p95.share?.low).toBeGreaterThan(0.45)
    expect(p95.share?.high).toBeLessThan(0.53)
    expect(p95.pHolm).toBeLessThan(0.01)
  })

  test('the other way round it is better', () => {
    expect(figureOf(compareRuns(slower, some).figures, 'responseMs.p95').verdict).toBe('better')
  })

  test('figures that are the same in all runs, zeros among them, show no difference', () => {
    for (const path of ['people.booked', 'errorShare', 'findings.doubleBooking', 'waitSec.p50']) {
      const figure = figureOf(comparison.figures, path)
      expect(figure.verdict).toBe('noDifference')
      expect(figure.difference).toEqual({ value: 0, low: null, high: null })
      expect(figure.p).toBeNull()
    }
    expect(JSON.stringify(comparison)).not.toMatch(/NaN|Infinity/)
  })

  test('what no run, or not every run, knows is not comparable', () => {
    const figure = figureOf(comparison.figures, 'findings.ineligibleBooked')
    expect(figure.verdict).toBe('notComparable')
    expect(figure.difference).toBeNull()
    const lost = [...slower.slice(0, 2), runOf(9, 1500, (run) => (run.summary.waitSec.p50 = null))]
    const wait = figureOf(compareRuns(some, lost).figures, 'waitSec.p50')
    expect(wait).toMatchObject({ verdict: 'notComparable', candidate: { values: [1, 1, null] } })
  })
})

test('a pair, and two against five, never tell better from worse', () => {
  for (const [a, b] of [
    [some.slice(0, 1), slower.slice(0, 1)],
    [some.slice(0, 2), slower],
  ] as const) {
    const { kind, figures } = compareRuns(a, b)
    expect(kind).toBe('withinRun')
    const figure = figureOf(figures, 'responseMs.p95')
    expect(figure).toMatchObject({ verdict: 'withinRun', p: null, pHolm: null })
    expect(figure.difference?.value).toBeGreaterThan(0.4)
    expect(figure.difference?.low).toBeNull()
  }
})

describe('few counts', () => {
  const at = headlineFigures.findIndex(({ path }) => path === 'findings.doubleBooking')
  const run = (value: number): FigureReading[] =>
    headlineFigures.map((_, index) => ({ value: index === at ? value : 7, step: 1 }))
  const verdict = (a: number[], b: number[]) =>
    figureOf(compareReadings(a.map(run), b.map(run)), 'findings.doubleBooking').verdict

  test('one here and none there are no difference, however alike the runs', () => {
    expect(verdict([0, 0, 0], [1, 1, 1])).toBe('noDifference')
    expect(verdict([1800, 1800, 1800], [1799, 1799, 1799])).toBe('noDifference')
  })

  test('many are one', () => {
    expect(verdict([0, 0, 0], [40, 37, 44])).toBe('worse')
    expect(verdict([0, 0, 0], [12, 12, 12])).toBe('worse')
  })
})

/** What `change` makes of the candidates is refused by that name, and compared if that is allowed. */
function refusal(
  change: (run: RunRecord, at: number) => void,
  kind: MismatchKind,
): IncomparableError {
  const changed = [4, 5, 6].map((seed, at) => runOf(seed, 1000, (run) => change(run, at)))
  const allowed = compareRuns(some, changed, { allow: [kind] })
  expect(allowed.mismatches.map((one) => one.kind)).toEqual([kind])
  try {
    compareRuns(some, changed)
  } catch (error) {
    if (error instanceof IncomparableError) return error
  }
  throw new Error('not refused')
}

describe('what cannot be compared', () => {
  const late = { code: 'RequestsLate', p99Ms: 99, maxMs: 50 } as const
  const kinds: [MismatchKind, object, (run: RunRecord, at: number) => void][] = [
    [
      'invalid',
      { runs: [expect.objectContaining({ side: 'candidate', run: 2, reasons: [late] })] },
      (run, at) => {
        run.verdict.valid = at !== 1
        run.verdict.reasons = [late]
      },
    ],
    ['timing', {}, (run) => (run.header.timing = 'sent-only')],
    ['population', { values: [1, 0.5] }, (run) => (run.header.population = 0.5)],
    ['speed', { values: [1, 2] }, (run) => (run.header.speed = 2)],
    [
      'engine',
      { baseline: ['sim'], candidate: ['live'] },
      (run, at) => {
        run.header.engine = 'live'
        run.audit.wallSec = at
      },
    ],
    [
      'stack',
      { side: 'candidate', differences: [{ path: 'stack.instances', from: 2, to: 3 }] },
      (run, at) => {
        run.header.stackHash = `s${at}`
        run.scenario['stack'] = { instances: at + 2 }
      },
    ],
    [
      'workload',
      { differences: [{ path: 'behaviour.patienceSec.mean', from: 4, to: 5 }] },
      (run) => {
        run.header.workloadHash = 'other'
        run.scenario = { behaviour: { patienceSec: { mean: 5 } }, stack: { instances: 2 } }
      },
    ],
  ]
  test.each(kinds)('%s', (kind, values, change) => {
    const error = refusal(change, kind)
    expect(error.kind).toBe('usage')
    expect(error.message).toContain(`--allow ${kind}`)
    expect(error.faults).toHaveLength(1)
    expect(error.mismatches).toEqual([expect.objectContaining({ kind, ...values })])
    expect(error.faults[0]?.path).toBe(kind)
  })

  test('a crowd that one side saw again and again, and the other did not', () => {
    const live = (seed: number, at: number) =>
      runOf(seed, 1000 + at, (run) => {
        run.header.engine = 'live'
        run.audit.wallSec = at
      })
    const [one, other] = [[1, 2, 3].map((at) => live(1, at)), [4, 5, 6].map((at) => live(2, at))]
    expect(() => compareRuns(one, other)).toThrow(/cannot be compared/)
    const same = [4, 5, 6].map((at) => live(1, at))
    expect(compareRuns(one, same).mismatches).toEqual([])
    expect(compareRuns(one.slice(0, 1), other.slice(0, 1)).mismatches).toEqual([])
  })

  test('the same run twice, and none at all', () => {
    expect(() => compareRuns([runOf(1), runOf(1), runOf(2)], some)).toThrow(
      'runs 1 and 2 of the baseline are one and the same run',
    )
    expect(() => compareRuns(some, [])).toThrow('the candidate has no run')
  })
})

test('another stack is what is compared, and is told', () => {
  const bigger = [4, 5, 6].map((seed) =>
    runOf(seed, 1000, (run) => {
      run.header.stackHash = 'other'
      run.scenario['stack'] = { instances: { value: 4, evidence: 'inferred' } }
    }),
  )
  expect(compareRuns(some, bigger)).toMatchObject({
    mismatches: [],
    notes: [{ code: 'StacksDiffer', differences: [{ path: 'stack.instances', from: 2, to: 4 }] }],
  })
})

test('scenarios differ by their numbers, not by evidence', () => {
  const a = { name: 'a', x: { low: 1, mid: 2, high: 3, evidence: 'assumed' }, list: [1, { y: 2 }] }
  expect(scenarioDifferences(a, { ...a, name: 'b', x: 2 })).toEqual([])
  expect(scenarioDifferences(a, { ...a, x: 5, list: [1, { y: 3 }] })).toEqual([
    { path: 'x', from: 2, to: 5 },
    { path: 'list[1].y', from: 2, to: 3 },
  ])
})
