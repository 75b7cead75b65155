import { endNames, findingNames, outcomeNames } from '../core/codes.ts'
import type { Summary, TimelineLevels } from '../record/run.ts'
import { flowNames, levelNames, type FlowName } from '../record/tallies.ts'
import { nearest } from '../scenario/schema/words.ts'

/**
 * What a path of an expression can mean. `overTime`: it can be asked of a part of the run. Flows add
 * up, levels are averaged, shares are taken anew from sums, percentiles from merged histograms.
 */
export type Reading =
  | {
      readonly kind: 'flow'
      readonly flow: FlowName
      readonly summary: Place
      readonly overTime: true
    }
  | {
      readonly kind: 'level'
      readonly level: (timeline: TimelineLevels) => readonly number[] | undefined
      readonly statistic: 'mean' | 'max'
      readonly overTime: true
    }
  | {
      readonly kind: 'share'
      readonly part: FlowName
      readonly whole: FlowName | 'eligible'
      readonly summary: Place
      readonly overTime: true
    }
  | {
      readonly kind: 'percentile'
      readonly histogram: HistogramSource
      readonly statistic: Statistic
      readonly summary: Place
      readonly overTime: boolean
    }
  /** A figure of the whole run; `overTime` where it is one and the same at any time. */
  | { readonly kind: 'figure'; readonly summary: Place; readonly overTime: boolean }

/** Where the summary keeps the same figure, as keys from the top; null where it does not. */
type Place = readonly string[] | null

/** Name in `histograms` (and in the timeline's, where it is kept over time); `wait` is Kaplan–Meier. */
type HistogramSource = { readonly name: string } | 'wait'

export type Statistic = 'mean' | 'max' | { readonly quantile: number }

export interface KnownNames {
  /** Without them any name of a step or station will do. */
  readonly steps?: readonly string[]
  readonly stations?: readonly string[]
}

/** `*` stands for the name of a step or station, `#` for p50, p999, mean, max and the like. */
type Template = (path: readonly string[], name: string, statistic: Statistic) => Reading

const figure: Template = (path) => ({ kind: 'figure', summary: path, overTime: false })
const constant: Template = (path) => ({ kind: 'figure', summary: path, overTime: true })

const flow =
  (of: FlowName, inSummary: boolean): Template =>
  (path) => ({ kind: 'flow', flow: of, summary: inSummary ? path : null, overTime: true })

const share =
  (part: FlowName, whole: FlowName | 'eligible'): Template =>
  (path) => ({ kind: 'share', part, whole, summary: path, overTime: true })

const level =
  (
    series: (timeline: TimelineLevels, name: string) => number[] | undefined,
    statistic: 'mean' | 'max',
  ) =>
  (_path: readonly string[], name: string): Reading => ({
    kind: 'level',
    level: (timeline) => series(timeline, name),
    statistic,
    overTime: true,
  })

const percentile =
  (histogram: HistogramSource, overTime: boolean): Template =>
  (path, _name, statistic) => ({
    kind: 'percentile',
    histogram,
    statistic,
    summary: path,
    overTime,
  })

const percentileOfStep =
  (kind: string): Template =>
  (path, name, statistic) => ({
    kind: 'percentile',
    histogram: { name: `${kind}.${name}` },
    statistic,
    summary: path,
    overTime: false,
  })

const stages = ['reentries', 'queued', 'admitted', 'bypassed'] as const
const opening = ['ticketsIn1Sec', 'ticketsIn10Sec', 'ticketsIn60Sec', 'admitPerSec']
const stationLevels = ['busy', 'queue', 'utilisation'] as const

