import { usualAnswerRules } from '../../../../scenario/request/answer-rules.ts'
import { expect } from 'vitest'
import { systemClock } from '../../../../core/clock.ts'
import {
  replyCopy,
  type Outgoing,
  type Reply,
  type Target,
  type Transport,
  type TransportOptions,
  Want,
} from '../../../client/transport.ts'

export type CreateTransport = (options: TransportOptions) => Transport

export const get: Outgoing = { method: 'GET', path: '/', headers: '', body: '' }
const all = Want.head | Want.body

/** A transport, and whatever it replied. */
export class Client {
  readonly transport: Transport
  readonly replies: { readonly visitor: number; readonly reply: Reply }[] = []
  /** Called after each reply was written down. */
  onReply: (visitor: number, reply: Reply) => void = () => undefined
  private readonly faults: string[] = []
  private readonly expected = new Map<number, (reply: Reply) => void>()
  private isSending = false

  constructor(create: CreateTransport, target: Target, options: Partial<TransportOptions> = {}) {
    this.transport = create({
      target,
      mode: 'per-visitor',
      connections: 100,
      nowMs: () => systemClock.monotonicMs(),
      localAddresses: [],
      bodies: usualAnswerRules,
      ...options,
      onReply: (visitor, reply) => this.take(visitor, replyCopy(reply)),
    })
  }

  /** Sends for a visitor; the reply to it. */
  ask(visitor: number, outgoing: Outgoing = get, want: number = all): Promise<Reply> {
    return new Promise((resolve) => {
      this.expected.set(visitor, resolve)
      this.send(visitor, outgoing, want)
    })
  }

  /** Sends for a visitor that may never hear of it. */
  send(visitor: number, outgoing: Outgoing = get, want: number = all): void {
    this.isSending = true
    this.transport.send(visitor, outgoing, want)
    this.isSending = false
  }

  /** Gives up for a visitor: the reply that comes of it, at once. */
  abandon(visitor: number): Reply {
    const before = this.replies.length
    this.transport.abandon(visitor)
    expect(this.replies.length).toBe(before + 1)
    return this.replies[before]!.reply
  }

  /** The end; and its transport kept to what it promises of every reply. */
  async close(): Promise<void> {
    await this.transport.close()
    expect(this.faults).toEqual([])
  }

  private take(visitor: number, reply: Reply): void {
    // No `expect` here: a run may have a hundred thousand replies.
    if (this.isSending) this.faults.push(`visitor ${visitor}: a reply within send`)
    if (!(reply.doneMs >= reply.sentMs) && !Number.isNaN(reply.sentMs)) {
      this.faults.push(`visitor ${visitor}: done at ${reply.doneMs}, sent at ${reply.sentMs}`)
    }
    this.replies.push({ visitor, reply })
    const resolve = this.expected.get(visitor)
    this.expected.delete(visitor)
    resolve?.(reply)
    this.onReply(visitor, reply)
  }
}
