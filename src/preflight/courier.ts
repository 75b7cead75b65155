import type { After, Clock } from '../core/clock.ts'
import type { Outgoing, Reply, Target, Transport } from '../engine/client/transport.ts'
import { transports } from '../engine/live/transport/transports.ts'

export interface CourierOptions {
  readonly target: Target
  /** Least time between two requests, ms. */
  readonly gapMs: number
  readonly clock: Clock
  readonly after: After
}

export interface Errand {
  /** Whose connection: a small number. */
  readonly visitor: number
  readonly outgoing: Outgoing
  /** `Want` bits. */
  readonly want: number
  readonly timeoutMs: number
}

/** One request after the other over a transport of the live engine, awaited. */
export class Courier {
  private readonly transport: Transport
  private readonly options: CourierOptions
  private readonly waiting = new Map<number, (reply: Reply) => void>()
  private freeAtMs = -Infinity

  constructor(options: CourierOptions) {
    this.options = options
    this.transport = transports.wire({
      target: options.target,
      mode: 'per-visitor',
      connections: 8,
      nowMs: () => options.clock.monotonicMs(),
      localAddresses: [],
      onReply: (visitor, reply) => {
        const resolve = this.waiting.get(visitor)
        this.waiting.delete(visitor)
        // The transport uses its reply again.
        resolve?.({ ...reply })
      },
    })
  }

  /** Never rejects: what goes wrong is an outcome of the reply. */
  async ask({ visitor, outgoing, want, timeoutMs }: Errand): Promise<Reply> {
    const { clock, gapMs } = this.options
    const nowMs = clock.monotonicMs()
    const atMs = Math.max(nowMs, this.freeAtMs)
    this.freeAtMs = atMs + gapMs
    if (atMs > nowMs) await this.pause(atMs - nowMs)
    const answered = new Promise<Reply>((resolve) => this.waiting.set(visitor, resolve))
    this.transport.send(visitor, outgoing, want)
    const stop = this.options.after(timeoutMs, () => this.transport.abandon(visitor))
    const reply = await answered
    stop()
    return reply
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.options.after(ms, resolve))
  }

  close(): Promise<void> {
    return this.transport.close()
  }
}
