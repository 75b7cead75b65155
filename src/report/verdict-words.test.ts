import { describe, expect, test } from 'vitest'
import { interruptedEnding, type Ending, type Note, type Reason } from '../record/verdict-codes.ts'
import { asSentence, endingText, invalidTexts, noteText, reasonText } from './verdict-words.ts'

const k6Failed = (exitCode: number | null, output = ''): Ending => ({
  kind: 'failed',
  detail: { code: 'K6Failed', exitCode, output },
})
const held = {
  code: 'RuleHeld',
  rule: 'errorShare > 0.5',
  requestsOf: 'journey',
  atSec: 31.2,
  left: 0.91234,
  operator: '>',
  right: 0.5,
  heldSec: null,
} as const

describe('how a run ended', () => {
  test.each<[Ending, string]>([
    [interruptedEnding, 'the run was interrupted before its end'],
    [
      { kind: 'stopped', detail: held },
      'the run was stopped by the rule "errorShare > 0.5": 31.2 s after its start it was 0.9123 > 0.5',
    ],
    [
      { kind: 'stopped', detail: { ...held, requestsOf: 'waitingRoom', heldSec: 30 } },
      'the run was stopped by the rule "errorShare > 0.5" for calls of the waiting room: 31.2 s after its start it was 0.9123 > 0.5, and had held for 30 s',
    ],
    [
      { kind: 'failed', detail: { code: 'WorkerFailed', message: 'out of ports' } },
      'a generator thread failed: out of ports',
    ],
    [k6Failed(104), 'k6 rejected its options (exit code 104)'],
    [k6Failed(107, 'TypeError'), 'the script failed in k6 (exit code 107): TypeError'],
    [k6Failed(137), 'k6 failed with exit code 137'],
    [k6Failed(null), 'k6 was killed or could not be started'],
    [
      { kind: 'cutShort', detail: { code: 'FilesCut', files: ['a.json'] } },
      'the file a.json ends in the middle of a line',
    ],
    [
      { kind: 'cutShort', detail: { code: 'VisitorsLeft', visitors: 1 } },
      'k6 ended before the scenario did, with 1 visitor still active',
    ],
    [
      { kind: 'cutShort', detail: { code: 'ArrivalsCut', arrived: 500, due: 1200 } },
      'k6 ended before the scenario did: 500 of 1,200 visitors had arrived',
    ],
    [
      { kind: 'cutShort', detail: { code: 'CountMissed' } },
      'the run was ended early because it missed a count that the search requires',
    ],
  ])('%j', (ending, text) => {
    expect(endingText(ending)).toBe(text)
  })
})

describe('why figures must not be used', () => {
  test.each<[Reason, string]>([
    [
      { code: 'RequestsLate', p99Ms: 312.25, maxMs: 50 },
      'requests left late: p99 lateness is 312 ms, the limit is 50 ms',
    ],
    [
      { code: 'RequestsNotSent', requests: 6, maxShare: 0.005 },
      'the generator could not send 6 requests, the limit is 0.5%',
    ],
    [
      { code: 'VisitorsLate', p99Ms: 299, maxMs: 50 },
      'k6 did not keep up: p99 lateness of visitors is 299 ms, the limit is 50 ms',
    ],
    [
      { code: 'VisitorsNotStarted', visitors: 7, due: 1207, maxShare: 0.005 },
      'k6 did not start 7 of 1,207 visitors before the end (0.58%, the limit is 0.5%)',
    ],
    [
      { code: 'RunnersOffSchedule', runners: 1, lateMs: 60_000, maxMs: 1000 },
      '1 k6 runner began at another time than planned: up to 1 min late, the limit is 1 s',
    ],
    [
      { code: 'RunnersOffSchedule', runners: 2, lateMs: -1500, maxMs: 1000 },
      '2 k6 runners began at another time than planned: up to 1.5 s early, the limit is 1 s',
    ],
    [
      { code: 'SegmentsMissing', segments: ['0:1/4', '1/2:3/4'], missingShare: 0.5 },
      '50% of the visitors are missing: only the segments 0:1/4, 1/2:3/4 were imported',
    ],
    [{ code: 'FileEmpty', file: 'b' }, 'the file b is empty: what its runner did is missing'],
    [{ code: 'FileForeign', file: 'b' }, 'the file b contains no data of dambreak'],
    [
      { code: 'LinesUnreadable', file: 'b', unreadable: 4, lines: 90 },
      '4 of 90 lines of b cannot be read',
    ],
    [
      { code: 'ArrivalsUnrecorded', tickets: 3 },
      'lines are missing: 3 tickets ended without a recorded arrival',
    ],
    [{ code: 'Other', text: 'of old' }, 'of old'],
  ])('%j', (reason, text) => {
    expect(reasonText(reason)).toBe(text)
  })

  test('the ending comes before the reasons', () => {
    const reasons: Reason[] = [{ code: 'Other', text: 'late' }]
    expect(invalidTexts({ ending: interruptedEnding, reasons })).toEqual([
      'the run was interrupted before its end',
      'late',
    ])
    expect(invalidTexts({ ending: { kind: 'finished', detail: null }, reasons: [] })).toEqual([])
  })
})

