import { assert, must } from '../core/assert.ts'
import { msToSec } from '../core/units.ts'
import { addEncoded } from '../record/codec.ts'
import { nobodyQueued, type RunFigures } from '../record/figures.ts'
import { Histogram, layoutOf } from '../record/histogram.ts'
import type { RunRecord, TimelineLevels } from '../record/run.ts'
import { meanOfWaits, quantileOfWaits, waitSurvival } from '../record/survival.ts'
import { clockSec, isoEpochMs } from '../scenario/clock.ts'
import type { Clause, Expression } from './expression.ts'
import type { FlowName } from '../record/tallies.ts'
import { readPlace, type Reading, type Statistic } from './paths.ts'
import { holds, termValue, type Term } from './term.ts'

/**
 * A part of the timeline: buckets from `from` up to but without `to`, and for levels the buckets
 * whose mean is asked for.
 */
interface Span {
  readonly from: number
  readonly to: number
  readonly levelFrom: number
  readonly levelTo: number
}

/** A record, or a run's figures that were never written out. */
export type Evaluated = RunRecord | RunFigures

export interface Evaluation {
  /** Of the side that reads the run: the left one, or the right one where the left is a number. */
  readonly observed: number | null
  /** Null without a comparison; false where one side has no value. */
  readonly ok: boolean | null
}

/**
 * What an expression comes to for a run; null where there is no data, and for a division by zero.
 *
 * Without a clause of time: figures of the summary, or the whole timeline where the summary has none.
 * `during a..b`: the buckets of the timeline that the window touches. A window that is not on bucket
 * boundaries is widened to them, so it may hold up to one bucket more at either end. Flows add up,
 * levels are means over the buckets, shares are taken from sums, percentiles from merged
 * histograms; waits count by the time of entry. Null where the window reaches past the end of the
 * timeline or lies before its start: what was not observed cannot pass.
 * `at t`: flows, shares and percentiles from the start up to t (widened to the end of its bucket);
 * levels those of the bucket that holds t.
 */
export function evaluate(expression: Expression, run: Evaluated): Evaluation {
  const span = spanOf(expression.clause, run)
  const { left, comparison } = expression
  const value = (term: Term) =>
    termValue(term, ({ reading }) => (span === null ? null : readingValue(reading, run, span)))
  const leftValue = value(left)
  if (comparison === null) return { observed: leftValue, ok: null }
  const rightValue = value(comparison.right)
  const observed = left.kind === 'number' ? rightValue : leftValue
  if (leftValue === null || rightValue === null) return { observed, ok: false }
  return { observed, ok: holds(leftValue, comparison.operator, rightValue) }
}

/** 'whole' without a clause, null where the run has no data of that time. */
function spanOf(clause: Clause, run: Evaluated): Span | 'whole' | null {
  if (clause.kind === 'whole') return 'whole'
  assert(clause.kind !== 'for', '`for` is judged while a run goes on, not on its record')
  const { bucketSec, startSec, arrivals } = run.timeline
  const buckets = arrivals.length
  const bucketOf = (text: string): number | null => {
    const sinceOpening = clockSec(text, run.header.opensAt)
    if (sinceOpening === null) return null
    return (
      (msToSec(must(isoEpochMs(run.header.opensAt), 'opening')) + sinceOpening - startSec) /
      bucketSec
    )
  }
  if (clause.kind === 'at') {
    const at = bucketOf(clause.at)
    if (at === null || at < 0 || at > buckets || buckets === 0) return null
    const level = Math.min(Math.floor(at), buckets - 1)
    return { from: 0, to: Math.ceil(at), levelFrom: level, levelTo: level + 1 }
  }
  const first = bucketOf(clause.from)
  const last = bucketOf(clause.to)
  if (first === null || last === null || last <= 0 || last > buckets || first >= last) return null
  const from = Math.max(0, Math.floor(first))
  const to = Math.ceil(last)
  return { from, to, levelFrom: from, levelTo: to }
}

