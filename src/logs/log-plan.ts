import {
  areDurations,
  areStated,
  durationMsOf,
  isOfNginx,
  readDurationKey,
  unitOfValues,
  type UnitBasis,
} from './duration-unit.ts'
import { canLast, type LineRead, type LogEntry } from './log-entry.ts'
import {
  fieldNames,
  logFields,
  plainName,
  type Cells,
  type DurationUnit,
  type GivenFields,
  type LogField,
} from './log-field.ts'
import { readTimestamp, type TimeContext, type Timestamp } from './timestamp.ts'

type PlainField = Exclude<LogField, 'duration' | 'upstream'>

interface PlannedDuration {
  readonly key: string
  readonly unit: DurationUnit
  readonly by: UnitBasis
}

/** Where the fields of a log's lines come from. */
export interface LogPlan {
  /** The first of these keys that holds something is taken. */
  readonly keys: Readonly<Record<PlainField, readonly string[]>>
  readonly duration: PlannedDuration | null
  readonly upstream: PlannedDuration | null
  /** Where no status is, `200` is taken: of a table, which states none. */
  readonly isStatusOptional: boolean
  /** Whether times are known to be of starts or ends; without durations, they may be either. */
  readonly isStampKnown: boolean
}

/** What a known format says by itself, besides the names of its fields. */
export interface FormatFacts {
  /** The unit of its durations; `null`: by their names, or else by their values. */
  readonly unit: DurationUnit | null
  /** Whether its one time is when a request began or ended; `null`: it does not say. */
  readonly isStamped: 'start' | 'end' | null
  /** The unit of whole numbers by the one in the middle; `null`: it could be several. */
  readonly unitOfWhole?: (median: number) => DurationUnit | null
  /** Keys that are taken before all others. */
  readonly keys?: Partial<Record<LogField, readonly string[]>>
}

export const plainFacts: FormatFacts = { unit: null, isStamped: null }

export interface PlanQuestion {
  readonly facts: FormatFacts
  /** Of the first lines. */
  readonly samples: readonly { readonly keys: readonly string[]; readonly cells: Cells }[]
  readonly given: GivenFields
  readonly context: TimeContext
  readonly isStatusOptional: boolean
}

/** Why no plan is possible. */
export type PlanFailure =
  | { readonly code: 'FieldMissing'; readonly field: LogField; readonly keys: readonly string[] }
  | { readonly code: 'FieldUnknown'; readonly key: string; readonly keys: readonly string[] }
  | {
      readonly code: 'UnitUnknown'
      readonly field: 'duration' | 'upstream'
      readonly key: string
      readonly median: number
    }

/** Folders of nested keys whose parts are known by their own names: `req.method`. */
const folders: ReadonlySet<string> = new Set([
  'req',
  'request',
  'res',
  'response',
  'http',
  'httprequest',
  'headers',
  'log',
  'access',
  'fields',
  'data',
  'attributes',
  'event',
  'context',
  'meta',
  'extra',
  'payload',
  'properties',
])

/** The names that a key may be known by: `req.headers.user-agent` is also `user-agent`. */
function namesOf(key: string): string[] {
  const names = [plainName(key)]
  const parts = key.split('.')
  while (parts.length > 1 && folders.has(plainName(parts[0] ?? ''))) {
    parts.shift()
    names.push(plainName(parts.join('.')))
  }
  return names
}

function keysOf(field: PlainField, keys: readonly string[]): string[] {
  const names = fieldNames[field]
  return keys
    .flatMap((key) => {
      const ranks = namesOf(key)
        .map((name) => names.indexOf(name))
        .filter((rank) => rank >= 0)
      return ranks.length === 0 ? [] : [{ key, rank: Math.min(...ranks) }]
    })
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ key }) => key)
}

const isPlain = (field: LogField): field is PlainField =>
  field !== 'duration' && field !== 'upstream'

