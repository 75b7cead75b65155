import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeContent } from './content-codings.ts'

const text = 'sold out '.repeat(50)
const gzip = gzipSync(text)
const br = brotliCompressSync(text)
const zstd = zstdCompressSync(text)
const decoded = (bytes: Buffer, names: string[], maxBytes = 1_048_576) => {
  const found = decodeContent(bytes, names, maxBytes)
  return typeof found === 'string' ? found : found.toString()
}
/** With a file name, a comment, more fields and a checksum of the header (RFC 1952, 2.3). */
const fullHeader = Buffer.concat([
  Buffer.from([0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 0x61, 0x62]),
  Buffer.from('name\0comment\0\x11\x22', 'latin1'),
  gzip.subarray(10),
])

describe('content codings', () => {
  test.each<[string, Buffer, string[]]>([
    ['nothing', Buffer.from(text), []],
    ['gzip', gzip, ['gzip']],
    ['x-gzip', gzip, ['x-gzip']],
    ['deflate as it is meant', deflateSync(text), ['deflate']],
    ['deflate as many send it', deflateRawSync(text), ['deflate']],
    ['br', br, ['br']],
    ['zstd', zstd, ['zstd']],
    ['gzip, then br', brotliCompressSync(gzip), ['gzip', 'br']],
    ['gzip with trailing garbage', Buffer.concat([gzip, Buffer.from('garbage')]), ['gzip']],
    ['gzip with zeros behind it', Buffer.concat([gzip, Buffer.alloc(9)]), ['gzip']],
    ['gzip with all fields and garbage', Buffer.concat([fullHeader, Buffer.from('x')]), ['gzip']],
  ])('%s', (_name, bytes, names) => {
    expect(decoded(bytes, names)).toBe(text)
  })

  test('members of gzip, one after the other, with garbage or without', () => {
    const two = Buffer.concat([gzip, gzip])
    expect(decoded(two, ['gzip'])).toBe(text + text)
    expect(decoded(Buffer.concat([two, Buffer.from('x')]), ['gzip'])).toBe(text + text)
  })

  test.each<[string, Buffer, string[], string]>([
    ['plain text that is called gzip', Buffer.from(text), ['gzip'], 'EncodingBroken'],
    ['plain text that is called br', Buffer.from(text), ['br'], 'EncodingBroken'],
    ['plain text that is called deflate', Buffer.from(text), ['deflate'], 'EncodingBroken'],
    ['gzip that is called zstd', gzip, ['zstd'], 'EncodingBroken'],
    ['truncated gzip', gzip.subarray(0, -3), ['gzip'], 'EncodingBroken'],
    ['truncated gzip header', gzip.subarray(0, 6), ['gzip'], 'EncodingBroken'],
    ['truncated deflate', deflateSync(text).subarray(0, -5), ['deflate'], 'EncodingBroken'],
    ['truncated br', br.subarray(0, -1), ['br'], 'EncodingBroken'],
    ['truncated zstd', zstd.subarray(0, -2), ['zstd'], 'EncodingBroken'],
    ['gzip with another checksum', withByte(gzip, gzip.length - 8), ['gzip'], 'EncodingBroken'],
    ['gzip in the wrong order', brotliCompressSync(gzip), ['br', 'gzip'], 'EncodingBroken'],
    ['compress', gzip, ['compress'], 'EncodingUnknown'],
    ['an unknown one beneath', gzip, ['aes128gcm', 'gzip'], 'EncodingUnknown'],
    ['five of them', gzip, ['gzip', 'gzip', 'gzip', 'gzip', 'gzip'], 'EncodingUnknown'],
  ])('%s', (_name, bytes, names, fault) => {
    expect(decoded(bytes, names)).toBe(fault)
  })

  test.each<[string, (bytes: Buffer) => Buffer]>([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ])('%s gives no more than the limit', (name, encode) => {
    const whole = Buffer.alloc(100_000, 'x')
    expect(decodeContent(encode(whole), [name], 100_000)).toEqual(whole)
    expect(decodeContent(encode(whole), [name], 99_999)).toBe('BodyTooLong')
    expect(decodeContent(encode(Buffer.alloc(50_000_000)), [name], 1_048_576)).toBe('BodyTooLong')
  })

  test('a bomb in a bomb stops at the first', () => {
    const inner = gzipSync(Buffer.alloc(30_000_000))
    expect(decodeContent(gzipSync(inner), ['gzip', 'gzip'], 1_048_576)).toBe('BodyTooLong')
    const garbage = Buffer.concat([inner, inner, Buffer.from('x')])
    expect(decodeContent(garbage, ['gzip'], 1_048_576)).toBe('BodyTooLong')
  })

  test('law: any bytes give bytes or a reason', () => {
    const name = fc.constantFrom('gzip', 'deflate', 'br', 'zstd')
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(fc.nat(40), fc.nat(255)).map(([at, by]) => withByte(gzip, at, by)),
    )
    fc.assert(
      fc.property(bytes, fc.array(name, { maxLength: 3 }), (given, names) => {
        const found = decodeContent(Buffer.from(given), names, 10_000)
        if (typeof found === 'string') expect(found).toMatch(/^(EncodingBroken|BodyTooLong)$/)
        else expect(found.length).toBeLessThanOrEqual(10_000)
      }),
    )
  })
})

function withByte(bytes: Buffer, at: number, by = 1): Buffer {
  const other = Buffer.from(bytes)
  other[at % other.length]! ^= by
  return other
}
