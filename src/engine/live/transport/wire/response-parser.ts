import { KeptBody } from '../kept-body.ts'
import { Want as Wants } from '../../../client/transport.ts'
import type { HeadFacts } from './head-facts.ts'
import { HeadParser, headGoesOn, headIsBad, maxHeadBytes } from './head-parser.ts'
import type { KnownHeads } from './known-heads.ts'
import { hexValue as hexValues } from './octets.ts'

// Local names: V8 folds a module's own constants and reads an imported one anew at every use. Here, per byte,
// that takes 8% off the time per answer (Node 24).
const Want = Wants
const HEAD_GOES_ON = headGoesOn
const HEAD_IS_BAD = headIsBad
const MOST_CHUNK_LINE_BYTES = maxHeadBytes
const hexValue = hexValues

/** What a piece came to. */
export const Parsed = { more: 0, done: 1, bad: 2 } as const
const { more: MORE, done: DONE, bad: BAD } = Parsed
const BODY_FOLLOWS = 3

const State = {
  start: 0,
  head: 1,
  fixed: 2,
  untilClose: 3,
  size: 4,
  sizeDigits: 5,
  sizeSpace: 6,
  extension: 7,
  sizeLf: 8,
  data: 9,
  dataCr: 10,
  dataLf: 11,
  trailer: 12,
} as const

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const SEMICOLON = 59

/**
 * Reads one answer after the other off a connection, cut up in any way, as a strict client does
 * (RFC 9112). It keeps no byte of the buffer it reads from: one buffer serves
 * all connections.
 */
export class ResponseParser {
  status = 0
  /** Field lines of the final answer, where these or the body are wanted. */
  head = ''
  /**
   * The body's bytes as they came, where wanted; `null` where there is none. They may stand in the
   * shared buffer: good until the next piece is read.
   */
  body: Buffer | null = null
  bodyCut = false
  /** The answer lets its connection carry another one. */
  isKept = false
  /** Where the answer ended in the last piece: what comes after it was not asked for. */
  endAt = 0
  private readonly known: KnownHeads
  private readonly maxBodyBytes: number
  private readonly fields = new HeadParser()
  private state: number = State.start
  private want = 0
  private isHeadRequest = false
  /** Bytes to come, of the body or of the chunk. */
  private left = 0
  private chunkLineBytes = 0
  private kept: KeptBody | null = null

  /** `known`: shared by all parsers that read from one buffer. */
  constructor(known: KnownHeads, maxBodyBytes: number) {
    this.known = known
    this.maxBodyBytes = maxBodyBytes
  }

  /** Makes ready for the answer to the next request. */
  begin(want: number, isHeadRequest: boolean): void {
    this.want = want
    this.isHeadRequest = isHeadRequest
    this.state = State.start
    this.body = null
    this.bodyCut = false
    this.kept = null
  }

  /** Reads the first `length` bytes of the buffer: one of `Parsed`. */
  read(length: number): number {
    this.endAt = 0
    if (this.state <= State.head) {
      const framed = this.readHead(length)
      if (framed !== BODY_FOLLOWS) return framed
    }
    return this.readBody(this.known.buffer, length)
  }

  /** The target has closed its side: true if that is how the answer ends. */
  end(): boolean {
    if (this.state !== State.untilClose) return false
    this.finishBody()
    return true
  }

  private readHead(length: number): number {
    const { known, fields } = this
    // Only the head says how a body is encoded.
    const isTextWanted = this.want !== Want.nothing
    let isWhole = this.state === State.start
    if (isWhole) {
      const facts = known.find(length, isTextWanted)
      if (facts !== null) {
        this.endAt = known.foundBytes
        return this.frame(facts)
      }
      fields.begin(isTextWanted)
      this.state = State.head
    }
    for (;;) {
      const at = fields.read(known.buffer, this.endAt, length)
      if (at === HEAD_GOES_ON) return MORE
      if (at === HEAD_IS_BAD) return BAD
      this.endAt = at
      const { status } = fields.facts
      if (status >= 200 || status < 100) break
      // We never ask for another protocol; after any other interim answer comes the next one
      // (RFC 9110 §15.2).
      if (status === 101) return BAD
      isWhole = false
      fields.begin(isTextWanted)
      if (at === length) return MORE
    }
    const { facts } = fields
    if (isWhole && known.keep(length, this.endAt, isTextWanted, facts)) fields.renewFacts()
    return this.frame(facts)
  }

