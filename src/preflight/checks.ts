import type { Clock } from '../core/clock.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { GateWord, type GateAnswer } from '../engine/client/gate-calls.ts'
import { Want } from '../engine/client/transport.ts'
import { badKey } from './bad-keys.ts'
import type { Courier } from './courier.ts'
import type { Door } from './door.ts'
import { gateReplyOf } from './gate-reply.ts'
import {
  canTell,
  failed,
  judgeMay,
  judgeNo,
  judgeRefused,
  judgeStraight,
  passed,
  unchecked,
  type Judgement,
  type Refusal,
} from './judge.ts'
import { lookAtOrder } from './line-order.ts'
import type { BadKey, Check, PreflightPhase } from './matrix.ts'
import type { NoEntry, Seen } from './observation.ts'
import { judgeOffers } from './offers.ts'
import { bookAtOnce, leaveAll, devicesOf } from './devices.ts'
import type { Visitor, Visitors } from './visitors.ts'

/** Who comes in which row: numbers of persons below those of the cohorts. */
export const Person = { forger: 0, twice: 1, devices: 2, firstOfCohorts: 3 } as const

export interface ChecksParts {
  readonly scenario: Scenario
  readonly phase: PreflightPhase
  readonly courier: Courier
  readonly door: Door
  readonly visitors: Visitors
  readonly clock: Clock
  readonly deviceTries: number
  /** Path of the page of offers, the target's own base path before it. */
  readonly offersPath: string
  /** Whoever comes from now on as one of `Person` was born then. */
  readonly setBirthYear: (year: number) => void
  /** All bookings that the stack holds; `null`: unknown. */
  readonly countBookings: () => Promise<number | null>
}

/** Looks at the gate before it counts as shut, and the time between two. */
const shutLooks = 4
const shutLookMs = 250

/** Performs rows, one after the other. */
export class Checks {
  private readonly parts: ChecksParts
  /** Number of the next person of a cohort. */
  private nextPerson: number = Person.firstOfCohorts
  /** Keys that the gate gave out. */
  private realKey = ''
  private waitingKey = ''
  /** Somebody can book: the rows about a second booking have somebody to book. */
  private canBook = false
  private readonly bookedAtFirst: Promise<number | null>

  constructor(parts: ChecksParts) {
    this.parts = parts
    this.bookedAtFirst = parts.countBookings()
  }

  perform(check: Check): Promise<Judgement> {
    switch (check.kind) {
      case 'shut':
        return this.shut()
      case 'open':
        return this.open()
      case 'badKey':
        return this.badKey(check.key)
      case 'offers':
        return this.offers()
      case 'cohort':
        return this.cohort(check)
      case 'straight':
        return this.straight()
      case 'second':
        return this.second()
      case 'devices':
        return this.devices()
      case 'order':
        return this.order()
      case 'cleanUp':
        return this.cleanUp()
    }
  }

  /** Once more at the end: a gate that was shut at first may have opened too soon meanwhile. */
  async stillShut(): Promise<Judgement> {
    if (!this.parts.door.isGated) return this.shut()
    const answer = this.waitingKey === '' ? null : await this.parts.door.poll(0, this.waitingKey)
    const isKnown = answer !== null && answer.word !== GateWord.expired
    const judged = judgeShut(isKnown ? answer : await this.parts.door.enter(0))
    if (isKnown) await this.parts.door.leave(0, this.waitingKey)
    return judged
  }

  private async shut(): Promise<Judgement> {
    const { door, visitors, courier } = this.parts
    if (!door.isGated) {
      return judgeRefused([await visitors.step(visitors.newVisitor(0, Person.forger, ''), 0)])
    }
    const answer = await door.enter(0)
    const key = answer.fields.key ?? ''
    this.realKey = key
    const first = judgeShut(answer)
    if (answer.word !== GateWord.wait) return first
    this.waitingKey = key
    let judged = first
    for (let look = 0; look < shutLooks && judged.result === 'passed'; look++) {
      await courier.pause(shutLookMs)
      judged = judgeShut(await door.poll(0, key))
    }
    return judged
  }

  private async open(): Promise<Judgement> {
    const { door } = this.parts
    const found = await door.inLine(0)
    if (!found.isIn) return failed(found.because)
    this.realKey = found.key
    await door.leave(0, found.key)
    return passed({ code: 'VisitorLetIn' })
  }

  private async badKey(kind: BadKey): Promise<Judgement> {
    const { visitors } = this.parts
    const key = badKey(kind, { real: this.realKey, waiting: this.waitingKey })
    if (key === null) return unchecked({ code: 'NoKeyToTry' })
    const seen: Seen[] = []
    for (const index of new Set([0, visitors.bookStep])) {
      seen.push(await visitors.step(visitors.newVisitor(0, Person.forger, key), index))
    }
    await visitors.takeBack()
    return judgeRefused(seen)
  }

