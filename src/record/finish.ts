import { assert } from '../core/assert.ts'
import { endNames, findingNames, outcomeNames } from '../core/codes.ts'
import type { EndName, FindingName } from '../core/codes.ts'
import { encodeHistogram } from './codec.ts'
import { Histogram, latencyLayout, percentilesOf, scaled } from './histogram.ts'
import type { PercentileSeries, StepSummary, Summary, Timeline, TimelineLevels } from './run.ts'
import type { HistogramSeries } from './series.ts'
import { waitPercentiles, quantileOfWaits, waitSurvival } from './survival.ts'
import { flowNames, levelNames, Opening } from './tallies.ts'
import type { FlowName, Tallies } from './tallies.ts'

/** What the engine alone knows at the end. */
export interface FinishInput {
  readonly people: Summary['people']
  readonly inventory: Summary['inventory']
  /** Findings that this engine cannot observe: `null` in the record. */
  readonly unobserved?: readonly FindingName[]
}

export interface FinishedRun {
  readonly summary: Summary
  readonly timeline: Timeline
  readonly histograms: Record<string, string>
}

/** Ends that are the stack's or the engine's failure, not the visitor's choice or luck. */
const errorEnds = ['refused', 'timedOut', 'failed', 'dropped'] as const satisfies EndName[]

export function finishTallies(tallies: Tallies, input: FinishInput): FinishedRun {
  const timeline = timelineOf(tallies)
  const totals = totalsOf(tallies)
  return {
    summary: summaryOf(tallies, { timeline, totals, input }),
    timeline,
    histograms: histogramsOf(totals),
  }
}

interface StepTotals {
  readonly name: string
  readonly outcomes: Float64Array
  readonly responseUs: Histogram
  readonly serviceUs: Histogram
  readonly connectUs: Histogram
}

/** Histograms over the whole run. */
export interface Totals {
  readonly steps: readonly StepTotals[]
  readonly overall: Readonly<Record<'responseUs' | 'serviceUs', Histogram>>
  readonly waits: Readonly<Record<'admittedWaitMs' | 'censoredWaitMs' | 'etaErrorMs', Histogram>>
}

export function totalsOf({ options, outcomes, steps, series, etaErrorMs }: Tallies): Totals {
  const width = outcomeNames.length
  const stepOf = (counts: Uint32Array, s: number) => {
    const histogram = new Histogram(latencyLayout)
    const { countsLength } = latencyLayout
    for (let i = 0; i < countsLength; i += 1) {
      const count = counts[s * countsLength + i]!
      if (count > 0) histogram.recordAt(i, count)
    }
    return histogram
  }
  const all = (of: HistogramSeries) => of.mergeRange(0, of.buckets)
  return {
    steps: options.steps.map((name, s) => ({
      name,
      outcomes: outcomes.subarray(s * width, (s + 1) * width),
      responseUs: stepOf(steps.responseUs, s),
      serviceUs: stepOf(steps.serviceUs, s),
      connectUs: stepOf(steps.connectUs, s),
    })),
    overall: { responseUs: all(series.responseUs), serviceUs: all(series.serviceUs) },
    waits: {
      admittedWaitMs: all(series.admittedWaitMs),
      censoredWaitMs: all(series.censoredWaitMs),
      etaErrorMs,
    },
  }
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}

function namedCounts<K extends string>(
  names: readonly K[],
  counts: Float64Array,
): Record<K, number> {
  return Object.fromEntries(names.map((name, i) => [name, counts[i] ?? 0])) as Record<K, number>
}

