import { usualAnswerRules } from '../../../../scenario/request/answer-rules.ts'
import { systemClock } from '../../../../core/clock.ts'
import { outcomeNames } from '../../../../core/codes.ts'
import type { Transport, TransportOptions } from '../../../client/transport.ts'
import { loopbackTarget } from './raw-target.ts'

/** What happened in a process that had not descriptors enough. */
export interface IntoTheLimit {
  /** Of the visitors that came one after the other, all at once, and one after the other again. */
  readonly before: readonly string[]
  readonly rush: readonly string[]
  readonly after: readonly string[]
  readonly inFlight: number
  readonly replies: number
}

/** Runs a transport into its process's limit of descriptors, and prints an `IntoTheLimit`. */
export async function goIntoTheLimit(
  create: (options: TransportOptions) => Transport,
  port: number,
): Promise<void> {
  const waiting = new Map<number, (outcome: string) => void>()
  let replies = 0
  const transport = create({
    target: loopbackTarget(port),
    mode: 'per-visitor',
    connections: 1000,
    nowMs: () => systemClock.monotonicMs(),
    localAddresses: [],
    bodies: usualAnswerRules,
    onReply: (visitor, reply) => {
      replies++
      waiting.get(visitor)?.(outcomeNames[reply.outcome] ?? '')
    },
  })
  const ask = (visitor: number) =>
    new Promise<string>((resolve) => {
      waiting.set(visitor, resolve)
      transport.send(visitor, { method: 'GET', path: '/', headers: '', body: '' }, 0)
    })
  const inTurn = async (from: number) => {
    const outcomes: string[] = []
    for (let v = from; v < from + 10; v++) outcomes.push(await ask(v))
    return outcomes
  }
  const before = await inTurn(0)
  const rush = await Promise.all(Array.from({ length: 200 }, (_, i) => ask(100 + i)))
  const after = await inTurn(1000)
  const found: IntoTheLimit = { before, rush, after, inFlight: transport.inFlight, replies }
  await transport.close()
  console.log(JSON.stringify(found))
}
