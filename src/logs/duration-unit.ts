import { hoursToMs, minutesToMs, secToMs } from '../core/units.ts'
import { durationNames, plainName, type DurationUnit } from './log-field.ts'

const unitMs: Readonly<Record<DurationUnit, number>> = {
  s: 1000,
  ms: 1,
  us: 1e-3,
  ns: 1e-6,
}

/** How the unit of a log's durations is known. */
export type UnitBasis = 'given' | 'name' | 'format' | 'magnitude'

const suffixes: readonly (readonly [DurationUnit, RegExp])[] = [
  ['ms', /(?:ms|msecs?|millis|milliseconds?)$/],
  ['us', /(?:us|usecs?|micros|microseconds?)$/],
  ['ns', /(?:ns|nsecs?|nanos|nanoseconds?)$/],
  ['s', /(?:secs?|seconds?)$/],
]

/** A key as a duration: its rank among the names of the field, and the unit that its name states. */
export function readDurationKey(
  key: string,
  field: 'duration' | 'upstream',
): { readonly rank: number; readonly unit: DurationUnit | null } | null {
  const name = plainName(key)
  const names = durationNames[field]
  const bare = names.indexOf(name)
  // `response` alone is rather a status; `response_ms` is a duration.
  if (bare >= 0 && name !== 'response') return { rank: bare, unit: null }
  for (const [unit, suffix] of suffixes) {
    const rank = names.indexOf(name.replace(suffix, ''))
    // A stated unit is better than any other name.
    if (suffix.test(name) && rank >= 0) return { rank: rank - names.length, unit }
  }
  // `duration_s`: a single letter is a unit only behind a separator.
  const rank = /[_.\s-]s$/i.test(key) ? names.indexOf(name.slice(0, -1)) : -1
  return rank < 0 ? null : { rank: rank - names.length, unit: 's' }
}

/** nginx writes these in seconds with three decimals. */
const ofNginx: ReadonlySet<string> = new Set([
  'requesttime',
  'requesttimes',
  'upstreamresponsetime',
])

/** Whether a key is a variable of nginx, or one of its cells. */
export const isOfNginx = (key: string): boolean =>
  ofNginx.has(plainName(key.split('.').at(-1) ?? ''))

/** nginx writes `0.012, 0.034`, and `0.012 : 0.034` after a redirection within. */
const betweenTries = /,|\s:\s/
const plainNumber = /^\d+(?:\.\d+)?$/

/**
 * The unit that durations without a stated one are in, from what they are like. Whole numbers are no
 * seconds: nobody measures so coarsely. A usual request takes 2 ms to 10 s, so whole numbers of that size
 * are milliseconds; fractions below 1 are seconds, those from 10 on milliseconds. `null`: it could be
 * either.
 */
export function unitOfValues(
  key: string,
  values: readonly (string | number)[],
  unitOfWhole: (median: number) => DurationUnit | null = usualUnitOfWhole,
): DurationUnit | null {
  const texts = values
    .flatMap((value) => String(value).split(betweenTries))
    .map((text) => text.trim())
  const plain = texts.filter((text) => plainNumber.test(text))
  const sorted = plain
    .map(Number)
    .filter((value) => value > 0)
    .toSorted((a, b) => a - b)
  // All are 0, or state their units themselves.
  if (sorted.length === 0) return 'ms'
  const median = sorted[sorted.length >> 1] ?? 0
  const isWhole = !plain.some((text) => text.includes('.'))
  if (isWhole) return unitOfWhole(median < 2 && (sorted.at(-1) ?? 0) >= 100 ? 2 : median)
  if (isOfNginx(key)) return 's'
  if (median < 1) return 's'
  const low = sorted[Math.floor(sorted.length / 20)] ?? 0
  return median >= 10 && low >= 1 ? 'ms' : null
}

function usualUnitOfWhole(median: number): DurationUnit | null {
  if (median >= 2 && median < 10_000) return 'ms'
  return median >= 100_000 && median < 1e7 ? 'us' : null
}

/** Whether values have their units with them, all of them. */
export const areStated = (values: readonly (string | number)[]): boolean =>
  values.every((value) => /[a-zµμ]$/i.test(String(value)))

/** Whether any value is a duration, and not a time since 1970. */
export const areDurations = (values: readonly (string | number)[]): boolean =>
  values.some((value) => {
    const ms = durationMsOf(value, 'ms')
    return ms !== null && ms < 1e9
  })

const withUnit = /^(\d+(?:\.\d+)?)\s*(ns|us|µs|μs|ms|s)?$/
const composed = /^(?:(\d+)h)?(?:(\d+)m)?(\d+(?:\.\d+)?)s$/

/**
 * Milliseconds of a duration as a log writes it: `0.012`, `12ms`, `1m2.5s`; `0.012, 0.034` and
 * `0.012 : 0.034` (tries) add up. `null`: it has none. A number below 0 stays below 0.
 */
export function durationMsOf(value: string | number, unit: DurationUnit): number | null {
  if (typeof value === 'number') return value * unitMs[unit]
  if (plainNumber.test(value)) return Number(value) * unitMs[unit]
  const long = composed.exec(value.trim())
  if (long !== null) {
    const [, hours = '0', minutes = '0', seconds = '0'] = long
    return hoursToMs(Number(hours)) + minutesToMs(Number(minutes)) + secToMs(Number(seconds))
  }
  let sum: number | null = null
  for (const part of value.split(betweenTries)) {
    if (part.trim() === '-') continue
    const found = withUnit.exec(part.trim())
    if (found === null) return null
    const stated = found[2]?.replace(/^[µμ]s$/, 'us') as DurationUnit | undefined
    sum = (sum ?? 0) + Number(found[1]) * unitMs[stated ?? unit]
  }
  return sum
}