function readingValue(reading: Reading, run: Evaluated, asked: Span | 'whole'): number | null {
  const { summary, timeline } = run
  if (reading.kind === 'figure')
    return readPlace(summary, must(reading.summary, 'place of a figure'))
  const whole = asked === 'whole'
  if (whole && reading.kind !== 'level' && reading.summary !== null) {
    const kept = readPlace(summary, reading.summary)
    if (kept !== null || reading.kind !== 'percentile') return kept
  }
  const span = whole ? entire(timeline) : asked
  if (reading.kind === 'flow') return flowSum(timeline, reading.flow, span)
  if (reading.kind === 'share') {
    const part = flowSum(timeline, reading.part, span)
    const of =
      reading.whole === 'eligible'
        ? summary.people.eligible
        : flowSum(timeline, reading.whole, span)
    return part === null || of === null || of === 0 ? null : part / of
  }
  if (reading.kind === 'level') return levelOf(reading.level(timeline), reading.statistic, span)
  return percentileValue(reading, run, asked)
}

function entire({ arrivals }: TimelineLevels): Span {
  return { from: 0, to: arrivals.length, levelFrom: 0, levelTo: arrivals.length }
}

function flowSum(timeline: TimelineLevels, flow: FlowName, { from, to }: Span): number | null {
  const series = timeline[flow]
  // A series that stops short was not observed to its end.
  if (series.length < to) return null
  let sum = 0
  for (let bucket = from; bucket < to; bucket++) sum += series[bucket] ?? 0
  return sum
}

function levelOf(
  series: readonly number[] | undefined,
  statistic: 'mean' | 'max',
  { levelFrom, levelTo }: Span,
): number | null {
  const part = series?.slice(levelFrom, levelTo) ?? []
  if (part.length === 0 || part.length < levelTo - levelFrom) return null
  if (statistic === 'max') return part.reduce((most, value) => Math.max(most, value))
  return part.reduce((sum, value) => sum + value, 0) / part.length
}

function percentileValue(
  reading: Extract<Reading, { kind: 'percentile' }>,
  run: Evaluated,
  span: Span | 'whole',
): number | null {
  const { histogram, statistic } = reading
  const perUnit = 1000
  if (histogram === 'wait') {
    const admitted = histogramOver('admittedWaitMs', run, span)
    const censored = histogramOver('censoredWaitMs', run, span)
    if (admitted === null || censored === null) return null
    if (admitted.total() + censored.total() === 0) return hasNoWaits(run, span) ? 0 : null
    const curve = waitSurvival(admitted, censored)
    const value =
      statistic === 'mean'
        ? meanOfWaits(curve)
        : quantileOfWaits(curve, statistic === 'max' ? 1 : statistic.quantile)
    return value === null ? null : value / perUnit
  }
  const merged = histogramOver(histogram.name, run, span)
  if (histogram.name === 'admittedWaitMs' && merged?.total() === 0) {
    return hasNoWaits(run, span) ? 0 : null
  }
  const value = merged === null ? null : statisticOf(merged, statistic)
  return value === null ? null : value / perUnit
}

/** Whether those who came in the span did not have to queue. */
function hasNoWaits(run: Evaluated, span: Span | 'whole'): boolean {
  if ('engine' in run.header && run.header.engine === 'log') return false
  if (span === 'whole') return nobodyQueued(run.summary.visitors)
  const arrived = flowSum(run.timeline, 'arrivals', span) ?? 0
  const queued = flowSum(run.timeline, 'queued', span) ?? 0
  return nobodyQueued({ arrived, queued })
}

function statisticOf(histogram: Histogram, statistic: Statistic): number | null {
  if (statistic === 'mean') return histogram.mean()
  return statistic === 'max' ? histogram.max() : histogram.quantile(statistic.quantile)
}

/** Null where the record does not hold such a histogram. */
function histogramOver(name: string, run: Evaluated, span: Span | 'whole'): Histogram | null {
  if ('histogramOver' in run) return run.histogramOver(name, span)
  const histogram = new Histogram(must(layoutOf(name), 'layout of a histogram'))
  if (span === 'whole') {
    const encoded = run.histograms[name]
    if (encoded === undefined) return null
    addEncoded(encoded, histogram)
    return histogram
  }
  const series = run.timeline.histograms[name]
  if (series === undefined || series.length < span.to) return null
  for (let bucket = span.from; bucket < span.to; bucket++) {
    const encoded = series[bucket] ?? ''
    if (encoded !== '') addEncoded(encoded, histogram)
  }
  return histogram
}