/** Decides where each field comes from, by the names and values of the first lines. */
export function planOf(question: PlanQuestion): LogPlan | PlanFailure {
  const { samples, given, facts, context, isStatusOptional } = question
  const isTime = (key: string) =>
    samples.some(({ cells }) => readTimestamp(cells(key) ?? '', context) !== null)
  const keys = [...new Set(samples.flatMap((sample) => sample.keys))]
  for (const { key } of given.values()) {
    if (!keys.includes(key)) return { code: 'FieldUnknown', key, keys }
  }
  const taken = {} as Record<PlainField, readonly string[]>
  for (const field of logFields.filter(isPlain)) {
    const own = given.get(field)
    const known = facts.keys?.[field]?.filter((key) => keys.includes(key)) ?? []
    const named = [...known, ...keysOf(field, keys)]
    const found = field === 'time' || field === 'start' ? named.filter(isTime) : named
    taken[field] = own === undefined ? found : [own.key]
  }
  if (!given.has('start') && !given.has('time') && facts.isStamped === 'start') {
    if (taken.start.length === 0) taken.start = taken.time
    if (taken.start.length > 0) taken.time = []
  } else if (given.has('start')) taken.time = []
  if (taken.time.length + taken.start.length === 0) {
    return { code: 'FieldMissing', field: 'time', keys }
  }
  if (taken.status.length === 0 && !isStatusOptional) {
    return { code: 'FieldMissing', field: 'status', keys }
  }
  const duration = durationOf('duration', keys, question)
  if (duration !== null && 'code' in duration) return duration
  const upstream = durationOf('upstream', keys, question)
  if (upstream !== null && 'code' in upstream) return upstream
  const isStampKnown =
    duration !== null &&
    (facts.isStamped !== null ||
      given.has('time') ||
      taken.time.length === 0 ||
      isOfNginx(duration.key))
  return { keys: taken, duration, upstream, isStatusOptional, isStampKnown }
}

/** The same, its time taken for that of a request's start. */
export function ofStarts(plan: LogPlan): LogPlan {
  const { time, start } = plan.keys
  return { ...plan, keys: { ...plan.keys, time: [], start: [...time, ...start] } }
}

/** Backward steps of a log's times, ms: by how much each is before the latest. */
const disorderMs = (times: readonly number[]): number => {
  let latest = -Infinity
  let sum = 0
  for (const ms of times) {
    sum += Math.max(0, latest - ms)
    latest = Math.max(latest, ms)
  }
  return sum
}

const minDisorderMs = 2000

/**
 * Whether the times of a log, read as ends, are those of starts. A line is written when its request ends: times
 * of starts are out of order, and in order once the durations are added.
 */
export function areStarts(entries: readonly LogEntry[]): boolean {
  const asEnds = disorderMs(entries.map(({ endMs }) => endMs))
  const asStarts = disorderMs(entries.map(({ endMs, durationMs }) => endMs + (durationMs ?? 0)))
  return asEnds >= minDisorderMs && asStarts < asEnds / 10
}

function durationOf(
  field: 'duration' | 'upstream',
  keys: readonly string[],
  { facts, samples, given }: PlanQuestion,
): PlannedDuration | PlanFailure | null {
  const own = given.get(field)
  if (own?.unit !== undefined && own.unit !== null) return { ...own, unit: own.unit, by: 'given' }
  const valuesOf = (key: string) => samples.flatMap(({ cells }) => cells(key) ?? [])
  const durations = keys.filter((key) => areDurations(valuesOf(key)))
  const known = facts.keys?.[field]?.find((key) => durations.includes(key))
  const found = own?.key ?? known ?? bestDuration(field, durations)
  if (found === undefined) return null
  const stated = namesOfDuration(found, field)
  if (stated?.unit !== undefined && stated.unit !== null) {
    return { key: found, unit: stated.unit, by: 'name' }
  }
  if (facts.unit !== null) return { key: found, unit: facts.unit, by: 'format' }
  const values = valuesOf(found)
  const unit = unitOfValues(found, values, facts.unitOfWhole)
  if (unit !== null) {
    const isStated = (unit === 's' && isOfNginx(found)) || areStated(values)
    return { key: found, unit, by: isStated ? 'name' : 'magnitude' }
  }
  const numbers = values.map(Number).filter((value) => value > 0)
  const median = numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0
  return { code: 'UnitUnknown', field, key: found, median }
}

