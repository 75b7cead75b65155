import { describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { assembleRun } from '../record/assemble.ts'
import type { RunRecord } from '../record/run.ts'
import { smallRecorder, smallRun } from '../record/testing/small-run.ts'
import { gate, type GateQuestion } from './gate.ts'
import { interruptedEnding } from '../record/verdict-codes.ts'

function changed(change: (run: RunRecord) => void): RunRecord {
  const run = structuredClone(smallRun())
  run.scenario['slo'] = ['errorShare < 0.01']
  change(run)
  return run
}
const asIs = () => undefined

const asked = (run: RunRecord, more: Partial<GateQuestion> = {}) =>
  gate({ runs: [{ label: 'small', record: run }], ...more })

/** `outcome subject: code` of every check that did not pass. */
function troubles(question: Parameters<typeof gate>[0]): string[] {
  return gate(question).subjects.flatMap(({ checks }) =>
    checks
      .filter(({ outcome }) => outcome !== 'passed')
      .map(
        ({ kind, outcome, subject, finding }) => `${outcome} ${subject ?? kind}: ${finding.code}`,
      ),
  )
}
const troublesOf = (run: RunRecord, more: Partial<GateQuestion> = {}) =>
  troubles({ runs: [{ label: 'small', record: run }], ...more })

const findingsOf = (question: GateQuestion) =>
  gate(question).subjects.flatMap(({ checks }) => checks.map(({ finding }) => finding))

/** The same evening with nobody in it. */
function emptyRun(): RunRecord {
  const { header, scenario, audit } = changed(asIs)
  const finished = smallRecorder().finish({
    people: { eligible: 200, came: 0, booked: 0, gaveUp: 0 },
    inventory: null,
  })
  return assembleRun({ header, scenario, events: [], audit, finished })
}

describe('a gate', () => {
  test('passes a run that meets its objectives, by its own figures', () => {
    const run = changed(({ verdict }) => {
      verdict.slo = [{ expr: 'errorShare < 0.01', observed: 0.9, ok: false }]
    })
    expect(troublesOf(run)).toEqual([])
    expect(asked(run).passed).toBe(true)
  })

  test('does not believe what the record says of its objectives', () => {
    const run = changed(({ verdict, scenario }) => {
      scenario['slo'] = ['summary', 'bookedShare > 0.9 during 20:00..20:04']
      verdict.slo = [{ expr: 'bookedShare > 0.9 during 20:00..20:04', observed: 1, ok: true }]
    })
    expect(troublesOf(run)).toEqual([
      'usage summary: ObjectiveFaulty',
      'failed bookedShare > 0.9 during 20:00..20:04: Missed',
    ])
  })

  test('says from which side a limit is seen', () => {
    const missed = (objective: string) =>
      findingsOf({
        runs: [{ label: 'small', record: changed(asIs) }],
        objectives: [objective],
      }).at(-1)
    expect(missed('200 <= visitors.arrived')).toEqual({
      code: 'Missed',
      observed: 120,
      limit: { operator: '>=', value: 200 },
    })
    expect(missed('people.booked == people.came')).toEqual({
      code: 'Missed',
      observed: 90,
      limit: { operator: '==', value: 110 },
    })
  })

  test('fails where there is no data, and says why there is none', () => {
    const objectives = [
      'responseMs.p95 < 800 during 21:00..21:10',
      'findings.eligibleRefused == 0',
      'waitSec.p99 < 1800',
      'findings.earlyAdmission / findings.doubleBooking < 2',
      'steps.pay.count > 1',
    ]
    const run = changed(asIs)
    expect(findingsOf({ runs: [{ label: 'small', record: run }], objectives }).slice(3)).toEqual([
      {
        code: 'NoData',
        paths: ['responseMs.p95'],
        clause: { kind: 'during', from: '21:00', to: '21:10' },
        cause: 'outsideRecord',
        recorded: { from: '2021-07-19T19:59:00+09:00', until: '2021-07-19T20:09:00+09:00' },
      },
      expect.objectContaining({ paths: ['findings.eligibleRefused'], cause: 'notObserved' }),
      expect.objectContaining({ paths: ['waitSec.p99'], cause: 'neverReached' }),
      { code: 'NoNumber' },
      {
        code: 'ObjectiveFaulty',
        message: 'there is no step named "pay"; there are login, book',
      },
    ])
    expect(troublesOf(run, { objectives }).map((text) => text.split(' ')[0])).toEqual([
      'failed',
      'failed',
      'failed',
      'failed',
      'usage',
    ])
  })

  test('fails without an objective, and with a list of none', () => {
    const none = ['failed objective: NoObjective']
    expect(troublesOf(changed(({ scenario }) => delete scenario['slo']))).toEqual(none)
    expect(troublesOf(changed(({ scenario }) => (scenario['slo'] = [])))).toEqual(none)
    expect(gate({ runs: [] }).passed).toBe(false)
  })

  test('fails an empty run', () => {
    const found = troublesOf(emptyRun())
    expect(found).toEqual(['failed arrivals: Empty', 'failed errorShare < 0.01: NoData'])
    expect(asked(emptyRun(), { objectives: ['findings.doubleBooking == 0'] }).passed).toBe(false)
  })

  test.each<Partial<RunRecord['verdict']>>([
    { reasons: [{ code: 'RequestsLate', p99Ms: 80, maxMs: 50 }] },
    { ending: interruptedEnding },
    { ending: { kind: 'stopped', detail: { code: 'Other', text: 'by hand' } } },
    { ending: { kind: 'cutShort', detail: { code: 'CountMissed' } } },
  ])('never passes an invalid run: %j', (change) => {
    const run = changed(({ verdict }) => {
      Object.assign(verdict, { valid: false, ...change })
    })
    const { subjects, passed } = asked(run)
    expect(passed).toBe(false)
    expect(subjects[0]?.checks.map(({ outcome }) => outcome)).toEqual([
      'passed',
      'invalid',
      'passed',
      'skipped',
    ])
    expect(subjects[0]?.checks[1]?.finding).toMatchObject({ code: 'Unusable', ...change })
    expect(subjects[0]?.checks[3]?.finding).toEqual({ code: 'NotJudged' })
  })

  test('believes nothing good of a record that contradicts itself', () => {
    const run = changed(({ summary }) => (summary.waitSec.p50 = 0.1))
    const [subject] = asked(run).subjects
    expect(subject?.checks.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'record usage',
      'valid skipped',
      'arrivals skipped',
      'objective skipped',
    ])
    expect(subject?.checks[0]?.finding).toEqual({
      code: 'Contradictory',
      contradictions: 1,
      faults: [
        {
          path: 'summary.waitSec.p50',
          message: expect.stringMatching(/^says 0\.1, but /) as string,
        },
      ],
    })
  })

  test('judges every other run where one cannot be read', () => {
    const faults = [{ path: 'summary.visitors', message: 'adds up to 1, but arrived is 2' }]
    const error = new DambreakError('invalid', 'x is not a run: 1 fault', faults)
    const { passed, subjects } = gate({
      runs: [
        { label: 'x', record: error },
        { label: 'small', record: changed(asIs) },
      ],
    })
    expect(passed).toBe(false)
    expect(subjects[0]?.checks).toEqual([
      {
        kind: 'record',
        subject: null,
        outcome: 'usage',
        finding: { code: 'Unreadable', message: 'x is not a run: 1 fault', faults },
      },
    ])
    expect(subjects[1]?.checks.every(({ outcome }) => outcome === 'passed')).toBe(true)
  })
})

