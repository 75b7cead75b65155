import type { FitResult } from '../../fit/fit.ts'
import { counted } from '../coded-words.ts'
import { fitNoteText } from './note-words.ts'

/** What a fit found, as its report shows it. */
export type FitReport = Omit<FitResult, 'document' | 'ensemble'>

export const fitTitle = 'Fitted scenario'

/** What came out, in a sentence or two. */
export function fitAnswer({ fitted }: FitReport): string {
  const { estimates, notIdentified } = fitted
  const missing = notIdentified.length
  const rest =
    missing === 0 ? '' : ` ${counted(missing, 'parameter')} could not be identified from them.`
  if (estimates.length === 0) return `The data identify no parameter.${rest}`
  return `The data identify ${counted(estimates.length, 'parameter')}, each with an interval.${rest}`
}

export function inputNames({ inputs, screens }: Pick<FitReport, 'inputs' | 'screens'>): string[] {
  return screens === 0 ? [...inputs] : [...inputs, counted(screens, 'screen')]
}

/** `From access.log and steps/run.json, for scenario smoke.` */
export function fitSubtitle(fit: FitReport): string {
  const { scenarioName } = fit
  const scenario = scenarioName === null ? '' : `, for scenario ${scenarioName}`
  return `From ${inputNames(fit).join(', ')}${scenario}.`
}

export const noteTexts = ({ notes, opensAt }: FitReport): string[] =>
  notes.map((note) => fitNoteText(note, opensAt))
