import { assert } from '../core/assert.ts'
import { endNames, findingNames, outcomeNames } from '../core/codes.ts'
import { Histogram, latencyLayout, waitLayout } from './histogram.ts'
import { HistogramSeries } from './series.ts'
import type { TimelineLayout } from './timeline.ts'

/** What a recorder is made for; two recorders merge only if theirs are equal. */
export interface RecorderOptions extends TimelineLayout {
  /** Milliseconds after the timeline's start. */
  readonly opensAtMs: number
  readonly steps: readonly string[]
  readonly stations: readonly string[]
  /**
   * Every request is sent when it was meant to be (a simulator's always are): response and service
   * time are one, and counted once.
   */
  readonly punctual?: boolean
}

/** Counts per timeline bucket, named as in `run.json`. */
export const flowNames = [
  'arrivals',
  'reentries',
  'queued',
  'admitted',
  'bypassed',
  'booked',
  'errors',
  'abandoned',
  'requests',
  'requestErrors',
] as const
export type FlowName = (typeof flowNames)[number]

/** Means over a timeline bucket, named as in `run.json`. */
export const levelNames = ['waiting', 'inside', 'pollsPerSec', 'instances'] as const
export type LevelName = (typeof levelNames)[number]

const stepNames = ['responseUs', 'serviceUs', 'connectUs'] as const

/** Histograms per timeline bucket, latencies or waits by entry, named as in `run.json`. */
export const seriesNames = ['responseUs', 'serviceUs', 'admittedWaitMs', 'censoredWaitMs'] as const

interface StationLevels {
  readonly busy: Float64Array
  readonly queue: Float64Array
  readonly utilisation: Float64Array
}

/** All that a recorder counts. */
export interface Tallies {
  readonly options: RecorderOptions
  readonly flows: Readonly<Record<FlowName, Uint32Array>>
  readonly levels: Readonly<Record<LevelName, Float64Array>>
  readonly stations: readonly StationLevels[]
  /** By step × Outcome code. */
  readonly outcomes: Float64Array
  /** Counters of the latency layout, step after step: step × countsLength + index. */
  readonly steps: Readonly<Record<(typeof stepNames)[number], Uint32Array>>
  readonly ends: Float64Array
  readonly findings: Float64Array
  /** Tickets in the first 1, 10 and 60 s, turns called in the first 60 s, turns called at all. */
  readonly opening: Float64Array
  readonly etaErrorMs: Histogram
  readonly series: Readonly<Record<(typeof seriesNames)[number], HistogramSeries>>
}

/** Places in `Tallies.opening`. */
export const Opening = { in1Sec: 0, in10Sec: 1, in60Sec: 2, turnsIn60Sec: 3, turns: 4 } as const

function record<K extends string, V>(names: readonly K[], make: () => V): Record<K, V> {
  return Object.fromEntries(names.map((name) => [name, make()])) as Record<K, V>
}

export function createTallies(options: RecorderOptions): Tallies {
  const { buckets } = options
  assert(Number.isInteger(buckets) && buckets >= 1, 'a timeline needs a bucket')
  assert(options.bucketSec > 0, 'a timeline bucket needs a width')
  const level = () => new Float64Array(buckets)
  const steps = record(
    stepNames,
    () => new Uint32Array(options.steps.length * latencyLayout.countsLength),
  )
  const response = new HistogramSeries(latencyLayout, buckets)
  const { punctual = false } = options
  return {
    options,
    flows: record(flowNames, () => new Uint32Array(buckets)),
    levels: record(levelNames, level),
    stations: options.stations.map(() => ({ busy: level(), queue: level(), utilisation: level() })),
    outcomes: new Float64Array(options.steps.length * outcomeNames.length),
    steps: punctual ? { ...steps, serviceUs: steps.responseUs } : steps,
    ends: new Float64Array(endNames.length),
    findings: new Float64Array(findingNames.length),
    opening: new Float64Array(Object.keys(Opening).length),
    etaErrorMs: new Histogram(waitLayout),
    series: {
      responseUs: response,
      serviceUs: punctual ? response : new HistogramSeries(latencyLayout, buckets),
      admittedWaitMs: new HistogramSeries(waitLayout, buckets),
      censoredWaitMs: new HistogramSeries(waitLayout, buckets),
    },
  }
}

function addArray(into: Float64Array | Uint32Array, from: Float64Array | Uint32Array): void {
  for (let i = 0; i < into.length; i += 1) into[i]! += from[i]!
}

/** Adds `from` to `into`; both must have been made for the same options. */
export function addTallies(into: Tallies, from: Tallies): void {
  const same = JSON.stringify(into.options) === JSON.stringify(from.options)
  assert(same, 'only recorders of one layout merge')
  for (const name of flowNames) addArray(into.flows[name], from.flows[name])
  for (const name of levelNames) addArray(into.levels[name], from.levels[name])
  into.stations.forEach((mine, s) => {
    const theirs = from.stations[s]!
    for (const name of ['busy', 'queue', 'utilisation'] as const) addArray(mine[name], theirs[name])
  })
  addArray(into.outcomes, from.outcomes)
  const isCounted = (name: string) => name !== 'serviceUs' || into.options.punctual !== true
  for (const name of stepNames.filter(isCounted)) addArray(into.steps[name], from.steps[name])
  addArray(into.ends, from.ends)
  addArray(into.findings, from.findings)
  addArray(into.opening, from.opening)
  into.etaErrorMs.merge(from.etaErrorMs)
  for (const name of seriesNames.filter(isCounted)) into.series[name].merge(from.series[name])
}
