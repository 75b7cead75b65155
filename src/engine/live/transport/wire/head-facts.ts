/** What the head of an answer says of how the answer goes on, and its fields where wanted. */
export class HeadFacts {
  status = 0
  /** Of HTTP/1.x. */
  minor = 0
  /** Connection says `close`, `keep-alive`. */
  closes = false
  keepsAlive = false
  /** Content-Length; -1 for none. */
  length = -1
  isLengthBad = false
  /** There is a Transfer-Encoding, it ends in `chunked`, it has `chunked` twice. */
  hasCoding = false
  isChunked = false
  isCodingBad = false
  /** The field lines, where wanted. */
  text = ''

  clear(): void {
    this.status = 0
    this.minor = 0
    this.closes = false
    this.keepsAlive = false
    this.length = -1
    this.isLengthBad = false
    this.hasCoding = false
    this.isChunked = false
    this.isCodingBad = false
    this.text = ''
  }
}
