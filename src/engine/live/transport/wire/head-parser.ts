import { HeadFacts } from './head-facts.ts'
import {
  MOST_NAME as maxName,
  MOST_TOKEN as maxToken,
  NAME_OCTET as nameOctet,
  Name as Names,
  nameTable as names,
  Token as Tokens,
  tokenTable as tokens,
} from './octets.ts'

// Local names: V8 folds a module's own constants and reads an imported one anew at every use. Here, per byte,
// that takes 8% off the time per answer (Node 24).
const MOST_NAME = maxName
const MOST_TOKEN = maxToken
const NAME_OCTET = nameOctet
const Name = Names
const Token = Tokens
const nameTable = names
const tokenTable = tokens

/** What `read` gives where the head goes on in the next piece, or is none. */
export const headGoesOn = -1
export const headIsBad = -2
const GOES_ON = headGoesOn
const BAD = headIsBad

/** No head, nor the trailers of one answer, may be longer. */
export const maxHeadBytes = 65_536
const MOST_HEAD_BYTES = maxHeadBytes

const State = {
  status: 0,
  reason: 1,
  reasonLf: 2,
  line: 3,
  name: 4,
  value: 5,
  valueLf: 6,
  endLf: 7,
  ended: 8,
} as const

/** What the value at hand belongs to, beside the bits of `Name`. */
const NO_LINE_YET = -1
const OTHER = 0

/** Where in a number of Content-Length we are. */
const Spot = { before: 0, within: 1, after: 2 } as const

const NUL = 0
const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const COMMA = 44
const ZERO = 48
const NINE = 57
const COLON = 58

/** `HTTP/1.`, then the minor version's digit, a space, and three digits of the status. */
const VERSION = Uint8Array.from([72, 84, 84, 80, 47, 49, 46])
const MINOR_AT = 7
const SPACE_AT = 8
const STATUS_END = 12

/**
 * Reads the status line and the fields of an answer, or its trailers, however they are cut up, and
 * keeps of the fields only what tells how the answer goes on (RFC 9112 §4–6). Bytes are not kept.
 */
export class HeadParser {
  facts = new HeadFacts()
  private state: number = State.status
  private hasChunked = false
  private isTextWanted = false
  private isTrailer = false
  private bytes = 0
  /** How much of the status line's fixed part has come. */
  private statusAt = 0
  private kind = NO_LINE_YET
  private nameAt = 0
  private nameMaybe = 0
  private number = 0
  private spot: number = Spot.before
  private tokenAt = 0
  private tokenMaybe = 0
  private isTokenOver = false
  private hasFold = false
  private hasBareLf = false

  begin(isTextWanted: boolean): void {
    this.isTextWanted = isTextWanted
    this.isTrailer = false
    this.state = State.status
    this.facts.clear()
    this.statusAt = 0
    this.hasChunked = false
    this.beginLines()
  }

  /** The facts are somebody else's from now on. */
  renewFacts(): void {
    this.facts = new HeadFacts()
  }

  /** What comes is trailers: no status line, and nothing in them counts. */
  beginTrailer(): void {
    this.isTrailer = true
    this.isTextWanted = false
    this.state = State.line
    this.beginLines()
  }

  /** Where the head ends in this piece, `headGoesOn`, or `headIsBad`. */
  read(buffer: Buffer, from: number, to: number): number {
    let at = from
    let textFrom = this.state >= State.line ? from : -1
    while (at < to && this.state !== State.ended) {
      switch (this.state) {
        case State.status:
          at = this.readStatus(buffer, at, to)
          break
        case State.reason:
          at = this.readReason(buffer, at, to)
          break
        case State.line:
          if (textFrom === -1) textFrom = at
          at = this.readLineStart(buffer, at)
          break
        case State.name:
          at = this.readName(buffer, at, to)
          break
        case State.value:
          at = this.readValue(buffer, at, to)
          break
        default:
          // A CR is good for nothing but the LF after it (RFC 9112 §2.2).
          if (buffer[at] !== LF) return BAD
          this.state = this.state === State.endLf ? State.ended : State.line
          at++
      }
      if (at === BAD) return BAD
    }
    this.bytes += at - from
    if (this.bytes > MOST_HEAD_BYTES) return BAD
    if (this.isTextWanted && textFrom >= 0)
      this.facts.text += buffer.toString('latin1', textFrom, at)
    if (this.state !== State.ended) return GOES_ON
    if (this.isTextWanted) this.tidyText()
    return at
  }