  /** What the head says of how the answer goes on (RFC 9112 §6.3). */
  private frame(facts: HeadFacts): number {
    const { status, length } = facts
    this.status = status
    this.head = facts.text
    this.isKept = !facts.closes && (facts.minor > 0 || facts.keepsAlive)
    if (this.isHeadRequest || status === 204 || status === 304) return DONE
    if (facts.hasCoding) {
      if (length !== -1 || facts.isCodingBad) return BAD
      // HTTP/1.0 knows no transfer codings: not to be trusted with another answer (§6.1).
      if (facts.minor === 0 || !facts.isChunked) this.isKept = false
      this.state = facts.isChunked ? State.size : State.untilClose
      return BODY_FOLLOWS
    }
    if (facts.isLengthBad) return BAD
    if (length === 0) return DONE
    if (length === -1) this.isKept = false
    this.state = length === -1 ? State.untilClose : State.fixed
    this.left = length
    return BODY_FOLLOWS
  }

  private readBody(buffer: Buffer, length: number): number {
    let at = this.endAt
    while (at < length) {
      switch (this.state) {
        case State.fixed: {
          const end = Math.min(length, at + this.left)
          this.left -= end - at
          if (this.left > 0) {
            this.take(buffer, at, end)
            return MORE
          }
          this.endAt = end
          return this.takeLast(buffer, at, end)
        }
        case State.untilClose:
          this.take(buffer, at, length)
          return MORE
        case State.data: {
          const end = Math.min(length, at + this.left)
          this.left -= end - at
          this.take(buffer, at, end)
          if (this.left === 0) this.state = State.dataCr
          at = end
          break
        }
        case State.trailer:
          at = this.fields.read(buffer, at, length)
          if (at === HEAD_GOES_ON) return MORE
          if (at === HEAD_IS_BAD) return BAD
          this.endAt = at
          this.finishBody()
          return DONE
        default:
          if (!this.readChunkOctet(buffer[at]!)) return BAD
          at++
      }
    }
    return MORE
  }

  /** One octet of a chunk's frame (RFC 9112 §7.1); false where it must not stand there. */
  private readChunkOctet(octet: number): boolean {
    switch (this.state) {
      case State.size:
        this.left = hexValue[octet]!
        this.state = State.sizeDigits
        this.chunkLineBytes = 0
        return this.left < 16
      case State.sizeDigits:
        if (hexValue[octet]! < 16) {
          this.left = this.left * 16 + hexValue[octet]!
          return this.left <= Number.MAX_SAFE_INTEGER && this.isLineShort()
        }
        if (octet !== CR) return this.readAfterSize(octet)
        this.state = State.sizeLf
        return true
      case State.sizeSpace:
        return this.readAfterSize(octet)
      case State.extension:
        if (octet === CR) this.state = State.sizeLf
        return octet !== LF && this.isLineShort()
      case State.sizeLf:
        this.state = this.left > 0 ? State.data : State.trailer
        if (this.left === 0) this.fields.beginTrailer()
        return octet === LF
      case State.dataCr:
        this.state = State.dataLf
        return octet === CR
      default:
        this.state = State.size
        return octet === LF
    }
  }

  /** Spaces may stand before an extension, and before that alone. */
  private readAfterSize(octet: number): boolean {
    this.state = octet === SEMICOLON ? State.extension : State.sizeSpace
    return (octet === SEMICOLON || octet === SPACE || octet === TAB) && this.isLineShort()
  }

  private isLineShort(): boolean {
    this.chunkLineBytes++
    return this.chunkLineBytes <= MOST_CHUNK_LINE_BYTES
  }

  private take(buffer: Buffer, from: number, to: number): void {
    if ((this.want & Want.body) === 0) return
    this.kept ??= new KeptBody(this.maxBodyBytes)
    this.kept.take(buffer, from, to)
  }

  /** The end of a body, which most often is all of it. */
  private takeLast(buffer: Buffer, from: number, to: number): number {
    if ((this.want & Want.body) === 0) return DONE
    if (this.kept === null && to - from <= this.maxBodyBytes) this.body = buffer.subarray(from, to)
    else {
      this.take(buffer, from, to)
      this.finishBody()
    }
    return DONE
  }

  private finishBody(): void {
    if (this.kept === null) return
    this.body = this.kept.bytes()
    this.bodyCut = this.kept.isCut
    this.kept = null
  }
}
