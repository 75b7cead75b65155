import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import {
  Float64Histogram,
  decodeFromCompressedBase64,
  encodeIntoCompressedBase64,
} from 'hdr-histogram-js'
import { describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { addEncoded, decodeHistogram, encodeHistogram } from './codec.ts'
import { Histogram, highestOf, latencyLayout, waitLayout } from './histogram.ts'

/** Counters and their counts, dense and sparse, small and large. */
const cells = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: waitLayout.lastIndex }),
    fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2 ** 50 })),
  ),
  { maxLength: 200 },
)

function filled(given: readonly (readonly [number, number])[]): Histogram {
  const histogram = new Histogram(waitLayout)
  for (const [index, count] of given) histogram.recordAt(index, count)
  return histogram
}

/** The error of decoding, which must be ours. */
function faultOf(text: string): string {
  try {
    decodeHistogram(text, waitLayout)
  } catch (error) {
    expect(error).toBeInstanceOf(DambreakError)
    expect(error instanceof DambreakError ? error.kind : '').toBe('invalid')
    return error instanceof Error ? error.message : ''
  }
  return ''
}

/** An encoded histogram with its inner part replaced. */
function wrapped(plain: Uint8Array): string {
  const deflated = deflateSync(plain)
  const outer = Buffer.alloc(8)
  outer.writeInt32BE(0x1c849314, 0)
  outer.writeInt32BE(deflated.length, 4)
  return Buffer.concat([outer, deflated]).toString('base64')
}

/** A correct header before any payload. */
function plainOf(payload: readonly number[]): Buffer {
  const plain = Buffer.alloc(40 + payload.length)
  plain.writeInt32BE(0x1c849313, 0)
  plain.writeInt32BE(payload.length, 4)
  plain.writeInt32BE(3, 12)
  plain.writeBigInt64BE(1n, 16)
  plain.writeBigInt64BE(BigInt(waitLayout.highest), 24)
  plain.set(payload, 40)
  return plain
}

describe('encodeHistogram', () => {
  test('comes back as it was', () => {
    fc.assert(
      fc.property(cells, (given) => {
        const histogram = filled(given)
        const text = encodeHistogram(histogram)
        expect(decodeHistogram(text, waitLayout).counts).toEqual(histogram.counts)
        expect(encodeHistogram(filled(given.toReversed()))).toBe(text)
      }),
    )
  })

  test('hdr-histogram-js reads ours', () => {
    fc.assert(
      fc.property(cells, (given) => {
        const histogram = filled(given)
        const theirs = decodeFromCompressedBase64(encodeHistogram(histogram), 64)
        if (!(theirs instanceof Float64Histogram)) throw new Error('another kind of histogram')
        expect(Array.from(theirs._counts)).toEqual(Array.from(histogram.counts))
        expect(theirs.highestTrackableValue).toBe(waitLayout.highest)
      }),
      { numRuns: 50 },
    )
  })

  test('we read those of hdr-histogram-js', () => {
    fc.assert(
      fc.property(cells, (given) => {
        const theirs = new Float64Histogram(1, waitLayout.highest, 3)
        for (const [index, count] of given) {
          theirs.recordValueWithCount(Math.min(highestOf(index), waitLayout.highest), count)
        }
        const decoded = decodeHistogram(encodeIntoCompressedBase64(theirs), waitLayout)
        expect(Array.from(decoded.counts)).toEqual(Array.from(theirs._counts))
      }),
      { numRuns: 50 },
    )
  })

  test('a known text stays the same', () => {
    const histogram = new Histogram(latencyLayout)
    for (const value of [1, 1, 2, 1000, 250_000, 3_600_000_000]) histogram.record(value)
    expect(encodeHistogram(histogram)).toMatchInlineSnapshot(
      `"HISTFAAAAC94AZNpmSzMwMDAywABzAwQwMgABNcmL2Gw/8AAASxMJ/mZ3tcxLb7DyAQApW0IZQ=="`,
    )
  })

  test('decoding can add up', () => {
    const sum = filled([[5, 1]])
    addEncoded(
      encodeHistogram(
        filled([
          [5, 2],
          [700, 4],
        ]),
      ),
      sum,
    )
    expect(sum.counts).toEqual(
      filled([
        [5, 3],
        [700, 4],
      ]).counts,
    )
  })
})

describe('decodeHistogram of what comes from outside', () => {
  const good = Buffer.from(
    encodeHistogram(
      filled([
        [3, 5],
        [4000, 70],
        [9000, 2 ** 40],
      ]),
    ),
    'base64',
  )

  test('any text is refused or read, never a crash', () => {
    fc.assert(fc.property(fc.string(), (text) => void faultOf(text)))
    fc.assert(fc.property(fc.base64String(), (text) => void faultOf(text)))
  })

  test('a damaged histogram is refused or read, never a crash', () => {
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 })
    fc.assert(
      fc.property(damage, fc.nat(good.length), (bytes, length) => {
        const damaged = Buffer.from(good)
        for (const [at, byte] of bytes) damaged[at] = byte
        faultOf(damaged.subarray(0, length).toString('base64'))
      }),
      { numRuns: 500 },
    )
  })

  test('any payload behind a good header is refused or read, never a crash', () => {
    const payload = fc.array(fc.nat(255), { maxLength: 60 })
    fc.assert(
      fc.property(payload, (bytes) => void faultOf(wrapped(plainOf(bytes)))),
      { numRuns: 500 },
    )
  })

  test('each fault says what it is', () => {
    expect(faultOf('')).toContain('not base64')
    expect(faultOf('not base64!!')).toContain('not base64')
    expect(faultOf('AAAA')).toContain('cut short')
    expect(faultOf(Buffer.alloc(12).toString('base64'))).toContain('unknown cookie')
    expect(faultOf(good.subarray(0, -3).toString('base64'))).toContain('wrong length')
    expect(faultOf(wrapped(Buffer.alloc(20)))).toContain('cut short')
    expect(faultOf(wrapped(Buffer.alloc(40)))).toContain('unknown inner cookie')
    expect(faultOf(wrapped(plainOf([2, 2]).subarray(0, -1)))).toContain('wrong inner length')
    expect(faultOf(wrapped(plainOf([0x80])))).toContain('a word is cut short')
    expect(faultOf(wrapped(plainOf(Array<number>(9).fill(0xff))))).toContain('too large')
    expect(faultOf(wrapped(plainOf([0xff, 0xff, 0xff, 0x0f])))).toContain('more counters')
    const many = Array<number>(waitLayout.countsLength + 1).fill(2)
    expect(faultOf(wrapped(plainOf(many)))).toContain('more counters')
    expect(faultOf(wrapped(plainOf(many.slice(1))))).toBe('')
  })

  test('a bomb is cut off', () => {
    expect(faultOf(wrapped(Buffer.alloc(50_000_000)))).toContain('too long')
    expect(faultOf('A'.repeat(4_000_000))).toContain('the text is too long')
  })

  test('a histogram of another layout is refused', () => {
    const other = new Histogram(latencyLayout)
    other.record(5)
    expect(faultOf(encodeHistogram(other))).toContain('not of the layout')
  })
})
