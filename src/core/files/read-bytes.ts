import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DambreakError } from '../errors.ts'
import { diskError, errorCode } from './disk-error.ts'
import { pipeBytes } from './pipe-bytes.ts'

/** Bytes that are read from a file at a time. */
export const chunkBytes = 65_536

/** What was read already, and then the rest. */
export async function* following(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* head
  yield* { [Symbol.asyncIterator]: () => rest }
}

/** The bytes of a file or a pipe as they are. */
export function rawChunksOf(path: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
  return pipeBytes(path, signal) ?? createReadStream(path, { highWaterMark: chunkBytes, signal })
}

/**
 * The bytes of a file or a pipe, unpacked where it begins as gzip does, whatever it is called.
 * @throws DambreakError 'usage' where it cannot be unpacked any further (`isUnpackError`); 'disk';
 * 'interrupted'
 */
export async function* chunksOf(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* unpackedChunks(rawChunksOf(path, signal), path)
  } catch (error) {
    throw readError(error, path)
  }
}

/** The same of bytes that are read elsewhere; `path` is for messages. */
export async function* unpackedChunks(
  raw: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Uint8Array> {
  const bytes = raw[Symbol.asyncIterator]()
  try {
    const first = await bytes.next()
    if (first.done === true) return
    const isGzip = first.value[0] === 0x1f && first.value[1] === 0x8b
    const all = following([first.value], bytes)
    if (isGzip) yield* unpacked(all)
    else yield* all
  } catch (error) {
    throw readError(error, path)
  } finally {
    // Ends a stream that was not read to its end.
    await bytes.return?.()
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

/** Whether what was thrown says that a packed file is cut short or damaged: all before that was read. */
export function isUnpackError(error: unknown): boolean {
  return error instanceof DambreakError && errorCode(error.cause).startsWith('Z_')
}
