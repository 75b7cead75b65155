import { parse } from 'csv-parse/sync'
import { msToSec, secToMs } from '../core/units.ts'
import { readDuration, type WrittenDuration } from './duration-text.ts'
import { maxLineChars } from '../core/lines.ts'
import { canLast, type BrokenKind, type LogEntry } from './log-entry.ts'
import { readCount, type Screen } from './screen.ts'
import { readTimestamp, type TimeContext } from './timestamp.ts'
import { readWaitEnd, type WaitEnd } from './waits.ts'

/** The names of columns that are understood, in any case, with or without blanks and underscores. */
const csvColumns = {
  time: ['time', 'timestamp', 'at', 'ts'],
  duration: ['duration', 'durationsec', 'requesttime', 'responsetime'],
  durationMs: ['durationms', 'latencyms', 'responsems'],
  status: ['status', 'statuscode'],
  client: ['client', 'clientid', 'session', 'sessionid', 'remoteaddr'],
  person: ['person', 'user', 'userid'],
  path: ['path', 'uri', 'url', 'request'],
  ahead: ['ahead', 'nwait'],
  behind: ['behind'],
  eta: ['eta', 'etasec'],
  wait: ['wait', 'waitsec'],
  waitMs: ['waitms'],
  outcome: ['outcome', 'end', 'result'],
} as const
type ColumnName = keyof typeof csvColumns

/** What one row holds: any of a request, a wait, and a screen. */
export interface CsvRow {
  readonly entry: LogEntry | null
  readonly wait: { readonly sec: number; readonly end: WaitEnd } | null
  readonly screen: Screen | null
}

export interface CsvHeader {
  readonly delimiter: string
  readonly width: number
  readonly at: Partial<Record<ColumnName, number>>
}

/** The columns of a first line, or `null` where none of its names is known. */
export function readCsvHeader(line: string): CsvHeader | null {
  if (line.length > maxLineChars) return null
  const plain = line.startsWith('\uFEFF') ? line.slice(1) : line
  const delimiter = [',', ';', '\t'].find((one) => plain.includes(one)) ?? ','
  const cells = cellsOf(plain, delimiter)
  if (cells === null) return null
  const at: Partial<Record<ColumnName, number>> = {}
  cells.forEach((cell, i) => {
    const word = cell.toLowerCase().replaceAll(/[\s_.-]/g, '')
    const name = columnNames.find((one) => csvColumns[one].some((known) => known === word))
    if (name !== undefined) at[name] ??= i
  })
  const isKnown =
    at.time !== undefined ||
    (at.outcome !== undefined && (at.wait ?? at.waitMs) !== undefined) ||
    (at.ahead !== undefined && at.eta !== undefined)
  return isKnown ? { delimiter, width: cells.length, at } : null
}

const columnNames = Object.keys(csvColumns) as ColumnName[]

/** A row, or the kind of what is wrong with it; times without a zone are in that of the context. */
export function readCsvRow(
  line: string,
  header: CsvHeader,
  context: TimeContext,
): CsvRow | BrokenKind {
  if (line.length > maxLineChars) return 'TooLong'
  const cells = cellsOf(line, header.delimiter)
  if (cells?.length !== header.width) return 'OtherFormat'
  const cell = (name: ColumnName): string | null => {
    const at = header.at[name]
    const text = at === undefined ? '' : (cells[at] ?? '').trim()
    return text === '' || text === '-' ? null : text
  }
  const wait = waitOf(cell)
  if (typeof wait === 'string') return wait
  const screen = screenOf(cell)
  if (typeof screen === 'string') return screen
  // The time of a wait or of a screen is not that of a request.
  const entry = wait === null && screen === null ? entryOf(cell, context) : null
  if (typeof entry === 'string') return entry
  const isEmpty = entry === null && wait === null && screen === null
  return isEmpty ? 'OtherFormat' : { entry, wait, screen }
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
  return { ahead, behind, eta, at: cell('time') }
}

function entryOf(cell: Cell, context: TimeContext): LogEntry | BrokenKind {
  const time = cell('time')
  const stamp = time === null ? null : readTimestamp(time, context)
  if (stamp === null) return 'NoReadableTime'
  const status = Number(cell('status') ?? 200)
  if (!Number.isInteger(status) || status < 0 || status > 999) return 'NoStatus'
  const duration = secondsOf(cell, 'duration', 'durationMs')
  const isUnread = duration === null && (cell('duration') ?? cell('durationMs')) !== null
  const durationMs = duration === null ? null : secToMs(duration.sec)
  if (isUnread || !canLast(durationMs)) return 'ImpossibleNumber'
  return {
    endMs: stamp.ms,
    resolutionMs: stamp.resolutionMs,
    durationMs,
    upstreamMs: null,
    status,
    client: cell('client'),
    person: cell('person'),
    target: cell('path') ?? '',
  }
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
