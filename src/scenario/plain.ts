import type { Fault } from '../core/errors.ts'
import { pathText } from './path.ts'

/** A mapping of a document. */
export type Mapping = Record<string, unknown>

export function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Limits that no real scenario reaches and that stop a hostile one. */
const limits = {
  depth: 40,
  entries: 10_000_000,
  values: 12_000_000,
  /** Lists and mappings; parts that share parts multiply in these first. */
  containers: 500_000,
  characters: 100_000,
} as const

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])

export type Plain = { ok: true; value: unknown } | { ok: false; faults: Fault[] }

/**
 * A copy of any value as plain JSON data with sorted keys, or its faults: functions, dates,
 * numbers that are not finite, circles, too deep or too large. Fields that are `undefined` go.
 */
export function toPlain(value: unknown): Plain {
  const copy: Copy = { faults: [], values: 0, containers: 0, open: new Set() }
  try {
    const result = copyOf(value, [], copy)
    return copy.faults.length > 0 ? { ok: false, faults: copy.faults } : { ok: true, value: result }
  } catch (cause) {
    // A getter or a proxy of a code scenario may throw anything.
    const words = cause instanceof Error ? cause.message : 'unknown error'
    return { ok: false, faults: [{ path: '', message: `cannot be read: ${words}` }] }
  }
}

interface Copy {
  readonly faults: Fault[]
  values: number
  containers: number
  /** The objects around the present one: meeting one of them again is a circle. */
  readonly open: Set<object>
}

function copyOf(value: unknown, path: (string | number)[], copy: Copy): unknown {
  const fault = (message: string): undefined => {
    if (copy.faults.length < 100) copy.faults.push({ path: pathText(path), message })
    return undefined
  }
  if (isTooMuch(copy)) return undefined
  if (typeof value === 'object') copy.containers++
  copy.values++
  if (isTooMuch(copy)) return fault('too large: it or what it refers to has too many values')
  switch (typeof value) {
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : fault(`must be a finite number, got ${value}`)
    case 'string':
      return value.length <= limits.characters
        ? value
        : fault(`longer than ${limits.characters} characters`)
    case 'object':
      break
    default:
      return fault(`must be plain data, got ${typeof value}`)
  }
  if (value === null) return null
  if (copy.open.has(value)) return fault('refers to itself')
  if (path.length >= limits.depth) return fault(`nested deeper than ${limits.depth} levels`)
  copy.open.add(value)
  const result = Array.isArray(value)
    ? copyOfList(value, path, copy)
    : copyOfMapping(value, path, copy)
  copy.open.delete(value)
  return typeof result === 'string' ? fault(result) : result
}

function isTooMuch({ values, containers }: Copy): boolean {
  return values > limits.values || containers > limits.containers
}

/** The copy, or the message of a fault. */
function copyOfList(list: unknown[], path: (string | number)[], copy: Copy): unknown[] | string {
  if (list.length > limits.entries) return `more than ${limits.entries} entries`
  const result: unknown[] = []
  for (let i = 0; i < list.length && !isTooMuch(copy); i++) {
    path.push(i)
    result.push(copyOf(list[i], path, copy))
    path.pop()
  }
  return result
}

function copyOfMapping(object: object, path: (string | number)[], copy: Copy): Mapping | string {
  const prototype: unknown = Object.getPrototypeOf(object)
  // A module's namespace and a mapping of another realm have their own Object.prototype.
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null
  if (!isPlain) return `must be plain data, got ${object.constructor.name}`
  const result: Mapping = {}
  for (const key of Object.keys(object).sort()) {
    const value: unknown = Reflect.get(object, key)
    if (value === undefined) continue
    path.push(key)
    if (forbiddenKeys.has(key)) copy.faults.push({ path: pathText(path), message: 'not allowed' })
    else result[key] = copyOf(value, path, copy)
    path.pop()
  }
  return result
}

/** JSON text with sorted keys, so that equal values have equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isMapping(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  )
}
