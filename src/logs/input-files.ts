import { statSync } from 'node:fs'
import type { ParseReport } from '../core/parse-report.ts'
import { DambreakError } from '../core/errors.ts'
import { lineBatches } from '../core/lines.ts'
import {
  inputKind,
  unreadableInput,
  zoneOf,
  type InputKind,
  type UnknownInput,
} from './input-kind.ts'
import type { DetectionOptions } from './log-detection.ts'
import type { LogEntry } from './log-entry.ts'
import type { LogReading } from './log-notes.ts'
import { csvEntries, logEntries } from './read-log.ts'
import type { Screen } from './screen.ts'
import type { TimeContext } from './timestamp.ts'
import type { Waits } from './waits.ts'
import { diskError, errorCode } from '../core/files/disk-error.ts'
import { chunkBytes, following } from '../core/files/read-bytes.ts'

/** An input whose beginning was looked at. */
export interface OpenedInput {
  readonly path: string
  readonly kind: Exclude<InputKind, { kind: 'unknown' }>
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
  if (kind.kind === 'run') return none()
  const { aroundMs } = kind.times
  return kind.kind === 'csv'
    ? csvEntries({ batches, report, aroundMs, table: kind.table, context, waits, screens })
    : logEntries({ batches, report, aroundMs, read: kind.log.read })
}

/** What of an opened log a reader must know: units that were inferred, fields that nothing was taken from. */
export function readingOf({ path, kind }: OpenedInput): LogReading | null {
  if (kind.kind === 'run') return null
  const { plan, unused } = kind.kind === 'csv' ? kind.table : kind.log
  const isOfStarts = kind.kind === 'log' && kind.log.isOfStarts
  return plan === null ? null : { file: path, plan, unused, isOfStarts }
}

/**
 * Whether the times of an input may be those of starts: nginx writes ends, Apache starts, and not every
 * format says which.
 */
export function mayBeStarts({ kind }: OpenedInput): boolean {
  if (kind.kind === 'run') return false
  const { plan } = kind.kind === 'csv' ? kind.table : kind.log
  return plan !== null && !plan.isStampKnown
}

/** What to open, and how: its bytes from the beginning, unpacked. */
export interface InputBytes {
  readonly path: string
  readonly chunks: () => AsyncIterable<Uint8Array>
}

/**
 * Looks at the beginning of a file or pipe.
 * @throws DambreakError 'usage' where it is nothing known, 'disk', 'interrupted'
 */
export async function openInput(
  { path, chunks }: InputBytes,
  options: DetectionOptions,
): Promise<OpenedInput> {
  if (isDirectory(path)) return { path, kind: { kind: 'run' }, zone: null, chunks: none() }
  const bytes = chunks()[Symbol.asyncIterator]()
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
  const kind = inputKind(text, isWhole, options)
  if (kind.kind === 'unknown') {
    await bytes.return?.()
    throw unknownInput(path, kind.reason)
  }
  return { path, kind, zone: zoneOf(text), chunks: following(head, bytes) }
}

function unknownInput(path: string, reason: UnknownInput): DambreakError {
  switch (reason.code) {
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
    case 'Samples': {
      const { of } = reason
      const whose = of === 'monitoring' ? 'of a monitoring system, at even intervals' : `of ${of}`
      const k6 = of === 'k6' ? '; import --from k6 reads what k6 run --out json=… wrote' : ''
      return unreadableInput(`${path} holds measurements ${whose}, no requests of clients${k6}`)
    }
    case 'FieldMissing': {
      const { field, keys, like } = reason
      const hint = like.length > 0 ? `; ${like.map(quoted).join(', ')} may be it` : ''
      const example = `--field ${field}=${like[0] ?? '<name>'}`
      return new DambreakError(
        'usage',
        `${path} has no field that is known as the ${field} of a request (it has ${listed(keys)})${hint}: name it by ${example}`,
      )
    }
    case 'FieldUnknown':
      return new DambreakError(
        'usage',
        `${path} has no field ${quoted(reason.key)}; it has ${listed(reason.keys)}`,
      )
    case 'UnitUnknown':
      return new DambreakError(
        'usage',
        `${path}: the unit of ${quoted(reason.key)} is unknown: ${reason.median} in the middle could be several; name it by --field ${reason.field}=${reason.key}:ms (or s, us, ns)`,
      )
  }
}

const quoted = (key: string) => JSON.stringify(key)
const maxListed = 20
const listed = (keys: readonly string[]) =>
  keys.slice(0, maxListed).map(quoted).join(', ') + (keys.length > maxListed ? ', …' : '')

/** @throws DambreakError 'usage' where there is no such file, 'disk' where it cannot be seen */
export const checkThere = (path: string): void => void isDirectory(path)

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

async function* none(): AsyncGenerator<never> {}
