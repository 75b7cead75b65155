import { open, rm, type FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { uniqueName } from '../host.ts'
import { isReadOnce } from './pipe-bytes.ts'
import { chunksOf, rawChunksOf, unpackedChunks } from './read-bytes.ts'

/** An input that is read more than once. */
export interface AgainReadable {
  readonly path: string
  /** Its bytes from the beginning, unpacked; each pass to its end before the next. */
  readonly chunks: () => AsyncIterable<Uint8Array>
  readonly close: () => Promise<void>
}

/** A file is opened each time; of a pipe, which can be read once, a copy without a name is kept on disk. */
export function readAgain(path: string, signal: AbortSignal): AgainReadable {
  if (!isReadOnce(path)) {
    return { path, chunks: () => chunksOf(path, signal), close: () => Promise.resolve() }
  }
  let copy: FileHandle | null = null
  return {
    path,
    chunks: () => {
      const bytes = copy === null ? kept(path, signal, (file) => (copy = file)) : bytesOf(copy)
      return unpackedChunks(bytes, path)
    },
    close: async () => copy?.close(),
  }
}

async function* kept(
  path: string,
  signal: AbortSignal,
  keep: (file: FileHandle) => void,
): AsyncGenerator<Uint8Array> {
  const place = join(tmpdir(), `dambreak-${uniqueName()}`)
  const file = await open(place, 'wx+', 0o600)
  // Without a name it is gone with the process, however that ends.
  await rm(place)
  keep(file)
  for await (const chunk of rawChunksOf(path, signal)) {
    await file.write(chunk)
    yield chunk
  }
}

async function* bytesOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  yield* file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Uint8Array>
}
