import { DambreakError, type Fault } from '../core/errors.ts'
import { readCsvCells, readCsvHeader, readCsvRow, type CsvHeader } from './csv-table.ts'
import { samplesIn, type SampleSource } from './load-samples.ts'
import { detectLog, type DetectedLog, type DetectionOptions, type Sample } from './log-detection.ts'
import type { LineRead } from './log-entry.ts'
import { plainFacts, planOf, type LogPlan } from './log-plan.ts'
import { explained, unusedFields, type ExplainedFailure, type UnusedField } from './looks-like.ts'

/** What an input is, detected from its beginning. */
export type InputKind =
  | { readonly kind: 'run' }
  | { readonly kind: 'log'; readonly log: DetectedLog; readonly times: HeadTimes }
  | { readonly kind: 'csv'; readonly table: CsvTable; readonly times: HeadTimes }
  | { readonly kind: 'unknown'; readonly reason: UnknownInput }

/** A table with named columns; `plan` is `null` where it holds no requests. */
export interface CsvTable {
  readonly header: CsvHeader
  readonly plan: LogPlan | null
  readonly unused: readonly UnusedField[]
}

/** Why an input cannot be read. */
export type UnknownInput =
  | { readonly code: 'Binary' | 'Empty' | 'NoLines' | 'Unknown' }
  /** It is a scenario, which `--scenario` takes. */
  | { readonly code: 'Scenario' }
  /** It holds what a program measured and no requests of clients. */
  | { readonly code: 'Samples'; readonly of: SampleSource }
  | ExplainedFailure

/** The times that the first lines have in common. */
interface HeadTimes {
  /** The middle one of them; `null` where none was read. */
  readonly aroundMs: number | null
  /** The finest. */
  readonly resolutionMs: number
}

const zonePattern = /\d\d:\d\d:\d\d(?:[.,]\d+)?(?: ?([+-]\d\d):?(\d\d)|(Z|UTC))/

/** The zone that the first time with one is written in, as `+09:00` or `Z`; `null`: none is. */
export function zoneOf(head: string): string | null {
  const found = zonePattern.exec(head)
  if (found === null) return null
  return found[1] === undefined ? 'Z' : `${found[1]}:${found[2] ?? '00'}`
}

/** The `usage` error for an input that cannot be read, with what can be. */
export function unreadableInput(what: string, faults: readonly Fault[] = []): DambreakError {
  return new DambreakError(
    'usage',
    `${what}; an input is a run (its directory or run.json), an access log (combined, JSON lines with time and status, and others: see docs/guides/fit.md; gzip too), or a CSV with named columns (time, status, duration, client, path; wait, outcome; ahead, eta)`,
    faults,
  )
}

const maxLooked = 200

/** The kind of an input by its beginning, unpacked; `isWhole` where there is no more of it. */
export function inputKind(head: string, isWhole: boolean, options: DetectionOptions): InputKind {
  const unknown = (reason: UnknownInput): InputKind => ({ kind: 'unknown', reason })
  if (head.includes('\0')) return unknown({ code: 'Binary' })
  if (/^\s*\{[^]{0,2000}?"schemaVersion"\s*:/.test(head)) return { kind: 'run' }
  const all = head.split(/\r?\n/)
  // The last one may be cut.
  const lines = (isWhole ? all : all.slice(0, -1)).filter((line) => line.trim() !== '')
  const looked = lines.slice(0, maxLooked)
  if (looked.length === 0) return unknown({ code: isWhole ? 'Empty' : 'NoLines' })
  const of = samplesIn(looked, options.context)
  if (of !== null) return unknown({ code: 'Samples', of })
  const log = detectLog(looked, options)
  if (log !== null) {
    if ('code' in log) return unknown(log)
    return { kind: 'log', log, times: timesOf(looked.map(log.read)) }
  }
  const header = readCsvHeader(looked[0] ?? '', options.given)
  if (header !== null) return csvKind(header, looked.slice(1), options)
  const isScenario = /^(name|population|arrivals|opensAt)\s*:/m.test(head)
  return unknown({ code: isScenario ? 'Scenario' : 'Unknown' })
}

function csvKind(
  header: CsvHeader,
  rows: readonly string[],
  { context, given }: DetectionOptions,
): InputKind {
  const samples = rows.flatMap((row): Sample[] => {
    const cells = readCsvCells(row, header)
    return cells === null ? [] : [{ keys: header.names, cells }]
  })
  const question = { facts: plainFacts, given, context, isStatusOptional: true }
  // A table without rows has its columns all the same.
  const empty = { keys: header.names, cells: () => null }
  const plan = planOf({ ...question, samples: samples.length === 0 ? [empty] : samples })
  const isOfWaits = header.at.outcome !== undefined || header.at.eta !== undefined
  if ('code' in plan) {
    if (plan.code === 'FieldMissing' && isOfWaits) {
      const table: CsvTable = { header, plan: null, unused: [] }
      return { kind: 'csv', table, times: timesOf([]) }
    }
    return { kind: 'unknown', reason: explained(plan, samples, context) }
  }
  const table: CsvTable = {
    header,
    plan,
    unused: isOfWaits ? [] : unusedFields(samples, plan, context),
  }
  const read = rows.map((line) => readCsvRow(line, table, context))
  const entries = read.map((row) => (typeof row === 'string' ? row : row.entry))
  return { kind: 'csv', table, times: timesOf(entries) }
}

function timesOf(read: readonly LineRead[]): HeadTimes {
  const entries = read.flatMap((one) => (one === null || typeof one === 'string' ? [] : [one]))
  const sorted = entries.map(({ endMs }) => endMs).toSorted((a, b) => a - b)
  return {
    aroundMs: sorted[sorted.length >> 1] ?? null,
    resolutionMs: Math.min(1000, ...entries.map(({ resolutionMs }) => resolutionMs)),
  }
}
