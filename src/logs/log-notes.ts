import type { ParseReport } from '../core/parse-report.ts'
import { msToSec } from '../core/units.ts'
import type { clockNoteCodes, Note } from '../record/verdict-codes.ts'
import type { ClockFinding } from './clock-watch.ts'

/** In the order in which they are listed. */
const clockCodes = {
  'not in order': 'LogUnordered',
  'several logs': 'LogsOverlap',
  'set back': 'ClockSetBack',
  gap: 'LogGap',
} as const satisfies Record<ClockFinding['kind'], (typeof clockNoteCodes)[number]>

/** A log that comes in bursts may have a thousand gaps. */
const maxListed = 3

/** Notes on how logs were read: lines that could not be, and what was found of their clocks. */
export function logNotes(
  reports: readonly ParseReport[],
  findings: readonly ClockFinding[],
): Note[] {
  const kinds = Object.entries(clockCodes)
  return [
    ...reports.filter(({ broken }) => broken > 0).map(linesNote),
    ...kinds.flatMap(([kind, code]) =>
      clockNotes(
        code,
        findings.filter((finding) => finding.kind === kind),
      ),
    ),
  ]
}

function linesNote({ name, lines, broken, kinds, shown }: ParseReport): Note {
  return {
    code: 'LinesUnreadable',
    file: name,
    unreadable: broken,
    lines,
    kinds: Object.fromEntries(kinds),
    examples: shown.map(({ line, text }) => ({ line, text })),
  }
}

function clockNotes(
  code: (typeof clockNoteCodes)[number],
  findings: readonly ClockFinding[],
): Note[] {
  const listed = findings.slice(0, maxListed).map(({ at }): Note => ({
    code,
    fromSec: msToSec(at.fromMs),
    untilSec: msToSec(at.untilMs),
  }))
  const more = findings.length - listed.length
  return more === 0 ? listed : [...listed, { code: 'MoreStretches', of: code, count: more }]
}
