import { daysToSec, hoursToMinutes, hoursToSec, minutesToSec } from '../core/units.ts'

/** A duration as it was written, and the step in which it was written. */
export interface WrittenDuration {
  readonly sec: number
  /** `14m05s` and `845` are told to the second, `14m` to the minute, `0.5` to a tenth. */
  readonly stepSec: number
}

const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }
const pieces = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)(\.\d+)?s)?$/
const clock = /^(\d+):([0-5]\d)(?::([0-5]\d))?$/
const plain = /^(\d+)(\.\d+)?(ms|s|sec|m|min|h|d)?$/

/** `845`, `845s`, `14m05s`, `1h02m`, `14:05`, `500ms`; `null` where it is none of these. */
export function readDuration(given: string): WrittenDuration | null {
  const text = given.trim().toLowerCase().replaceAll(' ', '')
  const simple = plain.exec(text)
  if (simple !== null) {
    const [, whole = '', fraction = '', unit = 's'] = simple
    const perUnit = units[unit] ?? units[unit.charAt(0)] ?? 1
    const step = fraction === '' ? 1 : 10 ** (1 - fraction.length)
    return { sec: Number(whole + fraction) * perUnit, stepSec: step * perUnit }
  }
  const told = clock.exec(text)
  if (told !== null) {
    const [, first = '', second = '', third] = told
    const sec =
      third === undefined
        ? minutesToSec(Number(first)) + Number(second)
        : minutesToSec(hoursToMinutes(Number(first)) + Number(second)) + Number(third)
    return { sec, stepSec: 1 }
  }
  const found = pieces.exec(text)
  if (found === null || text === '') return null
  const [, days, hours, minutes, seconds, fraction = ''] = found
  const sec =
    daysToSec(Number(days ?? 0)) +
    hoursToSec(Number(hours ?? 0)) +
    minutesToSec(Number(minutes ?? 0)) +
    Number((seconds ?? '0') + fraction)
  const least =
    seconds !== undefined ? 1 : minutes !== undefined ? 60 : hours !== undefined ? 3600 : 86_400
  return { sec, stepSec: fraction === '' ? least : 10 ** (1 - fraction.length) }
}
