import type { AnswerFaultName } from '../../core/codes.ts'
import type { Note } from '../../record/verdict-codes.ts'
import type { LiveTally } from './live-tally.ts'

/** What a reader must know of the answers of a run: why they were malformed, and what was not kept. */
export function answerNotes({
  answerFaults,
  droppedCookies,
}: Pick<LiveTally, 'answerFaults' | 'droppedCookies'>): Note[] {
  const notes = [...answerFaults].map(([key, answers]): Note => {
    const [fault = '', of = '', ...step] = key.split('\n')
    const name = step.join('\n')
    return {
      code: 'AnswersMalformed',
      step: name,
      fault: fault as AnswerFaultName,
      of,
      answers,
    }
  })
  const order = notes.toSorted((a, b) => countOf(b) - countOf(a))
  return droppedCookies === 0
    ? order
    : [...order, { code: 'CookiesDropped', cookies: droppedCookies }]
}

const countOf = (note: Note): number => (note.code === 'AnswersMalformed' ? note.answers : 0)
