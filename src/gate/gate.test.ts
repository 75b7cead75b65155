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

/** `outcome name: words` of every check that did not pass. */
function troubles(question: Parameters<typeof gate>[0]): string[] {
  return gate(question).subjects.flatMap(({ checks }) =>
    checks
      .filter(({ outcome }) => outcome !== 'passed')
      .map(({ outcome, name, words }) => `${outcome} ${name}: ${words}`),
  )
}
const troublesOf = (run: RunRecord, more: Partial<GateQuestion> = {}) =>
  troubles({ runs: [{ label: 'small', record: run }], ...more })

const notJudged = 'not judged: the figures of this run must not be used'

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
      expect.stringMatching(/^usage summary: this objective cannot be judged: /),
      expect.stringMatching(
        /^failed bookedShare > 0\.9 during 20:00\.\.20:04: observed 0\.\d+, which is not above 0\.9$/,
      ),
    ])
  })

  test('says from which side a limit is seen', () => {
    expect(troublesOf(changed(asIs), { objectives: ['200 <= visitors.arrived'] })).toEqual([
      'failed 200 <= visitors.arrived: observed 120, which is not at least 200',
    ])
    expect(troublesOf(changed(asIs), { objectives: ['people.booked == people.came'] })).toEqual([
      'failed people.booked == people.came: observed 90, which is not equal to 110',
    ])
  })

  test('fails where there is no data, and says why there is none', () => {
    const objectives = [
      'responseMs.p95 < 800 during 21:00..21:10',
      'findings.eligibleRefused == 0',
      'waitSec.p99 < 1800',
      'findings.earlyAdmission / findings.doubleBooking < 2',
      'steps.pay.count > 1',
    ]
    expect(troublesOf(changed(asIs), { objectives })).toEqual([
      'failed responseMs.p95 < 800 during 21:00..21:10: no data for responseMs.p95 during 21:00..21:10: the run recorded 2021-07-19 19:59:00 to 20:09:00',
      'failed findings.eligibleRefused == 0: no data for findings.eligibleRefused: the run did not observe it',
      'failed waitSec.p99 < 1800: no data for waitSec.p99: too many of those who queued were never let in for it to be reached',
      'failed findings.earlyAdmission / findings.doubleBooking < 2: it comes to no number (a division by zero)',
      'usage steps.pay.count > 1: this objective cannot be judged: there is no step named "pay"; there are login, book',
    ])
  })

  test('fails without an objective, and with a list of none', () => {
    const none = [
      expect.stringMatching(/^failed there is an objective: nothing to hold the run to/),
    ]
    expect(troublesOf(changed(({ scenario }) => delete scenario['slo']))).toEqual(none)
    expect(troublesOf(changed(({ scenario }) => (scenario['slo'] = [])))).toEqual(none)
    expect(gate({ runs: [] }).passed).toBe(false)
  })

  test('fails an empty run', () => {
    const found = troublesOf(emptyRun())
    expect(found[0]).toBe(
      'failed somebody came: the run is empty: nobody arrived, so it shows nothing',
    )
    expect(found[1]).toBe(
      'failed errorShare < 0.01: no data for errorShare: the run did not observe it',
    )
    expect(asked(emptyRun(), { objectives: ['findings.doubleBooking == 0'] }).passed).toBe(false)
  })

  test.each([
    [
      { reasons: [{ code: 'RequestsLate', p99Ms: 80, maxMs: 50 } as const] },
      /^it is invalid, its figures must not be used \(RequestsLate\)/,
    ],
    [{ ending: interruptedEnding }, /^it was interrupted before its end, and the rest/],
    [
      { ending: { kind: 'stopped', detail: { code: 'Other', text: 'by hand' } } as const },
      /^it was cut short before its end \(stopped\)/,
    ],
    [
      { ending: { kind: 'cutShort', detail: { code: 'CountMissed' } } as const },
      /^it was cut short before its end \(cutShort\)/,
    ],
  ])('never passes an invalid run: %j', (change, words) => {
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
    expect(subjects[0]?.checks[1]?.words).toMatch(words)
    expect(subjects[0]?.checks[3]?.words).toBe(notJudged)
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
    expect(subject?.checks[0]?.details).toEqual([
      expect.stringMatching(/^summary\.waitSec\.p50: says 0\.1, but /),
    ])
  })

  test('judges every other run where one cannot be read', () => {
    const error = new DambreakError('invalid', 'x is not a run: 1 fault', [
      { path: 'summary.visitors', message: 'adds up to 1, but arrived is 2' },
    ])
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
        name: 'the record can be used',
        outcome: 'usage',
        words: 'x is not a run: 1 fault',
        details: ['summary.visitors: adds up to 1, but arrived is 2'],
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
    baseline: { name: 'main', provenance: 'target version abc', runs },
    baselineName: 'main',
    objectives: ['people.came > 0'],
  })

  test('decides nothing by a single pair, and says so', () => {
    const question = against([seeded(1)], [seeded(2)])
    expect(troubles(question)).toEqual([
      'skipped baseline main: 1 run held against 1 run of it, which decides nothing: it takes at least 3 runs a side to tell a regression from chance; target version abc',
    ])
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
    const found = troubles(against(runs, [seeded(1, blind), seeded(2, blind), seeded(3)]))
    expect(found).toEqual([
      expect.stringMatching(
        /^failed findings\.doubleBooking: the baseline knows this figure .*2 of 3 runs here do not: no data is no pass$/,
      ),
    ])
  })

  test('refuses a baseline of another workload, an invalid one and one that contradicts itself', () => {
    const other = seeded(1, ({ header }) => (header.workloadHash = 'ffff'))
    expect(troubles(against([other], [seeded(1)]))).toEqual([
      expect.stringMatching(
        /^usage baseline main: it cannot be compared with: not the same workload comes at the stack/,
      ),
    ])
    const invalid = seeded(1, ({ verdict }) => (verdict.valid = false))
    expect(troubles(against([invalid], [seeded(1)]))).toEqual([
      expect.stringMatching(
        /^usage baseline main: it cannot be compared with: baseline run 1 is invalid/,
      ),
    ])
    const broken = seeded(1, ({ summary }) => (summary.errorShare = 0.7))
    expect(troubles(against([broken], [seeded(1)]))).toEqual([
      'usage baseline main: a run of it contradicts itself',
    ])
  })

  test('is not asked about runs that cannot be used', () => {
    const invalid = seeded(1, ({ verdict }) => (verdict.valid = false))
    expect(troubles(against([seeded(1)], [invalid])).at(-1)).toBe(
      'skipped baseline main: not compared: not every run can be used',
    )
  })

  test('one that is not there fails in its own words', () => {
    const baseline = new DambreakError('usage', 'there is no baseline main in reports/baselines')
    expect(troublesOf(changed(asIs), { baseline, baselineName: 'main' })).toEqual([
      'usage baseline main: there is no baseline main in reports/baselines',
    ])
  })
})
