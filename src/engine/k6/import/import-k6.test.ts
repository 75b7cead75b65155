import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { endNames } from '../../../core/codes.ts'
import { decodeHistogram } from '../../../record/codec.ts'
import { latencyLayout } from '../../../record/histogram.ts'
import { parseRun } from '../../../record/run-schema.ts'
import type { RunRecord } from '../../../record/run.ts'
import { msBucket } from '../buckets.ts'
import { metrics } from '../points.ts'
import {
  due,
  few,
  fewLines,
  imported,
  lastLine,
  loaded,
  people,
  run,
  tickets,
} from '../testing/imported.ts'
import {
  fileOf,
  madeRun,
  madeVisitors,
  metricLine,
  pointLine,
  runnerLine,
  visitorLine,
} from '../testing/k6-output.ts'
import { findRun } from './import-k6.ts'
import type { K6File } from './k6-file.ts'
import { interruptedEnding } from '../../../record/verdict-codes.ts'

const whole = madeVisitors(run, { from: 0, to: tickets, people })
const wholeLines = [metricLine(metrics.visitors), runnerLine(run, '0:1'), ...whole.lines, lastLine]
const wholeRun = await imported([fileOf('whole.json', wholeLines)])

/** What must not depend on how lines lie in files: all but how many files there were. */
function essence({ summary, timeline, histograms, header, verdict }: RunRecord) {
  return { summary, timeline, histograms, header, valid: verdict.valid }
}

describe('a k6 run', () => {
  test('comes back as a record that holds together', () => {
    expect(parseRun(JSON.parse(JSON.stringify(wholeRun)), 'it')).toMatchObject({
      header: { engine: 'k6', timing: 'sent-only', workloadHash: loaded.workloadHash, seed: 1 },
      verdict: { valid: true, reasons: [] },
    })
  })

  test('counts every ticket, every end and every person', () => {
    const { visitors, people: who } = wholeRun.summary
    const { booked = 0, abandoned = 0 } = whole.ends
    expect(visitors).toMatchObject({
      arrived: tickets,
      queued: tickets,
      admitted: booked,
      booked,
      abandoned,
      unfinished: 0,
    })
    expect(booked + abandoned).toBe(tickets)
    expect(who.came).toBe(people)
    const doubles = wholeRun.summary.findings.doubleBooking ?? 0
    expect(who.booked + doubles).toBe(booked)
    expect(doubles).toBeGreaterThan(0)
    expect(wholeRun.summary.findings.orderInversion).toBeNull()
  })

  test('has the percentiles of its requests to within the error of the buckets', () => {
    const sorted = whole.responsesUs.toSorted((a, b) => a - b)
    const histogram = decodeHistogram(wholeRun.histograms['responseUs'] ?? '', latencyLayout)
    expect(histogram.total()).toBe(sorted.length)
    for (const q of [0.5, 0.95, 0.99]) {
      const exact = sorted[Math.ceil(q * sorted.length) - 1] ?? 0
      const error = Math.abs((histogram.quantile(q) ?? 0) - exact) / exact
      expect(error).toBeLessThanOrEqual(1 / 256 + 1e-3)
    }
  })

  test('has as many waiting as Little says: what they waited together, a second', () => {
    const { waiting, bucketSec } = wholeRun.timeline
    const waitedSec = whole.waitsMs.reduce((sum, ms) => sum + ms, 0) / 1000
    const levelSec = waiting.reduce((sum, level) => sum + level, 0) * bucketSec
    expect(levelSec / waitedSec).toBeCloseTo(1, 3)
  })

  test('names its generator, and no lateness that k6 cannot know', () => {
    expect(wholeRun.audit).toMatchObject({
      latenessMs: null,
      dropped: { generator: 0, ceiling: 0 },
      k6: { runners: 1, segments: ['0:1'], startedLateMs: { first: 12, last: 12 }, files: 1 },
    })
    expect(wholeRun.audit.k6?.gateCalls.polls).toBe(whole.ends.booked)
    expect(wholeRun.verdict.notes).toEqual([
      { code: 'K6Runners', runners: 1, started: { skewMs: 0, lastLateMs: 12 } },
    ])
  })

  test('leaves waits that are still going on as censored, and their tickets unfinished', async () => {
    const { lines } = madeVisitors(run, { from: 0, to: 300, people, stuck: 20 })
    const cut = await imported([fileOf('a', [runnerLine(run, '0:1'), ...lines])])
    expect(cut.summary.visitors).toMatchObject({
      arrived: due,
      queued: 300,
      unfinished: 20,
      dropped: due - 300,
    })
    expect(cut.verdict).toMatchObject({
      valid: false,
      ending: { kind: 'cutShort', detail: { code: 'VisitorsLeft', visitors: 20 } },
      reasons: [{ code: 'VisitorsNotStarted', visitors: due - 300, due, maxShare: 0.005 }],
    })
    expect(parseRun(cut, 'it')).toEqual(cut)
  })
})