function namesOfDuration(key: string, field: 'duration' | 'upstream') {
  const parts = key.split('.')
  for (;;) {
    const found = readDurationKey(parts.join('.'), field)
    if (found !== null) return found
    if (parts.length === 1 || !folders.has(plainName(parts.shift() ?? ''))) return null
  }
}

function bestDuration(field: 'duration' | 'upstream', keys: readonly string[]): string | undefined {
  return keys
    .flatMap((key) => {
      const found = namesOfDuration(key, field)
      return found === null ? [] : [{ key, rank: found.rank }]
    })
    .toSorted((a, b) => a.rank - b.rank)[0]?.key
}

const requestLine = /^([A-Z]+) (.+?)(?: HTTP\/\d(?:\.\d)?)?$/
const absolute = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i

/** Makes entries of lines' cells; times without a zone are in that of the context. */
export function entryReader(plan: LogPlan, context: TimeContext): (cells: Cells) => LineRead {
  // Most lines have the time of the line before.
  let last: string | number | null = null
  let lastStamp: Timestamp | null = null
  const stampOf = (time: string | number | null): Timestamp | null => {
    if (time === null || time === last) return time === null ? null : lastStamp
    last = time
    lastStamp = readTimestamp(time, context)
    return lastStamp
  }
  return (cells) => entryOf(cells, plan, stampOf)
}

function entryOf(
  cells: Cells,
  plan: LogPlan,
  stampOf: (time: string | number | null) => Timestamp | null,
): LineRead {
  const { keys, duration, upstream } = plan
  const first = (field: PlainField) => firstOf(cells, keys[field])
  const ended = first('time')
  const began = ended === null ? first('start') : null
  const stamp = stampOf(ended ?? began)
  if (stamp === null) return 'NoReadableTime'
  const written = first('status')
  const status = written === null && plan.isStatusOptional ? 200 : Number(written ?? NaN)
  if (!Number.isInteger(status) || status < 0 || status > 999) return 'NoStatus'
  const durationMs = msOf(cells, duration)
  const upstreamMs = msOf(cells, upstream)
  if (!canLast(durationMs) || !canLast(upstreamMs)) return 'ImpossibleNumber'
  const request = String(first('path') ?? '')
  const [, lineMethod, lineTarget] = requestLine.exec(request) ?? []
  const method = first('method') ?? lineMethod ?? null
  const path = (lineTarget ?? request).replace(absolute, '')
  const query = path.includes('?') ? null : first('query')
  const { client, address } = clientOf(first)
  const person = first('person')
  return {
    endMs: began === null ? stamp.ms : stamp.ms + (durationMs ?? 0),
    resolutionMs: stamp.resolutionMs,
    durationMs,
    upstreamMs,
    status,
    client,
    address,
    person: person === null ? null : String(person),
    method: method === null ? null : String(method).toUpperCase(),
    target: query === null ? path : `${path}?${String(query).replace(/^\?/, '')}`,
  }
}

function firstOf(cells: Cells, keys: readonly string[]): string | number | null {
  for (const key of keys) {
    const value = cells(key)
    if (value !== null) return value
  }
  return null
}

function msOf(cells: Cells, planned: PlannedDuration | null): number | null {
  const value = planned === null ? null : cells(planned.key)
  return value === null || planned === null ? null : durationMsOf(value, planned.unit)
}

/** Behind balancers the left-most address that was forwarded is the client's. */
function clientOf(first: (field: PlainField) => string | number | null): {
  readonly client: string | null
  readonly address: string | null
} {
  const own = first('client')
  if (own !== null) return { client: String(own), address: null }
  const forwarded = String(first('forwarded') ?? '')
    .split(',')
    // RFC 7239 writes `for=203.0.113.1;proto=https`.
    .map((part) => part.trim().replace(/^for="?([^;"]+).*$/i, '$1'))
    .find((part) => part !== '' && part !== '-' && part.toLowerCase() !== 'unknown')
  const written = forwarded ?? first('address')
  if (written === null) return { client: null, address: null }
  const address = withoutPort(String(written))
  return { client: `${address} ${first('agent') ?? ''}`, address }
}

/** `203.0.113.1:443` and `[2001:db8::1]:443` without the port. */
export function withoutPort(address: string): string {
  const found = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/.exec(address)
  return found?.[1] ?? found?.[2] ?? address
}
