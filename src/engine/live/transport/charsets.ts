import { isUtf8 } from 'node:buffer'
import { createRequire } from 'node:module'
import type * as iconvLite from 'iconv-lite'
import { charsetLabel } from '../../../scenario/request/charset-label.ts'
import { charsetWithin, type BodyFacts } from '../../client/body-facts.ts'

/** Text from bytes: the charset of the byte-order mark, the header, the page, or UTF-8. */

type Read = (bytes: Buffer) => string

/**
 * Two that Node reads too narrowly: it lacks half of the syllables of `euc-kr`, which is the code
 * page 949, and the additions of Hong Kong in `big5`.
 */
const widerNames: ReadonlyMap<string, string> = new Map([
  ['euc-kr', 'cp949'],
  ['big5', 'big5hkscs'],
])

/** Loaded where a page needs it: its tables take 30 ms. */
const loadIconv = () => createRequire(import.meta.url)('iconv-lite') as typeof iconvLite

const readUtf8: Read = (bytes) => bytes.toString('utf8')

/** By label; bounded, because only known labels get in. */
const readers = new Map<string, Read>()

function readerOf(label: string): Read | null {
  const known = readers.get(label)
  if (known !== undefined) return known
  let decoder: InstanceType<typeof TextDecoder>
  try {
    decoder = new TextDecoder(charsetLabel(label))
  } catch {
    return null
  }
  const wider = widerNames.get(decoder.encoding)
  const read: Read =
    decoder.encoding === 'utf-8'
      ? readUtf8
      : wider === undefined
        ? (bytes) => decoder.decode(bytes)
        : (bytes) => loadIconv().decode(bytes, wider)
  readers.set(label, read)
  return read
}

const isKnown = (label: string): boolean => readerOf(label) !== null

export interface DecodedText {
  readonly text: string
  /** Its charset is unknown: what is not ASCII may be anything. */
  readonly isUnsure: boolean
}

/** What the text of a body is read by. */
export interface TextContext {
  readonly facts: BodyFacts
  /** Charset of what states none; '' for UTF-8. */
  readonly fallback: string
  /** The body goes on behind these bytes. */
  readonly isCut: boolean
}

export function textOf(bytes: Buffer, { facts, fallback, isCut }: TextContext): DecodedText {
  const [a, b, c] = bytes
  if (a === 0xef && b === 0xbb && c === 0xbf) return sure(readUtf8(bytes.subarray(3)))
  if ((a === 0xfe && b === 0xff) || (a === 0xff && b === 0xfe)) {
    return sure(new TextDecoder(a === 0xfe ? 'utf-16be' : 'utf-16le').decode(bytes))
  }
  const stated = facts.charset === '' ? null : readerOf(facts.charset)
  if (stated !== null) return sure(stated(bytes))
  const text = readUtf8(bytes)
  const within = charsetWithin(facts, text, isKnown)
  const read = readerOf(within === '' ? fallback.toLowerCase() : within)
  if (read !== null) return sure(read === readUtf8 ? text : read(bytes))
  // Zero bytes are UTF-16 or worse.
  const isUnsure = bytes.includes(0) || !isUtf8(isCut ? withoutLastChar(bytes) : bytes)
  return { text, isUnsure }
}

const sure = (text: string): DecodedText => ({ text, isUnsure: false })

/** Without the last character, if it has more bytes than one: it may have been cut. */
function withoutLastChar(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && bytes.length - end < 3 && (bytes[end - 1]! & 0xc0) === 0x80) end--
  return end > 0 && bytes[end - 1]! >= 0xc0 ? bytes.subarray(0, end - 1) : bytes
}