describe('laws', () => {
  test('any order of the lines, in any number of files, is the same record', async () => {
    const { lines } = madeVisitors(run, { from: 0, to: 60, people, stuck: 5 })
    const all = [...lines, lastLine]
    const expected = essence(await imported([fileOf('a', [runnerLine(run, '0:1'), ...all])]))
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(all, { minLength: all.length }),
        fc.array(fc.nat(all.length), { maxLength: 3 }),
        fc.nat(all.length),
        async (shuffled, cuts, at) => {
          const placed = shuffled.toSpliced(at, 0, runnerLine(run, '0:1'))
          const ends = [0, ...cuts.toSorted((a, b) => a - b), placed.length]
          const files = ends
            .slice(1)
            .map((to, i) => placed.slice(ends[i], to))
            .filter((part) => part.length > 0)
            .map((part, i) => fileOf(`part ${i}`, part))
          const { valid: _, ...same } = essence(await imported(files))
          const { valid: __, ...wanted } = expected
          expect(same).toEqual(wanted)
        },
      ),
      { numRuns: 15 },
    )
  })

  test('four runners together are the whole', async () => {
    const files = ['0:1/4', '1/4:1/2', '1/2:3/4', '3/4:1'].map((segment, i) => {
      const { lines } = madeVisitors(run, { from: i, to: tickets, people, every: 4 })
      const first = runnerLine(run, segment, { lateMs: 10 * i })
      return fileOf(`runner ${i}`, [first, ...lines, lastLine])
    })
    const together = await imported(files)
    expect(essence(together)).toEqual(essence(wholeRun))
    expect(together.verdict.notes).toEqual([
      { code: 'K6Runners', runners: 4, started: { skewMs: 30, lastLateMs: 30 } },
    ])
  })

  test('a run at another speed has its waits and clock in scenario time', async () => {
    const fast = madeRun(loaded, { speed: '2', population: '0.5' })
    const at = (scenarioMs: number) => scenarioMs / 2
    const lines = [
      runnerLine(fast, '0:1', { atMs: at(-1000) }),
      visitorLine('arrived', at(10_000), 0),
      visitorLine('queued', at(10_000), 0),
      pointLine(metrics.waits, at(14_000), { tags: { state: 'admitted', ms: '4000' } }),
      visitorLine('admitted', at(14_000), 0),
      visitorLine('booked', at(20_000), 0),
      pointLine('vus', at(6 * 60_000), { value: 0 }),
    ]
    const { summary, timeline, header } = await imported([fileOf('fast', lines)])
    const openBucket = (Date.parse(header.opensAt) / 1000 - timeline.startSec) / timeline.bucketSec
    const bucketAt = (sec: number) => openBucket + Math.floor(sec / timeline.bucketSec)
    expect(timeline.arrivals[bucketAt(10)]).toBe(1)
    expect(timeline.admitted[bucketAt(14)]).toBe(1)
    expect(timeline.waiting.reduce((sum, n) => sum + n, 0) * timeline.bucketSec).toBeCloseTo(4, 6)
    expect(timeline.inside.reduce((sum, n) => sum + n, 0) * timeline.bucketSec).toBeCloseTo(6, 6)
    expect(summary.waitSec.p50).toBeCloseTo(4, 1)
  })

  test('the ends add up to those who came, whatever is lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(fewLines.slice(1)), async (lines) => {
        const { summary } = await imported([fileOf('a', [runnerLine(run, '0:1'), ...lines])])
        const { visitors } = summary
        expect(endNames.reduce((sum, end) => sum + visitors[end], 0)).toBe(visitors.arrived)
      }),
      { numRuns: 15 },
    )
  })
})

