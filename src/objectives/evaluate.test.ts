import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { End, Outcome } from '../core/codes.ts'
import { must } from '../core/assert.ts'
import { encodeHistogram } from '../record/codec.ts'
import { Histogram, layoutOf } from '../record/histogram.ts'
import { Recorder } from '../record/recorder.ts'
import type { RunRecord } from '../record/run.ts'
import { evaluate } from './evaluate.ts'
import { isFault, parseExpression } from './expression.ts'
import { smallRun } from '../record/testing/small-record.ts'

function observed(text: string, run: RunRecord = smallRun()): number | null {
  const parsed = parseExpression(text)
  if (isFault(parsed)) throw new Error(parsed.message)
  return evaluate(parsed, run).observed
}

function holds(text: string): boolean | null {
  const parsed = parseExpression(text)
  if (isFault(parsed)) throw new Error(parsed.message)
  return evaluate(parsed, smallRun()).ok
}

describe('a run in which nobody had to queue', () => {
  function noQueue(engine: RunRecord['header']['engine'] = 'sim'): RunRecord {
    const run = structuredClone(smallRun())
    run.header.engine = engine
    run.summary.visitors.queued = 0
    run.timeline.queued.fill(0)
    run.timeline.histograms = {}
    for (const name of ['admittedWaitMs', 'censoredWaitMs']) {
      run.histograms[name] = encodeHistogram(new Histogram(must(layoutOf(name), 'a layout')))
      run.timeline.histograms[name] = run.timeline.arrivals.map(() => '')
    }
    for (const waits of [run.summary.waitSec, run.summary.admittedWaitSec]) {
      for (const name of Object.keys(waits)) Reflect.set(waits, name, null)
    }
    return run
  }

  test.each([
    'waitSec.p95',
    'waitSec.mean',
    'admittedWaitSec.p99',
    'waitSec.p95 during 20:00..20:01',
  ])('%s is 0, of a log unknown', (path) => {
    expect(observed(path, noQueue())).toBe(0)
    expect(observed(path, noQueue('log'))).toBeNull()
  })

  test('nor is it known if nobody came', () => {
    const run = noQueue()
    run.summary.visitors.arrived = 0
    expect(observed('waitSec.p95', run)).toBeNull()
  })
})

describe('by hand: the whole run', () => {
  test.each([
    ['visitors.arrived', 180],
    ['visitors.abandoned', 50],
    ['visitors.timedOut', 10],
    ['people.came', 110],
    ['bookedShare', 0.6],
    ['errorShare', 0.2],
    ['findings.bypassed', 3],
    ['findings.ineligibleBooked', null],
    ['opening.admitPerSec', 36],
    ['30410 / opening.admitPerSec', 30410 / 36],
    ['steps.book.outcomes.timeout / steps.book.count', 0.5],
    ['steps.book.responseMs.p99', 1.9],
    ['steps.search.count', null],
    ['etaErrorSec.p50', 1.5],
    // Not in the summary, so from the timeline or the histograms.
    ['requests', 400],
    ['waiting', 23],
    ['waiting.max', 60],
    ['instances.mean', 6],
    ['stations.db.queue.max', 100],
    ['stations.db.utilisation', 2.5 / 6],
    ['stations.cache.utilisation', null],
    ['responseMs.max', 2],
    ['responseMs.p50', 0.8],
    ['responseMs.mean', (9 * 1 + 2 + 5 + 4 * 0.4 + 16 * 0.8) / 40],
    ['steps.book.responseMs.p95', 1],
    ['serviceMs.p95', null],
    // Kaplan–Meier over 500 | 1000 ×3 | 1500+ ×2 | 2000 | 2000+: S = 7/8, 4/8, then 4/8 · 1/2.
    ['waitSec.p50', 1],
    ['waitSec.p75', 2],
    ['waitSec.p76', null],
    ['waitSec.mean', null],
    ['collapse.fromSec', null],
    ['inventory.left', null],
    ['errors / (arrivals - 180)', null],
    ['-(2 + 3) * visitors.arrived', -900],
    ['10 - 2 - 3', 5],
    ['2 * 12 / 4 / 3', 2],
  ])('%s', (text, value) => {
    if (value === null) expect(observed(text)).toBeNull()
    else expect(observed(text)).toBeCloseTo(value, 12)
  })
})

