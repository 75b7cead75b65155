import { usualAnswerRules } from '../../scenario/request/answer-rules.ts'
import { Worker } from 'node:worker_threads'
import type { Clock } from '../../core/clock.ts'
import { Outcome } from '../../core/codes.ts'
import { siblingModule } from '../../core/sibling-module.ts'
import { DambreakError } from '../../core/errors.ts'
import { durationMsOf, msToSec, ratePerSecOf } from '../../core/units.ts'
import { Want, type Outgoing, type Target, type Transport } from '../../engine/client/transport.ts'
import { createWireTransport } from '../../engine/live/transport/wire/wire.ts'
import { quantile } from './clock-facts.ts'

const serverEntry = siblingModule(import.meta.url, 'bare-server')

/** What one thread of this machine can send to a server that does nothing. */
export interface Generated {
  readonly connections: number
  /** As fast as it can: each connection sends as soon as it is answered. */
  readonly maxPerSec: number
  /** The same a second of the thread's CPU time; `null` where Node does not tell it. */
  readonly perCpuSec: number | null
  /** On a schedule, `share` of the most: what was intended, what came back, how late it was sent. */
  readonly scheduled: {
    readonly perSec: number
    readonly answeredPerSec: number
    readonly latenessMs: { readonly p50: number; readonly p99: number; readonly max: number }
  }
  /** Answers that were none. */
  readonly errors: number
}

export interface GenerateOptions {
  readonly clock: Clock
  /** CPU time of this thread, ms; `null`: not known. */
  readonly cpuMs: (() => number) | null
  readonly connections: number
  /** Length of each of the two parts. */
  readonly partMs: number
  readonly signal: AbortSignal
}

/** Leaves room for what a real answer costs, and for others on the machine. */
const share = 0.7
/** As the live engine's agenda has them. */
const sliceMs = 4
const sleepMs = 1

const request: Outgoing = { method: 'GET', path: '/', headers: '', body: '' }

/** Measures against a server in a thread of its own, on loopback, over the `wire` transport. */
export async function measureGenerator(options: GenerateOptions): Promise<Generated> {
  const worker = new Worker(serverEntry)
  try {
    const port = await new Promise<number>((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', (error: Error) => {
        const message = `cannot start a server on loopback: ${error.message}`
        reject(new DambreakError('engine', message, [], error))
      })
    })
    const client = new Client(options, port)
    try {
      await client.fast(options.partMs / 5)
      const fast = await client.fast(options.partMs)
      const scheduled = await client.scheduled(fast.perSec * share, options.partMs)
      const { perSec: maxPerSec, perCpuSec } = fast
      const { connections } = options
      return { connections, maxPerSec, perCpuSec, scheduled, errors: client.errors }
    } finally {
      await client.close()
    }
  } finally {
    await worker.terminate()
  }
}

class Client {
  errors = 0
  private readonly options: GenerateOptions
  private readonly transport: Transport
  /** Rows that have no request in flight. */
  private readonly idle: number[] = []
  private rows = 0
  private answers = 0
  private onAnswer: (visitor: number) => void = () => undefined

  constructor(options: GenerateOptions, port: number) {
    const { connections, clock } = options
    const target: Target = {
      protocol: 'http:',
      host: `127.0.0.1:${port}`,
      serverName: '127.0.0.1',
      address: '127.0.0.1',
      port,
      basePath: '',
      isLoopback: true,
    }
    this.options = options
    this.transport = createWireTransport({
      target,
      mode: 'pool',
      connections,
      nowMs: () => clock.monotonicMs(),
      localAddresses: [],
      bodies: usualAnswerRules,
      onReply: (visitor, { outcome }) => {
        if (outcome === Outcome.ok) this.answers++
        else this.errors++
        this.onAnswer(visitor)
      },
    })
  }

  close(): Promise<void> {
    return this.transport.close()
  }

  async fast(ms: number): Promise<{ perSec: number; perCpuSec: number | null }> {
    const { clock, cpuMs, connections } = this.options
    const startMs = clock.monotonicMs()
    const startCpuMs = cpuMs?.() ?? 0
    const before = this.answers
    let isOver = false
    this.onAnswer = (visitor) => {
      if (isOver) this.idle.push(visitor)
      else this.transport.send(visitor, request, Want.nothing)
    }
    for (let i = 0; i < connections; i++) this.send()
    await this.until(startMs + ms)
    isOver = true
    const answered = this.answers - before
    const sec = msToSec(clock.monotonicMs() - startMs)
    const cpuSec = cpuMs === null ? 0 : msToSec(cpuMs() - startCpuMs)
    await this.drain()
    return { perSec: answered / sec, perCpuSec: cpuSec > 0 ? answered / cpuSec : null }
  }

  async scheduled(perSec: number, ms: number): Promise<Generated['scheduled']> {
    const { clock } = this.options
    const n = Math.max(1, Math.round(msToSec(perSec * ms)))
    const lateness = new Float64Array(n)
    const before = this.answers
    this.onAnswer = (visitor) => this.idle.push(visitor)
    const startMs = clock.monotonicMs()
    for (let sent = 0; sent < n;) {
      const sliceEndMs = clock.monotonicMs() + sliceMs
      let nowMs = clock.monotonicMs()
      let dueMs = startMs + durationMsOf(sent, perSec)
      while (sent < n && dueMs <= nowMs && nowMs < sliceEndMs) {
        this.send()
        lateness[sent++] = nowMs - dueMs
        dueMs = startMs + durationMsOf(sent, perSec)
        nowMs = clock.monotonicMs()
      }
      if (dueMs <= nowMs) await soon()
      else await after(sleepMs)
      this.checkSignal()
    }
    await this.drain()
    const answeredPerSec = ratePerSecOf(this.answers - before, clock.monotonicMs() - startMs)
    const list = [...lateness]
    const latenessMs = {
      p50: quantile(list, 0.5),
      p99: quantile(list, 0.99),
      max: quantile(list, 1),
    }
    return { perSec, answeredPerSec, latenessMs }
  }

  private send(): void {
    this.transport.send(this.idle.pop() ?? this.rows++, request, Want.nothing)
  }

  private async until(ms: number): Promise<void> {
    while (this.options.clock.monotonicMs() < ms) {
      await after(Math.max(0, Math.min(50, ms - this.options.clock.monotonicMs())))
      this.checkSignal()
    }
  }

  private async drain(): Promise<void> {
    const { clock } = this.options
    const endMs = clock.monotonicMs() + 5000
    while (this.transport.inFlight > 0) {
      if (clock.monotonicMs() > endMs) {
        throw new DambreakError('engine', 'a server on loopback does not answer within 5 s')
      }
      await after(sleepMs)
    }
  }

  private checkSignal(): void {
    if (this.options.signal.aborted) throw new DambreakError('interrupted', 'stopped')
  }
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
