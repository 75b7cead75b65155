import { connect, type Socket } from 'node:net'
import { scheduler } from 'node:timers/promises'
import type { BookingAnswer, Lease, LedgerClient, Offer } from '../contract.ts'
import { LedgerGone } from '../contract.ts'
import { maxReplyChars, parseReply, readLines, writeLine } from './frames.ts'
import type { LedgerReply, LedgerRequest, ReplyValue } from './frames.ts'

export interface LedgerAddress {
  readonly port: number
  readonly host?: string
  /** Between two attempts to reach a ledger that is not there. */
  readonly retryMs?: number
}

interface Pending {
  resolve(value: ReplyValue): void
  reject(error: Error): void
}

/** A request that is answered, without its number. */
type Question = LedgerRequest extends infer R
  ? R extends { readonly id: number }
    ? Omit<R, 'id'>
    : never
  : never

/**
 * The ledger over one connection, many requests in flight. It connects again by itself when the
 * connection is lost; until then calls reject at once with `LedgerGone`, and so do those that were
 * under way and those of leases taken before.
 */
export function connectLedger(address: LedgerAddress): LedgerClient {
  return new Connection(address)
}

class Connection implements LedgerClient {
  private readonly address: LedgerAddress
  private readonly closing = new AbortController()
  private readonly pending = new Map<number, Pending>()
  /** Null between two attempts. While one is under way, what is written waits for its outcome. */
  private socket: Socket | null = null
  private lastId = 0

  constructor(address: LedgerAddress) {
    this.address = address
    this.open()
  }

  async lease(station: string | null): Promise<Lease | null> {
    const { socket } = this
    const id = this.lastId + 1
    const granted = (await this.ask({ op: 'lease', station })) as { busy: number } | null
    if (granted === null) return null
    const onLease = (question: Question): Promise<BookingAnswer> => {
      // A lease is of its connection: the numbers of the next mean something else.
      if (this.socket !== socket) return Promise.reject(gone())
      return this.ask(question) as Promise<BookingAnswer>
    }
    let isReleased = false
    return {
      busy: granted.busy,
      identify: (person) => onLease({ op: 'identify', lease: id, person }),
      book: (person, choice) => onLease({ op: 'book', lease: id, person, choice }),
      release: () => {
        if (isReleased || socket === null) return
        isReleased = true
        writeLine(socket, { op: 'release', lease: id })
      },
    }
  }

  offers(): Promise<Offer[]> {
    return this.ask({ op: 'offers' }) as Promise<Offer[]>
  }

  /** The ledger gives back what a lost connection held, and this one connects anew. */
  reset(): void {
    this.socket?.destroy()
  }

  close(): void {
    this.closing.abort()
    this.socket?.destroy()
    this.lose()
  }

  private ask(question: Question): Promise<ReplyValue> {
    const { socket } = this
    if (socket === null) return Promise.reject(gone())
    const id = ++this.lastId
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject })
      writeLine(socket, { ...question, id })
    })
  }

  private open(): void {
    const { host = '127.0.0.1', port } = this.address
    const socket = connect({ host, port, noDelay: true, keepAlive: true })
    this.socket = socket
    readLines(socket, maxReplyChars, (line) => {
      const reply = parseReply(line)
      if (reply !== undefined) this.settle(reply)
      return reply !== undefined
    })
    // The reason comes with 'close' as well; unheard, an 'error' would end the process.
    socket.on('error', () => undefined)
    // The ledger never ends a connection in order to go on with it.
    socket.on('end', () => socket.destroy())
    socket.on('close', () => {
      if (this.closing.signal.aborted) return
      this.lose()
      void this.openLater()
    })
  }

  private async openLater(): Promise<void> {
    const { retryMs = 100 } = this.address
    const { signal } = this.closing
    await scheduler.wait(retryMs, { signal }).catch(() => undefined)
    if (!signal.aborted) this.open()
  }

  private settle(reply: LedgerReply): void {
    const pending = this.pending.get(reply.id)
    this.pending.delete(reply.id)
    if (pending === undefined) return
    if ('value' in reply) pending.resolve(reply.value)
    else if ('gone' in reply) pending.reject(new LedgerGone(reply.gone))
    else pending.reject(new Error(`the ledger failed: ${reply.failed}`))
  }

  private lose(): void {
    this.socket = null
    const lost = [...this.pending.values()]
    this.pending.clear()
    for (const question of lost) question.reject(gone())
  }
}

function gone(): LedgerGone {
  return new LedgerGone('the ledger is not there')
}
