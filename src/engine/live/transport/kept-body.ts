import { maxBodyBytes } from '../../client/transport.ts'

const MOST = maxBodyBytes

/** The first `maxBodyBytes` of a body that comes in pieces. */
export class KeptBody {
  isCut = false
  private pieces: Buffer[] = []
  private bytes = 0

  /** Copies, for the piece is in a buffer that is read into again. */
  take(buffer: Buffer, from: number, to: number): void {
    const room = MOST - this.bytes
    if (to - from > room) this.isCut = true
    const end = Math.min(to, from + room)
    if (end <= from) return
    this.pieces.push(Buffer.from(buffer.subarray(from, end)))
    this.bytes += end - from
  }

  /** UTF-8, invalid bytes replaced. */
  text(): string {
    return Buffer.concat(this.pieces, this.bytes).toString('utf8')
  }
}
