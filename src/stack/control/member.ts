import { msToSec } from '../../core/units.ts'
import type { ChildStart, ControlMessage } from '../contract.ts'
import type { After, FromChild, Question, ToChild } from './messages.ts'

/** One process as the supervisor sees it, however it was started. */
export interface ChildProcessLike {
  readonly pid: number | undefined
  /** What cannot be sent any more is dropped: the end of the process is told in any case. */
  send(message: ToChild): void
  kill(signal: 'SIGTERM' | 'SIGKILL'): void
}

export interface ChildEvents {
  readonly onMessage: (message: FromChild) => void
  /** Called once, `how` for messages: `exit code 1`, `SIGKILL`. */
  readonly onExit: (how: string) => void
}

/** Starts one process of the stack; it is told its role by its first message. */
export type Spawn = (role: ChildStart['role'], events: ChildEvents) => ChildProcessLike

export interface MemberOptions {
  readonly start: ChildStart
  /** What has been ordered before it came. */
  readonly orders: readonly ControlMessage[]
  readonly spawn: Spawn
  readonly after: After
  /** It must say within this time that it is ready, PGlite's first start included. */
  readonly readyMs: number
  /** Called once, whether it had become ready or not. */
  readonly onEnd: (how: string) => void
}

interface Asked {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: Error) => void
  readonly cancel: () => void
}

/** A process from its start to its end: the handshake, what it is asked, how it is stopped. */
export class Member {
  readonly start: ChildStart
  /** The port it listens on; rejects where it says that it cannot, ends first, or says nothing. */
  readonly ready: Promise<number>
  private readonly child: ChildProcessLike
  private readonly after: After
  private readonly asked = new Map<number, Asked>()
  private readonly ended: Promise<void>
  private nextId = 1
  private isGone = false

  constructor({ start, orders, spawn, after, readyMs, onEnd }: MemberOptions) {
    this.start = start
    this.after = after
    const ready = Promise.withResolvers<number>()
    const ended = Promise.withResolvers<void>()
    this.ready = ready.promise
    // Whoever waits for it sees the rejection; nobody has to.
    this.ready.catch(() => undefined)
    this.ended = ended.promise
    const cancelReady = after(readyMs, () => {
      ready.reject(new Error(`it did not become ready within ${msToSec(readyMs)} s`))
      this.kill()
    })
    this.child = spawn(start.role, {
      onMessage: (message) => {
        if (message.kind === 'ready') {
          cancelReady()
          ready.resolve(message.port)
        } else if (message.kind === 'failed') {
          cancelReady()
          ready.reject(new Error(message.message))
          this.kill()
        } else this.settle(message)
      },
      onExit: (how) => {
        this.isGone = true
        cancelReady()
        ready.reject(new Error(`it ended before it was ready (${how})`))
        for (const id of this.asked.keys()) {
          this.settle({ kind: 'unanswered', id, message: `it has ended (${how})` })
        }
        ended.resolve()
        onEnd(how)
      },
    })
    this.child.send({ kind: 'start', start })
    for (const order of orders) this.tell(order)
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  tell(message: ControlMessage): void {
    if (!this.isGone) this.child.send({ kind: 'control', message })
  }

  /** Rejects where it has ended, does not answer within `ms`, or says that it cannot. */
  ask(question: Question, ms: number): Promise<unknown> {
    if (this.isGone) return Promise.reject(new Error('it has ended'))
    const id = this.nextId++
    return new Promise((resolve, reject) => {
      const cancel = this.after(ms, () => {
        this.settle({ kind: 'unanswered', id, message: `no answer within ${ms} ms` })
      })
      this.asked.set(id, { resolve, reject, cancel })
      this.child.send({ kind: 'ask', id, question })
    })
  }

  /** Lets it finish what it has, for at most `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    if (!this.isGone) this.child.send({ kind: 'stop' })
    const cancel = this.after(graceMs, () => this.kill())
    await this.ended
    cancel()
  }

  kill(): void {
    if (!this.isGone) this.child.kill('SIGKILL')
  }

  private settle(message: Exclude<FromChild, { kind: 'ready' | 'failed' }>): void {
    const asked = this.asked.get(message.id)
    if (asked === undefined) return
    this.asked.delete(message.id)
    asked.cancel()
    if (message.kind === 'answer') asked.resolve(message.value)
    else asked.reject(new Error(message.message))
  }
}
