import { expect, test } from 'vitest'
import type { ComparedFigure } from '../../compare/compare.ts'
import type { GateCheck } from '../../gate/check.ts'
import type { Finding } from '../../gate/finding.ts'
import { finishedEnding } from '../../record/verdict-codes.ts'
import { checkName, findingDetails, findingText, subjectName } from './finding-words.ts'

const checkOf = (finding: Finding): GateCheck => ({
  kind: 'objective',
  subject: 'x',
  outcome: 'failed',
  finding,
})

const recorded = { from: '2021-07-19T19:59:00+09:00', until: '2021-07-20T00:09:00+09:00' }
const late = { code: 'RequestsLate', p99Ms: 80, maxMs: 50 } as const
const figure: ComparedFigure = {
  path: 'responseMs.p95',
  unit: 'ms',
  better: 'lower',
  baseline: { centre: 1.02, values: [1, 1, 1] },
  candidate: { centre: 1.52, values: [null, 1.5, null] },
  difference: { value: 0.5, low: 0.4, high: 0.6 },
  share: { value: 0.49, low: 0.46, high: 0.521 },
  p: 0.0001,
  pHolm: 0.004,
  verdict: 'worse',
}

test.each<[Finding, string]>([
  [
    { code: 'Contradictory', contradictions: 2, faults: [] },
    'run.json contradicts itself: 2 figures cannot be true',
  ],
  [{ code: 'Usable', engine: 'k6', heldBack: null, notes: [] }, 'k6 kept its schedule'],
  [
    { code: 'Usable', engine: 'live', heldBack: 1, notes: [] },
    'it is, but a ceiling held 1 request back, counted as failed',
  ],
  [
    { code: 'Unusable', ending: finishedEnding, reasons: [late], notes: [] },
    'it is invalid, its figures must not be used (requests left late: p99 lateness is 80 ms, the limit is 50 ms)',
  ],
  [
    { code: 'Unusable', ending: finishedEnding, reasons: [], notes: [] },
    'it is invalid, its figures must not be used (no reason given)',
  ],
  [
    {
      code: 'Unusable',
      ending: { kind: 'failed', detail: { code: 'WorkerFailed', message: 'gone' } },
      reasons: [late],
      notes: [],
    },
    'it was cut short, its figures must not be used as those of the whole run (a generator thread failed: gone; requests left late: p99 lateness is 80 ms, the limit is 50 ms)',
  ],
  [
    {
      code: 'NoData',
      paths: ['a', 'b'],
      clause: { kind: 'during', from: '21:00', to: '21:10' },
      cause: 'outsideRecord',
      recorded,
    },
    'no data for a, b during 21:00..21:10: the run recorded 2021-07-19 19:59:00 to 2021-07-20 00:09:00',
  ],
  [
    {
      code: 'NoData',
      paths: ['a'],
      clause: { kind: 'at', at: '23:00' },
      cause: 'notObserved',
      recorded,
    },
    'no data for a at 23:00: the run did not observe it',
  ],
  [
    { code: 'Missed', observed: 120.123456, limit: { operator: '>=', value: 200 } },
    'observed 120.1, which is not at least 200',
  ],
  [
    { code: 'Missed', observed: 3, limit: { operator: '<', value: null } },
    'observed 3, which is not below the other side',
  ],
  [
    {
      code: 'Compared',
      runs: { baseline: 1, candidate: 2 },
      minRuns: 3,
      isDecisive: false,
      sources: [],
      notes: [],
    },
    '2 runs compared with 1 run of it, which decides nothing: a regression is told from chance by at least 3 runs a side; given by path',
  ],
  [
    {
      code: 'Compared',
      runs: { baseline: 3, candidate: 3 },
      minRuns: 3,
      isDecisive: true,
      sources: [
        { targetVersion: 'abc', savedAt: '2026-11-30T20:00:01.000Z', machine: 'linux x64' },
        { targetVersion: null, savedAt: '2026-11-30T21:00:01.000Z', machine: 'linux x64' },
      ],
      notes: [],
    },
    '3 runs compared with 3 runs of it; target version abc, unknown, kept 2026-11-30 20:00 UTC, 2026-11-30 21:00 UTC on linux x64',
  ],
  [
    { code: 'FigureLost', figure, missing: 2 },
    'the baseline knows this figure (Response time, p95), and 2 of 3 runs here do not: no data is no pass',
  ],
  [
    { code: 'SignificantlyWorse', figure },
    'significantly worse: Response time, p95: 1.02 ms → 1.52 ms, +49% (95% interval +46% to +52.1%), p = 0.004 after Holm',
  ],
  [
    { code: 'NoRegression', tested: 1, level: 0.05, nearest: null },
    'none of 1 figure is significantly worse at 5% over all together',
  ],
])('%j', (finding, text) => {
  expect(findingText(checkOf(finding))).toBe(text)
})

test('details are faults and notes, one a line', () => {
  const fault = { path: 'summary', message: 'is wrong' }
  const details = (finding: Finding) => findingDetails(checkOf(finding))
  expect(details({ code: 'Unreadable', message: 'x', faults: [fault] })).toEqual([
    'summary: is wrong',
  ])
  expect(details({ code: 'BaselineContradictory', faults: [{ run: 2, ...fault }] })).toEqual([
    'run 2: summary: is wrong',
  ])
  const notes = [{ code: 'LoadNotPreserved', factor: 2 }] as const
  expect(details({ code: 'Usable', engine: 'sim', heldBack: null, notes })).toEqual([
    'station load is preserved only where population × speed = 1; here it is 2',
  ])
  expect(details({ code: 'Empty' })).toEqual([])
})

test('a check has a name of its own, or that of what it is of', () => {
  const check = checkOf({ code: 'NoObjective' })
  expect(checkName(check)).toBe('x')
  expect(checkName({ ...check, subject: null })).toBe('there is an objective')
  expect(checkName({ ...check, kind: 'baseline', subject: 'main' })).toBe('baseline main')
  expect(subjectName({ kind: 'baseline', label: 'main', checks: [] })).toBe('against baseline main')
  expect(subjectName({ kind: 'run', label: 'main', checks: [] })).toBe('main')
})
