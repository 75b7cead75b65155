import { describe, expect, test } from 'vitest'
import { bookedUntil, headlineOf, peakWaiting } from './headline.ts'
import { formats } from './format.ts'
import { marksOf } from './charts/marks.ts'
import { saturation } from './saturation.ts'
import { sampleRun } from './testing/sample-run.ts'

const fallen = sampleRun()
const calm = sampleRun({ collapses: false, instances: 10 })

describe('headline', () => {
  test('of a collapse says when, until when, how badly and why', () => {
    const { state, sentence } = headlineOf(fallen)
    expect(state).toBe('collapsed')
    expect(sentence).toMatch(
      /^Collapsed at 20:03: until it was switched off at 20:48, 92% of all page requests failed,/,
    )
    expect(sentence).toContain('because the 36 visitors a second that the gate let in')
    expect(sentence).toContain('“web worker” was 100% busy')
  })

  test('a halt that throws out who is inside is no collapse', () => {
    const run = sampleRun()
    const haltSec = Date.parse('2021-07-19T20:48:00+09:00') / 1000
    run.summary.collapse = { fromSec: haltSec, toSec: haltSec + 120, requestErrorShare: 1 }
    expect(headlineOf(run).state).toBe('strained')
    expect(headlineOf(run).sentence).not.toMatch(/^Collapsed/)
    expect(marksOf(run, { fromSec: 0, toSec: 7200 }).bands.map(({ label }) => label)).toEqual([
      'switched off 20:48–22:00',
    ])
    // One that outlasts the halt, or began before it, is.
    run.summary.collapse.toSec = haltSec + 3 * 3600
    expect(headlineOf(run).state).toBe('collapsed')
    run.summary.collapse = { fromSec: haltSec - 600, toSec: haltSec + 60, requestErrorShare: 1 }
    expect(headlineOf(run).state).toBe('collapsed')
  })

  test('of a collapse counts those who came before it, not those who came because of it', () => {
    const run = sampleRun()
    const { timeline, summary } = run
    const opensSec = Date.parse(run.header.opensAt) / 1000
    const fromSec = summary.collapse!.fromSec
    const perBucket = (perSec: number) => perSec * timeline.bucketSec
    timeline.bypassed.forEach((_, bucket) => {
      const sec = timeline.startSec + bucket * timeline.bucketSec
      timeline.admitted[bucket] = sec < opensSec ? 0 : perBucket(36)
      timeline.bypassed[bucket] = sec < opensSec ? 0 : perBucket(sec < fromSec ? 42 : 600)
    })
    expect(headlineOf(run).sentence).toContain(
      '78 visitors a second came in where the gate let in only 36 (the others got past it)',
    )
    timeline.bypassed.fill(0)
    expect(headlineOf(run).sentence).toContain(
      'because the 36 visitors a second that the gate let in were more than the servers could serve',
    )
  })

  test('of a collapse at the very opening counts its first moments', () => {
    const run = sampleRun()
    const { timeline } = run
    run.summary.collapse!.fromSec = Date.parse(run.header.opensAt) / 1000
    timeline.admitted.fill(9 * timeline.bucketSec)
    timeline.bypassed.fill(1.5 * timeline.bucketSec)
    expect(headlineOf(run).sentence).toContain(
      '11 visitors a second came in where the gate let in only 9',
    )
  })

  test('of a collapse without exception says so in a word', () => {
    const run = sampleRun()
    run.summary.collapse!.requestErrorShare = 1
    expect(headlineOf(run).sentence).toContain('20:48, every page request failed, because')
    run.summary.collapse!.requestErrorShare = 0.99999
    expect(headlineOf(run).sentence).toContain('20:48, over 99.9% of all page requests failed,')
  })

  test('tells bookings before the halt and in all, from the timeline', () => {
    const haltSec = Date.parse('2021-07-19T20:48:00+09:00') / 1000
    const before = bookedUntil(fallen, haltSec)
    expect(before).toBeGreaterThan(0)
    expect(before).toBeLessThan(fallen.summary.people.booked / 20)
    const { details } = headlineOf(fallen)
    expect(details).toContain(`${formats.count(before)} of them before the halt`)
    expect(details).toContain(`${formats.count(fallen.summary.people.booked)} people`)
    expect(details).toContain('by 12:00')
  })

  test('of a calm run names what set the limit', () => {
    const { state, sentence, details } = headlineOf(calm)
    expect(state).toBe('held')
    expect(sentence).toMatch(/^Held: 0\.4% of requests failed; the limit was the gate’s 36\/s/)
    expect(details).not.toContain('halt')
  })

  test('a run that still has its queue at the end did not simply hold', () => {
    const queued = sampleRun({ collapses: false, instances: 2, hours: 3 })
    expect(headlineOf(queued).state).toBe('queued')
    const left = queued.timeline.waiting.at(-1) ?? 0
    expect(headlineOf(queued).sentence).toContain(`${formats.compact(left)} were still waiting`)
  })

  test('an invalid run says so and nothing else', () => {
    const invalid = sampleRun()
    invalid.verdict.valid = false
    invalid.verdict.reasons = [{ code: 'Other', text: 'the generator was late' }]
    expect(headlineOf(invalid).sentence).toBe('Not usable: the generator was late.')
  })

  test('waits that were never reached are told as such, not as a number', () => {
    const run = sampleRun()
    run.summary.waitSec.p50 = null
    expect(headlineOf(run).details).toContain(
      'fewer than half of those who queued were ever let in',
    )
  })

  test('the peak is that of the timeline', () => {
    const { waiting, atSec } = peakWaiting(fallen)
    expect(waiting).toBe(Math.max(...fallen.timeline.waiting))
    const bucket = (atSec - fallen.timeline.startSec) / fallen.timeline.bucketSec
    expect(fallen.timeline.waiting[bucket]).toBe(waiting)
  })
})

describe('saturation', () => {
  test('puts the busiest station first', () => {
    expect(saturation(fallen).map(({ station }) => station)).toEqual(['web worker', 'database'])
    expect(saturation(fallen)[0]?.utilisation).toBe(1)
  })

  test('the peak of a station is that of its busiest bucket, and the text says how long that is', () => {
    const run = sampleRun({ collapses: false, hours: 1 })
    const { utilisation } = run.timeline.stations['web worker']!
    utilisation.fill(0.2)
    run.timeline.stations['database']!.utilisation.fill(0.1)
    utilisation[5] = 0.84
    const [first] = saturation(run)
    expect(first).toMatchObject({ station: 'web worker', peakUtilisation: 0.84 })
    expect(first?.utilisation).toBeLessThan(0.3)
    const { bucketSec } = run.timeline
    expect(headlineOf(run).sentence).toContain(
      `in the busiest ${formats.duration(bucketSec)} “web worker” was 84% busy`,
    )
  })

  test('of stations that are equally busy the innermost is the cause', () => {
    const run = sampleRun()
    const worker = run.timeline.stations['web worker']
    const database = run.timeline.stations['database']
    if (worker !== undefined && database !== undefined) database.utilisation = worker.utilisation
    expect(saturation(run)[0]?.station).toBe('database')
  })
})
