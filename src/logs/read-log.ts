import { daysToMs } from '../core/units.ts'
import { readCsvRow } from './csv-table.ts'
import type { CsvTable } from './input-kind.ts'
import type { ParseReport } from '../core/parse-report.ts'
import type { LineRead, LogEntry } from './log-entry.ts'
import type { Screen } from './screen.ts'
import type { TimeContext } from './timestamp.ts'
import type { Waits } from './waits.ts'

const farMs = daysToMs(31)

export interface LogSource {
  readonly batches: AsyncIterable<string[]>
  readonly read: (line: string) => LineRead
  readonly report: ParseReport
  /** Times further than 31 days from it are broken: one line must not stretch all. */
  readonly aroundMs: number | null
}

/** The requests of one log, a batch a chunk; what is broken is counted and passed over. */
export async function* logEntries(source: LogSource): AsyncGenerator<LogEntry[]> {
  for await (const lines of source.batches) {
    const entries: LogEntry[] = []
    for (const line of lines) {
      if (line.trim() === '') continue
      takeLine(source, line, { read: source.read(line), entries })
    }
    if (entries.length > 0) yield entries
  }
}

export interface CsvSource extends Omit<LogSource, 'read'> {
  readonly table: CsvTable
  readonly context: TimeContext
  /** Where waits and screens go; requests are handed on. */
  readonly waits: Waits
  readonly screens: Screen[]
}

/** More screens than a person writes down: they come from a machine, and a sample is enough. */
const maxScreens = 10_000

/** The requests of a CSV; its waits and screens go where the source says. */
export async function* csvEntries(source: CsvSource): AsyncGenerator<LogEntry[]> {
  const { table, context, waits, screens } = source
  let isHeader = true
  const read = (line: string): LineRead => {
    const row = readCsvRow(line, table, context)
    if (typeof row === 'string') return row
    if (row.wait !== null) waits.add(row.wait.sec, row.wait.end)
    if (row.screen !== null && screens.length < maxScreens) screens.push(row.screen)
    return row.entry
  }
  for await (const lines of source.batches) {
    const entries: LogEntry[] = []
    for (const line of lines) {
      if (line.trim() === '') continue
      if (!isHeader) takeLine(source, line, { read: read(line), entries })
      isHeader = false
    }
    if (entries.length > 0) yield entries
  }
}

interface TakenLine {
  readonly read: LineRead
  readonly entries: LogEntry[]
}

function takeLine(
  { report, aroundMs }: Pick<LogSource, 'report' | 'aroundMs'>,
  line: string,
  { read, entries }: TakenLine,
): void {
  if (typeof read === 'string') report.add(read, line)
  else if (read !== null && aroundMs !== null && Math.abs(read.endMs - aroundMs) > farMs) {
    report.add('TimeTooFar', line)
  } else {
    report.addRead()
    if (read !== null) entries.push(read)
  }
}

interface Head {
  readonly source: number
  readonly batches: AsyncIterator<LogEntry[]>
  batch: readonly LogEntry[]
  at: number
}

/** Hands on the requests of several logs in the order of their times, as far as each is in order. */
export async function mergeEntries(
  logs: readonly AsyncIterable<LogEntry[]>[],
  take: (entry: LogEntry, source: number) => void,
): Promise<void> {
  const heads: Head[] = logs.map((log, source) => {
    return { source, batches: log[Symbol.asyncIterator](), batch: [], at: 0 }
  })
  for (;;) {
    for (const head of heads) if (head.at >= head.batch.length) await refill(head)
    const open = heads.filter(({ at, batch }) => at < batch.length)
    if (open.length === 0) return
    takeUntilEmpty(open, take)
  }
}

async function refill(head: Head): Promise<void> {
  const next = await head.batches.next()
  head.batch = next.done === true ? [] : next.value
  head.at = 0
}

/** Takes the earliest, again and again, until one of the batches is at its end. */
function takeUntilEmpty(
  heads: readonly Head[],
  take: (entry: LogEntry, source: number) => void,
): void {
  for (;;) {
    let earliest: Head | null = null
    let earliestMs = Infinity
    for (const head of heads) {
      const entry = head.batch[head.at]
      if (entry === undefined) return
      if (earliest === null || entry.endMs < earliestMs) {
        earliest = head
        earliestMs = entry.endMs
      }
    }
    const entry = earliest?.batch[earliest.at]
    if (earliest === null || entry === undefined) return
    earliest.at++
    take(entry, earliest.source)
  }
}
