import { secToHours, secToMinutes } from '../../core/units.ts'
import type { PhaseSource, VerdictReason } from '../../preflight/verdict.ts'
import { wordsFor, type WordsOf } from '../coded-words.ts'

const reasons: WordsOf<VerdictReason> = {
  RowsFailed: ({ failed, rows }) => `${failed} of ${rows} rows failed`,
  RowsUnchecked: ({ unchecked, isAllowed }) =>
    `${unchecked} could not be checked, which ${isAllowed ? 'was allowed' : 'is not a pass'}`,
  NoCohortChecked: () => 'no cohort could be checked: whether the right people may book is unknown',
}

export const verdictReasonText = (reason: VerdictReason): string => wordsFor(reasons, reason)

/** `it opens in 00:20:00`, `open for 01:00:05` */
function openingText(opensInSec: number): string {
  const sec = Math.round(Math.abs(opensInSec))
  const parts = [Math.floor(secToHours(sec)), Math.floor(secToMinutes(sec)) % 60, sec % 60]
  const clock = parts.map((part) => String(part).padStart(2, '0')).join(':')
  return opensInSec >= 0 ? `it opens in ${clock}` : `open for ${clock}`
}

const sources: WordsOf<PhaseSource> = {
  Stack: ({ opensInSec }) => `${openingText(opensInSec)} by the stack`,
  Scenario: ({ opensInSec }) => `${openingText(opensInSec)} by the scenario`,
  CommandLine: () => 'by the command line',
}

export const phaseSourceText = (source: PhaseSource): string => wordsFor(sources, source)
