import { describe, expect, test } from 'vitest'
import { preflightVerdict, type PreflightReport, type PreflightRow } from '../preflight/verdict.ts'
import { preflightJunit } from './preflight-junit.ts'
import { preflightText } from './preflight-text.ts'
import { junitFaults } from './testing/junit-schema.ts'

const rows: readonly PreflightRow[] = [
  {
    id: 'may-book-1967',
    what: 'born 1967',
    expected: 'books',
    kind: 'cohort',
    result: 'passed',
    came: 'booked, and taken back',
    tookMs: 250,
  },
  {
    id: 'no-key',
    what: 'direct link, no key',
    expected: 'refused',
    kind: 'badKey',
    result: 'failed',
    came: 'let through: \u001b[31m<b>]]>&"\u202e\nnext',
    tookMs: 5,
  },
  {
    id: 'offers',
    what: 'slots and dates shown',
    expected: '1 offer, 5 slots',
    kind: 'offers',
    result: 'unchecked',
    came: 'HTTP 404 for the page of offers',
    tookMs: 1,
  },
]

function report(of: readonly PreflightRow[], allowsUnchecked = false): PreflightReport {
  return {
    schemaVersion: 1,
    scenario: 'smoke',
    target: '127.0.0.1:8080',
    phase: 'before',
    phaseFrom: 'it opens in 00:20:00, says the stack',
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
      'preflight of smoke at 127.0.0.1:8080, before the opening: it opens in 00:20:00, says the stack',
      '',
      '  what                   expected          came',
      '✓ born 1967              books             booked, and taken back',
      '✗ direct link, no key    refused           let through: \\x1b[31m<b>]]>&"\\u{202e}\\x0anext',
      '– slots and dates shown  1 offer, 5 slots  HTTP 404 for the page of offers',
      '',
      'Failed:',
      '  ✗ direct link, no key: refused expected; let through: \\x1b[31m<b>]]>&"\\u{202e}\\x0anext',
      '',
      'Not checked:',
      '  – slots and dates shown: HTTP 404 for the page of offers',
      '',
      'FAILED: 1 of 3 rows failed; 1 could not be checked, which is no pass (4.2 s)',
      '',
    ])
  })

  test('keeps a row on one line, and says the whole of what failed below', () => {
    const lines = preflightText(report(rows), 50).split('\n')
    expect(lines[4]).toBe('✗ direct link, no key    refused           let th…')
    expect(lines[8]).toContain('next')
  })

  test('tells together what was not checked for one reason; that is no failure, and no pass', () => {
    const born = [1967, 1968].map((year) => ({ ...open, what: `born ${year}`, came: 'no way in' }))
    const text = preflightText(report([good, ...born]), null)
    expect(text).toContain('\n  – born 1967, born 1968: no way in\n')
    expect(text).toContain('\nINCOMPLETE: 2 could not be checked, which is no pass (')
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