export function summaryOf(
  tallies: Tallies,
  given: { timeline: TimelineLevels; totals: Totals; input: FinishInput },
): Summary {
  const { timeline, totals, input } = given
  const { steps, waits } = totals
  const { opening } = tallies
  const flow = (name: FlowName) => sum(tallies.flows[name])
  const ends = namedCounts(endNames, tallies.ends)
  const arrived = flow('arrivals')
  const allEnds = sum(Object.values(ends))
  assert(allEnds === arrived, `${arrived} tickets arrived and ${allEnds} ended`)
  assert(sum(tallies.outcomes) === flow('requests'), 'a request without a step or an outcome')
  const findings: Summary['findings'] = namedCounts(findingNames, tallies.findings)
  for (const name of input.unobserved ?? []) findings[name] = null
  return {
    visitors: {
      arrived,
      reentries: flow('reentries'),
      queued: flow('queued'),
      admitted: flow('admitted'),
      bypassed: flow('bypassed'),
      ...ends,
    },
    people: input.people,
    // People who booked and may not have are in `people.booked`, and no part of the eligible.
    bookedShare: share(
      input.people.booked - (findings.ineligibleBooked ?? 0),
      input.people.eligible,
    ),
    errorShare: share(sum(errorEnds.map((end) => ends[end])), arrived),
    requestErrorShare: share(flow('requestErrors'), flow('requests')),
    waitSec: waitPercentiles(waits.admittedWaitMs, waits.censoredWaitMs),
    admittedWaitSec: percentilesOf(waits.admittedWaitMs),
    etaErrorSec: {
      p50: scaled(waits.etaErrorMs.quantile(0.5), 1000),
      p95: scaled(waits.etaErrorMs.quantile(0.95), 1000),
    },
    opening: {
      ticketsIn1Sec: opening[Opening.in1Sec]!,
      ticketsIn10Sec: opening[Opening.in10Sec]!,
      ticketsIn60Sec: opening[Opening.in60Sec]!,
      // A gate that never called a turn has no rate, and one that was never heard of neither.
      admitPerSec: opening[Opening.turns] === 0 ? null : opening[Opening.turnsIn60Sec]! / 60,
    },
    steps: Object.fromEntries(steps.map((step) => [step.name, stepSummary(step)])),
    findings,
    inventory: input.inventory,
    collapse: collapseOf(timeline),
  }
}

function stepSummary(step: StepTotals): StepSummary {
  return {
    count: sum(step.outcomes),
    outcomes: namedCounts(outcomeNames, step.outcomes),
    responseMs: percentilesOf(step.responseUs),
    serviceMs: percentilesOf(step.serviceUs),
    connectMs: step.connectUs.top() < 0 ? null : percentilesOf(step.connectUs),
  }
}

/** A bucket with fewer requests says nothing about the stack. */
const collapseMinRequests = 10
const collapseMinShare = 0.5
const collapseMinSec = 60

/**
 * The longest run of consecutive buckets with at least 10 requests each of which half or more
 * failed, if it lasts 60 s; the first of equals. Epoch seconds, `toSec` exclusive.
 */
function collapseOf(timeline: TimelineLevels): Summary['collapse'] {
  const { requests, requestErrors, bucketSec, startSec } = timeline
  let longest = { from: 0, to: 0 }
  let from = 0
  for (let b = 0; b < requests.length; b += 1) {
    const asked = requests[b]!
    const failing = asked >= collapseMinRequests && requestErrors[b]! >= collapseMinShare * asked
    if (!failing) from = b + 1
    else if (b + 1 - from > longest.to - longest.from) longest = { from, to: b + 1 }
  }
  const { to } = longest
  if (to === 0 || (to - longest.from) * bucketSec < collapseMinSec) return null
  return {
    fromSec: startSec + longest.from * bucketSec,
    toSec: startSec + to * bucketSec,
    requestErrorShare:
      sum(requestErrors.slice(longest.from, to)) / sum(requests.slice(longest.from, to)),
  }
}

/** Levels are means; four decimals are finer than anyone reads and keep the file small. */
export function roundedLevels(levels: Float64Array): number[] {
  return Array.from(levels, (level) => Math.round(level * 1e4) / 1e4)
}

function timelineOf(tallies: Tallies): Timeline {
  const { series } = tallies
  const response = latencySeries(series.responseUs)
  const service = latencySeries(series.serviceUs)
  const waits = waitSeries(series.admittedWaitMs, series.censoredWaitMs)
  return {
    ...levelsOf(tallies),
    responseMs: response.percentiles,
    serviceMs: service.percentiles,
    waitSecByEntry: waits.percentiles,
    histograms: {
      responseUs: response.encoded,
      serviceUs: service.encoded,
      admittedWaitMs: waits.admitted,
      censoredWaitMs: waits.censored,
    },
  }
}

