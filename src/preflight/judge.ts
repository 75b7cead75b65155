import type { Scenario } from '../scenario/schema/schema.ts'
import type { AnswerName, Observation, Seen } from './observation.ts'

/** What rows come to, from what was answered. */

/** `unchecked`: nobody knows, which is not a pass. */
type RowResult = 'passed' | 'failed' | 'unchecked'

export interface Judgement {
  readonly result: RowResult
  /** Parts of it are the target's own text. */
  readonly came: Observation
}

export const passed = (came: Observation): Judgement => ({ result: 'passed', came })
export const failed = (came: Observation): Judgement => ({ result: 'failed', came })
export const unchecked = (came: Observation): Judgement => ({ result: 'unchecked', came })

/** Statuses by which a server refuses who has no right to come; a 404 says something else. */
const refusals: ReadonlySet<number> = new Set([401, 403, 409, 410, 423, 425, 428])

export const isBooked = ({ isBooking, answer }: Pick<Seen, 'isBooking' | 'answer'>): boolean =>
  isBooking && answer === 'ok'

const areShut = ({ answer }: Seen): boolean => answer === 'closed' || answer === 'notOpen'

/** Whether a booking may stand although nobody was told of it. */
export function mayHaveBooked({ isBooking, answer, status }: Seen): boolean {
  if (!isBooking) return false
  const maybe: readonly AnswerName[] = ['ok', 'timeout', 'reset', 'malformed']
  return maybe.includes(answer) || status >= 500
}

/** A visitor with a key that must open nothing, at each page that was tried. */
export function judgeRefused(all: readonly Seen[]): Judgement {
  const judged = all.map(judgeOneRefused)
  const of = (result: RowResult) => judged.find((one) => one.result === result)
  const first = of('failed') ?? of('unchecked') ?? judged[0]
  return first ?? unchecked({ code: 'NoPageTried' })
}

function judgeOneRefused(seen: Seen): Judgement {
  switch (seen.answer) {
    case 'ok':
    case 'soldOut':
    case 'alreadyBooked':
    case 'ineligible':
      return failed({ code: 'LetThrough', seen })
    case 'notOpen':
      return passed({ code: 'Refused', seen })
    case 'closed':
      return unchecked({ code: 'ServiceOff', seen })
    case 'http4xx':
      return refusals.has(seen.status)
        ? passed({ code: 'Refused', seen })
        : failed({ code: 'ErrorNotRefusal', seen })
    default:
      // Sent to another host, such as that of a waiting room.
      return seen.status >= 300 && seen.status < 400
        ? passed({ code: 'SentElsewhere', seen })
        : failed({ code: 'NeitherRefusedNorLetThrough', seen })
  }
}

/** A visitor who may book; `isUndone`: the booking was taken back. */
export function judgeMay(seen: Seen, isUndone: boolean): Judgement {
  if (areShut(seen)) return unchecked({ code: 'PagesShut', seen })
  if (!isBooked(seen)) return failed({ code: 'NotBooked', seen })
  return isUndone ? passed({ code: 'BookedAndTakenBack' }) : failed({ code: 'BookedNotTakenBack' })
}

/** Why a visitor must be refused. */
export type Refusal = 'ineligible' | 'alreadyBooked'

/** Whether the scenario has words for it: then a refusal is known from an error. */
export function canTell({ journey }: Pick<Scenario, 'journey'>, refusal: Refusal): boolean {
  return journey.some(({ expect }) => expect === undefined || expect[refusal] !== undefined)
}

/** A visitor who must be refused, and for this reason. */
export function judgeNo(
  seen: Seen,
  { expected, isTold }: { expected: Refusal; isTold: boolean },
): Judgement {
  if (isBooked(seen)) return failed({ code: expected === 'ineligible' ? 'Booked' : 'BookedAgain' })
  if (seen.answer === expected) return passed({ code: 'Refused', seen })
  if (areShut(seen)) return unchecked({ code: 'PagesShut', seen })
  if (!isTold && seen.answer === 'http4xx') {
    return unchecked({ code: 'RefusalUnclear', expected, seen })
  }
  return failed({ code: 'RefusedOtherwise', expected, seen })
}

/** A visitor who may not book, at the last page alone: any refusal will do. */
export function judgeStraight(seen: Seen): Judgement {
  if (isBooked(seen)) return failed({ code: 'Booked' })
  if (areShut(seen)) return unchecked({ code: 'PagesShut', seen })
  const refused: readonly AnswerName[] = ['ineligible', 'http4xx', 'malformed']
  return refused.includes(seen.answer)
    ? passed({ code: 'Refused', seen })
    : failed({ code: 'NeitherBookedNorRefused', seen })
}

/** Devices of one person that booked at once, where no more than one may. */
export const bookedOf = (all: readonly Seen[]): number => all.filter(isBooked).length

/** One attempt of several devices of one person at once; `null`: all is well. */
export function devicesFault(all: readonly Seen[], attempt: number): Observation | null {
  const booked = bookedOf(all)
  if (booked > 1) return { code: 'SeveralBooked', attempt, booked, devices: all.length }
  const others = all.filter((seen) => !isBooked(seen))
  const [first] = others
  if (booked === 0) return first === undefined ? null : { code: 'NoneBooked', attempt, seen: first }
  const untold = others.find(
    ({ answer, status }) =>
      answer !== 'alreadyBooked' && !(answer === 'http4xx' && refusals.has(status)),
  )
  return untold === undefined ? null : { code: 'OtherNotTold', attempt, seen: untold }
}
