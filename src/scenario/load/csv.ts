import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CsvError, parse } from 'csv-parse'
import { delimiterOf } from '../../core/delimiter.ts'
import { sizeLimits } from '../schema/limits.ts'
import type { PersonTable } from '../request/person-data.ts'

const largestMib = 512
const maxRecordChars = 64 * 1024

export interface CsvOptions {
  /** Names of the columns, where the first line does not hold them. */
  readonly columns?: readonly string[] | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Reads a data file of a scenario, by its name relative to the scenario's own file; or gives the
 * message of its fault, which never shows what the file holds: personal data.
 */
export async function readCsv(
  scenarioFile: string,
  name: string,
  options: CsvOptions = {},
): Promise<PersonTable | string> {
  const file = await fileWithin(dirname(scenarioFile), name)
  if ('fault' in file) return file.fault
  const table = new TableWriter(file.bytes, options.columns)
  try {
    const delimiter = await delimiterIn(file.path, options.columns?.length)
    return await readInto(table, file.path, { delimiter, signal: options.signal })
  } catch (cause) {
    return faultOf(cause)
  }
}

/** A data file lies in the scenario's folder or below: a stranger's scenario reads nothing else. */
async function fileWithin(
  folder: string,
  name: string,
): Promise<{ path: string; bytes: number } | { fault: string }> {
  if (isAbsolute(name)) return { fault: 'must be relative to the scenario file' }
  try {
    const path = await realpath(resolve(folder, name))
    const inside = relative(await realpath(folder), path)
    if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
      return { fault: 'must lie in the folder of the scenario file, or below it' }
    }
    const found = await stat(path)
    if (!found.isFile()) return { fault: 'is not a regular file' }
    const mib = found.size / 1024 / 1024
    if (mib > largestMib)
      return { fault: `is larger than ${largestMib} MiB (${mib.toFixed(1)} MiB)` }
    return { path, bytes: found.size }
  } catch (cause) {
    return { fault: faultOf(cause) }
  }
}

const maxLooked = 100

/** What separates the cells of a file, by its first lines that are not blank. */
async function delimiterIn(path: string, columns: number | undefined): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(maxRecordChars) })
    const lines = buffer.toString('utf8', 0, bytesRead).split(/\r?\n/)
    // The last one may be cut.
    const whole = bytesRead < buffer.length ? lines : lines.slice(0, -1)
    return delimiterOf(whole.filter((line) => line.trim() !== '').slice(0, maxLooked), columns)
  } finally {
    await file.close()
  }
}

async function readInto(
  table: TableWriter,
  file: string,
  { delimiter, signal }: { readonly delimiter: string; readonly signal: AbortSignal | undefined },
): Promise<PersonTable | string> {
  const hash = createHash('sha256')
  const utf8 = new TextDecoder('utf-8', { fatal: true })
  const parser = parse({
    bom: true,
    delimiter,
    skip_empty_lines: true,
    max_record_size: maxRecordChars,
    // Nothing goes on from here: a stream of six million small lists is slow.
    on_record: (record: string[]) => {
      table.add(record)
      return null
    },
  })
  parser.resume()
  const hashed = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk)
      utf8.decode(chunk, { stream: true })
      yield chunk
    }
    utf8.decode()
  }
  const stream = createReadStream(file)
  await pipeline(stream, hashed, parser, signal === undefined ? {} : { signal })
  return table.finish(hash.digest('hex'))
}

/** Why a file is not a table, in a message that may be shown. */
class CsvFault extends Error {}

class TableWriter {
  private columns: readonly string[] | null
  private readonly text: Buffer
  private ends = new Uint32Array(1024)
  private cells = 0
  private bytes = 0

  /** Cells take no more than the file does. */
  constructor(bytes: number, columns: readonly string[] | undefined) {
    this.text = Buffer.from(new SharedArrayBuffer(bytes))
    this.columns = columns ?? null
  }

  add(record: readonly string[]): void {
    const { columns, text } = this
    if (columns === null) {
      if (record.length > sizeLimits.columns) {
        throw new CsvFault(`has more than ${sizeLimits.columns} columns`)
      }
      this.columns = record.map((name) => name.trim())
      return
    }
    if (record.length !== columns.length) {
      throw new CsvFault(`has ${record.length} columns, but ${columns.length} are named`)
    }
    if (this.cells + columns.length > this.ends.length) this.grow()
    for (const cell of record) {
      if (Buffer.byteLength(cell) > text.length - this.bytes) {
        throw new CsvFault('grew while it was read')
      }
      this.bytes += text.write(cell, this.bytes)
      this.ends[this.cells++] = this.bytes
    }
    if (this.cells / columns.length > sizeLimits.tickets) {
      throw new CsvFault(`has more than ${sizeLimits.tickets} rows`)
    }
  }

  finish(sha256: string): PersonTable | string {
    const { columns, cells, bytes } = this
    if (columns === null) return 'is empty'
    const ends = new Uint32Array(new SharedArrayBuffer(cells * 4))
    ends.set(this.ends.subarray(0, cells))
    const text = new Uint8Array(this.text.buffer, 0, bytes)
    return { columns, rows: cells / columns.length, sha256, text, ends }
  }

  private grow(): void {
    const larger = new Uint32Array(this.ends.length * 2 + sizeLimits.columns)
    larger.set(this.ends)
    this.ends = larger
  }
}

const systemWords: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EACCES: 'cannot be read: permission denied',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'is not UTF-8 text; save it as UTF-8',
  ABORT_ERR: 'was not read to its end',
}

const csvWords: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'must have as many cells as the lines above',
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed',
  INVALID_OPENING_QUOTE: 'a quote within a cell; quote the whole cell, and double quotes in it',
  CSV_INVALID_CLOSING_QUOTE: 'text after the quote that closes a cell',
  CSV_MAX_RECORD_SIZE: `a line of more than ${maxRecordChars} characters`,
}

function faultOf(cause: unknown): string {
  if (cause instanceof CsvFault) return cause.message
  if (cause instanceof CsvError) {
    const line: unknown = cause['lines']
    const where = typeof line === 'number' ? `, line ${line}` : ''
    return `CSV${where}: ${csvWords[cause.code] ?? cause.code}`
  }
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
  return systemWords[code] ?? `cannot be read (${code})`
}
