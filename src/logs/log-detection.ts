import { maxLineChars } from '../core/lines.ts'
import { jsonCells, jsonFormatOf, jsonKeys, mappingOf, RequestPairs } from './json-cells.ts'
import type { LineRead } from './log-entry.ts'
import type { Cells, GivenFields } from './log-field.ts'
import {
  areStarts,
  entryReader,
  ofStarts,
  planOf,
  type FormatFacts,
  type LogPlan,
} from './log-plan.ts'
import { explained, unusedFields, type ExplainedFailure, type UnusedField } from './looks-like.ts'
import { cellsOfRecord, textFormats } from './text-formats.ts'
import type { TimeContext } from './timestamp.ts'
import { wrappingOf } from './unwrap.ts'
import { isW3c, w3cFacts, W3cColumns } from './w3c-log.ts'

/** An access log whose format was found, and how its lines are read. */
export interface DetectedLog {
  readonly format: string
  readonly plan: LogPlan
  /** Its times were found to be those of starts, by their order. */
  readonly isOfStarts: boolean
  readonly unused: readonly UnusedField[]
  readonly read: (line: string) => LineRead
}

export interface DetectionOptions {
  readonly context: TimeContext
  readonly given: GivenFields
}

/** What turns a line into cells; `null` where it is of another format, `'skip'` where it is no request. */
type CellReader = (line: string) => Cells | null | 'skip'

interface Candidate {
  readonly format: string
  readonly facts: FormatFacts
  readonly samples: readonly Sample[]
  readonly cells: CellReader
}

export interface Sample {
  readonly keys: readonly string[]
  readonly cells: Cells
}

/** Finds the format of a log by its first lines; `null`: it is none of the known ones. */
export function detectLog(
  lines: readonly string[],
  options: DetectionOptions,
): DetectedLog | ExplainedFailure | null {
  const unwrap = wrappingOf(lines)
  const inner = unwrap === null ? lines : lines.flatMap((line) => unwrap(line) ?? [])
  const found = candidateOf(inner)
  if (found === null) return null
  const { format, facts, samples, cells } = found
  const { context, given } = options
  const planned = planOf({ facts, samples, given, context, isStatusOptional: false })
  if ('code' in planned) return explained(planned, samples, context)
  const { plan, isOfStarts } = stamped(planned, samples, context)
  const entryOf = entryReader(plan, context)
  const read = (line: string): LineRead => {
    if (line.length > maxLineChars) return 'TooLong'
    const own = unwrap === null ? line : unwrap(line)
    if (own === null) return 'OtherFormat'
    const values = cells(own)
    if (values === 'skip') return null
    return values === null ? 'OtherFormat' : entryOf(values)
  }
  return { format, plan, isOfStarts, unused: unusedFields(samples, plan, context), read }
}

/** Where the format does not say it, the order of the first lines may show that times are of starts. */
function stamped(plan: LogPlan, samples: readonly Sample[], context: TimeContext) {
  if (plan.isStampKnown) return { plan, isOfStarts: false }
  const read = samples.map(({ cells }) => entryReader(plan, context)(cells))
  const entries = read.filter((one) => one !== null && typeof one !== 'string')
  const isOfStarts = areStarts(entries)
  return { plan: isOfStarts ? ofStarts(plan) : plan, isOfStarts }
}

function candidateOf(lines: readonly string[]): Candidate | null {
  if (isW3c(lines)) return w3cCandidate(lines)
  const texts = textFormats.map((format) => ({
    format,
    records: lines.map(format.cellsOf).filter((record) => record !== null),
  }))
  const text = texts.reduce((a, b) => (b.records.length > a.records.length ? b : a))
  const json = lines.filter((line) => line.startsWith('{'))
  if (text.records.length > 0 && text.records.length >= json.length) {
    const { name, facts, cellsOf } = text.format
    const samples = text.records.map((record) => {
      const cells = cellsOfRecord(record)
      return { keys: Object.keys(record).filter((key) => cells(key) !== null), cells }
    })
    const read = (line: string) => {
      const record = cellsOf(line)
      return record === null ? null : cellsOfRecord(record)
    }
    return { format: name, facts, samples, cells: read }
  }
  return json.length > 0 && json.length * 2 >= lines.length ? jsonCandidate(json) : null
}

function w3cCandidate(lines: readonly string[]): Candidate {
  const read = () => {
    const columns = new W3cColumns()
    return (line: string) => {
      if (columns.takeHeading(line)) return 'skip'
      const record = columns.cellsOf(line)
      return record === null ? null : cellsOfRecord(record)
    }
  }
  const look = read()
  const columns = new W3cColumns()
  const samples = lines.flatMap((line): Sample[] => {
    columns.takeHeading(line)
    const cells = look(line)
    return cells === null || cells === 'skip' ? [] : [{ keys: columns.keys, cells }]
  })
  return { format: 'w3c', facts: w3cFacts(lines), samples, cells: read() }
}

function jsonCandidate(lines: readonly string[]): Candidate {
  const reader = () => {
    const pairs = new RequestPairs()
    return (line: string) => {
      const own = mappingOf(line)
      if (own === null) return null
      return pairs.join(own) ?? 'skip'
    }
  }
  const look = reader()
  const samples = lines.flatMap((line): Sample[] => {
    const own = look(line)
    return own === null || own === 'skip' ? [] : [{ keys: jsonKeys(own), cells: jsonCells(own) }]
  })
  const { name, facts } = jsonFormatOf([...new Set(samples.flatMap(({ keys }) => keys))])
  const read = reader()
  const cells: CellReader = (line) => {
    const own = read(line)
    return own === null || own === 'skip' ? own : jsonCells(own)
  }
  return { format: name, facts, samples, cells }
}
