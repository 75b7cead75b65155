import {
  hoursToMinutes,
  hoursToSec,
  minutesToMs,
  minutesToSec,
  msToSec,
  secToMs,
} from '../core/units.ts'

/**
 * Clock times in the scenario's own offset, the one that `opensAt` is written in. The time zone of
 * the machine never enters: all arithmetic is on UTC shifted by that offset.
 */

const isoForm = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/
const clockForm = /^(\d{1,2}):(\d\d)(?::(\d\d)(\.\d+)?)?$/
const daySec = 86_400
/** A bare clock time may lie this long before the opening, not longer. */
const lookBackSec = hoursToSec(6)

/** Epoch milliseconds of an ISO 8601 time with offset, or `null` where the text is not one. */
export function isoEpochMs(iso: string): number | null {
  const found = isoForm.exec(iso)
  const offsetMs = offsetMsOf(iso)
  if (found === null || offsetMs === null) return null
  const [year, month, day, hour, minute, second] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const fraction = Number(`0${found[7] ?? ''}`)
  const utcMs = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second)
  const date = new Date(utcMs)
  // Date.UTC rolls over what does not exist, such as 30 February or 25:00.
  const exists =
    date.getUTCMonth() + 1 === month &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  return exists ? utcMs + Math.round(secToMs(fraction)) - offsetMs : null
}

function offsetMsOf(iso: string): number | null {
  const zone = isoForm.exec(iso)?.[8]
  if (zone === undefined) return null
  if (zone === 'Z') return 0
  const hours = Number(zone.slice(1, 3))
  const minutes = Number(zone.slice(4, 6))
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * minutesToMs(hoursToMinutes(hours) + minutes)
}

/**
 * Seconds after the opening of a clock time, or `null` where it cannot be read (or `opensAt`
 * cannot). `20:48` and `20:48:30` mean the first such local time at or after six hours before the
 * opening, so that for an opening at 20:00 `19:30` is half an hour before it, `03:00` the night
 * after and `13:59` the next day. `24:00` is the first midnight after the opening. Anything
 * further away is written as ISO 8601 with an offset.
 */
export function clockSec(text: string, opensAtIso: string): number | null {
  const opensAtMs = isoEpochMs(opensAtIso)
  const offsetMs = offsetMsOf(opensAtIso)
  if (opensAtMs === null || offsetMs === null) return null
  const iso = isoEpochMs(text)
  if (iso !== null) return msToSec(iso - opensAtMs)
  const found = clockForm.exec(text)
  if (found === null) return null
  const [hour, minute, second] = [found[1], found[2], found[3] ?? '0'].map(Number)
  const ofDaySec =
    hoursToSec(hour ?? 0) + minutesToSec(minute ?? 0) + (second ?? 0) + Number(`0${found[4] ?? ''}`)
  if ((minute ?? 0) > 59 || (second ?? 0) > 59 || ofDaySec > daySec) return null
  const openingOfDaySec = modulo(msToSec(opensAtMs + offsetMs), daySec)
  if (ofDaySec === daySec) return daySec - openingOfDaySec
  return modulo(ofDaySec - openingOfDaySec + lookBackSec, daySec) - lookBackSec
}

/** ISO 8601 in the offset of `opensAtIso`, milliseconds only where there are some. */
export function localIso(epochMs: number, opensAtIso: string): string {
  const offsetMs = offsetMsOf(opensAtIso) ?? 0
  const zone = isoForm.exec(opensAtIso)?.[8] ?? 'Z'
  const text = new Date(epochMs + offsetMs).toISOString().slice(0, -1)
  return `${text.endsWith('.000') ? text.slice(0, -4) : text}${zone}`
}

/** `HH:MM:SS` in the offset of `opensAtIso`; parts of a second are cut off. */
export function localClock(epochMs: number, opensAtIso: string): string {
  return new Date(epochMs + (offsetMsOf(opensAtIso) ?? 0)).toISOString().slice(11, 19)
}

const modulo = (a: number, b: number): number => ((a % b) + b) % b
