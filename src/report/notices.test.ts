import { describe, expect, test } from 'vitest'
import { auditVerdict } from '../record/assemble.ts'
import { interruptedEnding, type Ending } from '../record/verdict-codes.ts'
import { headlineOf } from './headline.ts'
import { allNotices, noticesOf, notesOf } from './notices.ts'
import { cutShortRun, liveRun, named } from './testing/live-run.ts'
import { sampleRun } from './testing/sample-run.ts'

/** As the engine judges a run whose audit says this. */
function judged(change: (run: ReturnType<typeof liveRun>) => void) {
  const run = liveRun()
  change(run)
  Object.assign(run.verdict, auditVerdict(run.audit, run.audit.events))
  return run
}

const late = judged(({ audit }) => (audit.latenessMs = { p50: 9, p99: 312.25, max: 900 }))
const lossy = judged(({ audit }) => (audit.dropped.generator = 400))
const held = judged(({ audit }) => (audit.dropped.ceiling = 1234))

describe('notices', () => {
  test('a run that went as planned needs none', () => {
    expect(noticesOf(liveRun())).toEqual([])
    expect(noticesOf(sampleRun())).toEqual([])
  })

  test('a generator that was late or dropped requests: must not be used, and why', () => {
    expect(noticesOf(late)).toMatchObject([
      { kind: 'stop', title: 'These figures must not be used' },
    ])
    expect(noticesOf(late)[0]!.text).toMatch(
      /^Requests left late: p99 lateness is 312 ms, the limit is 50 ms\. What was measured is in part the slowness of the generator itself/,
    )
    expect(noticesOf(lossy)[0]!.text).toContain(
      'The generator could not send 400 requests, the limit',
    )
  })

  test('a saturated run may be used, and is told what that means', () => {
    const [notice, ...others] = noticesOf(held)
    expect(others).toEqual([])
    expect(notice).toMatchObject({ kind: 'mind' })
    expect(notice?.text).toMatch(/^1,234 requests that were due did not leave/)
    expect(notice?.text).toContain('The figures may be used')
    const { state, sentence } = headlineOf(held)
    expect(state).toBe('strained')
    expect(sentence).toContain('1,234 that were due were held back by the run’s own ceiling')
  })

  test.each<[Ending, string]>([
    [
      { kind: 'stopped', detail: { code: 'Other', text: 'errorShare > 0.5' } },
      'The run was stopped: errorShare > 0.5.',
    ],
    [interruptedEnding, 'The run was interrupted before its end.'],
    [
      { kind: 'cutShort', detail: { code: 'FilesCut', files: ['a.json', 'b.json'] } },
      'The files a.json, b.json end in the middle of a line.',
    ],
  ])('a run that ended early: %j', (ending, words) => {
    const notices = noticesOf(cutShortRun(100, ending))
    expect(notices).toHaveLength(1)
    expect(notices[0]?.kind).toBe('stop')
    expect(notices[0]?.title).toMatch(/^Cut short: /)
    expect(notices[0]!.text.startsWith(`${words} What follows was recorded up to 20:00:40`)).toBe(
      true,
    )
  })

  test('late and cut short are two things', () => {
    const both = cutShortRun(100)
    both.verdict.reasons.push({ code: 'RequestsLate', p99Ms: 99, maxMs: 50 })
    expect(noticesOf(both).map(({ title }) => title.slice(0, 9))).toEqual([
      'These fig',
      'Cut short',
    ])
    expect(noticesOf(both)[0]!.text).not.toContain('interrupted')
  })

  test('a simulated run that was interrupted is not told of a generator', () => {
    const run = sampleRun()
    Object.assign(run.verdict, { valid: false, reasons: [] })
    expect(noticesOf(run)).toEqual([
      { kind: 'stop', title: 'These figures must not be used', text: 'The run is marked invalid.' },
    ])
  })

  test('several runs: each notice says whose it is', () => {
    const titles = allNotices([named(late, 'a'), named(liveRun(), 'b'), named(held, 'c')])
    expect(titles.map(({ title }) => title)).toEqual([
      'a: These figures must not be used',
      'c: Saturated: a ceiling held requests back',
    ])
  })

  test('notes are shown, but not what the report says of the load anyway', () => {
    const run = liveRun()
    expect(run.verdict.notes).toHaveLength(1)
    expect(notesOf([named(run)])).toEqual([])
    run.verdict.notes.push({ code: 'RateCapped', maxPerSec: 50 })
    expect(notesOf([named(run)])).toEqual([
      'The host has not given its consent, so the rate was capped at 50/s.',
    ])
    expect(notesOf([named(run, 'a'), named(sampleRun())])[0]).toMatch(
      /^a: the host has not given its consent/,
    )
  })
})
