import { assert } from '../core/assert.ts'
import { consistencyFaults } from './consistency.ts'
import { readBack } from './read-back.ts'
import { parseRun } from './run-schema.ts'
import type { RunRecord } from './run.ts'

/** The order of a run's sections in the file; what else there is comes after them. */
const sectionOrder = [
  'schemaVersion',
  'header',
  'verdict',
  'summary',
  'events',
  'audit',
  'scenario',
  'timeline',
  'histograms',
] as const satisfies (keyof RunRecord)[]

/** A flat object up to this long stays on its line. */
const lineLength = 100

/**
 * Text of `run.json`, read back as `gate` reads it.
 * @throws DambreakError 'engine' with every contradiction
 */
export function serialiseRun(run: RunRecord): string {
  return readBack('run.json', runText(run), (value, name) =>
    consistencyFaults(parseRun(value, name)),
  )
}

/**
 * The same without a look at what it says: two-space indented, but an array of plain values is one line and so is a
 * short flat object, so that two runs diff line by line and 2,000 buckets stay compact. The same
 * record gives the same bytes.
 */
export function runText(run: RunRecord): string {
  const { ...rest } = run as unknown as Record<string, unknown>
  const ordered: Record<string, unknown> = {}
  for (const section of sectionOrder) {
    ordered[section] = rest[section]
    delete rest[section]
  }
  return `${text({ ...ordered, ...rest }, '')}\n`
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function plain(value: unknown): string {
  assert(typeof value !== 'number' || Number.isFinite(value), 'a record holds finite numbers only')
  return JSON.stringify(value)
}

function text(value: unknown, indent: string): string {
  if (Array.isArray(value)) return arrayText(value, indent)
  return isContainer(value) ? objectText(value, indent) : plain(value)
}

function arrayText(values: readonly unknown[], indent: string): string {
  if (!values.some(isContainer)) return `[${values.map(plain).join(',')}]`
  const inner = `${indent}  `
  const lines = values.map((value) => `${inner}${text(value, inner)}`)
  return `[\n${lines.join(',\n')}\n${indent}]`
}

function objectText(value: object, indent: string): string {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined)
  if (entries.length === 0) return '{}'
  const inner = `${indent}  `
  const members = entries.map(([name, member]) => `${plain(name)}: ${text(member, inner)}`)
  if (!entries.some(([, member]) => isContainer(member))) {
    const line = `{ ${members.join(', ')} }`
    if (line.length <= lineLength) return line
  }
  return `{\n${members.map((member) => inner + member).join(',\n')}\n${indent}}`
}
