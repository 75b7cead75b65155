import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { End, Outcome, endNames, outcomeNames } from '../core/codes.ts'
import { decodeHistogram } from './codec.ts'
import { opensAtSec, smallRecorder, smallRun } from './testing/small-run.ts'
import { Histogram, latencyLayout, waitLayout } from './histogram.ts'
import { Recorder } from './recorder.ts'
import { runFaults } from './run-faults.ts'
import { quantileOfWaits, waitSurvival } from './survival.ts'

const nobody = { people: { eligible: 0, came: 0, booked: 0, gaveUp: 0 }, inventory: null }

/** A call that any engine might make, as data. */
const atMs = fc.integer({ min: -1000, max: 700_000 })
const latencyUs = fc.double({ min: 0, max: 5e9, noNaN: true })
const call = fc.oneof(
  fc.tuple(fc.constant('ticket' as const), atMs, fc.nat(endNames.length - 1), fc.boolean()),
  fc.tuple(fc.constant('wait' as const), atMs, fc.nat(400_000), fc.boolean()),
  fc.tuple(
    fc.constant('request' as const),
    atMs,
    fc.record({
      step: fc.nat(1),
      outcome: fc.nat(outcomeNames.length - 1),
      us: latencyUs,
    }),
  ),
  fc.tuple(fc.constant('turn' as const), atMs),
)
type Call = typeof call extends fc.Arbitrary<infer C> ? C : never
const calls = fc.array(call, { maxLength: 80 })

function replay(recorder: Recorder, made: readonly Call[]) {
  for (const one of made) {
    if (one[0] === 'ticket') {
      recorder.arrived(one[1], one[3])
      recorder.ended(one[1] + 1000, one[2])
    } else if (one[0] === 'wait') {
      recorder.queued(one[1])
      if (one[3]) recorder.admitted(one[1] + one[2])
      recorder.waitEnded(one[1], one[1] + one[2], one[3])
      recorder.etaError(one[2] / 7)
    } else if (one[0] === 'request') {
      const { step, outcome, us } = one[2]
      recorder.request(step, outcome, one[1], us, us / 2)
      recorder.connected(step, us / 3)
      recorder.finding('orderInversion', 1)
    } else {
      recorder.turnCalled(one[1])
      recorder.bypassed(one[1])
    }
  }
  return recorder
}

describe('Recorder', () => {
  test('what it finishes is consistent, whatever is recorded', () => {
    fc.assert(
      fc.property(calls, (made) => {
        const finished = replay(smallRecorder(), made).finish(nobody)
        expect(runFaults({ ...smallRun(), ...finished })).toEqual([])
      }),
      { numRuns: 40 },
    )
  })

  test('two recorders merged are one that heard everything', () => {
    fc.assert(
      fc.property(calls, calls, (a, b) => {
        const merged = replay(smallRecorder(), a)
        merged.merge(replay(smallRecorder(), b))
        const whole = replay(smallRecorder(), [...a, ...b]).finish(nobody)
        expect(merged.finish(nobody)).toEqual(whole)
      }),
      { numRuns: 30 },
    )
  })

  test('finishing changes nothing', () => {
    fc.assert(
      fc.property(calls, (made) => {
        const recorder = replay(smallRecorder(), made)
        expect(recorder.finish(nobody)).toEqual(recorder.finish(nobody))
      }),
      { numRuns: 20 },
    )
  })

  test('a ticket without an end is a bug', () => {
    const recorder = smallRecorder()
    recorder.arrived(0, false)
    expect(() => recorder.finish(nobody)).toThrow('1 tickets arrived and 0 ended')
    recorder.ended(5, End.booked)
    expect(recorder.finish(nobody).summary.visitors).toMatchObject({ arrived: 1, booked: 1 })
    recorder.ended(5, End.booked)
    expect(() => recorder.finish(nobody)).toThrow('dambreak bug')
  })

  test('recorders of different runs do not merge', () => {
    const recorder = smallRecorder()
    const other = new Recorder({ ...recorder.tallies.options, steps: ['book', 'login'] })
    expect(() => recorder.merge(other)).toThrow('dambreak bug')
  })

  test('times off the timeline count in its first and last bucket', () => {
    const recorder = smallRecorder()
    for (const ms of [-5000, 0, 59_999, 60_000, 599_999, 600_000, 9e9]) {
      recorder.arrived(ms, false)
      recorder.ended(ms, End.soldOut)
    }
    expect(recorder.finish(nobody).timeline.arrivals).toEqual([3, 1, 0, 0, 0, 0, 0, 0, 0, 3])
  })

  test('every end and every error in its column', () => {
    const recorder = smallRecorder()
    endNames.forEach((_, end) => {
      recorder.arrived(0, false)
      recorder.ended(130_000, end)
    })
    recorder.booked(130_000)
    recorder.booked(190_000)
    const { summary, timeline } = recorder.finish(nobody)
    for (const name of endNames) expect(summary.visitors[name]).toBe(1)
    expect([timeline.booked[2], timeline.abandoned[2], timeline.errors[2]]).toEqual([1, 1, 4])
    // A booking counts when it is committed, also if its visitor had given up on the answer.
    expect(timeline.booked[3]).toBe(1)
    expect(summary.errorShare).toBe(0.4)
    expect(summary.bookedShare).toBeNull()
    expect(summary.requestErrorShare).toBeNull()
  })
})