  private beginLines(): void {
    this.kind = NO_LINE_YET
    this.bytes = 0
    this.hasFold = false
    this.hasBareLf = false
  }

  private readStatus(buffer: Buffer, from: number, to: number): number {
    let at = from
    while (at < to && this.statusAt < STATUS_END) {
      const octet = buffer[at]!
      const place = this.statusAt
      if (place < MINOR_AT) {
        if (octet !== VERSION[place]) return BAD
      } else if (place === SPACE_AT) {
        if (octet !== SPACE) return BAD
      } else {
        if (octet < ZERO || octet > NINE) return BAD
        if (place === MINOR_AT) this.facts.minor = octet - ZERO
        else this.facts.status = this.facts.status * 10 + octet - ZERO
      }
      this.statusAt++
      at++
    }
    if (at === to) return at
    // The space belongs to the line even where no reason follows; many leave it out.
    const octet = buffer[at]!
    if (octet !== SPACE && octet !== CR && octet !== LF) return BAD
    this.state = State.reason
    return at
  }

  /** It may say anything (RFC 9112 §4). */
  private readReason(buffer: Buffer, from: number, to: number): number {
    for (let at = from; at < to; at++) {
      const octet = buffer[at]!
      if (octet === CR || octet === LF) return this.endLine(octet, at, State.reasonLf)
    }
    return to
  }

  /** A line ended in CR, whose LF must follow, or in a bare LF, which we may take as well. */
  private endLine(octet: number, at: number, whenCr: number): number {
    this.state = octet === CR ? whenCr : State.line
    if (octet === LF) this.hasBareLf = true
    return at + 1
  }

  private readLineStart(buffer: Buffer, at: number): number {
    const octet = buffer[at]!
    if (octet === SPACE || octet === TAB) {
      // Nothing to be the continuation of (RFC 9112 §2.2).
      if (this.kind === NO_LINE_YET) return BAD
      this.hasFold = true
      this.state = State.value
      return at
    }
    if (this.kind > OTHER) this.finishValue()
    if (octet === CR || octet === LF) {
      this.state = octet === CR ? State.endLf : State.ended
      return at + 1
    }
    this.state = State.name
    this.nameAt = 0
    this.nameMaybe = this.isTrailer
      ? 0
      : Name.connection | Name.contentLength | Name.transferEncoding
    return at
  }

  private readName(buffer: Buffer, from: number, to: number): number {
    let place = this.nameAt
    let maybe = this.nameMaybe
    let at = from
    while (at < to) {
      const octet = buffer[at]!
      if (octet === COLON) break
      const bits = nameTable[((place < MOST_NAME ? place : MOST_NAME) << 8) | octet]!
      if ((bits & NAME_OCTET) === 0) return BAD
      maybe &= bits
      place++
      at++
    }
    this.nameAt = place
    this.nameMaybe = maybe
    if (at === to) return at
    if (place === 0) return BAD
    this.beginValue(maybe, place)
    return at + 1
  }

  private beginValue(maybe: number, nameLength: number): void {
    this.state = State.value
    this.kind = OTHER
    if (maybe === 0) return
    if (maybe === Name.connection && nameLength === 10) this.kind = maybe
    else if (maybe === Name.contentLength && nameLength === 14) {
      this.kind = maybe
      this.number = 0
      this.spot = Spot.before
      return
    } else if (maybe === Name.transferEncoding && nameLength === 17) {
      this.kind = maybe
      this.facts.hasCoding = true
    } else return
    this.beginToken()
  }

