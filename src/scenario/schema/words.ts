import type { z } from 'zod'

/** A value as a fault shows it: short, one line. */
export function show(value: unknown): string {
  if (value === null) return 'nothing (null)'
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') {
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)
  }
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a mapping'
}

export function oneOf(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? '') : `one of ${names.join(', ')}`
}

const unitSuffix = /(PerSec|Sec|Secs|Seconds|Ms|Millis|Us|Min|Minutes|Hours)$/

/** `patienceSec` → `seconds`; `null` where the name has no unit of time. */
export function unitOf(name: string): 'seconds' | 'milliseconds' | null {
  if (/perSec/i.test(name)) return null
  if (name.endsWith('Sec')) return 'seconds'
  return name.endsWith('Ms') ? 'milliseconds' : null
}

export function hasUnit(name: string): boolean {
  return unitSuffix.test(name)
}

const secondsIn: Readonly<Record<string, number>> = {
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  msec: 1e-3,
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  mins: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hour: 3600,
  hours: 3600,
}

/**
 * What the author of a text such as `10s`, `5%`, `36/s` or `"10"` should have written in the field
 * `name`, or `null` where that is unknown.
 */
export function numberMeant(text: string, name: string): string | null {
  const found = /^\s*([+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?)\s*(%|\/\s*s(?:ec)?|[a-zµ]*)\s*$/i.exec(text)
  if (found === null) return null
  const value = Number(found[1])
  const unit = (found[2] ?? '').toLowerCase()
  if (unit === '') return `${value} without quotes`
  if (unit === '%') return unitOf(name) === null ? `${tidy(value / 100)}` : null
  if (unit.startsWith('/')) return /perSec/i.test(name) ? `${value}` : null
  const sec = secondsIn[unit]
  const wanted = unitOf(name)
  if (sec === undefined || wanted === null) return null
  return `${tidy(value * sec * (wanted === 'seconds' ? 1 : 1000))}`
}

const tidy = (value: number): number => Number(value.toPrecision(12))

/** Bounds of a number's schema; `above` is exclusive. */
export interface Bounds {
  readonly whole: boolean
  readonly min: number | null
  readonly above: number | null
  readonly max: number | null
}

export function boundsOf(schema: z.ZodNumber): Bounds {
  const { minValue, maxValue } = schema
  const min = minValue !== null && minValue > -Number.MAX_SAFE_INTEGER ? minValue : null
  const max = maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER ? maxValue : null
  const isAbove = min !== null && !schema.safeParse(min).success
  return { whole: schema.isInt, min: isAbove ? null : min, above: isAbove ? min : null, max }
}

/** `between 0 and 1`, `more than 0`, `0 or more`, or '' without bounds. */
export function boundsText({ min, above, max }: Bounds): string {
  if (min !== null && max !== null) return `between ${min} and ${max}`
  if (above !== null) return `more than ${above}`
  if (min !== null) return `${min} or more`
  return max === null ? '' : `${max} or less`
}

/** The nearest of `known` to a name that is not known, or `null` where none is near. */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null
  let bestScore = Infinity
  for (const candidate of known) {
    const score = strangeness(name, candidate)
    if (score < bestScore) {
      best = candidate
      bestScore = score
    }
  }
  return best
}

/** How far two names are apart; infinite where the one is not a misspelling of the other. */
function strangeness(name: string, candidate: string): number {
  const a = name.toLowerCase()
  const b = candidate.toLowerCase()
  if (a === b) return 0
  const stem = (text: string) => text.replace(unitSuffix, '').toLowerCase()
  if (stem(name) === stem(candidate) && stem(name) !== '') return 0.5
  const shorter = Math.min(a.length, b.length)
  if (shorter >= 4 && (a.startsWith(b) || b.startsWith(a))) return 1
  const allowed = Math.max(1, Math.min(3, Math.floor(Math.max(a.length, b.length) / 3)))
  const distance = a.length > 60 ? Infinity : editDistance(a, b)
  return distance <= allowed && distance < b.length ? distance : Infinity
}

/** Edits to get from `a` to `b`, a swap of neighbours counted once (Damerau, 1964). */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let min = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (same ? 0 : 1),
      )
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        min = Math.min(min, (before[j - 2] ?? 0) + 1)
      }
      next.push(min)
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}

/** The fault of a name that is not among `known`. */
export function unknownName(kind: string, name: string, known: readonly string[]): string {
  if (known.length === 0) return `no ${kind} named "${name}"; there are none`
  const near = nearest(name, known)
  const end = near === null ? `must be ${oneOf(known)}` : `did you mean ${near}?`
  return `no ${kind} named "${name}"; ${end}`
}

/** The fault of a clock time that cannot be read. */
export function clockFault(text: string): string {
  return `must be a clock time such as 20:48, 20:48:30 or 24:00, or ISO 8601 with offset, got ${show(text)}`
}
