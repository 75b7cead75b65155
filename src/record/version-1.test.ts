import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { parseRun } from './run-schema.ts'
import type { RunRecord, Verdict } from './run.ts'
import { finishedEnding, interruptedEnding } from './verdict-codes.ts'

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8'))

/** The golden run as version 1 wrote it, with these sentences. */
function upgraded(reasons: unknown, notes?: unknown): Verdict {
  const run = fixture('golden-run.json') as { schemaVersion: number; verdict: object }
  expect(run.schemaVersion).toBe(1)
  Object.assign(run.verdict, { valid: false, reasons }, notes === undefined ? {} : { notes })
  return parseRun(run, 'it').verdict
}

describe('a version 1 record', () => {
  test('of a simulation is the version 2 record of the same run', () => {
    const current = fixture('golden-run-v2.json') as RunRecord
    expect(current.schemaVersion).toBe(2)
    expect(parseRun(fixture('golden-run.json'), 'it')).toEqual(current)
    expect(parseRun(current, 'it')).toEqual(current)
  })

  test('of a rehearsal keeps what only a live run has', () => {
    const old = fixture('live-run.json') as {
      verdict: { notes: string[] }
      audit: { live: object }
    }
    expect(old.verdict.notes[0]).toMatch(/^the load on the stations is preserved only/)
    expect(old.audit.live).toMatchObject({ connections: 'a connection a visitor' })
    const { schemaVersion, verdict, audit } = parseRun(old, 'it')
    expect(schemaVersion).toBe(2)
    expect(verdict.notes).toEqual([{ code: 'LoadNotPreserved', factor: 0.25 }])
    expect(verdict.ending).toEqual(finishedEnding)
    const { mostInFlight, mostConnections } = old.audit.live as Record<string, unknown>
    expect(audit.live).toMatchObject({
      connections: { mode: 'perVisitor' },
      maxInFlight: mostInFlight,
      maxConnections: mostConnections,
    })
    expect(Object.keys(audit.live ?? {}).filter((name) => name.startsWith('most'))).toEqual([])
  })

  test('that is broken has the faults of any other', () => {
    const faultsOf = (run: unknown) => {
      try {
        parseRun(run, 'it')
        return ''
      } catch (error) {
        if (!(error instanceof DambreakError)) throw error
        return error.faults.map(({ path }) => path).join(' ')
      }
    }
    expect(faultsOf({ schemaVersion: 1 })).toContain('verdict')
    const run = fixture('golden-run.json') as { verdict: object; audit: object }
    Object.assign(run.verdict, { reasons: 'late', notes: [7] })
    expect(faultsOf(run)).toBe('verdict.reasons verdict.notes[0]')
    Object.assign(run, { verdict: null, audit: [] })
    expect(faultsOf(run)).toBe('verdict audit')
  })
})