describe('points of more than one', () => {
  const request = { tags: { step: 'book', outcome: 'ok', us: '8960' } }
  const committed = (value: number) =>
    pointLine(metrics.visitors, 1000, {
      tags: { event: 'committed' },
      metadata: { person: '3' },
      value,
    })
  const adding = (...lines: string[]) =>
    imported([fileOf('a', [...fewLines.slice(0, -1), ...lines, lastLine])])

  test.each([255, 256, 1_000_000])('%i bookings of one person all count', async (value) => {
    const before = await adding()
    const after = await adding(committed(value))
    expect(after.summary.findings.doubleBooking).toBe(
      (before.summary.findings.doubleBooking ?? 0) + value,
    )
    expect(parseRun(JSON.parse(JSON.stringify(after)), 'it')).toEqual(after)
  })

  test('are added, up to what a counter of 32 bits can hold; what is more is damage', async () => {
    const before = await adding()
    const n = 2200
    const after = await adding(
      ...Array<string>(n).fill(pointLine(metrics.requests, 1000, { ...request, value: 1e6 })),
      ...Array<string>(3).fill(pointLine(metrics.services, 1000, { ...request, value: 1000 })),
    )
    const count = ({ summary }: RunRecord) => summary.steps['book']?.count ?? 0
    expect(count(after) - count(before)).toBe(2147e6)
    expect(after.verdict.notes.at(-1)).toMatchObject({ kinds: { ImpossibleValue: n - 2147 } })
    expect(parseRun(JSON.parse(JSON.stringify(after)), 'it')).toEqual(after)
  })
})

