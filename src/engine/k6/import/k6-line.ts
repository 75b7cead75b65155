import { maxLineChars } from '../../../core/lines.ts'
import { secToMs } from '../../../core/units.ts'
import { isoEpochMs } from '../../../scenario/clock.ts'
import { isMapping, type Mapping } from '../../../scenario/plain.ts'

/** One sample of a metric that the importer reads. */
export interface K6Point {
  readonly metric: string
  /** Epoch ms, whole. */
  readonly atMs: number
  readonly value: number
  readonly tags: Mapping
  readonly metadata: Mapping
}

/** Why a line was not read. */
export type BrokenLineKind =
  | 'TooLong'
  | 'Interleaved'
  | 'CutOff'
  | 'NotK6'
  | 'NoTime'
  | 'TimeFarFromRun'
  | 'NoValue'
  | 'ImpossibleValue'
  | 'UnknownEvent'
  | 'UnknownStep'
  | 'UnknownOutcome'
  | 'UnknownBucket'
  | 'UnknownPerson'

/** A point, `null` for what is nothing to us, or what is wrong with the line. */
export type K6LineRead = K6Point | null | BrokenLineKind

const start = '{"metric":"'
/** `{"metric":"dambreak_…`, and k6's own metrics that are read too. */
const ours = ['dambreak_', 'dropped_iterations"', 'vus"', 'vus_max"'] as const

/**
 * One line of `k6 run --out json`:
 *
 *   {"metric":"vus","type":"Point","data":{"time":"2026-…T20:00:00.5Z","value":2,"tags":{}}}
 *
 * Most lines are of metrics that say nothing here (eight of each request): they are passed over by
 * their beginning and looked at no further than it takes to see that they are whole.
 */
export function readK6Line(line: string): K6LineRead {
  if (line.startsWith(start)) {
    if (!ours.some((name) => line.startsWith(name, start.length))) return passed(line)
  } else if (line.startsWith('{"type":"Metric"')) return passed(line)
  return read(line)
}

function passed(line: string): null | BrokenLineKind {
  if (line.length > maxLineChars) return 'TooLong'
  // Inside of a text its quotes would be escaped.
  if (line.includes(start, 1) || line.includes('{"type":"Metric"', 1)) {
    return 'Interleaved'
  }
  return line.endsWith('}}') || (line.startsWith('{"type"') && line.endsWith('}')) ? null : 'CutOff'
}

function read(line: string): K6LineRead {
  if (line.length > maxLineChars) return 'TooLong'
  if (line.includes(start, 1)) return 'Interleaved'
  const whole = parsed(line)
  if (whole === null) return line.startsWith(start) ? 'CutOff' : 'NotK6'
  const { metric, type, data } = whole
  if (type === 'Metric') return null
  if (type !== 'Point' || typeof metric !== 'string' || !isMapping(data)) return 'NotK6'
  const atMs = typeof data['time'] === 'string' ? k6TimeMs(data['time']) : null
  if (atMs === null) return 'NoTime'
  const { value, tags, metadata } = data
  if (typeof value !== 'number') return 'NoValue'
  return {
    metric,
    atMs,
    value,
    tags: isMapping(tags) ? tags : none,
    metadata: isMapping(metadata) ? metadata : none,
  }
}

const none: Mapping = {}

function parsed(line: string): Mapping | null {
  try {
    const value: unknown = JSON.parse(line)
    return isMapping(value) ? value : null
  } catch {
    return null
  }
}

const timeForm = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/
/** Whole seconds that were read before, by their text without the fraction. */
const seconds = new Map<string, number>()
const maxSeconds = 4096

/** Go's RFC 3339 with up to nine digits of a second, in whole epoch ms; `null` where it is none. */
export function k6TimeMs(text: string): number | null {
  const found = timeForm.exec(text)
  if (found === null) return null
  const [, whole = '', fraction = '', zone = 'Z'] = found
  const key = whole + zone
  let ms = seconds.get(key)
  if (ms === undefined) {
    const fresh = isoEpochMs(key)
    if (fresh === null) return null
    ms = fresh
    if (seconds.size >= maxSeconds) seconds.clear()
    seconds.set(key, ms)
  }
  return ms + Math.floor(secToMs(Number(`0.${fraction}0`)))
}
