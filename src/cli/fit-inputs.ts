import { createReadStream, statSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DambreakError } from '../core/errors.ts'
import { readCombined } from '../model/fit/inputs/combined-line.ts'
import { Damage } from '../model/fit/inputs/damage.ts'
import {
  expectedInputs,
  inputKind,
  zoneOf,
  type InputKind,
} from '../model/fit/inputs/input-kind.ts'
import { readJsonLine } from '../model/fit/inputs/json-line.ts'
import { lineBatches } from '../model/fit/inputs/lines.ts'
import type { LogEntry } from '../model/fit/inputs/log-entry.ts'
import { csvEntries, logEntries, mergeEntries } from '../model/fit/inputs/read-log.ts'
import { RequestLog, type LogEvidence } from '../model/fit/inputs/request-log.ts'
import type { Screen } from '../model/fit/inputs/screen.ts'
import type { TimeContext } from '../model/fit/inputs/timestamp.ts'
import { Waits } from '../model/fit/inputs/waits.ts'
import { diskError, errorCode } from '../record/disk-error.ts'
import type { RunRecord } from '../record/run.ts'
import { readRun } from '../record/store.ts'

/** Everything that the inputs of a fit hold, read once. */
export interface FitInputs {
  /** Of all logs together; `null` where there is none. */
  readonly log: LogEvidence | null
  readonly waits: Waits
  readonly screens: readonly Screen[]
  readonly runs: readonly NamedRun[]
  /** One an input that has lines. */
  readonly damages: readonly Damage[]
  /** The zone that times are written in, where they are. */
  readonly zone: string | null
}

export interface NamedRun {
  readonly name: string
  readonly run: RunRecord
}

export interface FitReading {
  readonly context: TimeContext
  readonly seed: number
  readonly entry: string | null
  readonly signal: AbortSignal
}

/** An input whose beginning was looked at. */
interface Opened {
  readonly path: string
  readonly kind: InputKind
  readonly zone: string | null
  readonly chunks: AsyncIterable<Uint8Array>
}

const headBytes = 65_536

/**
 * Reads every input, its kind told by what it holds: logs are streamed, all of them side by side in
 * the order of their times.
 * @throws DambreakError 'usage' where one is nothing that can be fitted, is empty or mostly broken;
 * 'disk' where it cannot be read; 'interrupted'
 */
export async function readFitInputs(
  paths: readonly string[],
  reading: FitReading,
): Promise<FitInputs> {
  const runs: NamedRun[] = []
  const opened: Opened[] = []
  for (const path of paths) {
    const input = await open(path, reading)
    if (input.kind.kind === 'run') runs.push({ name: path, run: await readRunInput(path) })
    else opened.push(input)
  }
  const waits = new Waits()
  const screens: Screen[] = []
  const damages = opened.map(({ path }) => new Damage(path))
  const logs = opened.map((input, i) => {
    const damage = damages[i] ?? new Damage(input.path)
    return entriesOf(input, { damage, waits, screens, context: reading.context })
  })
  const finest = opened.map(({ kind }) => ('times' in kind ? kind.times.resolutionMs : 1000))
  const log = new RequestLog(Math.min(1000, ...finest), reading)
  let requests = 0
  await mergeEntries(logs, (entry, source) => {
    requests++
    log.add(entry, source)
  })
  for (const damage of damages) damage.check(expectedInputs)
  const zone = opened.find((input) => input.zone !== null)?.zone ?? null
  return { log: requests === 0 ? null : log.finish(), waits, screens, runs, damages, zone }
}

/** A run that cannot be read is bad usage here: the exit code of an invalid run is another matter. */
export async function readRunInput(path: string): Promise<RunRecord> {
  try {
    return await readRun(path)
  } catch (error) {
    if (!(error instanceof DambreakError) || error.kind !== 'invalid') throw error
    throw new DambreakError('usage', error.message, error.faults, error)
  }
}

function entriesOf(
  { kind, chunks }: Opened,
  into: { damage: Damage; waits: Waits; screens: Screen[]; context: TimeContext },
): AsyncIterable<LogEntry[]> {
  const batches = lineBatches(chunks)
  const { damage, waits, screens, context } = into
  const aroundMs = 'times' in kind ? kind.times.aroundMs : null
  if (kind.kind === 'csv') {
    return csvEntries({ batches, damage, aroundMs, header: kind.header, context, waits, screens })
  }
  const read = kind.kind === 'json' ? (line: string) => readJsonLine(line, context) : readCombined
  return logEntries({ batches, damage, aroundMs, read })
}

async function open(path: string, { context, signal }: FitReading): Promise<Opened> {
  if (isDirectory(path)) return { path, kind: { kind: 'run' }, zone: null, chunks: none() }
  const bytes = chunksOf(path, signal)[Symbol.asyncIterator]()
  const head: Uint8Array[] = []
  let size = 0
  let isWhole = false
  while (size < headBytes && !isWhole) {
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
    throw new DambreakError('usage', `${path} ${kind.reason}; ${expectedInputs}`)
  }
  return { path, kind, zone: zoneOf(text), chunks: following(head, bytes) }
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

async function* following(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* head
  yield* { [Symbol.asyncIterator]: () => rest }
}

/** The bytes of a file, unpacked where it begins as gzip does, whatever it is called. */
async function* chunksOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const file = createReadStream(path, { highWaterMark: headBytes, signal })
  try {
    const bytes = file[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
    const first = await bytes.next()
    if (first.done === true) return
    const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b
    const all = following([first.value], bytes)
    if (isGzip) yield* unpacked(all)
    else yield* all
  } catch (error) {
    throw readError(error, path)
  } finally {
    file.destroy()
  }
}

async function* unpacked(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip()
  const stream = Readable.from(chunks)
    .on('error', (error) => gunzip.destroy(error))
    .pipe(gunzip)
  yield* stream as AsyncIterable<Uint8Array>
}

function readError(error: unknown, path: string): unknown {
  const code = errorCode(error)
  if (code === 'ABORT_ERR') {
    return new DambreakError('interrupted', `stopped while ${path} was being read`)
  }
  if (code.startsWith('Z_')) {
    const reason = code === 'Z_BUF_ERROR' ? 'is cut short' : 'is damaged'
    return new DambreakError('usage', `${path} cannot be unpacked: it ${reason}`, [], error)
  }
  return code === '' ? error : diskError(error, `read ${path}`)
}
