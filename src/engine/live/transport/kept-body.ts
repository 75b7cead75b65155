/** The first bytes of a body that comes in pieces. */
export class KeptBody {
  isCut = false
  private readonly maxBytes: number
  private pieces: Buffer[] = []
  private length = 0

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes
  }

  /** Copies, for the piece is in a buffer that is read into again. */
  take(buffer: Buffer, from: number, to: number): void {
    const room = this.maxBytes - this.length
    if (to - from > room) this.isCut = true
    const end = Math.min(to, from + room)
    if (end <= from) return
    this.pieces.push(Buffer.from(buffer.subarray(from, end)))
    this.length += end - from
  }

  bytes(): Buffer {
    const [only] = this.pieces
    return this.pieces.length === 1 ? only! : Buffer.concat(this.pieces, this.length)
  }
}