  private readValue(buffer: Buffer, from: number, to: number): number {
    if (this.kind > OTHER) return this.readFramingValue(buffer, from, to)
    for (let at = from; at < to; at++) {
      const octet = buffer[at]!
      if (octet >= SPACE) continue
      if (octet === CR || octet === LF) return this.endLine(octet, at, State.valueLf)
      if (octet === NUL) return BAD
    }
    return to
  }

  private readFramingValue(buffer: Buffer, from: number, to: number): number {
    const isLength = this.kind === Name.contentLength
    for (let at = from; at < to; at++) {
      const octet = buffer[at]!
      if (octet === CR || octet === LF) return this.endLine(octet, at, State.valueLf)
      if (octet === NUL) return BAD
      if (isLength) this.readLengthOctet(octet)
      else this.readTokenOctet(octet)
    }
    return to
  }

  private readLengthOctet(octet: number): void {
    if (octet >= ZERO && octet <= NINE) {
      if (this.spot === Spot.after) this.facts.isLengthBad = true
      this.spot = Spot.within
      this.number = this.number * 10 + octet - ZERO
      if (this.number > Number.MAX_SAFE_INTEGER) this.facts.isLengthBad = true
    } else if (octet === SPACE || octet === TAB) {
      if (this.spot === Spot.within) this.spot = Spot.after
    } else if (octet === COMMA) this.finishLength()
    else this.facts.isLengthBad = true
  }

  /** Several lengths are one if they are the same (RFC 9112 §6.3, rule 5). */
  private finishLength(): void {
    if (this.spot === Spot.before) this.facts.isLengthBad = true
    if (this.facts.length !== -1 && this.facts.length !== this.number) this.facts.isLengthBad = true
    this.facts.length = this.number
    this.number = 0
    this.spot = Spot.before
  }

  private readTokenOctet(octet: number): void {
    if (octet === COMMA) this.finishToken()
    else if (octet === SPACE || octet === TAB) this.isTokenOver = this.tokenAt > 0
    else {
      const place = this.tokenAt < MOST_TOKEN ? this.tokenAt : MOST_TOKEN
      this.tokenMaybe &= this.isTokenOver ? 0 : tokenTable[(place << 8) | octet]!
      this.tokenAt++
    }
  }

  private beginToken(): void {
    this.tokenAt = 0
    this.tokenMaybe = Token.close | Token.keepAlive | Token.chunked
    this.isTokenOver = false
  }

  private finishToken(): void {
    const { tokenAt, tokenMaybe } = this
    if (tokenAt === 0) return
    if (this.kind === Name.connection) {
      if (tokenMaybe === Token.close && tokenAt === 5) this.facts.closes = true
      else if (tokenMaybe === Token.keepAlive && tokenAt === 10) this.facts.keepsAlive = true
    } else {
      const isChunked = tokenMaybe === Token.chunked && tokenAt === 7
      if (isChunked && this.hasChunked) this.facts.isCodingBad = true
      if (isChunked) this.hasChunked = true
      this.facts.isChunked = isChunked
    }
    this.beginToken()
  }

  private finishValue(): void {
    if (this.kind === Name.contentLength) this.finishLength()
    else this.finishToken()
  }

  /** Takes off the empty line, and makes each field one line that ends in CRLF. */
  private tidyText(): void {
    const { text } = this.facts
    this.facts.text = text.slice(0, text.endsWith('\r\n') ? -2 : -1)
    // RFC 9112 §5.2
    if (this.hasFold) this.facts.text = this.facts.text.replaceAll(/\r?\n[ \t]+/g, ' ')
    if (this.hasBareLf) this.facts.text = this.facts.text.replaceAll(/\r?\n/g, '\r\n')
  }
}
