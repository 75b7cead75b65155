import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { faultText } from '../core/errors.ts'
import { consistencyFaults } from './consistency.ts'
import { encodeHistogram } from './codec.ts'
import { Histogram, latencyLayout } from './histogram.ts'
import { parseRun } from './run-schema.ts'
import type { RunRecord } from './run.ts'
import { smallRun } from './testing/small-run.ts'

const fixture = (name: string): RunRecord =>
  parseRun(
    JSON.parse(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')),
    name,
  )

function changed(change: (run: RunRecord) => void): string[] {
  const run = structuredClone(smallRun())
  change(run)
  return consistencyFaults(run).map(faultText)
}

describe('consistency of a record', () => {
  test.each(['golden-run.json', 'live-run.json'])('none is at fault in %s', (name) => {
    expect(consistencyFaults(fixture(name))).toEqual([])
  })

  test('none in a run of the recorder', () => {
    expect(changed(() => undefined)).toEqual([])
  })

  test('shares follow from their counts', () => {
    expect(changed(({ summary }) => (summary.errorShare = 0.5))).toEqual([
      'summary.errorShare: says 0.5, but summary.visitors gives 0',
    ])
    expect(changed(({ summary }) => (summary.requestErrorShare = null))).toEqual([
      `summary.requestErrorShare: says null, but summary.steps gives ${15 / 195}`,
    ])
    expect(changed(({ summary }) => (summary.people.eligible = 100))).toEqual([
      'summary.bookedShare: says 0.45, but summary.people gives 0.9',
    ])
  })

  test('nobody books who did not come', () => {
    expect(changed(({ summary }) => (summary.people.came = 80))).toEqual([
      'summary.people.booked: says 90, but people.came is 80',
    ])
  })

  test('percentiles follow from their histograms', () => {
    const p95 = smallRun().summary.waitSec.p95
    expect(changed(({ summary }) => (summary.waitSec.p95 = 3))).toEqual([
      `summary.waitSec.p95: says 3, but histograms.admittedWaitMs with censoredWaitMs gives ${p95}`,
    ])
    expect(changed(({ summary }) => (summary.steps['book']!.responseMs.p99 = 1))).toHaveLength(1)
    expect(changed(({ summary }) => (summary.etaErrorSec.p50 = 1e6))).toHaveLength(1)
    expect(changed(({ timeline }) => (timeline.responseMs.p95[2] = 1))).toEqual([
      expect.stringMatching(
        /^timeline\.responseMs\.p95\[2\]: says 1, but timeline\.histograms\.responseUs gives \d+/,
      ),
    ])
  })

  test('a histogram that was taken out or filled up is missed', () => {
    expect(changed(({ histograms }) => delete histograms['responseUs.book'])).toContain(
      'histograms.responseUs.book: holds 0 response times, but summary.steps.book.outcomes tells of 90 answers and timeouts',
    )
    const full = new Histogram(latencyLayout)
    full.record(1, 1000)
    expect(
      changed(({ histograms }) => (histograms['responseUs.book'] = encodeHistogram(full))),
    ).toContain(
      'histograms.responseUs.book: holds 1000 response times, but summary.steps.book.outcomes tells of 90 answers and timeouts',
    )
  })

  test('a log may have fewer times than requests, but not more', () => {
    const ofLog = (change: (run: RunRecord) => void) =>
      changed((run) => {
        run.header.engine = 'log'
        run.summary.errorShare = null
        change(run)
      }).filter((fault) => fault.startsWith('histograms.responseUs'))
    const [name = ''] = Object.keys(smallRun().summary.steps)
    expect(ofLog(({ histograms }) => delete histograms[`responseUs.${name}`])).toEqual([])
    const more = new Histogram(latencyLayout)
    more.record(1, 10_000)
    const filled = ofLog(({ histograms }) => {
      histograms[`responseUs.${name}`] = encodeHistogram(more)
    })
    expect(filled).toEqual([expect.stringContaining('holds 10000 response times')])
  })

  test('a verdict cannot be better than its audit', () => {
    expect(changed(({ audit }) => (audit.latenessMs = { p50: 1, p99: 80, max: 90 }))).toEqual([
      'verdict.valid: says true, but audit.latenessMs.p99 is 80, over 50',
    ])
    expect(changed(({ audit }) => (audit.dropped.generator = 10))).toEqual([
      'verdict.valid: says true, but audit.dropped.generator is 10 of 195 requests, over 0.5%',
    ])
    expect(
      changed(({ verdict }) =>
        verdict.reasons.push({ code: 'RequestsLate', p99Ms: 51, maxMs: 50 }),
      ),
    ).toEqual(['verdict.valid: says true, but verdict.reasons has RequestsLate'])
    expect(
      changed(({ audit, verdict }) => {
        verdict.valid = false
        audit.latenessMs = { p50: 1, p99: 80, max: 90 }
      }),
    ).toEqual([])
  })
})
