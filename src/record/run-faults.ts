import { endNames, outcomeNames } from '../core/codes.ts'
import { DambreakError } from '../core/errors.ts'
import type { Fault } from '../core/errors.ts'
import { daysToSec, msToSec } from '../core/units.ts'
import { addEncoded } from './codec.ts'
import { Histogram, layoutOf } from './histogram.ts'
import type { RunRecord, StepSummary, Summary, Timeline } from './run.ts'
import { flowNames, levelNames } from './tallies.ts'
import type { FlowName } from './tallies.ts'

/** How the parts of a well-formed record contradict each other; none in a record of ours. */
export function runFaults(run: RunRecord): Fault[] {
  return [
    ...endFaults(run.summary),
    ...Object.entries(run.summary.steps).flatMap(stepFaults),
    ...layoutFaults(run.timeline),
    ...spanFaults(run),
    ...lengthFaults(run.timeline),
    ...totalFaults(run),
    ...histogramFaults(run),
  ]
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** A fault where two counts that must agree do not. */
function mismatch(path: string, count: number, expected: { is: number; what: string }): Fault[] {
  if (count === expected.is) return []
  return [{ path, message: `adds up to ${count}, but ${expected.what} is ${expected.is}` }]
}

function endFaults({ visitors }: Summary): Fault[] {
  const ends = sum(endNames.map((end) => visitors[end]))
  return mismatch('summary.visitors', ends, { is: visitors.arrived, what: 'arrived' })
}

function stepFaults([name, step]: [string, StepSummary]): Fault[] {
  const outcomes = sum(outcomeNames.map((outcome) => step.outcomes[outcome]))
  return mismatch(`summary.steps.${name}.outcomes`, outcomes, { is: step.count, what: 'count' })
}

function layoutFaults({ startSec, bucketSec }: Timeline): Fault[] {
  if (startSec % bucketSec === 0) return []
  return [{ path: 'timeline.startSec', message: `must be a multiple of bucketSec, ${bucketSec}` }]
}

/** No run is longer, nor begins further from its opening: its clock and its charts could not be read. */
const maxSpanSec = daysToSec(3660)

function spanFaults({ header, timeline }: RunRecord): Fault[] {
  const opensAtSec = msToSec(Date.parse(header.opensAt))
  const endSec = timeline.startSec + timeline.arrivals.length * timeline.bucketSec
  const isNear = (sec: number) => Math.abs(sec - opensAtSec) <= maxSpanSec
  const message = 'must be within ten years of header.opensAt'
  return [
    ...(isNear(timeline.startSec) ? [] : [{ path: 'timeline.startSec', message }]),
    ...(isNear(endSec) ? [] : [{ path: 'timeline.bucketSec', message: `all buckets ${message}` }]),
    ...(isNear(msToSec(Date.parse(header.endsAt))) ? [] : [{ path: 'header.endsAt', message }]),
  ]
}

/** Every array of the timeline that has one entry a bucket, with its path. */
function timelineArrays(timeline: Timeline): [string, readonly unknown[]][] {
  const { responseMs, serviceMs, waitSecByEntry } = timeline
  const arrays: [string, readonly unknown[]][] = []
  for (const name of [...flowNames, ...levelNames]) arrays.push([name, timeline[name]])
  for (const [name, { busy, queue, utilisation }] of Object.entries(timeline.stations)) {
    for (const [level, array] of Object.entries({ busy, queue, utilisation })) {
      arrays.push([`stations.${name}.${level}`, array])
    }
  }
  for (const [name, series] of Object.entries({ responseMs, serviceMs, waitSecByEntry })) {
    for (const quantile of ['p50', 'p95', 'p99'] as const) {
      arrays.push([`${name}.${quantile}`, series[quantile]])
    }
  }
  for (const [name, array] of Object.entries(timeline.observed ?? {})) {
    if (Array.isArray(array)) arrays.push([`observed.${name}`, array])
  }
  for (const [name, texts] of Object.entries(timeline.histograms)) {
    arrays.push([`histograms.${name}`, texts])
  }
  return arrays.map(([path, array]) => [`timeline.${path}`, array])
}

function lengthFaults(timeline: Timeline): Fault[] {
  const buckets = timeline.arrivals.length
  return timelineArrays(timeline)
    .filter(([, array]) => array.length !== buckets)
    .map(([path, array]) => ({
      path,
      message: `has ${array.length} buckets, but timeline.arrivals has ${buckets}`,
    }))
}

function totalFaults({ summary, timeline }: RunRecord): Fault[] {
  const { visitors } = summary
  const steps = Object.values(summary.steps)
  const { refused, timedOut, failed, dropped } = visitors
  const totals: [FlowName, readonly number[], number][] = [
    ['arrivals', timeline.arrivals, visitors.arrived],
    ['reentries', timeline.reentries, visitors.reentries],
    ['queued', timeline.queued, visitors.queued],
    ['admitted', timeline.admitted, visitors.admitted],
    ['bypassed', timeline.bypassed, visitors.bypassed],
    ['abandoned', timeline.abandoned, visitors.abandoned],
    ['errors', timeline.errors, refused + timedOut + failed + dropped],
    ['requests', timeline.requests, sum(steps.map((step) => step.count))],
    [
      'requestErrors',
      timeline.requestErrors,
      sum(steps.map((step) => step.count - step.outcomes.ok)),
    ],
  ]
  // Bookings are counted as they are committed; only double ones make them more than people.
  if (summary.findings.doubleBooking === 0) {
    totals.push(['booked', timeline.booked, summary.people.booked])
  }
  return totals.flatMap(([name, flow, is]) =>
    mismatch(`timeline.${name}`, sum(flow), { is, what: 'the summary' }),
  )
}

/** Every histogram decodes, and those by bucket hold as many values as those of the whole run. */
function histogramFaults({ timeline, histograms }: RunRecord): Fault[] {
  const faults: Fault[] = []
  const totals = new Map<string, number>()
  for (const [name, encoded] of Object.entries(histograms)) {
    const path = `histograms.${name}`
    totals.set(name, totalOf(name, [[path, encoded]], faults))
  }
  for (const [name, series] of Object.entries(timeline.histograms)) {
    const path = `timeline.histograms.${name}`
    const filled = series
      .map((encoded, b): [string, string] => [`${path}[${b}]`, encoded])
      .filter(([, encoded]) => encoded !== '')
    const before = faults.length
    const total = totalOf(name, filled, faults)
    const whole = totals.get(name)
    if (faults.length === before && whole !== undefined) {
      faults.push(...mismatch(path, total, { is: whole, what: `histograms.${name}` }))
    }
  }
  return faults
}

/** How many values the texts hold together; a unit that we do not know is someone else's field. */
function totalOf(name: string, texts: readonly [string, string][], faults: Fault[]): number {
  const layout = layoutOf(name)
  if (layout === undefined) return 0
  const merged = new Histogram(layout)
  for (const [path, encoded] of texts) {
    try {
      addEncoded(encoded, merged)
    } catch (error) {
      if (!(error instanceof DambreakError)) throw error
      faults.push({ path, message: error.message })
    }
  }
  return merged.total()
}
