import { latencyLayout, percentilesOf, type Histogram } from '../record/histogram.ts'
import { decodeHistogram } from '../record/codec.ts'
import type { RunRecord, Summary, TimelineLevels } from '../record/run.ts'

export type FigureUnit = 'count' | 'share' | 'duration' | 'ms'

/** What is read of a run: of its record, or of figures that were never written out. */
export interface Comparable {
  readonly summary: Summary
  readonly timeline: TimelineLevels
  /** All requests from their intended start, µs. */
  readonly responseUs: Histogram | null
}

/** What a run says of a figure, and the least by which another could differ from it. */
export interface FigureReading {
  readonly value: number | null
  readonly step: number
}

/** A figure by which two versions of a system are told apart. */
export interface HeadlineFigure {
  /** As expressions name it. */
  readonly path: string
  readonly label: string
  readonly unit: FigureUnit
  readonly better: 'lower' | 'higher' | 'neither'
  /** How much of the level it is given beside the others; absent: 1. */
  readonly weight?: number
  readonly of: (run: Comparable) => FigureReading
}

const counted = (value: number | null): FigureReading => ({ value, step: 1 })

/** Waits are told apart by polls, a second or more: a tenth of one is nothing. */
const waited = (value: number | null): FigureReading => ({ value, step: 0.1 })

/** A histogram keeps µs, and three digits. */
const timed = (value: number | null): FigureReading => ({
  value,
  step: Math.max(0.001, 0.001 * (value ?? 0)),
})

const shared = (value: number | null, whole: number): FigureReading => ({
  value,
  step: 1 / Math.max(1, whole),
})

const sum = (counts: readonly number[]) => counts.reduce((all, one) => all + one, 0)

function response(which: 'p50' | 'p95' | 'p99'): (run: Comparable) => FigureReading {
  return ({ responseUs }) => timed(responseUs === null ? null : percentilesOf(responseUs)[which])
}

/**
 * The headline figures. All are tested together, so that each more of them makes it harder for the
 * others to be told apart: a new one must say what none of these does.
 */
export const headlineFigures: readonly HeadlineFigure[] = [
  {
    path: 'visitors.arrived',
    label: 'Tickets issued',
    unit: 'count',
    better: 'neither',
    of: ({ summary }) => counted(summary.visitors.arrived),
  },
  {
    path: 'people.booked',
    label: 'People who booked',
    unit: 'count',
    better: 'higher',
    of: ({ summary }) => counted(summary.people.booked),
  },
  {
    path: 'visitors.abandoned',
    label: 'Gave up waiting',
    unit: 'count',
    better: 'lower',
    of: ({ summary }) => counted(summary.visitors.abandoned),
  },
  {
    path: 'visitors.bypassed',
    label: 'Came past the gate',
    unit: 'count',
    better: 'lower',
    of: ({ summary }) => counted(summary.visitors.bypassed),
  },
  {
    path: 'waiting.max',
    label: 'Most waiting at once',
    unit: 'count',
    better: 'lower',
    of: ({ timeline }) => counted(timeline.waiting.reduce((a, b) => Math.max(a, b), 0)),
  },
  {
    path: 'waitSec.p50',
    label: 'All who queued: half waited over',
    unit: 'duration',
    better: 'lower',
    of: ({ summary }) => waited(summary.waitSec.p50),
  },
  {
    path: 'waitSec.p95',
    label: 'All who queued: 5% waited over',
    unit: 'duration',
    better: 'lower',
    of: ({ summary }) => waited(summary.waitSec.p95),
  },
  {
    path: 'responseMs.p50',
    label: 'Response: half took over',
    unit: 'ms',
    better: 'lower',
    of: response('p50'),
  },
  {
    path: 'responseMs.p95',
    label: 'Response: 5% took over',
    unit: 'ms',
    better: 'lower',
    // A stack that became slower shows it here first; it must not be lost among the others.
    weight: 4,
    of: response('p95'),
  },
  {
    path: 'responseMs.p99',
    label: 'Response: 1% took over',
    unit: 'ms',
    better: 'lower',
    of: response('p99'),
  },
  {
    path: 'errorShare',
    label: 'Tickets that ended in an error',
    unit: 'share',
    better: 'lower',
    of: ({ summary }) => shared(summary.errorShare, summary.visitors.arrived),
  },
  {
    path: 'requestErrorShare',
    label: 'Requests that failed',
    unit: 'share',
    better: 'lower',
    of: ({ summary, timeline }) => shared(summary.requestErrorShare, sum(timeline.requests)),
  },
  {
    path: 'findings.doubleBooking',
    label: 'Double bookings',
    unit: 'count',
    better: 'lower',
    of: ({ summary }) => counted(summary.findings.doubleBooking),
  },
  {
    path: 'findings.ineligibleBooked',
    label: 'Bookings by people who may not',
    unit: 'count',
    better: 'lower',
    of: ({ summary }) => counted(summary.findings.ineligibleBooked),
  },
]

/** @throws DambreakError 'invalid' if its histogram cannot be read */
export function comparable({ summary, timeline, histograms }: RunRecord): Comparable {
  const text = histograms['responseUs'] ?? ''
  const responseUs = text === '' ? null : decodeHistogram(text, latencyLayout)
  return { summary, timeline, responseUs }
}