describe('a gate with a baseline', () => {
  const seeded = (seed: number, change: (run: RunRecord) => void = asIs) =>
    changed((run) => {
      run.header.seed = seed
      change(run)
    })
  const against = (runs: readonly RunRecord[], candidates: readonly RunRecord[]) => ({
    runs: candidates.map((record, at) => ({ label: `${at + 1}`, record })),
    baseline: { name: 'main', sources: [], runs },
    baselineName: 'main',
    objectives: ['people.came > 0'],
  })

  test('decides nothing by a single pair, and says so', () => {
    const question = against([seeded(1)], [seeded(2)])
    expect(troubles(question)).toEqual(['skipped main: Compared'])
    expect(findingsOf(question).at(-1)).toMatchObject({
      runs: { baseline: 1, candidate: 1 },
      minRuns: 3,
      isDecisive: false,
    })
    expect(gate(question).passed).toBe(true)
  })

  test('a pair is no objective', () => {
    const bare = (run: RunRecord) => (run.scenario['slo'] = [])
    const { objectives: _, ...question } = against([seeded(1)], [seeded(2, bare)])
    expect(gate(question).passed).toBe(false)
  })

  test('passes the same runs again', () => {
    const runs = [seeded(1), seeded(2), seeded(3)]
    expect(troubles(against(runs, runs))).toEqual([])
  })

  test('fails a figure that only the baseline knows', () => {
    const blind = (run: RunRecord) => (run.summary.findings.doubleBooking = null)
    const runs = [seeded(1), seeded(2), seeded(3)]
    const question = against(runs, [seeded(1, blind), seeded(2, blind), seeded(3)])
    expect(troubles(question)).toEqual(['failed findings.doubleBooking: FigureLost'])
    expect(findingsOf(question).at(-1)).toMatchObject({ missing: 2 })
  })

  test('refuses a baseline of another workload, an invalid one and one that contradicts itself', () => {
    const other = seeded(1, ({ header }) => (header.workloadHash = 'ffff'))
    expect(troubles(against([other], [seeded(1)]))).toEqual(['usage main: Incomparable'])
    const invalid = seeded(1, ({ verdict }) => (verdict.valid = false))
    expect(findingsOf(against([invalid], [seeded(1)])).at(-1)).toEqual({
      code: 'Incomparable',
      mismatches: [
        {
          kind: 'invalid',
          runs: [
            {
              side: 'baseline',
              run: 1,
              ending: invalid.verdict.ending,
              reasons: invalid.verdict.reasons,
            },
          ],
        },
      ],
    })
    const broken = seeded(1, ({ summary }) => (summary.errorShare = 0.7))
    expect(troubles(against([broken], [seeded(1)]))).toEqual(['usage main: BaselineContradictory'])
  })

  test('is not asked about runs that cannot be used', () => {
    const invalid = seeded(1, ({ verdict }) => (verdict.valid = false))
    expect(troubles(against([seeded(1)], [invalid])).at(-1)).toBe('skipped main: NotJudged')
  })

  test('one that is not there fails in its own words', () => {
    const baseline = new DambreakError('usage', 'there is no baseline main in reports/baselines')
    const question = { runs: [{ label: 'small', record: changed(asIs) }], baseline }
    expect(findingsOf({ ...question, baselineName: 'main' }).at(-1)).toEqual({
      code: 'BaselineUnavailable',
      message: 'there is no baseline main in reports/baselines',
      faults: [],
    })
  })
})
