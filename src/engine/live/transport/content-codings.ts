import {
  brotliDecompressSync,
  crc32,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib'

/** Undoes the content codings of a body (RFC 9110, 8.4). */

export type CodingFault = 'EncodingUnknown' | 'EncodingBroken' | 'BodyTooLong'

type Decode = (bytes: Buffer, maxBytes: number) => Buffer

const codings: ReadonlyMap<string, Decode> = new Map<string, Decode>([
  ['gzip', gunzip],
  ['x-gzip', gunzip],
  ['deflate', inflate],
  ['br', (bytes, maxBytes) => brotliDecompressSync(bytes, { maxOutputLength: maxBytes })],
  ['zstd', (bytes, maxBytes) => zstdDecompressSync(bytes, { maxOutputLength: maxBytes })],
])

/** No sane server applies more; each could blow up what the one before it gave. */
const maxCodings = 4

/**
 * The bytes that were encoded, or why they are not available. `names`: in the order in which they
 * were applied. No step gives more than `maxBytes`.
 */
export function decodeContent(
  bytes: Buffer,
  names: readonly string[],
  maxBytes: number,
): Buffer | CodingFault {
  if (names.length > maxCodings) return 'EncodingUnknown'
  let decoded = bytes
  for (const name of names.toReversed()) {
    const decode = codings.get(name)
    if (decode === undefined) return 'EncodingUnknown'
    try {
      decoded = decode(decoded, maxBytes)
    } catch (error) {
      return isTooLarge(error) ? 'BodyTooLong' : 'EncodingBroken'
    }
  }
  return decoded
}

const isTooLarge = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'

/** "deflate" is zlib's format (RFC 1950); many servers send the bare one (RFC 1951). */
function inflate(bytes: Buffer, maxBytes: number): Buffer {
  const options = { maxOutputLength: maxBytes }
  const [first = 0, second = 0] = bytes
  const isZlib = (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0
  if (!isZlib) return inflateRawSync(bytes, options)
  try {
    return inflateSync(bytes, options)
  } catch (error) {
    if (isTooLarge(error)) throw error
    return inflateRawSync(bytes, options)
  }
}

function gunzip(bytes: Buffer, maxBytes: number): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes })
  } catch (error) {
    if (isTooLarge(error)) throw error
    // Browsers ignore what follows the last member; zlib does not.
    return gunzipMembers(bytes, maxBytes)
  }
}

/** Member after member (RFC 1952, 2.2), until something else comes. */
function gunzipMembers(bytes: Buffer, maxBytes: number): Buffer {
  const members: Buffer[] = []
  let left = maxBytes
  for (let at = 0; at === 0 || isMember(bytes, at);) {
    const from = at + headerBytes(bytes, at)
    const { buffer, engine } = inflateRawSync(bytes.subarray(from), {
      maxOutputLength: left,
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } }
    at = from + engine.bytesWritten
    const isWhole = bytes.readUInt32LE(at) === crc32(buffer)
    if (!isWhole || bytes.readUInt32LE(at + 4) !== buffer.length) throw new Error('it differs')
    at += 8
    left -= buffer.length
    members.push(buffer)
  }
  return Buffer.concat(members)
}

const isMember = (bytes: Buffer, at: number): boolean =>
  bytes[at] === 0x1f && bytes[at + 1] === 0x8b && bytes[at + 2] === 8

const Has = { crc: 2, extra: 4, name: 8, comment: 16 } as const

/** RFC 1952, 2.3 */
function headerBytes(bytes: Buffer, from: number): number {
  if (!isMember(bytes, from)) throw new Error('no gzip member')
  const flags = bytes.readUInt8(from + 3)
  let at = from + 10
  if ((flags & Has.extra) !== 0) at += 2 + bytes.readUInt16LE(at)
  for (const text of [Has.name, Has.comment]) {
    if ((flags & text) === 0) continue
    const end = bytes.indexOf(0, at)
    if (end < 0) throw new Error('the header is cut off')
    at = end + 1
  }
  return at + ((flags & Has.crc) === 0 ? 0 : 2) - from
}