describe('what a reader must know besides', () => {
  const from = Date.parse('2021-07-19T20:00:05+09:00') / 1000
  const stretch = { fromSec: from, untilSec: from + 55 }
  const lines = { code: 'LinesUnreadable', file: 'a', unreadable: 3, lines: 90 } as const
  test.each<[Note, string]>([
    [
      { code: 'LoadNotPreserved', factor: 0.25 },
      'station load is preserved only where population × speed = 1; here it is 0.25',
    ],
    [
      { code: 'RateCapped', maxPerSec: 50 },
      'the host has not given its consent, so the rate was capped at 50/s',
    ],
    [
      { code: 'TimelineNotPerformed', cause: 'k6' },
      'events of the timeline were left to others: k6 performs none',
    ],
    [
      { code: 'TimelineNotPerformed', cause: 'noControl' },
      'events of the timeline were left to others: no --control was given',
    ],
    [
      { code: 'MetricsUnreadable', failures: 2, attempts: 30, lastError: 'no answer' },
      "2 of 30 readings of the target's metrics failed (no answer)",
    ],
    [
      { code: 'BookingsUndone', bookings: 6, undone: 3, unconfirmed: 1, error: 'gone' },
      'clean-up: 3 of 6 bookings were taken back, and 1 that no visitor was told of; it ended early: gone',
    ],
    [
      { code: 'BookingsUndone', bookings: 6, undone: 6, unconfirmed: 0, error: null },
      'clean-up: 6 of 6 bookings were taken back',
    ],
    [
      { code: 'K6Runners', runners: 1, started: { skewMs: 0, lastLateMs: 12 } },
      '1 k6 runner started 12 ms late',
    ],
    [
      { code: 'K6Runners', runners: 2, started: { skewMs: 100, lastLateMs: 2100 } },
      '2 k6 runners started within 100 ms of each other, the last 2.1 s late: all visitors came that much later than the scenario says',
    ],
    [
      { code: 'K6Runners', runners: 2, started: { skewMs: 12_345, lastLateMs: 12_345 } },
      '2 k6 runners started within 12.3 s of each other, the last 12.3 s late: the opening is spread over that time, and is sharper in reality',
    ],
    [
      { code: 'K6Runners', runners: 2, started: null },
      '2 k6 runners: the start time was not recorded',
    ],
    [
      { ...lines, kinds: { Interleaved: 2, 'not JSON': 1 }, examples: [{ line: 7, text: '{' }] },
      '3 of 90 lines of a cannot be read and are not counted (2 mixed with another line, 1 not JSON); line 7: {',
    ],
    [
      { code: 'ArrivalsCounted', by: 'client', clients: 1200 },
      'arrivals are the 1,200 clients of the log, by address and browser',
    ],
    [
      { code: 'ClockSetBack', ...stretch },
      'the clock of the log was set back: times from 19 Jul 2021 20:00:05 to 19 Jul 2021 20:01 occur twice, and arrivals are not fitted to them',
    ],
    [
      { code: 'MoreStretches', of: 'LogGap', count: 4 },
      'the same holds for 4 more stretches: times without a request',
    ],
  ])('%j', (note, text) => {
    expect(noteText(note, '2021-07-19T20:00:00+09:00')).toBe(text)
  })
})

test('a sentence begins with a capital, but for k6', () => {
  expect(asSentence('b is empty')).toBe('B is empty.')
  expect(asSentence('k6 was killed')).toBe('k6 was killed.')
})

test('why answers were malformed, and what visitors could not keep', () => {
  const note = { code: 'AnswersMalformed', step: 'book', fault: 'ValueMissing', of: 'id' } as const
  const text = (one: Note) => noteText(one, '2021-07-19T20:00:00+09:00')
  expect(text({ ...note, answers: 1 })).toBe(
    '1 answer of step book was malformed: a value to extract is missing (id)',
  )
  expect(text({ ...note, answers: 1200, fault: 'EncodingBroken', of: '' })).toBe(
    '1,200 answers of step book were malformed: the body does not match its content encoding, or is truncated',
  )
  expect(text({ code: 'CookiesDropped', cookies: 2 })).toMatch(/^visitors could not keep 2 cookies/)
})
