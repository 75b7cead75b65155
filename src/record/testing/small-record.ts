import type { FindingName, OutcomeName } from '../../core/codes.ts'
import { encodeHistogram } from '../codec.ts'
import { Histogram, layoutOf } from '../histogram.ts'
import { must } from '../../core/assert.ts'
import type { Percentiles, RunRecord } from '../run.ts'
import { finishedEnding } from '../verdict-codes.ts'

/** Encoded histogram of values; below 2,048 they are kept exactly. */
export function encoded(name: string, values: readonly number[]): string {
  const histogram = new Histogram(must(layoutOf(name), 'layout'))
  for (const value of values) histogram.record(value)
  return values.length === 0 ? '' : encodeHistogram(histogram)
}

const series = (name: string, buckets: readonly (readonly number[])[]) =>
  buckets.map((values) => encoded(name, values))

const times = (value: number, count: number): number[] => Array<number>(count).fill(value)

const emptyPercentiles: Percentiles = {
  mean: null,
  p05: null,
  p50: null,
  p90: null,
  p95: null,
  p99: null,
  max: null,
}

/** Values by minute from 19:58 to 20:04, small enough to work out by hand. */
const responseUs = [
  [],
  [],
  [...times(1000, 9), 2000],
  times(500, 10),
  [...times(400, 4), ...times(800, 16)],
  [],
]
const admittedWaitMs = [[1000, 1000], [], [1000, 2000], [500], [], []]
const censoredWaitMs = [[], [], [1500, 1500], [], [2000], []]

/**
 * Six buckets of a minute, 19:58 to 20:04, around an opening at 20:00: 180 tickets, 72 booked, 36
 * errors, 400 requests of which 200 failed.
 */
export function smallRun(): RunRecord {
  const zeros = [0, 0, 0, 0, 0, 0]
  const noCounts = { ok: 0, refused: 0, reset: 0, connectTimeout: 0, timeout: 0 }
  const outcomes: Record<OutcomeName, number> = {
    ...noCounts,
    http4xx: 0,
    http5xx: 0,
    malformed: 0,
    dropped: 0,
  }
  const findings: Record<FindingName, number | null> = {
    earlyAdmission: 0,
    bypassed: 3,
    orderInversion: 0,
    doubleBooking: 0,
    ineligibleBooked: null,
    eligibleRefused: 0,
  }
  const nulls = [null, null, null, null, null, null]
  const unused = { p50: nulls, p95: nulls, p99: nulls }
  return {
    schemaVersion: 2,
    header: {
      engine: 'sim',
      scenarioName: 'small',
      workloadHash: 'w',
      stackHash: 's',
      variant: 'base',
      seed: 1,
      population: 1,
      speed: 1,
      startedAt: '2021-07-19T10:58:00Z',
      opensAt: '2021-07-19T20:00:00+09:00',
      endsAt: '2021-07-19T20:04:00+09:00',
      timing: 'intended',
      versions: {},
      host: {},
      target: null,
    },
    scenario: {},
    events: [],
    verdict: {
      valid: true,
      saturated: false,
      ending: finishedEnding,
      reasons: [{ code: 'Other', text: 'kept' }],
      notes: [],
      slo: [],
      reported: [],
    },
    summary: {
      visitors: {
        arrived: 180,
        reentries: 0,
        queued: 170,
        admitted: 90,
        bypassed: 3,
        booked: 72,
        soldOut: 0,
        alreadyBooked: 0,
        ineligible: 0,
        abandoned: 50,
        refused: 20,
        timedOut: 10,
        failed: 6,
        dropped: 0,
        unfinished: 22,
      },
      people: { eligible: 120, came: 110, booked: 72, gaveUp: 20 },
      bookedShare: 0.6,
      errorShare: 0.2,
      requestErrorShare: 0.5,
      waitSec: { ...emptyPercentiles, p50: 1, p95: null },
      admittedWaitSec: { ...emptyPercentiles, p95: 2 },
      etaErrorSec: { p50: 1.5, p95: null },
      opening: { ticketsIn1Sec: 5, ticketsIn10Sec: 30, ticketsIn60Sec: 100, admitPerSec: 36 },
      steps: {
        book: {
          count: 400,
          outcomes: { ...outcomes, ok: 200, timeout: 200 },
          responseMs: { ...emptyPercentiles, p99: 1.9 },
          serviceMs: emptyPercentiles,
          connectMs: null,
        },
      },
      findings,
      inventory: null,
      collapse: null,
    },
    timeline: {
      bucketSec: 60,
      startSec: Date.UTC(2021, 6, 19, 10, 58) / 1000,
      arrivals: [2, 4, 100, 50, 20, 4],
      reentries: zeros,
      queued: [2, 4, 94, 46, 20, 4],
      admitted: [0, 0, 30, 30, 30, 0],
      bypassed: [0, 0, 3, 0, 0, 0],
      booked: [0, 0, 10, 20, 30, 12],
      errors: [0, 0, 30, 6, 0, 0],
      abandoned: [0, 0, 0, 20, 20, 10],
      requests: [0, 0, 200, 100, 80, 20],
      requestErrors: [0, 0, 150, 40, 10, 0],
      waiting: [2, 6, 40, 60, 30, 0],
      inside: [0, 0, 5, 10, 10, 2],
      pollsPerSec: zeros,
      instances: [4, 4, 4, 4, 10, 10],
      stations: {
        db: {
          busy: [0, 0, 8, 6, 4, 2],
          queue: [0, 0, 100, 50, 0, 0],
          utilisation: [0, 0, 1, 0.75, 0.5, 0.25],
        },
      },
      responseMs: unused,
      serviceMs: unused,
      waitSecByEntry: unused,
      histograms: {
        responseUs: series('responseUs', responseUs),
        admittedWaitMs: series('admittedWaitMs', admittedWaitMs),
        censoredWaitMs: series('censoredWaitMs', censoredWaitMs),
      },
    },
    histograms: {
      responseUs: encoded('responseUs', responseUs.flat()),
      'responseUs.book': encoded('responseUs', responseUs.flat()),
      admittedWaitMs: encoded('admittedWaitMs', admittedWaitMs.flat()),
      censoredWaitMs: encoded('censoredWaitMs', censoredWaitMs.flat()),
    },
    audit: {
      intendedRate: null,
      achievedRate: null,
      latenessMs: null,
      dropped: { generator: 0, ceiling: 0 },
      eventLoopLagMs: null,
      cpuShare: null,
      rssBytes: null,
      bytesPerVisitor: null,
      wallSec: 0,
      events: 0,
      eventsPerSec: 0,
    },
  }
}