describe('by hand: a part of it', () => {
  test.each([
    ['visitors.arrived during 20:00..20:02', 150],
    ['people.booked during 20:00..20:02', 30],
    ['visitors.arrived at 20:00', 6],
    ['people.booked at 20:04', 72],
    ['arrivals at 19:58', 0],
    ['waiting during 20:00..20:02', 50],
    ['waiting.max during 20:00..20:02', 60],
    ['waiting at 20:00', 40],
    ['waiting at 20:00:59', 40],
    ['waiting at 20:04', 0],
    ['instances at 20:01:30', 4],
    ['stations.db.utilisation during 20:00..20:04', 0.625],
    ['errorShare during 20:00..20:02', 36 / 150],
    ['errorShare at 20:01', 30 / 106],
    ['requestErrorShare during 20:01..20:03', 50 / 180],
    ['requestErrorShare during 19:58..20:00', null],
    ['bookedShare at 20:02', 30 / 120],
    ['people.booked / people.eligible at 20:02', 0.25],
    ['responseMs.p90 during 20:00..20:01', 1],
    ['responseMs.p91 during 20:00..20:01', 2],
    ['responseMs.p50 during 20:00..20:02', 0.5],
    ['responseMs.mean during 20:02..20:03', (4 * 0.4 + 16 * 0.8) / 20],
    ['responseMs.p95 during 20:03..20:04', null],
    ['serviceMs.p95 during 20:00..20:01', null],
    // Entered at 20:00: 1 | 1.5+ ×2 | 2, so S = 3/4, then 0.
    ['waitSec.p05 during 20:00..20:01', 1],
    ['waitSec.p25 during 20:00..20:01', 1],
    ['waitSec.p26 during 20:00..20:01', 2],
    ['waitSec.max during 20:00..20:01', 2],
    ['waitSec.mean during 20:00..20:01', 1.75],
    ['admittedWaitSec.mean during 20:00..20:01', 1.5],
    ['admittedWaitSec.p50 at 20:01', 1],
    // Nobody who entered then was ever admitted.
    ['waitSec.p50 during 20:02..20:03', null],
    // Not on boundaries: widened to 20:00..20:02.
    ['visitors.arrived during 20:00:30..20:01:01', 150],
    ['visitors.arrived at 20:00:01', 106],
    // Before the timeline nobody had come; past its end nothing was seen.
    ['visitors.arrived during 19:00..20:00', 6],
    ['visitors.arrived during 18:00..19:00', null],
    ['visitors.arrived during 20:00..20:05', null],
    ['visitors.arrived at 20:05', null],
    ['visitors.arrived at 19:57', null],
    ['waiting at 03:00', null],
    ['visitors.arrived at 2021-07-19T11:02:00Z', 156],
  ])('%s', (text, value) => {
    if (value === null) expect(observed(text)).toBeNull()
    else expect(observed(text)).toBeCloseTo(value, 12)
  })
})

describe('comparisons', () => {
  test.each([
    ['visitors.arrived < 180', false],
    ['visitors.arrived <= 180', true],
    ['visitors.arrived > 180', false],
    ['visitors.arrived >= 180', true],
    ['visitors.arrived == 180', true],
    ['visitors.arrived != 180', false],
    ['requestErrorShare < 0.3 during 20:01..20:03', true],
    ['people.booked >= 30 at 20:02', true],
    ['people.booked >= 31 at 20:02', false],
    ['waitSec.p95 < 1800', false],
    ['findings.ineligibleBooked == 0', false],
    ['findings.ineligibleBooked != 0', false],
    ['100 < visitors.arrived', true],
    ['visitors.booked < visitors.admitted', true],
  ])('%s is %s', (text, ok) => {
    expect(holds(text)).toBe(ok)
  })

  test('what is observed is the side that reads the run', () => {
    expect(observed('100 < visitors.arrived')).toBe(180)
    expect(observed('visitors.arrived > 100')).toBe(180)
    expect(holds('visitors.arrived')).toBeNull()
  })
})

