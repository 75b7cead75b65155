import type { FitNote } from '../../fit/fit-note.ts'
import type { LogNote } from '../../logs/log-notes.ts'
import { counted, wordsFor, type WordsOf } from '../coded-words.ts'
import { visibleText } from '../escape.ts'
import { noteText } from '../verdict-words.ts'

const fitWords: WordsOf<Exclude<FitNote, LogNote>> = {
  ClientsReturned: ({ times }) =>
    `clients that had been there before came again ${counted(times, 'time')}`,
  ArrivalsUnused: ({ used, unused }) =>
    `arrivals are fitted to ${used.join(', ')}, not to ${unused.join(', ')}`,
  ArrivalsPlanned: ({ run }) => `the arrivals of ${run} are those that its scenario planned`,
  TicketsIssued: ({ tickets, at }) =>
    `a screen shows ${counted(tickets, 'ticket')} issued${at === null ? '' : ` by ${at}`}`,
}

const isOfFit = (note: FitNote): note is Exclude<FitNote, LogNote> =>
  Object.hasOwn(fitWords, note.code)

/** A note as a clause; clock times are in the offset of `opensAt`. */
export function fitNoteText(note: FitNote, opensAt: string): string {
  return visibleText(isOfFit(note) ? wordsFor(fitWords, note) : noteText(note, opensAt))
}