describe('what makes a run invalid', () => {
  const dropping = (n: number) =>
    imported([fileOf('a', [...wholeLines, pointLine('dropped_iterations', 1000, { value: n })])])

  test('more than 0.5% of the visitors without a VU', async () => {
    const few = Math.floor((0.005 * tickets) / 0.995)
    expect((await dropping(few)).verdict).toMatchObject({ valid: true, reasons: [] })
    const { verdict, summary, audit } = await dropping(few + 1)
    expect(verdict.reasons).toEqual([
      {
        code: 'VisitorsNotStarted',
        visitors: few + 1,
        due: tickets + few + 1,
        maxShare: 0.005,
      },
    ])
    expect(summary.visitors).toMatchObject({ dropped: few + 1, arrived: tickets + few + 1 })
    expect(audit.dropped.generator).toBe(few + 1)
  })

  test('of iterations of several visitors as many are dropped', async () => {
    const lines = [
      runnerLine(few, '0:1', { visitors: 50 }),
      ...fewLines.slice(1),
      pointLine('dropped_iterations', 1000, { value: 3 }),
    ]
    const { summary, audit } = await imported([fileOf('a', lines)])
    expect(summary.visitors).toMatchObject({ dropped: 150, arrived: few.visitors + 150 })
    expect(audit.dropped.generator).toBe(150)
  })

  test.each([
    [[5, 900], { skewMs: 895, lastLateMs: 900 }, []],
    [[60_000, 20], { skewMs: 59_980, lastLateMs: 60_000 }, [1, 60_000]],
    [[-61_000, 2000], { skewMs: 63_000, lastLateMs: 2000 }, [2, -61_000]],
  ])('runners that are late by %j ms', async (late, started, [runners, lateMs]) => {
    const first = [runnerLine(run, '0:1/2', { lateMs: late[0] ?? 0 }), ...wholeLines.slice(2)]
    const files = [
      fileOf('a', first),
      fileOf('b', [runnerLine(run, '1/2:1', { lateMs: late[1] ?? 0 }), lastLine]),
    ]
    const reasons =
      runners === undefined ? [] : [{ code: 'RunnersOffSchedule', runners, lateMs, maxMs: 1000 }]
    expect((await imported(files)).verdict).toMatchObject({
      valid: runners === undefined,
      notes: [{ code: 'K6Runners', runners: 2, started }],
      reasons,
    })
  })

  test('visitors that k6 starts after the end are dropped', async () => {
    const { lines } = madeVisitors(run, { from: 0, to: 8, people })
    const late = Array.from({ length: tickets - 8 }, (_, i) =>
      pointLine(metrics.visitors, 6 * 60_000 + i, { tags: { event: 'late' } }),
    )
    const { verdict, summary, audit } = await imported([
      fileOf('a', [runnerLine(run, '0:1'), ...lines, ...late, lastLine]),
    ])
    expect(audit.dropped.generator).toBe(tickets - 8)
    expect(summary.visitors).toMatchObject({ arrived: tickets, dropped: tickets - 8 })
    expect(verdict).toMatchObject({ valid: false, ending: { kind: 'finished' } })
    expect(verdict.reasons).toEqual([
      { code: 'VisitorsNotStarted', visitors: tickets - 8, due: tickets, maxShare: 0.005 },
    ])
  })

  test('visitors that were due and that no line mentions are dropped, though k6 went on to the end', async () => {
    const whole = await imported([
      fileOf('a', [
        runnerLine(run, '0:1/2'),
        ...madeVisitors(run, { from: 0, to: tickets, people, every: 2 }).lines,
        lastLine,
      ]),
      // Its runner ended early: what it had done by then is there.
      fileOf('b', [
        runnerLine(run, '1/2:1'),
        ...madeVisitors(run, { from: 1, to: 100, people, every: 2 }).lines,
      ]),
    ])
    const missing = due - tickets / 2 - 50
    expect(whole.verdict.reasons).toEqual([
      { code: 'VisitorsNotStarted', visitors: missing, due, maxShare: 0.005 },
    ])
    expect(whole.summary.visitors).toMatchObject({ arrived: due, dropped: missing })
    expect(parseRun(JSON.parse(JSON.stringify(whole)), 'it')).toEqual(whole)
  })

  test('a visitor less for each runner is rounding', async () => {
    const { lines } = madeVisitors(run, { from: 0, to: tickets - 1, people })
    const given = await imported([fileOf('a', [runnerLine(run, '0:1'), ...lines, lastLine])])
    expect(given.verdict).toMatchObject({ valid: true, reasons: [] })
    expect(given.audit.dropped.generator).toBe(0)
  })

  test('visitors that act late: k6 has more of them than it keeps up with', async () => {
    const acting = (lateMs: readonly number[]) => {
      const lines = lateMs.map((ms) =>
        pointLine(metrics.lateness, 1000, { tags: { ms: String(msBucket(ms)) } }),
      )
      return imported([fileOf('a', [...wholeLines, ...lines])])
    }
    const calm = await acting([...Array<number>(199).fill(1), 5000])
    expect(calm.verdict.valid).toBe(true)
    expect(calm.audit.latenessMs).toMatchObject({ p50: 3, p99: 3 })
    const { verdict, audit } = await acting([...Array<number>(98).fill(1), 300, 300])
    expect(audit.latenessMs?.p99).toBe(299)
    expect(verdict.reasons).toEqual([{ code: 'VisitorsLate', p99Ms: 299, maxMs: 50 }])
  })

  test('runners that are missing', async () => {
    const first = madeVisitors(run, { from: 0, to: tickets, people, every: 4 })
    const { verdict } = await imported([
      fileOf('a', [runnerLine(run, '0:1/4'), ...first.lines, lastLine]),
    ])
    expect(verdict.reasons).toEqual([
      { code: 'SegmentsMissing', segments: ['0:1/4'], missingShare: 0.75 },
    ])
  })

  test('a k6 that crashed before all had come', async () => {
    const { lines } = madeVisitors(run, { from: 0, to: 500, people })
    const { verdict } = await imported([fileOf('a', [runnerLine(run, '0:1'), ...lines])])
    expect(verdict.ending).toEqual({
      kind: 'cutShort',
      detail: { code: 'ArrivalsCut', arrived: 500, due },
    })
    expect(verdict.reasons).toEqual([
      { code: 'VisitorsNotStarted', visitors: due - 500, due, maxShare: 0.005 },
    ])
  })

  test('why answers were malformed, and cookies that were dropped', async () => {
    const fault = { step: 'identify', fault: 'ValueMissing', of: 'id' }
    const lines = [
      pointLine(metrics.answerFaults, 1000, { tags: fault }),
      pointLine(metrics.answerFaults, 2000, { tags: fault }),
      pointLine(metrics.droppedCookies, 2000, { tags: {} }),
    ]
    const { verdict } = await imported([fileOf('a', [...wholeLines, ...lines])])
    expect(verdict.valid).toBe(true)
    expect(verdict.notes.slice(-2)).toEqual([
      { code: 'AnswersMalformed', ...fault, answers: 2 },
      { code: 'CookiesDropped', cookies: 1 },
    ])
  })

  test('what whoever ran k6 knows of its end', async () => {
    const note = { code: 'K6ThresholdCrossed' } as const
    const given = { ending: interruptedEnding, notes: [note] }
    const { verdict } = await imported([fileOf('a', fewLines)], given)
    expect(verdict).toMatchObject({ valid: false, ending: interruptedEnding, reasons: [] })
    expect(verdict.notes).toContainEqual(note)
  })
})

test('what a run tells is found without reading on', async () => {
  let chunks = 0
  const file: K6File = {
    name: 'a',
    open: async function* () {
      const first = new TextEncoder().encode(`${runnerLine(run, '0:1')}\n`)
      for (chunks = 0; chunks < 100; chunks++) yield first
    },
  }
  expect((await findRun([file])).tags).toEqual(run.tags)
  expect(chunks).toBe(0)
})