/** A run through the real recorder: what an engine might have seen, in no order. */
const recorded = fc.array(
  fc.record({
    arriveMs: fc.integer({ min: 0, max: 299_999 }),
    waitMs: fc.integer({ min: 0, max: 200_000 }),
    admitted: fc.boolean(),
    end: fc.constantFrom(End.booked, End.abandoned, End.failed, End.timedOut, End.unfinished),
    responseUs: fc.integer({ min: 1, max: 20_000_000 }),
    outcome: fc.constantFrom(Outcome.ok, Outcome.timeout, Outcome.refused),
  }),
  { minLength: 1, maxLength: 60 },
)

test('a window over everything is the summary', () => {
  const paths = [
    'visitors.arrived',
    'visitors.queued',
    'visitors.admitted',
    'visitors.abandoned',
    'people.booked',
    'bookedShare',
    'errorShare',
    'requestErrorShare',
    ...['mean', 'p05', 'p50', 'p90', 'p95', 'p99', 'max'].flatMap((statistic) => [
      `waitSec.${statistic}`,
      `admittedWaitSec.${statistic}`,
      `responseMs.${statistic}`,
    ]),
    'waiting',
    'waiting.max',
  ]
  fc.assert(
    fc.property(recorded, (visitors) => {
      const base = smallRun()
      const recorder = new Recorder({
        startSec: base.timeline.startSec,
        bucketSec: 60,
        buckets: 6,
        opensAtMs: 120_000,
        steps: ['book'],
        stations: ['db'],
      })
      for (const { arriveMs, waitMs, admitted, end, responseUs, outcome } of visitors) {
        recorder.arrived(arriveMs, false)
        recorder.queued(arriveMs)
        recorder.waitEnded(arriveMs, arriveMs + waitMs, admitted)
        if (admitted) recorder.admitted(arriveMs + waitMs)
        recorder.request(0, outcome, arriveMs + waitMs, responseUs, responseUs)
        if (end === End.booked) recorder.booked(arriveMs + waitMs)
        recorder.ended(arriveMs + waitMs, end)
      }
      for (let bucket = 0; bucket < 6; bucket++) recorder.levels(bucket, bucket * 7, 1, 0, 4)
      const booked = visitors.filter(({ end }) => end === End.booked).length
      const people = { eligible: 100, came: 80, booked, gaveUp: 0 }
      const finished = recorder.finish({ people, inventory: null })
      const run: RunRecord = { ...base, ...finished }
      for (const path of paths) {
        const whole = observed(path, run)
        expect(observed(`${path} during 19:58..20:04`, run), path).toBe(whole)
        if (!path.startsWith('waiting')) expect(observed(`${path} at 20:04`, run), path).toBe(whole)
      }
      expect(observed('visitors.arrived', run)).toBe(visitors.length)
    }),
  )
})

test('two windows side by side add up to the one that holds both', () => {
  const minute = (m: number) => (m < 2 ? `19:${58 + m}` : `20:0${m - 2}`)
  for (const path of ['arrivals', 'booked', 'errors', 'requests', 'abandoned']) {
    for (let cut = 1; cut < 6; cut++) {
      const first = observed(`${path} during ${minute(0)}..${minute(cut)}`) ?? Number.NaN
      const second = observed(`${path} during ${minute(cut)}..${minute(6)}`) ?? Number.NaN
      expect(first + second).toBe(observed(`${path} during ${minute(0)}..${minute(6)}`))
      expect(observed(`${path} at ${minute(cut)}`)).toBe(first)
    }
  }
})
