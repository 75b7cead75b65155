import { DambreakError, type Fault } from '../core/errors.ts'
import { isCombined, readCombined } from './combined-line.ts'
import { readCsvHeader, readCsvRow, type CsvHeader } from './csv-table.ts'
import { readJsonLine } from './json-line.ts'
import type { LineRead } from './log-entry.ts'
import type { TimeContext } from './timestamp.ts'

/** What an input is, detected from its beginning. */
export type InputKind =
  | { readonly kind: 'run' }
  | { readonly kind: 'combined'; readonly times: HeadTimes }
  | { readonly kind: 'json'; readonly times: HeadTimes }
  | { readonly kind: 'csv'; readonly header: CsvHeader; readonly times: HeadTimes }
  | { readonly kind: 'unknown'; readonly reason: UnknownInput }

/** Why an input cannot be read; `Scenario`: it is one, which `--scenario` takes. */
export type UnknownInput = 'Binary' | 'Empty' | 'NoLines' | 'Scenario' | 'Unknown'

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
    `${what}; an input is a run (its directory or run.json), an access log (nginx combined, or JSON lines with time and status; gzip too), or a CSV with named columns (time, status, duration, client, path; wait, outcome; ahead, eta)`,
    faults,
  )
}

const maxLooked = 200

/** The kind of an input by its beginning, unpacked; `isWhole` where there is no more of it. */
export function inputKind(head: string, isWhole: boolean, context: TimeContext): InputKind {
  if (head.includes('\0')) return { kind: 'unknown', reason: 'Binary' }
  if (/^\s*\{[^]{0,2000}?"schemaVersion"\s*:/.test(head)) return { kind: 'run' }
  const all = head.split(/\r?\n/)
  // The last one may be cut.
  const lines = (isWhole ? all : all.slice(0, -1)).filter((line) => line.trim() !== '')
  const looked = lines.slice(0, maxLooked)
  if (looked.length === 0) return { kind: 'unknown', reason: isWhole ? 'Empty' : 'NoLines' }
  const [first = ''] = looked
  const header = readCsvHeader(first)
  const json = looked.filter((line) => line.startsWith('{')).length
  const combined = looked.filter(isCombined).length
  if (combined > 0 && combined >= json) {
    return { kind: 'combined', times: timesOf(looked.map(readCombined)) }
  }
  if (json > 0 && json * 2 >= looked.length) {
    return { kind: 'json', times: timesOf(looked.map((line) => readJsonLine(line, context))) }
  }
  if (header !== null) {
    const rows = looked.slice(1).map((line) => readCsvRow(line, header, context))
    const entries = rows.flatMap((row) =>
      typeof row === 'string' || row.entry === null ? [] : [row.entry],
    )
    return { kind: 'csv', header, times: timesOf(entries) }
  }
  const isScenario = /^(name|population|arrivals|opensAt)\s*:/m.test(head)
  return { kind: 'unknown', reason: isScenario ? 'Scenario' : 'Unknown' }
}

function timesOf(read: readonly LineRead[]): HeadTimes {
  const entries = read.filter((one) => typeof one !== 'string')
  const sorted = entries.map(({ endMs }) => endMs).toSorted((a, b) => a - b)
  return {
    aroundMs: sorted[sorted.length >> 1] ?? null,
    resolutionMs: Math.min(1000, ...entries.map(({ resolutionMs }) => resolutionMs)),
  }
}
