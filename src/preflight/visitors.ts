import { must } from '../core/assert.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { Answer } from '../workload/behaviour.ts'
import type { ControlClient } from '../engine/live/control/control-client.ts'
import type { JourneyCalls } from '../engine/client/journey-calls.ts'
import type { Kept } from '../engine/client/kept.ts'
import { Want, type Reply } from '../engine/client/transport.ts'
import type { Courier } from './courier.ts'
import { isBooked, mayHaveBooked } from './judge.ts'
import type { AnswerName, Seen } from './observation.ts'
import { bookStepOf } from '../engine/client/pages.ts'

/** A person at one device. */
export interface Visitor {
  /** Whose connection it is. */
  readonly row: number
  readonly person: number
  readonly kept: Kept
}

export interface VisitorsOptions {
  readonly scenario: Scenario
  readonly courier: Courier
  readonly calls: JourneyCalls
  /** `null`: the scenario has no request that takes a booking back. */
  readonly undoCalls: JourneyCalls | null
  /** `null`: the stack has no address for operators. */
  readonly control: Pick<ControlClient, 'undo'> | null
  readonly nameOf: (person: number) => string
}

const maxSaidChars = 120

const answerNames: ReadonlyMap<number, AnswerName> = new Map(
  Object.entries(Answer).map(([name, code]) => [code, name as AnswerName]),
)

const answerName = (code: number): AnswerName => must(answerNames.get(code), 'a code of an answer')

/** Goes through the journey's pages for one visitor, and takes back what was booked. */
export class Visitors {
  readonly bookStep: number
  made = 0
  undone = 0
  private readonly options: VisitorsOptions
  /** Bookings that may stand. */
  private readonly debts: { readonly visitor: Visitor; readonly isSure: boolean }[] = []

  constructor(options: VisitorsOptions) {
    this.options = options
    this.bookStep = bookStepOf(options.scenario)
  }

  newVisitor(row: number, person: number, key: string): Visitor {
    return { row, person, kept: { key, cookies: '', values: {} } }
  }

  /** From step to step while answers are good, up to `last` (the booking, unless it says less). */
  async walk(visitor: Visitor, last = this.bookStep): Promise<Seen> {
    let seen = await this.step(visitor, 0)
    for (let index = 1; index <= last && seen.answer === 'ok'; index++) {
      seen = await this.step(visitor, index)
    }
    return seen
  }

  /** One step, through the redirects that it leads to. */
  async step(visitor: Visitor, index: number): Promise<Seen> {
    const { calls, courier, scenario } = this.options
    const { row, kept, person } = visitor
    const caller = { person, entity: person }
    const { step, timeoutMs } = scenario.journey[index]!
    const want = calls.want(index) | Want.body
    let outgoing = calls.outgoing(index, caller, kept)
    for (let hops = 0; ; hops++) {
      const reply = await courier.ask({ visitor: row, outgoing, want, timeoutMs })
      const { answer, next } = calls.read(index, reply, kept, hops, caller)
      if (next === null) {
        const isBooking = index === this.bookStep
        const seen = {
          step,
          isBooking,
          answer: answerName(answer),
          status: reply.status,
          said: saidBy(reply),
        }
        this.note(visitor, seen)
        return seen
      }
      outgoing = next
    }
  }

  /** Takes back all that may stand; true where every booking that we were told of is gone. */
  async takeBack(): Promise<boolean> {
    const left: typeof this.debts = []
    for (const debt of this.debts.splice(0)) {
      const isGone = await this.undo(debt.visitor)
      if (debt.isSure && isGone) this.undone++
      else if (debt.isSure) left.push(debt)
    }
    this.debts.push(...left)
    return left.length === 0
  }

  private note(visitor: Visitor, seen: Seen): void {
    if (!mayHaveBooked(seen)) return
    const isSure = isBooked(seen)
    if (isSure) this.made++
    this.debts.push({ visitor: { ...visitor, kept: structuredClone(visitor.kept) }, isSure })
  }

  private async undo({ row, person, kept }: Visitor): Promise<boolean> {
    const { undoCalls, courier, control, nameOf, scenario } = this.options
    if (undoCalls === null) {
      if (control === null) return false
      const told = await control.undo(nameOf(person))
      // All of a person's bookings go at once, so that a second one finds none.
      return told.ok
    }
    const caller = { person, entity: person }
    const outgoing = undoCalls.outgoing(0, caller, kept)
    const timeoutMs = scenario.undo?.timeoutMs ?? 10_000
    const reply = await courier.ask({ visitor: row, outgoing, want: undoCalls.want(0), timeoutMs })
    const { answer, next } = undoCalls.read(0, reply, kept, 0, caller)
    return answer === Answer.ok && next === null
  }
}

/** The `message` of an answer in JSON: the stack's own words. */
function saidBy({ body }: Reply): string {
  if (!body.startsWith('{') || body.length > 64 * 1024) return ''
  try {
    const { message } = JSON.parse(body) as { message?: unknown }
    return typeof message === 'string' ? message.slice(0, maxSaidChars) : ''
  } catch {
    return ''
  }
}
