import { statSync } from 'node:fs'
import type { ParseReport } from '../core/parse-report.ts'
import { DambreakError } from '../core/errors.ts'
import { lineBatches } from '../core/lines.ts'
import { readCombined } from './combined-line.ts'
import {
  inputKind,
  unreadableInput,
  zoneOf,
  type InputKind,
  type UnknownInput,
} from './input-kind.ts'
import { readJsonLine } from './json-line.ts'
import type { LogEntry } from './log-entry.ts'
import { csvEntries, logEntries } from './read-log.ts'
import type { Screen } from './screen.ts'
import type { TimeContext } from './timestamp.ts'
import type { Waits } from './waits.ts'
import { diskError, errorCode } from '../core/files/disk-error.ts'
import { chunkBytes, chunksOf, following } from '../core/files/read-bytes.ts'

/** An input whose beginning was looked at. */
export interface OpenedInput {
  readonly path: string
  readonly kind: InputKind
  readonly zone: string | null
  readonly chunks: AsyncIterable<Uint8Array>
}

/** The requests of an opened log; what else it holds goes into `waits` and `screens`. */
export function entriesOf(
  { kind, chunks }: OpenedInput,
  into: { report: ParseReport; waits: Waits; screens: Screen[]; context: TimeContext },
): AsyncIterable<LogEntry[]> {
  const batches = lineBatches(chunks)
  const { report, waits, screens, context } = into
  const aroundMs = 'times' in kind ? kind.times.aroundMs : null
  if (kind.kind === 'csv') {
    return csvEntries({ batches, report, aroundMs, header: kind.header, context, waits, screens })
  }
  const read = kind.kind === 'json' ? (line: string) => readJsonLine(line, context) : readCombined
  return logEntries({ batches, report, aroundMs, read })
}

/**
 * Looks at the beginning of a file.
 * @throws DambreakError 'usage' where it is nothing known, 'disk', 'interrupted'
 */
export async function openInput(
  path: string,
  { context, signal }: { context: TimeContext; signal: AbortSignal },
): Promise<OpenedInput> {
  if (isDirectory(path)) return { path, kind: { kind: 'run' }, zone: null, chunks: none() }
  const bytes = chunksOf(path, signal)[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  let size = 0
  let isWhole = false
  while (size < chunkBytes && !isWhole) {
    const next = await bytes.next()
    if (next.done === true) isWhole = true
    else {
      head.push(next.value)
      size += next.value.length
    }
  }
  const text = new TextDecoder().decode(Buffer.concat(head))
  const kind = inputKind(text, isWhole, context)
  if (kind.kind === 'unknown') {
    throw unknownInput(path, kind.reason)
  }
  return { path, kind, zone: zoneOf(text), chunks: following(head, bytes) }
}

function unknownInput(path: string, reason: UnknownInput): DambreakError {
  switch (reason) {
    case 'Binary':
      return unreadableInput(`${path} is a binary file`)
    case 'Empty':
      return unreadableInput(`${path} is empty`)
    case 'NoLines':
      return unreadableInput(`${path} has no lines`)
    case 'Scenario':
      return unreadableInput(`${path} is a scenario: give it by --scenario`)
    case 'Unknown':
      return unreadableInput(`${path} has an unknown format`)
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new DambreakError('usage', `${path}: there is no such file`, [], error)
    }
    throw diskError(error, `read ${path}`)
  }
}

async function* none(): AsyncGenerator<Uint8Array> {}
