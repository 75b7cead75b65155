import { must } from '../core/assert.ts'
import {
  hoursToSec,
  minutesToSec,
  msToSec,
  secToHours,
  secToMinutes,
  secToMs,
} from '../core/units.ts'
import type { RunRecord } from '../record/run.ts'

/** Seconds east of UTC that an ISO 8601 time is written in: `…+09:00` gives 32400. */
export function offsetSecOf(iso: string): number {
  const match = /([+-])(\d{2}):?(\d{2})$/.exec(iso)
  if (match === null) return 0
  const size = hoursToSec(Number(match[2])) + minutesToSec(Number(match[3]))
  return match[1] === '-' ? -size : size
}

/** Seconds since the epoch of an ISO 8601 time; NaN where it is none. */
export function epochSecOf(iso: string): number {
  return msToSec(Date.parse(iso))
}

const months = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const

const two = (value: number): string => String(value).padStart(2, '0')

/** ISO 8601 in the given offset: `2021-07-19T20:00:00+09:00`. */
export function isoAt(epochSec: number, offsetSec: number): string {
  const local = new Date(secToMs(epochSec + offsetSec)).toISOString().slice(0, 19)
  if (offsetSec === 0) return `${local}Z`
  const size = Math.abs(offsetSec)
  const sign = offsetSec < 0 ? '-' : '+'
  return `${local}${sign}${two(Math.floor(secToHours(size)))}:${two(Math.floor(secToMinutes(size % 3600)))}`
}

/** `20:48`, or `20:48:30` where seconds are not zero. */
export function clockAt(epochSec: number, offsetSec: number): string {
  const local = new Date(secToMs(epochSec + offsetSec))
  const minutes = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`
  return local.getUTCSeconds() === 0 ? minutes : `${minutes}:${two(local.getUTCSeconds())}`
}

/** `20:48`, seconds cut off: for what is known to the minute only. */
export function minuteAt(epochSec: number, offsetSec: number): string {
  return clockAt(minutesToSec(Math.floor(secToMinutes(epochSec))), offsetSec)
}

/** `19 Jul 2021` */
export function dateAt(epochSec: number, offsetSec: number): string {
  const local = new Date(secToMs(epochSec + offsetSec))
  const month = must(months[local.getUTCMonth()], 'month')
  return `${local.getUTCDate()} ${month} ${local.getUTCFullYear()}`
}

/** When a run opens, and the offset that its clock is read in. */
export interface RunClock {
  opensAtSec: number
  endsAtSec: number
  offsetSec: number
}

export function runClock(run: RunRecord): RunClock {
  return {
    opensAtSec: epochSecOf(run.header.opensAt),
    endsAtSec: epochSecOf(run.header.endsAt),
    offsetSec: offsetSecOf(run.header.opensAt),
  }
}
