import type { Clock } from '../core/clock.ts'
import { GateWord } from '../engine/client/gate-calls.ts'
import type { Courier } from './courier.ts'
import type { Door } from './door.ts'
import { gateReplyOf } from './gate-reply.ts'
import { failed, passed, unchecked, type Judgement } from './judge.ts'
import type { Observation } from './observation.ts'

/** Turns looked at, each with two in line: no more visitors than that at once. */
const turnsLookedAt = 20
const maxMs = 8000
const pollMs = 10
/** After so many who were let in at once there is no line to look at. */
const maxLone = 30

export interface OrderParts {
  readonly door: Door
  readonly courier: Courier
  readonly clock: Clock
}

/** Two stand in line, one behind the other, again and again: who is let in first? */
export function lookAtOrder(parts: OrderParts): Promise<Judgement> {
  return parts.door.hasTrial ? onTrial(parts) : inTheLine(parts)
}

/** The gate is ordered to call the next of the two, the later named first. */
async function onTrial({ door, courier, clock }: OrderParts): Promise<Judgement> {
  for (let turn = 0; turn < turnsLookedAt; turn++) {
    const keys = await twoTickets(door)
    if ('code' in keys) return unchecked(keys)
    const [first, second] = keys
    const why = await door.callNext([second, first])
    if (why !== null) return unchecked(why)
    const untilMs = clock.monotonicMs() + 3000
    let who = 'neither'
    while (who === 'neither' && clock.monotonicMs() < untilMs) {
      who = await whoIsIn(door, keys)
      if (who === 'neither') await courier.pause(pollMs)
    }
    await door.leave(0, first)
    await door.leave(0, second)
    if (who === 'second') return overtaken(turn)
    if (who === 'neither') return failed({ code: 'NeitherCalled' })
  }
  return passed({ code: 'InOrder', turns: turnsLookedAt })
}

const overtaken = (turn: number): Judgement => failed({ code: 'Overtaken', turn: turn + 1 })

async function twoTickets(door: Door): Promise<readonly [string, string] | Observation> {
  const keys: string[] = []
  for (let i = 0; i < 2; i++) {
    const answer = await door.enter(0)
    if (answer.word !== GateWord.wait) {
      for (const key of keys) await door.leave(0, key)
      await door.leave(0, answer.fields.key ?? '')
      return { code: 'NoLine', gate: gateReplyOf(answer) }
    }
    keys.push(answer.fields.key ?? '')
  }
  return keys as [string, string] & string[]
}

/** The second is asked first: if it is in and the first is not even then, it was overtaken. */
async function whoIsIn(
  door: Door,
  [first, second]: readonly [string, string],
): Promise<'first' | 'second' | 'neither'> {
  const later = await door.poll(0, second)
  const earlier = await door.poll(0, first)
  if (earlier.word === GateWord.pass) return 'first'
  return later.word === GateWord.pass ? 'second' : 'neither'
}

/** The gate is open and moves by itself: two are kept waiting while turns come. */
async function inTheLine({ door, courier, clock }: OrderParts): Promise<Judgement> {
  const untilMs = clock.monotonicMs() + maxMs
  const line: string[] = []
  let turns = 0
  let lone = 0
  let judged: Judgement | null = null
  while (turns < turnsLookedAt && lone < maxLone && clock.monotonicMs() < untilMs) {
    const [first, second] = line
    if (first === undefined || second === undefined) {
      const answer = await door.enter(0)
      const key = answer.fields.key ?? ''
      if (answer.word === GateWord.wait) line.push(key)
      else if (answer.word === GateWord.pass) {
        lone++
        await door.leave(0, key)
      } else {
        judged = unchecked({ code: 'NoLine', gate: gateReplyOf(answer) })
        break
      }
      continue
    }
    const who = await whoIsIn(door, [first, second])
    if (who === 'second') {
      judged = overtaken(turns)
      break
    }
    if (who === 'neither') await courier.pause(pollMs)
    else {
      turns++
      lone = 0
      line.shift()
      await door.leave(0, first)
    }
  }
  for (const key of line) await door.leave(0, key)
  if (judged !== null) return judged
  if (turns === turnsLookedAt) return passed({ code: 'InOrder', turns })
  return unchecked(lone >= maxLone ? { code: 'LetInAtOnce' } : { code: 'TooFewTurns', turns })
}
