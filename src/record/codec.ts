import { constants, deflateSync, inflateSync } from 'node:zlib'
import { assert } from '../core/assert.ts'
import { DambreakError } from '../core/errors.ts'
import { Histogram } from './histogram.ts'
import type { Layout } from './histogram.ts'

/**
 * HdrHistogram V2, deflated, base64, as every HdrHistogram library reads it:
 *
 *   int32 0x1c849314 · int32 length · zlib(
 *     int32 0x1c849313 · int32 payload length · int32 normalising offset (0) · int32 digits ·
 *     int64 lowest · int64 highest · float64 conversion ratio (1) · payload )
 *
 * The payload is one word a counter from index 0 to the highest that is not zero; a negative word
 * −n stands for n zeros in a row. Words are zig-zag LEB128 in its 64b9B variant: the ninth byte
 * carries eight bits. All integers are big-endian.
 */
const plainCookie = 0x1c849313
const deflatedCookie = 0x1c849314
const headerBytes = 40
const outerBytes = 8
const maxWordBytes = 9

/**
 * Run lengths and Huffman only: next to nothing is lost on such data, and without hash chains the
 * bytes do not depend on the processor that made them.
 */
const deflateOptions = { strategy: constants.Z_RLE, memLevel: 6 }

/** Reused between calls; encoding is synchronous. */
let scratch = Buffer.alloc(4096)

/** Text of a histogram; the same counts give the same bytes. */
export function encodeHistogram(histogram: Histogram): string {
  const length = fillScratch(histogram)
  const deflated = deflateSync(scratch.subarray(0, length), deflateOptions)
  const outer = Buffer.allocUnsafe(outerBytes)
  outer.writeInt32BE(deflatedCookie, 0)
  outer.writeInt32BE(deflated.length, 4)
  return Buffer.concat([outer, deflated]).toString('base64')
}

function fillScratch(histogram: Histogram): number {
  const { layout, counts } = histogram
  const maxBytes = headerBytes + layout.countsLength * maxWordBytes
  if (scratch.length < maxBytes) scratch = Buffer.alloc(maxBytes)
  let at = headerBytes
  let expected = 0
  for (let i = histogram.next(0); i >= 0; i = histogram.next(i + 1)) {
    const zeros = i - expected
    // A single zero is written as the count 0, as the reference does.
    if (zeros === 1) at = writeWord(0, at)
    else if (zeros > 1) at = writeWord(2 * zeros - 1, at)
    at = writeWord(2 * counts[i]!, at)
    expected = i + 1
  }
  if (expected === 0) at = writeWord(0, at)
  scratch.writeInt32BE(plainCookie, 0)
  scratch.writeInt32BE(at - headerBytes, 4)
  scratch.writeInt32BE(0, 8)
  scratch.writeInt32BE(layout.digits, 12)
  scratch.writeBigInt64BE(BigInt(layout.lowest), 16)
  scratch.writeBigInt64BE(BigInt(layout.highest), 24)
  scratch.writeDoubleBE(1, 32)
  return at
}

/** Writes a word that is zig-zagged already (2n for a count, 2n − 1 for n zeros); the end of it. */
function writeWord(word: number, at: number): number {
  assert(word <= Number.MAX_SAFE_INTEGER, 'a counter must stay below 2^52')
  let rest = word
  let next = at
  // Under 2^53 a word is exact as a number and never reaches the ninth byte.
  while (rest >= 0x80) {
    scratch[next] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
    next += 1
  }
  scratch[next] = rest
  return next + 1
}

/**
 * Histogram of a text that may come from anywhere. The text must be of `layout`.
 * @throws DambreakError 'invalid' whatever is wrong with the text
 */
export function decodeHistogram(text: string, layout: Layout): Histogram {
  const histogram = new Histogram(layout)
  addEncoded(text, histogram)
  return histogram
}

/**
 * Adds an encoded histogram to one of the same layout; after an error a part may have been added.
 * @throws DambreakError 'invalid' whatever is wrong with the text
 */
export function addEncoded(text: string, histogram: Histogram): void {
  const plain = inflated(text, histogram.layout)
  checkHeader(plain, histogram.layout)
  addPayload(plain, histogram)
}

function invalid(why: string): DambreakError {
  return new DambreakError('invalid', `not an HdrHistogram in V2 encoding: ${why}`)
}

function inflated(text: string, layout: Layout): Buffer {
  const maxBytes = headerBytes + layout.countsLength * maxWordBytes
  // Deflate never grows data by more than a few bytes a block; anything longer is not ours to read.
  if (text.length > 2 * maxBytes + 1024) throw invalid('the text is too long')
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw invalid('not base64')
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length < outerBytes) throw invalid('cut short')
  if (bytes.readInt32BE(0) !== deflatedCookie) throw invalid('unknown cookie')
  if (bytes.readInt32BE(4) !== bytes.length - outerBytes) throw invalid('wrong length')
  let plain: Buffer
  try {
    plain = inflateSync(bytes.subarray(outerBytes), { maxOutputLength: maxBytes })
  } catch {
    throw invalid('the compressed part is damaged or too long')
  }
  if (plain.length < headerBytes) throw invalid('cut short')
  return plain
}

function checkHeader(plain: Buffer, layout: Layout): void {
  if (plain.readInt32BE(0) !== plainCookie) throw invalid('unknown inner cookie')
  if (plain.readInt32BE(4) !== plain.length - headerBytes) throw invalid('wrong inner length')
  // HdrHistogramJS writes 1 where it means no offset; a real one says that the counters are shifted.
  if (![0, 1].includes(plain.readInt32BE(8))) throw invalid('a shifted histogram')
  const same =
    plain.readInt32BE(12) === layout.digits &&
    plain.readBigInt64BE(16) === BigInt(layout.lowest) &&
    plain.readBigInt64BE(24) === BigInt(layout.highest)
  // The conversion ratio is left alone: libraries write 1 as an integer or as a double.
  if (!same) throw invalid(`not of the layout 1…${layout.highest} ${layout.unit}`)
}

function addPayload(plain: Buffer, histogram: Histogram): void {
  const { countsLength } = histogram.layout
  let index = 0
  let at = headerBytes
  while (at < plain.length) {
    let word = 0
    let factor = 1
    let byte = 0x80
    for (let k = 0; byte >= 0x80; k += 1) {
      if (at >= plain.length) throw invalid('a word is cut short')
      // Eight bytes are 56 bits, more than any count we can hold exactly.
      if (k === 8) throw invalid('a count is too large')
      byte = plain[at]!
      at += 1
      word += (byte & 0x7f) * factor
      factor *= 0x80
    }
    if (word > Number.MAX_SAFE_INTEGER) throw invalid('a count is too large')
    if (word % 2 === 1) {
      index += (word + 1) / 2
      if (index > countsLength) throw invalid('more counters than the layout has')
    } else {
      if (index >= countsLength) throw invalid('more counters than the layout has')
      if (word > 0) histogram.recordAt(index, word / 2)
      index += 1
    }
  }
}