/** A value for each name, in the order of the names. */
function each<N extends string, V>(names: readonly N[], valueOf: (name: N) => V): Record<N, V> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)])) as Record<N, V>
}

/** The timeline's flows and levels: all but its histograms and what comes of them. */
export function levelsOf(tallies: Tallies): TimelineLevels {
  const { options, flows, levels } = tallies
  return {
    bucketSec: options.bucketSec,
    startSec: options.startSec,
    ...each(flowNames, (name) => Array.from(flows[name])),
    ...each(levelNames, (name) => roundedLevels(levels[name])),
    stations: Object.fromEntries(
      tallies.stations.map(({ busy, queue, utilisation }, s) => [
        options.stations[s]!,
        {
          busy: roundedLevels(busy),
          queue: roundedLevels(queue),
          utilisation: roundedLevels(utilisation),
        },
      ]),
    ),
  }
}

const seriesShares = [0.5, 0.95, 0.99] as const

function emptySeries(): PercentileSeries {
  return { p50: [], p95: [], p99: [] }
}

function pushPercentiles(series: PercentileSeries, values: readonly (number | null)[]): void {
  const [p50, p95, p99] = values.map((value) => scaled(value, 1000))
  series.p50.push(p50 ?? null)
  series.p95.push(p95 ?? null)
  series.p99.push(p99 ?? null)
}

/** '' where there is nothing. */
function encodedOrEmpty(histogram: Histogram): string {
  return histogram.top() < 0 ? '' : encodeHistogram(histogram)
}

interface LatencySeries {
  readonly percentiles: PercentileSeries
  readonly encoded: string[]
}

function latencySeries(series: HistogramSeries): LatencySeries {
  const scratch = new Histogram(series.layout)
  const percentiles = emptySeries()
  const encoded: string[] = []
  for (let bucket = 0; bucket < series.buckets; bucket += 1) {
    const histogram = series.histogramAt(bucket, scratch)
    pushPercentiles(percentiles, histogram.quantiles(seriesShares))
    encoded.push(encodedOrEmpty(histogram))
  }
  return { percentiles, encoded }
}

interface WaitSeries {
  readonly percentiles: PercentileSeries
  readonly admitted: string[]
  readonly censored: string[]
}

function waitSeries(events: HistogramSeries, cut: HistogramSeries): WaitSeries {
  const scratch = [new Histogram(events.layout), new Histogram(cut.layout)] as const
  const percentiles = emptySeries()
  const admitted: string[] = []
  const censored: string[] = []
  for (let bucket = 0; bucket < events.buckets; bucket += 1) {
    const ended = events.histogramAt(bucket, scratch[0])
    const cutOff = cut.histogramAt(bucket, scratch[1])
    const curve = waitSurvival(ended, cutOff)
    pushPercentiles(
      percentiles,
      seriesShares.map((q) => quantileOfWaits(curve, q)),
    )
    admitted.push(encodedOrEmpty(ended))
    censored.push(encodedOrEmpty(cutOff))
  }
  return { percentiles, admitted, censored }
}

/** Of all steps, of each step (`responseUs.<step>`), and of the waits. */
function histogramsOf({ steps, overall, waits }: Totals): Record<string, string> {
  const named: [string, Histogram][] = [
    ['responseUs', overall.responseUs],
    ['serviceUs', overall.serviceUs],
    ...steps.map(({ name, responseUs }): [string, Histogram] => [`responseUs.${name}`, responseUs]),
    ...steps.map(({ name, serviceUs }): [string, Histogram] => [`serviceUs.${name}`, serviceUs]),
    ...steps
      .filter(({ connectUs }) => connectUs.top() >= 0)
      .map(({ name, connectUs }): [string, Histogram] => [`connectUs.${name}`, connectUs]),
    ['admittedWaitMs', waits.admittedWaitMs],
    ['censoredWaitMs', waits.censoredWaitMs],
    ['etaErrorMs', waits.etaErrorMs],
  ]
  return Object.fromEntries(named.map(([name, histogram]) => [name, encodeHistogram(histogram)]))
}
