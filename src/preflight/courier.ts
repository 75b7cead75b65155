import type { After, Clock } from '../core/clock.ts'
import { processMs } from '../core/host.ts'
import {
  replyCopy,
  type BodyRules,
  type Outgoing,
  type Permits,
  type Reply,
  type Target,
  type Transport,
} from '../engine/client/transport.ts'
import { createPermitMemory, SharedPermits } from '../engine/live/transport/shared-permits.ts'
import { transports } from '../engine/live/transport/transports.ts'

export interface CourierOptions {
  readonly target: Target
  /** `null`: as fast as answers come. */
  readonly maxPerSec: number | null
  readonly clock: Clock
  readonly after: After
  readonly bodies: BodyRules
}

export interface Errand {
  /** Whose connection: a small number. */
  readonly visitor: number
  readonly outgoing: Outgoing
  /** `Want` bits. */
  readonly want: number
  readonly timeoutMs: number
}

/** How long it waits before it looks again whether a permit is free, ms. */
const permitPauseMs = 25

/** One request after the other over a transport of the live engine, awaited. */
export class Courier {
  private readonly transport: Transport
  private readonly options: CourierOptions
  private readonly waiting = new Map<number, (reply: Reply) => void>()
  private readonly permits: Permits | null

  constructor(options: CourierOptions) {
    const { maxPerSec } = options
    this.options = options
    this.permits =
      maxPerSec === null
        ? null
        : new SharedPermits(createPermitMemory(maxPerSec, processMs()), processMs)
    this.transport = transports.wire({
      target: options.target,
      mode: 'per-visitor',
      connections: 8,
      nowMs: () => options.clock.monotonicMs(),
      localAddresses: [],
      ...(this.permits === null ? {} : { permits: this.permits }),
      bodies: options.bodies,
      onReply: (visitor, reply) => {
        const resolve = this.waiting.get(visitor)
        this.waiting.delete(visitor)
        // The transport uses its reply again.
        resolve?.(replyCopy(reply))
      },
    })
  }

  /** Never rejects: what goes wrong is an outcome of the reply. */
  async ask({ visitor, outgoing, want, timeoutMs }: Errand): Promise<Reply> {
    while (this.permits?.reserve() === false) await this.pause(permitPauseMs)
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
