import type { Scenario } from '../scenario/schema/schema.ts'
import { Answer } from '../workload/behaviour.ts'
import { answerNameOf } from './answer-words.ts'

/** What rows come to, from what was answered. */

/** `unchecked`: nobody knows, which is not a pass. */
export type RowResult = 'passed' | 'failed' | 'unchecked'

export interface Judgement {
  readonly result: RowResult
  /** What came, in words; parts of it are the target's own text. */
  readonly came: string
}

/** The last answer that a visitor got. */
export interface Seen {
  /** Name of the step. */
  readonly step: string
  /** Whether it is the step that commits a booking. */
  readonly isBooking: boolean
  /** `Answer` code. */
  readonly answer: number
  /** HTTP status; 0: none came. */
  readonly status: number
  /** What the target said of it in its own words; '' for nothing. */
  readonly said: string
}

export const passed = (came: string): Judgement => ({ result: 'passed', came })
export const failed = (came: string): Judgement => ({ result: 'failed', came })
export const unchecked = (came: string): Judgement => ({ result: 'unchecked', came })

/** Statuses by which a server says no to who has no right to come; a 404 says something else. */
const refusals: ReadonlySet<number> = new Set([401, 403, 409, 410, 423, 425, 428])

const isBooked = ({ isBooking, answer }: Seen): boolean => isBooking && answer === Answer.ok

/** Whether a booking may stand although nobody was told of it. */
export function mayHaveBooked({ isBooking, answer, status }: Seen): boolean {
  if (!isBooking) return false
  const isUnknown = answer === Answer.timeout || answer === Answer.reset
  return answer === Answer.ok || isUnknown || answer === Answer.malformed || status >= 500
}

export function seenText(seen: Seen): string {
  const { step, said } = seen
  const words = isBooked(seen) ? 'booked' : answerNameOf(seen)
  return `${words} at "${step}"${said === '' ? '' : `: ${said}`}`
}

/** A visitor with a key that must open nothing, at each page that was tried. */
export function judgeRefused(all: readonly Seen[]): Judgement {
  const judged = all.map(judgeOneRefused)
  const of = (result: RowResult) => judged.find((one) => one.result === result)
  const first = of('failed') ?? of('unchecked') ?? judged[0]
  return first ?? unchecked('no page was tried')
}

function judgeOneRefused(seen: Seen): Judgement {
  const text = seenText(seen)
  switch (seen.answer) {
    case Answer.ok:
    case Answer.soldOut:
    case Answer.alreadyBooked:
    case Answer.ineligible:
      return failed(`let through: ${text}`)
    case Answer.notOpen:
      return passed(text)
    case Answer.closed:
      return unchecked(`service is off: ${text}`)
    case Answer.http4xx:
      if (refusals.has(seen.status)) return passed(text)
      return failed(`no refusal but an error: ${text}`)
    default:
      // Sent to another host, such as that of a waiting room.
      if (seen.status >= 300 && seen.status < 400) return passed(`sent elsewhere, ${text}`)
      return failed(`neither refused nor let through: ${text}`)
  }
}

/** A visitor who may book; `isUndone`: the booking was taken back. */
export function judgeMay(seen: Seen, isUndone: boolean): Judgement {
  if (seen.answer === Answer.closed || seen.answer === Answer.notOpen) {
    return unchecked(`the pages are shut: ${seenText(seen)}`)
  }
  if (!isBooked(seen)) return failed(seenText(seen))
  return isUndone ? passed('booked, and taken back') : failed('booked, but not taken back')
}

/** Pages that the scenario gives words for: what a stack says no with can be told from an error. */
export function canTell(
  { journey }: Pick<Scenario, 'journey'>,
  word: 'ineligible' | 'alreadyBooked',
): boolean {
  return journey.some(({ expect }) => expect === undefined || expect[word] !== undefined)
}

/** A visitor who must be refused, and with this word. */
export function judgeNo(
  seen: Seen,
  { word, isTold }: { word: 'ineligible' | 'alreadyBooked'; isTold: boolean },
): Judgement {
  const text = seenText(seen)
  if (isBooked(seen)) return failed(word === 'ineligible' ? 'booked' : 'booked again')
  if (seen.answer === Answer[word]) return passed(text)
  if (seen.answer === Answer.closed || seen.answer === Answer.notOpen) {
    return unchecked(`the pages are shut: ${text}`)
  }
  if (!isTold && seen.answer === Answer.http4xx) {
    return unchecked(`${text}; the scenario has no expect.${word} to tell it from an error`)
  }
  return failed(`refused, but not as ${word === 'ineligible' ? word : 'already booked'}: ${text}`)
}

/** A visitor who may not book, at the last page alone: any refusal will do. */
export function judgeStraight(seen: Seen): Judgement {
  const text = seenText(seen)
  if (isBooked(seen)) return failed('booked')
  const { ineligible, http4xx, malformed, notOpen, closed } = Answer
  if (seen.answer === notOpen || seen.answer === closed) return unchecked(text)
  const isNo = [ineligible, http4xx, malformed].includes(seen.answer as typeof malformed)
  return isNo ? passed(text) : failed(`neither booked nor refused: ${text}`)
}

/** Devices of one person that booked at once, where no more than one may. */
export const bookedOf = (all: readonly Seen[]): number => all.filter(isBooked).length

/** One round of several devices of one person at once; `null`: all is well. */
export function devicesFault(all: readonly Seen[]): Judgement | null {
  const booked = bookedOf(all)
  if (booked > 1) return failed(`${booked} of ${all.length} devices booked`)
  const others = all.filter((seen) => !isBooked(seen))
  const [first] = others
  if (booked === 0) return first === undefined ? null : failed(`none booked: ${seenText(first)}`)
  const untold = others.find(
    ({ answer, status }) =>
      answer !== Answer.alreadyBooked && !(answer === Answer.http4xx && refusals.has(status)),
  )
  if (untold === undefined) return null
  return failed(`one booked, another was not told so: ${seenText(untold)}`)
}
