import { describe, expect, test } from 'vitest'
import type { Observation } from '../../preflight/observation.ts'
import {
  preflightVerdict,
  type PreflightReport,
  type PreflightRow,
} from '../../preflight/verdict.ts'
import { preflightJunit } from './preflight-junit.ts'
import { preflightText } from './preflight-text.ts'
import { junitFaults } from '../testing/junit-schema.ts'
import { observationText } from './observation-words.ts'

const foreign = '\u001b[31m<b>]]>&"\u202e\nnext'

const rows: readonly PreflightRow[] = [
  {
    id: 'may-book-1967',
    check: { kind: 'cohort', may: true, birthYear: 1967 },
    result: 'passed',
    came: { code: 'BookedAndTakenBack' },
    tookMs: 250,
  },
  {
    id: 'no-key',
    check: { kind: 'badKey', key: 'none' },
    result: 'failed',
    came: {
      code: 'LetThrough',
      seen: { step: 'look', isBooking: false, answer: 'ok', status: 200, said: foreign },
    },
    tookMs: 5,
  },
  {
    id: 'offers',
    check: { kind: 'offers', offers: 1, slots: 5 },
    result: 'unchecked',
    came: { code: 'OffersNotFound', status: 404 },
    tookMs: 1,
  },
]

function report(of: readonly PreflightRow[], allowsUnchecked = false): PreflightReport {
  return {
    schemaVersion: 2,
    scenario: 'smoke',
    target: '127.0.0.1:8080',
    phase: 'before',
    phaseFrom: { code: 'Stack', opensInSec: 1200 },
    startedAt: '2021-07-19T10:40:00.000Z',
    wallSec: 4.21,
    rows: of,
    verdict: preflightVerdict(of, allowsUnchecked),
  }
}

const [good, bad, open] = rows as [PreflightRow, PreflightRow, PreflightRow]

describe('a preflight on the terminal', () => {
  test('one line a row, then what failed and what was not checked, then the verdict', () => {
    expect(preflightText(report(rows), null).split('\n')).toEqual([
      'preflight of smoke at 127.0.0.1:8080, before the opening: it opens in 00:20:00 by the stack',
      '',
      '  what                   expected          came',
      '✓ born 1967              books             booked, and taken back',
      '✗ direct link, no key    refused           let through: a good answer at "look": \\x1b[31m<b>]]>&"\\u{202e}\\x0anext',
      '– slots and dates shown  1 offer, 5 slots  HTTP 404 for the page of offers: name another by --offers <path>',
      '',
      'Failed:',
      '  ✗ direct link, no key: refused expected; let through: a good answer at "look": \\x1b[31m<b>]]>&"\\u{202e}\\x0anext',
      '',
      'Not checked:',
      '  – slots and dates shown: HTTP 404 for the page of offers: name another by --offers <path>',
      '',
      'FAILED: 1 of 3 rows failed; 1 could not be checked, which is not a pass (4.2 s)',
      '',
    ])
  })

  test('keeps a row on one line, and says the whole of what failed below', () => {
    const lines = preflightText(report(rows), 50).split('\n')
    expect(lines[4]).toBe('✗ direct link, no key    refused           let th…')
    expect(lines[8]).toContain('next')
  })

  test('groups what was not checked for the same reason; that is no failure, and no pass', () => {
    const born = [1967, 1968].map((birthYear): PreflightRow => ({
      ...open,
      check: { kind: 'cohort', may: true, birthYear },
      came: { code: 'NoControl' },
    }))
    const text = preflightText(report([good, ...born]), null)
    expect(text).toContain('\n  – born 1967, born 1968: there is no --control\n')
    expect(text).toContain('\nINCOMPLETE: 2 could not be checked, which is not a pass (')
  })

  test('says that all is well in a line', () => {
    expect(preflightText(report([good]), null)).toMatch(/\nPASSED: all 1 rows \(4\.2 s\)\n$/)
  })
})

describe('a preflight as JUnit XML', () => {
  test('is what CI servers take, with the target’s text as text', async () => {
    const xml = preflightJunit(report(rows))
    expect(await junitFaults(xml)).toEqual([])
    expect(xml).toContain('failures="1" errors="1"')
    expect(xml).toContain('&lt;b&gt;]]&gt;&amp;')
    expect(xml).not.toContain('\u001b')
  })

  test('skips what could not be checked only where that was allowed, and a cohort was', () => {
    expect(preflightJunit(report([good, open], true))).toContain('<skipped ')
    expect(preflightJunit(report([open], true))).toContain('<error ')
    expect(preflightJunit(report([good, bad], true))).toContain('<failure ')
  })
})

const booking = { step: 'book', isBooking: true, status: 200, said: '' }
const place = { place: 'Seoul', date: '2021-07-26' }

test.each<[Observation, string]>([
  [
    { code: 'NobodyLetIn', gate: { code: 'Waiting', ahead: 3 } },
    'the gate let nobody in: waiting, 3 ahead',
  ],
  [
    { code: 'AlsoAtTheEnd', came: { code: 'GateShut', gate: { code: 'NotStarted' } } },
    'not started, at the end as well',
  ],
  [
    { code: 'OnlyAtTheEnd', came: { code: 'OpenBeforeOpening', gate: { code: 'LetIn' } } },
    'at the end: let in before the opening',
  ],
  [
    { code: 'NeitherWaitingNorIn', gate: { code: 'NoAnswer', outcome: 'http5xx' } },
    'neither waiting nor let in: no answer from the gate (http5xx)',
  ],
  [
    { code: 'NotBooked', seen: { ...booking, answer: 'ineligible', said: 'no' } },
    'refused as ineligible at "book": no',
  ],
  [{ code: 'LetThrough', seen: { ...booking, answer: 'ok' } }, 'let through: booked at "book"'],
  [
    {
      code: 'RefusalUnclear',
      expected: 'ineligible',
      seen: { ...booking, answer: 'http4xx', status: 403 },
    },
    'HTTP 403 at "book"; without expect.ineligible in the scenario it may be an error',
  ],
  [
    {
      code: 'RefusedOtherwise',
      expected: 'alreadyBooked',
      seen: { ...booking, answer: 'malformed' },
    },
    'refused, but not as already booked: an answer that the scenario does not describe (HTTP 200) at "book"',
  ],
  [{ code: 'SeveralBooked', attempt: 1, booked: 2, devices: 6 }, 'try 1: 2 of 6 devices booked'],
  [
    {
      code: 'OffersDiffer',
      faults: [
        { code: 'NotShown', ...place },
        { code: 'OtherSlots', ...place, shown: 19, configured: 20 },
        { code: 'TextNotShown', text: '2021-08-02' },
        { code: 'NotConfigured', ...place },
      ],
    },
    'Seoul, 2021-07-26 is not shown; Seoul, 2021-07-26: 19 slots, not 20; 2021-08-02 is not shown; and 1 more',
  ],
  [
    { code: 'AllTakenBack', made: 5, undone: 5, held: { before: 2, after: 2 } },
    '5 of 5 taken back; the stack holds 2, 2 before this check',
  ],
  [
    { code: 'HeldBookingsChanged', made: 5, undone: 5, held: { before: 2, after: 3 } },
    '5 of 5 taken back, but the stack holds 3, 2 before this check',
  ],
])('%j', (came, text) => expect(observationText(came)).toBe(text))
