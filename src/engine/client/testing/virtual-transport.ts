import { Outcome } from '../../../core/codes.ts'
import type { OnReply, Outgoing, Reply, Transport } from '../transport.ts'
import type { VirtualTime } from './virtual-time.ts'

/** What the far side makes of a request. */
export interface Answered {
  readonly outcome?: number
  readonly status?: number
  readonly body?: string
}

/** An answer that comes after `afterMs`, or (Infinity) never. */
interface Served extends Answered {
  readonly afterMs: number
}

/** Gives the answer and when it comes, or `null`: it will call `answer`, once, later or never. */
export type Serve = (
  outgoing: Outgoing,
  nowMs: number,
  visitor: number,
  answer: (answered: Answered) => void,
) => Served | null

/** A transport in virtual time; it holds its users to the contract. */
export class VirtualTransport implements Transport {
  readonly pending = new Map<number, { sentMs: number }>()
  private readonly time: VirtualTime
  private readonly nowMs: () => number
  private readonly serve: Serve
  private readonly onReply: OnReply

  /** `nowMs` is the engine's clock, by which replies are timed. */
  constructor(given: { time: VirtualTime; serve: Serve; onReply: OnReply; nowMs: () => number }) {
    this.time = given.time
    this.nowMs = given.nowMs
    this.serve = given.serve
    this.onReply = given.onReply
  }

  get inFlight(): number {
    return this.pending.size
  }

  get connections(): number {
    return this.pending.size
  }

  send(visitor: number, outgoing: Outgoing, _want: number): void {
    if (this.pending.has(visitor)) throw new Error(`visitor ${visitor} sends twice at once`)
    const sentMs = this.nowMs()
    const token = { sentMs }
    this.pending.set(visitor, token)
    const answer = (answered: Answered, afterMs: number) => {
      if (afterMs === Infinity) return
      this.time.after(afterMs, () => {
        if (this.pending.get(visitor) === token) this.answer(visitor, answered)
      })
    }
    const served = this.serve(outgoing, sentMs, visitor, (answered) => answer(answered, 0))
    if (served !== null) answer(served, served.afterMs)
  }

  abandon(visitor: number): void {
    if (!this.pending.has(visitor)) throw new Error(`nothing to abandon for visitor ${visitor}`)
    this.answer(visitor, { outcome: Outcome.timeout })
  }

  forget(visitor: number): void {
    if (this.pending.has(visitor)) throw new Error(`visitor ${visitor} goes while it waits`)
  }

  close(): Promise<void> {
    this.pending.clear()
    return Promise.resolve()
  }

  private answer(visitor: number, { outcome, status, body }: Answered): void {
    const { sentMs } = this.pending.get(visitor)!
    this.pending.delete(visitor)
    const reply: Reply = {
      outcome: outcome ?? Outcome.ok,
      status: status ?? (outcome === undefined ? 200 : 0),
      head: '',
      body: body ?? '',
      bodyFault: null,
      connectUs: -1,
      sentMs,
      doneMs: this.nowMs(),
    }
    this.onReply(visitor, reply)
  }
}
