import type { z } from 'zod'
import type { Fault } from '../core/errors.ts'

type Issue = z.core.$ZodIssue

/** What the schema library found wrong with a parsed JSON value, as faults. */
export function issueFaults(issue: Issue, value: unknown): Fault[] {
  return faultsOf(issue, value, issue.path)
}

/** `path` is that of the whole value; a branch of a union has its own path from the union on. */
function faultsOf(issue: Issue, root: unknown, path: readonly PropertyKey[]): Fault[] {
  const value = valueAt(root, path)
  const fault = (message: string): Fault[] => [{ path: pathText(path), message }]
  if (value === undefined) return fault('missing')
  switch (issue.code) {
    case 'invalid_type':
      return fault(typeText([issue.expected], value))
    case 'invalid_value':
      return fault(`must be ${issue.values.map(String).join(' or ')}, got ${shown(value)}`)
    case 'too_small':
      return fault(
        `must be ${issue.inclusive === false ? `above ${issue.minimum}` : `${issue.minimum} or more`}, got ${shown(value)}`,
      )
    case 'too_big':
      return fault(`must be ${issue.maximum} or less, got ${shown(value)}`)
    case 'invalid_format':
      if (issue.format !== 'datetime') return fault('is not valid')
      return fault(`must be a time in ISO 8601 with its offset, got ${shown(value)}`)
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: pathText([...path, key]), message: 'unknown field' }))
    case 'invalid_union': {
      // A discriminated union whose code is none of those listed.
      if (issue.errors.length === 0) return fault(`unknown: ${shown(value)}`)
      // The branch of the value's own kind says what is wrong inside of it.
      const inside = issue.errors.find((branch) => branch.every((one) => !isKindIssue(one)))
      if (inside !== undefined && inside.length > 0) {
        return inside.flatMap((one) => faultsOf(one, root, [...path, ...one.path]))
      }
      const kinds = issue.errors.flat().filter(isKindIssue)
      return fault(
        typeText(
          kinds.map(({ expected }) => expected),
          value,
        ),
      )
    }
    default:
      return fault('is not valid')
  }
}

function isKindIssue(issue: Issue): issue is z.core.$ZodIssueInvalidType {
  return issue.code === 'invalid_type' && issue.path.length === 0
}

const kindWords: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
}

function typeText(expected: readonly string[], value: unknown): string {
  const kinds = expected.map((kind) => kindWords[kind] ?? kind).join(' or ')
  return typeof value === 'number'
    ? `must be ${kinds}, got ${value}`
    : `must be ${kinds}, not ${kindOf(value)}`
}

function kindOf(value: unknown): string {
  if (value === null) return 'nothing (null)'
  if (Array.isArray(value)) return 'a list'
  return kindWords[typeof value] ?? typeof value
}

/** A value as a fault shows it: short, one line. */
function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return kindOf(value)
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}…` : value)
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? (Reflect.get(value, key) as unknown)
        : undefined,
    root,
  )
}

/** `summary.steps.book.count`, `timeline.arrivals[3]`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`
    return text === '' ? String(key) : `${text}.${String(key)}`
  }, '')
}