describe('sentences of version 1', () => {
  test.each<[string, RunRecord['events'][number]['detail']]>([
    [
      'service off, queue thrown away, servers restarted',
      { code: 'ServiceHalted', queue: 'void', serversRestarted: true },
    ],
    ['service off, queue kept', { code: 'ServiceHalted', queue: 'keep', serversRestarted: false }],
    ['service on again', { code: 'ServiceResumed' }],
    ['4 → 10 instances', { code: 'InstancesChanged', from: 4, to: 10 }],
    ['admission {"perSec":36}', { code: 'AdmissionChanged', admission: { perSec: 36 } }],
    ['admission {36}', { code: 'Other', text: 'admission {36}' }],
    ['bypass closed, keys verified', { code: 'BypassClosed' }],
    ['eligible people refused', { code: 'EligibilityFault', effect: 'refuse-eligible' }],
    ['ineligible people let in', { code: 'EligibilityFault', effect: 'accept-ineligible' }],
    ['gate opened early', { code: 'OpenedEarly' }],
    ['+20 slots', { code: 'SupplyChanged', add: 20 }],
    ['-20 slots', { code: 'SupplyChanged', add: -20 }],
    ['nobody performed it: no --control address was given', { code: 'NoControl' }],
    ['the run was over before', { code: 'RunOver' }],
    ['it was to have ended by the time it could begin', { code: 'OverBeforeStart' }],
    ['no answer within 15 s', { code: 'Other', text: 'no answer within 15 s' }],
    ['', { code: 'Other', text: '' }],
  ])('event: %s', (text, detail) => {
    const run = fixture('golden-run.json') as { events: unknown[] }
    const event = { at: '2021-07-19T20:01:00+09:00', kind: 'halt', performed: true }
    run.events = [{ ...event, detail: text }]
    expect(parseRun(run, 'it').events).toEqual([{ ...event, detail }])
  })

  test.each<[string, Verdict['ending']]>([
    ['interrupted: the run stopped before its end', interruptedEnding],
    ['interrupted: k6 was stopped before its end', interruptedEnding],
    [
      'cut short: a count that was asked for was missed',
      { kind: 'cutShort', detail: { code: 'CountMissed' } },
    ],
    [
      'cut short: of old',
      { kind: 'cutShort', detail: { code: 'Other', text: 'cut short: of old' } },
    ],
    [
      'stopped: a.json, b.json end in the middle of a line',
      { kind: 'cutShort', detail: { code: 'FilesCut', files: ['a.json', 'b.json'] } },
    ],
    [
      'stopped: k6 ended before the scenario did, with 20 visitors still there',
      { kind: 'cutShort', detail: { code: 'VisitorsLeft', visitors: 20 } },
    ],
    [
      'stopped: k6 ended before the scenario did; 500 of 1200 visitors had come',
      { kind: 'cutShort', detail: { code: 'ArrivalsCut', arrived: 500, due: 1200 } },
    ],
    [
      'stopped: requestErrorShare > 0.5 for 30s (calls of the waiting room): at 31 s it was 0.9 > 0.5, and had held for 30 s',
      {
        kind: 'stopped',
        detail: {
          code: 'RuleHeld',
          rule: 'requestErrorShare > 0.5 for 30s',
          requestsOf: 'waitingRoom',
          atSec: 31,
          left: 0.9,
          operator: '>',
          right: 0.5,
          heldSec: 30,
        },
      },
    ],
    [
      'stopped: arrivals >= 20: at 4 s it was 23 >= 20',
      {
        kind: 'stopped',
        detail: {
          code: 'RuleHeld',
          rule: 'arrivals >= 20',
          requestsOf: 'journey',
          atSec: 4,
          left: 23,
          operator: '>=',
          right: 20,
          heldSec: null,
        },
      },
    ],
    ['stopped: by hand', { kind: 'stopped', detail: { code: 'Other', text: 'by hand' } }],
    [
      'failed: the script failed in k6 (107): TypeError\nat 3',
      { kind: 'failed', detail: { code: 'K6Failed', exitCode: 107, output: 'TypeError\nat 3' } },
    ],
    [
      'failed: k6 was killed',
      { kind: 'failed', detail: { code: 'K6Failed', exitCode: null, output: '' } },
    ],
    [
      'failed: k6 ended with 137: words',
      { kind: 'failed', detail: { code: 'K6Failed', exitCode: 137, output: 'words' } },
    ],
    [
      'failed: a worker ended',
      { kind: 'failed', detail: { code: 'WorkerFailed', message: 'a worker ended' } },
    ],
  ])('%s', (text, ending) => {
    const late = 'requests left 51.25 ms late (99th percentile, limit 50)'
    const verdict = upgraded([late, text])
    expect(verdict.ending).toEqual(ending)
    expect(verdict.reasons).toEqual([{ code: 'RequestsLate', p99Ms: 51.25, maxMs: 50 }])
  })

  test.each<[string, Verdict['reasons'][number]]>([
    [
      'the generator could not send 6 requests (limit 0.5%)',
      { code: 'RequestsNotSent', requests: 6, maxShare: 0.005 },
    ],
    [
      'visitors acted 299 ms late (99th percentile, limit 50): k6 did not keep up',
      { code: 'VisitorsLate', p99Ms: 299, maxMs: 50 },
    ],
    [
      'k6 had no VU for 7 of 1207 visitors (0.58%, limit 0.5%)',
      { code: 'VisitorsNotStarted', visitors: 7, due: 1207, maxShare: 0.005 },
    ],
    [
      'only the parts 0:1/4, 1/2:3/4 of the visitors are there: 50% of them are missing',
      { code: 'SegmentsMissing', segments: ['0:1/4', '1/2:3/4'], missingShare: 0.5 },
    ],
    ['nothing is in b: what its runner did is missing', { code: 'FileEmpty', file: 'b' }],
    ['nothing of dambreak is in b c', { code: 'FileForeign', file: 'b c' }],
    [
      '4 of 90 lines of a cannot be read',
      { code: 'LinesUnreadable', file: 'a', unreadable: 4, lines: 90 },
    ],
    [
      '3 tickets ended that were never told to have come: lines are missing',
      { code: 'ArrivalsUnrecorded', tickets: 3 },
    ],
    ['requests left ... ms late', { code: 'Other', text: 'requests left ... ms late' }],
    ['late', { code: 'Other', text: 'late' }],
  ])('%s', (text, reason) => {
    const { ending, reasons } = upgraded([text])
    expect(reasons).toEqual([reason])
    expect(ending).toEqual(finishedEnding)
  })

  test('notes, known ones and one that is not', () => {
    const { notes } = upgraded(
      [],
      [
        'held to 50 requests a second: the host has not given consent',
        'further front doors are not rehearsed: their visitors come to the main one',
        'no --control: events of the timeline were left to others',
        'events of the timeline were left to others: k6 performs none',
        'findings of the stack: no answer',
        "2 of 30 looks at the target's metrics failed (no answer within 5 s)",
        "not in the target's metrics: a, b",
        'clean-up: 3 of 6 bookings were taken back, and 1 that nobody was told of; not all: gone',
        'clean-up: 6 of 6 bookings were taken back',
        'k6 ended with 99: its threshold on dropped iterations was crossed',
        'response times are of the 5 of 9 requests that the log has times of',
        'who came are its 12 clients, by address and browser',
        '1 k6 runner began 12 ms after its time',
      ],
    )
    expect(notes).toEqual([
      { code: 'RateCapped', maxPerSec: 50 },
      { code: 'DoorsNotRehearsed' },
      { code: 'TimelineNotPerformed', cause: 'noControl' },
      { code: 'TimelineNotPerformed', cause: 'k6' },
      { code: 'FindingsUnavailable', error: 'no answer' },
      { code: 'MetricsUnreadable', failures: 2, attempts: 30, lastError: 'no answer within 5 s' },
      { code: 'MetricsMissing', metrics: ['a', 'b'] },
      { code: 'BookingsUndone', bookings: 6, undone: 3, unconfirmed: 1, error: 'gone' },
      { code: 'BookingsUndone', bookings: 6, undone: 6, unconfirmed: 0, error: null },
      { code: 'K6ThresholdCrossed' },
      { code: 'ResponseTimesPartial', timed: 5, requests: 9 },
      { code: 'ArrivalsCounted', by: 'client', clients: 12 },
      { code: 'Other', text: '1 k6 runner began 12 ms after its time' },
    ])
  })
})
