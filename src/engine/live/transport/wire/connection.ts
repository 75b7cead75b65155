import type { Socket } from 'node:net'
import { Outcome } from '../../../../core/codes.ts'
import { msToUs } from '../../../../core/units.ts'
import type { Dialler } from '../dial.ts'
import { codeOf, outcomeOfError } from '../failure.ts'
import type { ConnectionSlot, Link, LinkOwner } from '../connection-slot.ts'
import { Want, type Permits } from '../../../client/transport.ts'
import type { KnownHeads } from './known-heads.ts'
import { Parsed, ResponseParser } from './response-parser.ts'
import type { RequestTexts } from './request-text.ts'

/** A request beyond this may still be on its way out when its answer has come. */
const LARGE_TEXT = 16_384

/** What all connections of a transport share. */
export interface WireShared {
  readonly dialler: Dialler
  readonly texts: RequestTexts
  /** With the buffer that all sockets read into, one after the other: nobody keeps it. */
  readonly known: KnownHeads
  readonly nowMs: () => number
  readonly permits: Permits | null
  readonly maxBodyBytes: number
}

/** A socket that speaks HTTP/1.1, with the one answer on it that is being read. */
export class Connection implements Link {
  private readonly shared: WireShared
  private readonly slot: ConnectionSlot
  private readonly owner: LinkOwner
  private readonly parser: ResponseParser
  private socket: Socket | null = null
  private stands = false
  private isClosed = false
  private isLarge = false

  constructor(shared: WireShared, slot: ConnectionSlot, owner: LinkOwner) {
    this.shared = shared
    this.slot = slot
    this.owner = owner
    this.parser = new ResponseParser(shared.known, shared.maxBodyBytes)
  }

  start(): void {
    if (this.stands) this.write()
    else this.connect()
  }

  close(): void {
    this.isClosed = true
    this.socket!.destroy()
  }

  private connect(): void {
    const { dialler, known, nowMs } = this.shared
    const fromMs = nowMs()
    const socket = dialler.dial({
      buffer: known.buffer,
      callback: (length) => {
        if (!this.isClosed) this.read(length)
        return true
      },
    })
    this.socket = socket
    socket.once(dialler.standsAt, () => {
      if (this.isClosed) return
      this.stands = true
      this.slot.connectUs = msToUs(nowMs() - fromMs)
      this.write()
    })
    socket.on('error', (error: Error) => {
      this.break(outcomeOfError(codeOf(error), this.stands))
    })
    socket.once('end', () => this.end())
    socket.once('close', () => {
      this.break(Outcome.reset)
      this.owner.gone()
    })
  }

  private write(): void {
    const { slot } = this
    if (this.shared.permits?.spend() === false) {
      setImmediate(() => this.break(Outcome.dropped))
      return
    }
    const text = this.shared.texts.of(slot.outgoing)
    this.parser.begin(slot.want, slot.outgoing.method === 'HEAD')
    this.isLarge = text.length > LARGE_TEXT
    slot.sentMs = this.shared.nowMs()
    this.socket!.write(text, 'latin1')
  }

  private read(length: number): void {
    const { slot, parser } = this
    if (!slot.isBusy) {
      // Nobody asked for it; and its sender may be out of step with us.
      this.break(Outcome.malformed)
      return
    }
    slot.hasBytes = true
    const parsed = parser.read(length)
    if (parsed === Parsed.more) return
    if (parsed === Parsed.bad) this.break(Outcome.malformed)
    else this.answer(parser.isKept && parser.endAt === length)
  }

  private answer(isKept: boolean): void {
    const { slot, parser } = this
    const { reply } = this.owner
    reply.status = parser.status
    reply.head = (slot.want & Want.head) === 0 ? '' : parser.head
    if (parser.body === null) reply.clearBody()
    else reply.setBody(parser.body, parser.bodyCut, parser.head)
    this.owner.answered(slot, isKept && !(this.isLarge && this.socket!.writableLength > 0))
  }

  /** The target has closed its side. */
  private end(): void {
    if (this.isClosed) return
    if (this.slot.isBusy && this.parser.end()) this.answer(false)
    else this.break(Outcome.reset)
  }

  private break(outcome: number): void {
    if (this.isClosed) return
    this.close()
    if (this.slot.isBusy) this.owner.failed(this.slot, outcome)
    else this.owner.closed(this.slot)
  }
}