  private async offers(): Promise<Judgement> {
    const { courier, offersPath, scenario, phase } = this.parts
    const outgoing = { method: 'GET', path: offersPath, headers: '', body: '' }
    const reply = await courier.ask({ visitor: 0, outgoing, want: Want.body, timeoutMs: 10_000 })
    const page = { status: reply.status, text: reply.body, fault: reply.bodyFault }
    return judgeOffers(scenario.inventory?.offers ?? [], page, phase)
  }

  private async cohort({ may, birthYear }: Extract<Check, { kind: 'cohort' }>): Promise<Judgement> {
    const { visitors, setBirthYear } = this.parts
    const person = this.nextPerson++
    const seen = await this.visit(person, (visitor) => visitors.walk(visitor))
    if ('code' in seen) return unchecked(seen)
    const isUndone = await visitors.takeBack()
    if (!may) return this.refusedAs(seen, 'ineligible')
    const judged = judgeMay(seen, isUndone)
    if (judged.result === 'passed' && !this.canBook) {
      this.canBook = true
      if (birthYear !== null) setBirthYear(birthYear)
    }
    return judged
  }

  private async straight(): Promise<Judgement> {
    const { visitors } = this.parts
    const person = this.nextPerson++
    const book = (visitor: Visitor) => visitors.step(visitor, visitors.bookStep)
    const seen = await this.visit(person, book)
    await visitors.takeBack()
    return 'code' in seen ? unchecked(seen) : judgeStraight(seen)
  }

  /**
   * Twice over: at a second device that had come as far as the last page before the booking was
   * made, and by whoever comes anew.
   */
  private async second(): Promise<Judgement> {
    if (!this.canBook) return unchecked({ code: 'NobodyCouldBook' })
    const { visitors } = this.parts
    const judge = (seen: Seen) => this.refusedAs(seen, 'alreadyBooked')
    const devices = await devicesOf(this.parts, Person.twice, 2)
    if ('code' in devices) return unchecked(devices)
    const made = judgeMay(await visitors.step(devices[0]!, visitors.bookStep), true)
    const judged =
      made.result === 'passed' ? judge(await visitors.step(devices[1]!, visitors.bookStep)) : made
    await leaveAll(this.parts, devices)
    if (judged.result !== 'passed') return judged
    const anew = await this.visit(Person.twice, (visitor) => visitors.walk(visitor))
    await visitors.takeBack()
    if ('code' in anew) return unchecked(anew)
    const later = judge(anew)
    return later.result === 'passed' ? judged : later
  }

  private async devices(): Promise<Judgement> {
    if (!this.canBook) return unchecked({ code: 'NobodyCouldBook' })
    return bookAtOnce(this.parts, Person.devices)
  }

  private async order(): Promise<Judgement> {
    const { phase, door } = this.parts
    if (phase === 'before' && !door.hasTrial) return unchecked({ code: 'NoTurnsBeforeOpening' })
    if (door.shutBecause !== null) return unchecked(door.shutBecause)
    return lookAtOrder(this.parts)
  }

  private async cleanUp(): Promise<Judgement> {
    const { visitors, countBookings, phase } = this.parts
    const isDone = await visitors.takeBack()
    const { made, undone } = visitors
    if (!isDone || undone < made) return failed({ code: 'NotAllTakenBack', made, undone })
    const before = await this.bookedAtFirst
    const after = await countBookings()
    if (before === null || after === null || phase === 'after') {
      return passed({ code: 'AllTakenBack', made, undone, held: null })
    }
    const held = { before, after }
    return before === after
      ? passed({ code: 'AllTakenBack', made, undone, held })
      : failed({ code: 'HeldBookingsChanged', made, undone, held })
  }

  private refusedAs(seen: Seen, expected: Refusal): Judgement {
    return judgeNo(seen, { expected, isTold: canTell(this.parts.scenario, expected) })
  }

  /** Lets a visitor in, and out again; or why that cannot be. */
  private async visit(
    person: number,
    act: (visitor: Visitor) => Promise<Seen>,
  ): Promise<Seen | NoEntry> {
    const { door, visitors } = this.parts
    const found = await door.letIn(0)
    if (!found.isIn) return found.because
    this.realKey ||= found.key
    const seen = await act(visitors.newVisitor(0, person, found.key))
    await door.leave(0, found.key)
    return seen
  }
}

function judgeShut(answer: GateAnswer): Judgement {
  const gate = gateReplyOf(answer)
  switch (gate.code) {
    case 'Waiting':
    case 'NotStarted':
      return passed({ code: 'GateShut', gate })
    case 'LetIn':
    case 'LetInWithoutKey':
      return failed({ code: 'OpenBeforeOpening', gate })
    default:
      return failed({ code: 'NeitherWaitingNorIn', gate })
  }
}
