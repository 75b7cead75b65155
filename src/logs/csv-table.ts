import { parse } from 'csv-parse/sync'
import { delimiterOf } from '../core/delimiter.ts'
import { maxLineChars } from '../core/lines.ts'
import { msToSec } from '../core/units.ts'
import { readDuration, type WrittenDuration } from './duration-text.ts'
import type { BrokenKind, LineRead } from './log-entry.ts'
import { noFields, plainName, type Cells, type GivenFields } from './log-field.ts'
import { entryReader, type LogPlan } from './log-plan.ts'
import { readCount, type Screen } from './screen.ts'
import type { TimeContext } from './timestamp.ts'
import { readWaitEnd, type WaitEnd } from './waits.ts'

/** The names of the columns of waits and screens, in any case, with or without blanks and underscores. */
const csvColumns = {
  ahead: ['ahead', 'nwait'],
  behind: ['behind'],
  eta: ['eta', 'etasec'],
  wait: ['wait', 'waitsec'],
  waitMs: ['waitms'],
  outcome: ['outcome', 'end', 'result'],
  /** When a screen was seen. */
  at: ['time', 'timestamp', 'at', 'ts'],
} as const
type ColumnName = keyof typeof csvColumns
const columnNames = Object.keys(csvColumns) as ColumnName[]

/** What one row holds: any of a request, a wait, and a screen. */
export interface CsvRow {
  readonly entry: LineRead
  readonly wait: { readonly sec: number; readonly end: WaitEnd } | null
  readonly screen: Screen | null
}

export interface CsvHeader {
  readonly delimiter: string
  /** As they are written. */
  readonly names: readonly string[]
  readonly at: Partial<Record<ColumnName, number>>
}

const times: ReadonlySet<string> = new Set([
  'time',
  'timestamp',
  'at',
  'ts',
  'datetime',
  'date',
  'start',
  'starttime',
])

/** The columns of a first line, or `null` where none of its names is known. */
export function readCsvHeader(line: string, given: GivenFields = noFields): CsvHeader | null {
  if (line.length > maxLineChars) return null
  const plain = line.startsWith('\uFEFF') ? line.slice(1) : line
  const delimiter = delimiterOf([plain])
  const names = cellsOf(plain, delimiter)?.map((cell) => cell.trim()) ?? null
  if (names === null) return null
  const at: Partial<Record<ColumnName, number>> = {}
  names.forEach((cell, i) => {
    const word = plainName(cell)
    const name = columnNames.find((one) => csvColumns[one].some((known) => known === word))
    if (name !== undefined) at[name] ??= i
  })
  const isKnown =
    names.some((name) => times.has(plainName(name))) ||
    [...given.values()].some(({ key }) => names.includes(key)) ||
    (at.outcome !== undefined && (at.wait ?? at.waitMs) !== undefined) ||
    (at.ahead !== undefined && at.eta !== undefined)
  return isKnown ? { delimiter, names, at } : null
}

/** The cells of a row, `null` where it is no row of the table. */
export function readCsvCells(line: string, { delimiter, names }: CsvHeader): Cells | null {
  if (line.length > maxLineChars) return null
  const cells = cellsOf(line, delimiter)
  if (cells?.length !== names.length) return null
  const values = cells.map((cell) => {
    const text = cell.trim()
    if (text === '' || text === '-') return null
    // Where commas separate nothing, they are decimal.
    return delimiter !== ',' && /^\d+,\d+$/.test(text) ? text.replace(',', '.') : text
  })
  return (key) => {
    const at = names.indexOf(key)
    return at < 0 ? null : (values[at] ?? null)
  }
}

/** A row, or the kind of what is wrong with it; times without a zone are in that of the context. */
export function readCsvRow(
  line: string,
  { header, plan }: { readonly header: CsvHeader; readonly plan: LogPlan | null },
  context: TimeContext,
): CsvRow | BrokenKind {
  if (line.length > maxLineChars) return 'TooLong'
  const cells = readCsvCells(line, header)
  if (cells === null) return 'OtherFormat'
  const cell = (name: ColumnName): string | null => {
    const at = header.at[name]
    const value = at === undefined ? null : cells(header.names[at] ?? '')
    return value === null ? null : String(value)
  }
  const wait = waitOf(cell)
  if (typeof wait === 'string') return wait
  const screen = screenOf(cell)
  if (typeof screen === 'string') return screen
  if (wait !== null || screen !== null) return { entry: null, wait, screen }
  if (plan === null) return 'OtherFormat'
  const entry = entryReader(plan, context)(cells)
  return typeof entry === 'string' ? entry : { entry, wait, screen }
}

type Cell = (name: ColumnName) => string | null

function waitOf(cell: Cell): CsvRow['wait'] | BrokenKind {
  const outcome = cell('outcome')
  if (outcome === null) return null
  const sec = secondsOf(cell, 'wait', 'waitMs')
  const end = readWaitEnd(outcome)
  if (sec === null) return cell('wait') === null ? null : 'ImpossibleNumber'
  return end === null ? 'OtherFormat' : { sec: sec.sec, end }
}

function screenOf(cell: Cell): Screen | null | BrokenKind {
  const text = { ahead: cell('ahead'), eta: cell('eta'), behind: cell('behind') }
  if (text.ahead === null || text.eta === null) return null
  const ahead = readCount(text.ahead)
  const eta = readDuration(text.eta)
  if (ahead === null || eta === null) return 'ImpossibleNumber'
  const behind = text.behind === null ? null : readCount(text.behind)
  return { ahead, behind, eta, at: cell('at') }
}

/** Seconds from a column of seconds, or of durations with units, or from one of milliseconds. */
function secondsOf(cell: Cell, name: ColumnName, nameMs: ColumnName): WrittenDuration | null {
  const text = cell(name)
  if (text !== null) return readDuration(text)
  const ms = cell(nameMs)
  if (ms === null || !/^\d+(\.\d+)?$/.test(ms)) return null
  return { sec: msToSec(Number(ms)), stepSec: 0.001 }
}

/** The cells of one line, or `null` where its quotes do not close. */
function cellsOf(line: string, delimiter: string): string[] | null {
  // Nearly every line: the library takes ten times as long.
  if (!line.includes('"')) return line.split(delimiter)
  try {
    const [cells] = parse(line, { delimiter, relax_column_count: true })
    return cells ?? null
  } catch {
    return null
  }
}