describe('the opening', () => {
  test('counts tickets from the instant it opens', () => {
    const recorder = smallRecorder()
    for (const sinceMs of [-1, 0, 999, 1000, 9999, 10_000, 59_999, 60_000]) {
      recorder.arrived(60_000 + sinceMs, false)
      recorder.ended(60_000 + sinceMs, End.unfinished)
    }
    expect(recorder.finish(nobody).summary.opening).toEqual({
      ticketsIn1Sec: 2,
      ticketsIn10Sec: 4,
      ticketsIn60Sec: 6,
      admitPerSec: null,
    })
  })

  test('the admission rate is that of its first minute', () => {
    const recorder = smallRecorder()
    for (let i = 0; i < 36 * 120; i += 1) recorder.turnCalled(60_000 + (i * 1000) / 36)
    expect(recorder.finish(nobody).summary.opening.admitPerSec).toBe(36)
    const late = smallRecorder()
    late.turnCalled(200_000)
    expect(late.finish(nobody).summary.opening.admitPerSec).toBe(0)
  })
})

describe('requests', () => {
  test('latencies hold what was answered or timed out, errors all but ok', () => {
    const recorder = smallRecorder()
    outcomeNames.forEach((_, outcome) => {
      recorder.request(1, outcome, 70_000, 1000 * (outcome + 1), 500)
    })
    const { summary, timeline, histograms } = recorder.finish(nobody)
    const { count, outcomes, responseMs, connectMs } = summary.steps['book']!
    expect(count).toBe(outcomeNames.length)
    expect(Object.values(outcomes)).toEqual(outcomeNames.map(() => 1))
    const kept = decodeHistogram(histograms['responseUs.book']!, latencyLayout)
    const expected = new Histogram(latencyLayout)
    for (const name of ['ok', 'timeout', 'http4xx', 'http5xx', 'malformed'] as const) {
      expected.record(1000 * (Outcome[name] + 1))
    }
    expect(kept.counts).toEqual(expected.counts)
    expect(responseMs.max).toBe(8.003)
    expect(connectMs).toBeNull()
    expect([timeline.requests[1], timeline.requestErrors[1]]).toEqual([9, 8])
    expect(summary.requestErrorShare).toBe(8 / 9)
    expect(summary.steps['login']?.responseMs.p50).toBeNull()
  })

  test('connect times are null until one is told', () => {
    const recorder = smallRecorder()
    recorder.connected(0, 1500)
    const { summary, histograms } = recorder.finish(nobody)
    expect(summary.steps['login']?.connectMs?.p50).toBe(1.5)
    expect(summary.steps['book']?.connectMs).toBeNull()
    expect(Object.keys(histograms)).toContain('connectUs.login')
  })

  test('percentiles by bucket are those of the bucket', () => {
    const { timeline } = smallRun()
    const encoded = timeline.histograms['responseUs']!
    encoded.forEach((text, bucket) => {
      const p95 = text === '' ? null : decodeHistogram(text, latencyLayout).quantile(0.95)
      expect(timeline.responseMs.p95[bucket]).toBe(p95 === null ? null : p95 / 1000)
    })
    expect(encoded[0]).toBe('')
    expect(timeline.responseMs.p50[1]).toBeGreaterThan(200)
  })

  test('an unknown step is a bug', () => {
    const recorder = smallRecorder()
    recorder.request(7, Outcome.refused, 0, 0, 0)
    expect(() => recorder.finish(nobody)).toThrow('dambreak bug')
  })
})

