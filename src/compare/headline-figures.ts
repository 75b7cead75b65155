import { latencyLayout, percentilesOf, type Histogram } from '../record/histogram.ts'
import { decodeHistogram } from '../record/codec.ts'
import type { RunRecord, Summary, TimelineLevels } from '../record/run.ts'

type FigureUnit = 'count' | 'share' | 'duration' | 'ms'

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

/** As expressions name them, in the order in which reports show them. */
const figurePaths = [
  'visitors.arrived',
  'people.booked',
  'visitors.abandoned',
  'visitors.bypassed',
  'waiting.max',
  'waitSec.p50',
  'waitSec.p95',
  'responseMs.p50',
  'responseMs.p95',
  'responseMs.p99',
  'errorShare',
  'requestErrorShare',
  'findings.doubleBooking',
  'findings.ineligibleBooked',
] as const
export type FigurePath = (typeof figurePaths)[number]

/** A figure by which two versions of a system are told apart. */
export interface HeadlineFigure {
  readonly path: FigurePath
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
const figures: Readonly<Record<FigurePath, Omit<HeadlineFigure, 'path'>>> = {
  'visitors.arrived': {
    unit: 'count',
    better: 'neither',
    of: ({ summary }) => counted(summary.visitors.arrived),
  },
  'people.booked': {
    unit: 'count',
    better: 'higher',
    of: ({ summary }) => counted(summary.people.booked),
  },
  'visitors.abandoned': {
    unit: 'count',
    better: 'lower',
    of: ({ summary }) => counted(summary.visitors.abandoned),
  },
  'visitors.bypassed': {
    unit: 'count',
    better: 'lower',
    of: ({ summary }) => counted(summary.visitors.bypassed),
  },
  'waiting.max': {
    unit: 'count',
    better: 'lower',
    of: ({ timeline }) => counted(timeline.waiting.reduce((a, b) => Math.max(a, b), 0)),
  },
  'waitSec.p50': {
    unit: 'duration',
    better: 'lower',
    of: ({ summary }) => waited(summary.waitSec.p50),
  },
  'waitSec.p95': {
    unit: 'duration',
    better: 'lower',
    of: ({ summary }) => waited(summary.waitSec.p95),
  },
  'responseMs.p50': {
    unit: 'ms',
    better: 'lower',
    of: response('p50'),
  },
  'responseMs.p95': {
    unit: 'ms',
    better: 'lower',
    // A stack that became slower shows it here first; it must not be lost among the others.
    weight: 4,
    of: response('p95'),
  },
  'responseMs.p99': {
    unit: 'ms',
    better: 'lower',
    of: response('p99'),
  },
  errorShare: {
    unit: 'share',
    better: 'lower',
    of: ({ summary }) => shared(summary.errorShare, summary.visitors.arrived),
  },
  requestErrorShare: {
    unit: 'share',
    better: 'lower',
    of: ({ summary, timeline }) => shared(summary.requestErrorShare, sum(timeline.requests)),
  },
  'findings.doubleBooking': {
    unit: 'count',
    better: 'lower',
    of: ({ summary }) => counted(summary.findings.doubleBooking),
  },
  'findings.ineligibleBooked': {
    unit: 'count',
    better: 'lower',
    of: ({ summary }) => counted(summary.findings.ineligibleBooked),
  },
}

export const headlineFigures: readonly HeadlineFigure[] = figurePaths.map((path) => ({
  path,
  ...figures[path],
}))

/** @throws DambreakError 'invalid' if its histogram cannot be read */
export function comparable({ summary, timeline, histograms }: RunRecord): Comparable {
  const text = histograms['responseUs'] ?? ''
  const responseUs = text === '' ? null : decodeHistogram(text, latencyLayout)
  return { summary, timeline, responseUs }
}