const templates: ReadonlyMap<string, Template> = new Map<string, Template>([
  ...flowNames.map((name): [string, Template] => [name, flow(name, false)]),
  ['visitors.arrived', flow('arrivals', true)],
  ...stages.map((name): [string, Template] => [`visitors.${name}`, flow(name, true)]),
  ...endNames.map((name): [string, Template] => [`visitors.${name}`, figure]),
  ['visitors.abandoned', flow('abandoned', true)],
  // The timeline counts bookings as the core commits them, by person; how tickets ended (a client may
  // have timed out on a booking that went through) is kept for the whole run only.
  ['people.booked', flow('booked', true)],
  ['people.eligible', constant],
  ['people.came', figure],
  ['people.gaveUp', figure],
  // Over a part of the run all bookings count: the timeline does not tell who may not book.
  ['bookedShare', share('booked', 'eligible')],
  ['errorShare', share('errors', 'arrivals')],
  ['requestErrorShare', share('requestErrors', 'requests')],
  ...opening.map((name): [string, Template] => [`opening.${name}`, constant]),
  ...findingNames.map((name): [string, Template] => [`findings.${name}`, figure]),
  ['inventory.offered', figure],
  ['inventory.left', figure],
  ['collapse.fromSec', figure],
  ['collapse.toSec', figure],
  ['collapse.requestErrorShare', figure],
  ...levelNames.flatMap((name): [string, Template][] => [
    [name, level((timeline) => timeline[name], 'mean')],
    [`${name}.mean`, level((timeline) => timeline[name], 'mean')],
    [`${name}.max`, level((timeline) => timeline[name], 'max')],
  ]),
  ...stationLevels.flatMap((name): [string, Template][] => [
    [`stations.*.${name}`, level((timeline, at) => timeline.stations[at]?.[name], 'mean')],
    [`stations.*.${name}.mean`, level((timeline, at) => timeline.stations[at]?.[name], 'mean')],
    [`stations.*.${name}.max`, level((timeline, at) => timeline.stations[at]?.[name], 'max')],
  ]),
  ['waitSec.#', percentile('wait', true)],
  ['admittedWaitSec.#', percentile({ name: 'admittedWaitMs' }, true)],
  ['etaErrorSec.#', percentile({ name: 'etaErrorMs' }, false)],
  ['responseMs.#', percentile({ name: 'responseUs' }, true)],
  ['serviceMs.#', percentile({ name: 'serviceUs' }, true)],
  ['steps.*.count', figure],
  ...outcomeNames.map((name): [string, Template] => [`steps.*.outcomes.${name}`, figure]),
  ['steps.*.responseMs.#', percentileOfStep('responseUs')],
  ['steps.*.serviceMs.#', percentileOfStep('serviceUs')],
  ['steps.*.connectMs.#', percentileOfStep('connectUs')],
])

/**
 * Every path that an expression can read (`*` stands for a name, `#` for a statistic), and whether a
 * clause of time may go with it.
 */
export function objectivePaths(): ReadonlyMap<string, boolean> {
  const overTime = ([path, template]: [string, Template]): [string, boolean] => [
    path,
    template(path.split('.'), '', 'mean').overTime,
  ]
  return new Map([...templates].map(overTime))
}

/** What a path means, or the message of its fault, with the nearest path that exists. */
export function resolvePath(path: readonly string[], names: KnownNames): Reading | string {
  const [kind, name = ''] = path
  const named = (kind === 'steps' || kind === 'stations') && path.length > 1
  const known = kind === 'steps' ? names.steps : names.stations
  if (named && known !== undefined && !known.includes(name)) {
    return `there is no ${kind.slice(0, -1)} named "${name}"; there are ${known.join(', ')}`
  }
  const literal = (named ? path.with(1, '*') : path).join('.')
  const template = templates.get(literal)
  if (template !== undefined) return template(path, name, 'mean')
  const measured = templates.get(literal.replace(/[^.]+$/, '#'))
  if (measured === undefined) return unknownPath(path, names)
  const statistic = statisticOf(path.at(-1) ?? '')
  if (typeof statistic === 'object' && 'fault' in statistic) {
    return `${path.join('.')}: ${statistic.fault}`
  }
  return measured(path, name, statistic)
}

/** p50 → 0.50, p999 → 0.999, p05 → 0.05; or what is wrong with it. */
function statisticOf(name: string): Statistic | { fault: string } {
  if (name === 'mean' || name === 'max') return name
  const digits = /^p(\d+)$/.exec(name)?.[1]
  if (digits === undefined) {
    return { fault: `has no "${name}"; it has mean, max and p05, p50, p95, p99, p999 …` }
  }
  if (digits.length < 2) {
    return { fault: `"${name}" is unclear: write p0${digits} or p${digits}0` }
  }
  if (/^0+$/.test(digits) || (digits.length > 2 && digits.endsWith('0'))) {
    return { fault: `has no "${name}"; the 99.9th percentile is p999, the largest is max` }
  }
  return { quantile: Number(`0.${digits}`) }
}

function unknownPath(path: readonly string[], names: KnownNames): string {
  const asked = path.join('.')
  const statistic = /^(?:p\d+|mean|max)$/.test(path.at(-1) ?? '') ? (path.at(-1) ?? '') : 'p95'
  const candidates = [...templates.keys()].flatMap((key) => {
    const filled = key.replace('#', statistic)
    if (!key.includes('*')) return [filled]
    const known = key.startsWith('steps') ? names.steps : names.stations
    return (known ?? [path[1] ?? 'name']).map((name) => filled.replace('*', name))
  })
  const near = nearest(asked, candidates)
  return `there is no path "${asked}"${near === null ? '' : `; did you mean ${near}?`}`
}

/** A figure of the summary; null where it is null, absent or no number. */
export function readPlace(summary: Summary, place: readonly string[]): number | null {
  let at: unknown = summary
  for (const key of place) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return null
    at = (at as Record<string, unknown>)[key]
  }
  return typeof at === 'number' && Number.isFinite(at) ? at : null
}
