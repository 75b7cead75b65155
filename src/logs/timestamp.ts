import { nsToMs, secToMs, usToMs } from '../core/units.ts'
import { isoEpochMs } from '../scenario/clock.ts'

/** A time as it was written, and how finely. */
export interface Timestamp {
  readonly ms: number
  /** 1000 where it was written to the second. */
  readonly resolutionMs: number
}

/** Where times without a zone are: that of the scenario, as `+09:00` or `Z`. */
export interface TimeContext {
  readonly zone: string
  /** What clock times such as `20:00:05` refer to; `null`: they cannot be read. */
  readonly clockMs: ((text: string) => number | null) | null
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const logForm =
  /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d:\d\d:\d\d)(\.\d+)?(?: ?([+-]\d\d):?(\d\d))?$/

/** nginx's `19/Jul/2021:20:00:00 +0900`, HAProxy's `19/Jul/2021:20:00:00.250`; `null` where it is none. */
function readLogTime(text: string, { zone }: TimeContext): Timestamp | null {
  const found = logForm.exec(text)
  if (found === null) return null
  const [, day = '', month = '', year = '', clock = '', fraction = '', hours, minutes] = found
  const number = String(months.indexOf(month) + 1).padStart(2, '0')
  const end = hours === undefined ? zone : `${hours}:${minutes ?? '00'}`
  const ms = isoEpochMs(`${year}-${number}-${day}T${clock}${fraction}${end}`)
  return ms === null ? null : { ms, resolutionMs: fraction === '' ? 1000 : 1 }
}

const zoneless = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d+)?)?$/
const withZone =
  /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d+))? ?(Z|UTC|[+-]\d\d:?\d\d)$/
const epochForm = /^\d{9,19}(\.\d+)?$/

/**
 * A time in any of the usual forms: ISO 8601 (a blank for the T, a comma for the point, no zone:
 * that of the context), nginx's own, seconds to nanoseconds since 1970, a clock time.
 */
export function readTimestamp(given: string | number, context: TimeContext): Timestamp | null {
  const text = String(given).trim()
  if (epochForm.test(text)) return epoch(text)
  const local = readLogTime(text, context)
  if (local !== null) return local
  const found = withZone.exec(zoneless.test(text) ? `${text}${context.zone}` : text)
  if (found !== null) {
    const [, date = '', clock = '', fraction, zone = 'Z'] = found
    const seconds = clock.length === 5 ? `${clock}:00` : clock
    const end = fraction === undefined ? '' : `.${fraction}`
    const ms = isoEpochMs(`${date}T${seconds}${end}${offset(zone)}`)
    return ms === null ? null : { ms, resolutionMs: fraction === undefined ? 1000 : 1 }
  }
  const ms = context.clockMs?.(text) ?? null
  return ms === null ? null : { ms, resolutionMs: text.includes('.') ? 1 : 1000 }
}

function offset(zone: string): string {
  if (zone === 'UTC') return 'Z'
  return zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone
}

/** Nobody's log is from before 1973: by its size a number tells its unit. */
function epoch(text: string): Timestamp {
  const value = Number(text)
  if (value >= 1e17) return { ms: nsToMs(value), resolutionMs: 1 }
  if (value >= 1e14) return { ms: usToMs(value), resolutionMs: 1 }
  if (value >= 1e11) return { ms: value, resolutionMs: 1 }
  return { ms: secToMs(value), resolutionMs: text.includes('.') ? 1 : 1000 }
}