describe('waits', () => {
  test('waitSec does not flatter where most give up, admittedWaitSec is of the lucky', () => {
    const recorder = smallRecorder()
    for (let i = 0; i < 10; i += 1) recorder.waitEnded(0, 10_000, true)
    for (let i = 0; i < 90; i += 1) recorder.waitEnded(0, 60_000, false)
    const { summary, timeline } = recorder.finish(nobody)
    expect(summary.waitSec).toMatchObject({ p05: 10.007, p50: null, p95: null, mean: null })
    expect(summary.admittedWaitSec).toMatchObject({ p50: 10.007, max: 10.007 })
    expect(timeline.waitSecByEntry.p50).toEqual(Array(10).fill(null))
  })

  test('waits by entry are the estimate over those who came then', () => {
    const { timeline } = smallRun()
    const { admittedWaitMs, censoredWaitMs } = timeline.histograms
    timeline.waitSecByEntry.p50.forEach((p50, bucket) => {
      const of = (text: string | undefined) =>
        text === undefined || text === ''
          ? new Histogram(waitLayout)
          : decodeHistogram(text, waitLayout)
      const estimate = quantileOfWaits(
        waitSurvival(of(admittedWaitMs?.[bucket]), of(censoredWaitMs?.[bucket])),
        0.5,
      )
      expect(p50).toBe(estimate === null ? null : estimate / 1000)
    })
    expect(timeline.waitSecByEntry.p50[1]).toBe(6.203)
  })
})

describe('collapse', () => {
  /** Requests and errors by bucket. */
  function collapseOf(buckets: readonly (readonly [number, number])[]) {
    const recorder = smallRecorder()
    buckets.forEach(([requests, errors], bucket) => {
      for (let i = 0; i < requests; i += 1) {
        const outcome = i < errors ? Outcome.timeout : Outcome.ok
        recorder.request(0, outcome, bucket * 60_000, 1000, 1000)
      }
    })
    return recorder.finish(nobody).summary.collapse
  }

  test('is the longest stretch, its share that of the stretch', () => {
    const stretch = [
      [20, 20],
      [20, 2],
      [20, 10],
      [10, 9],
      [40, 30],
      [20, 9],
    ] as const
    const from = opensAtSec - 60
    expect(collapseOf(stretch)).toEqual({
      fromSec: from + 120,
      toSec: from + 300,
      requestErrorShare: 0.7,
    })
  })

  test('few requests end it, and healthy runs have none', () => {
    expect(
      collapseOf([
        [20, 3],
        [9, 9],
      ]),
    ).toBeNull()
    expect(collapseOf([])).toBeNull()
    const from = opensAtSec - 60
    const broken = collapseOf([
      [20, 20],
      [9, 9],
      [20, 20],
    ])
    expect(broken).toEqual({ fromSec: from, toSec: from + 60, requestErrorShare: 1 })
  })

  test('must last a minute', () => {
    const recorder = new Recorder({ ...smallRecorder().tallies.options, bucketSec: 30 })
    for (let i = 0; i < 20; i += 1) recorder.request(0, Outcome.reset, 0, 0, 0)
    expect(recorder.finish(nobody).summary.collapse).toBeNull()
    for (let i = 0; i < 20; i += 1) recorder.request(0, Outcome.reset, 30_000, 0, 0)
    expect(recorder.finish(nobody).summary.collapse?.requestErrorShare).toBe(1)
  })
})

test('a small run, by hand', () => {
  const { summary, timeline } = smallRun()
  expect(summary.visitors).toMatchObject({
    arrived: 120,
    reentries: 12,
    queued: 120,
    admitted: 90,
    bypassed: 0,
    booked: 90,
    abandoned: 30,
  })
  expect(summary.bookedShare).toBe(0.45)
  expect(summary.requestErrorShare).toBe(15 / 195)
  expect(summary.opening).toMatchObject({ ticketsIn1Sec: 1, ticketsIn10Sec: 4, ticketsIn60Sec: 20 })
  expect(summary.findings).toEqual({
    earlyAdmission: 0,
    bypassed: 0,
    orderInversion: 0,
    doubleBooking: 0,
    ineligibleBooked: 0,
    eligibleRefused: null,
  })
  expect(timeline.waiting).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18])
  expect(timeline.inside[0]).toBe(1.2346)
  expect(timeline.stations['web']?.utilisation[3]).toBe(0.75)
  expect(timeline.arrivals).toEqual([0, 20, 20, 20, 20, 20, 20, 0, 0, 0])
})
