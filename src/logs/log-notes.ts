import type { ParseReport } from '../core/parse-report.ts'
import { msToSec } from '../core/units.ts'
import type { Note } from '../record/verdict-codes.ts'
import { clockFindingKinds, type ClockFinding, type ClockFindingKind } from './clock-watch.ts'

/** Notes of a run or a fit on how logs were read. */
export type LogNote = Extract<
  Note,
  { code: 'LinesUnreadable' | ClockFindingKind | 'MoreStretches' }
>

/** A log that comes in bursts may have a thousand gaps. */
const maxListed = 3

/** Notes on lines that could not be read, and on what was found of the clocks of logs. */
export function logNotes(
  reports: readonly ParseReport[],
  findings: readonly ClockFinding[],
): LogNote[] {
  return [
    ...reports.filter(({ broken }) => broken > 0).map(linesNote),
    ...clockFindingKinds.flatMap((kind) =>
      clockNotes(
        kind,
        findings.filter((finding) => finding.kind === kind),
      ),
    ),
  ]
}

function linesNote({ name, lines, broken, kinds, shown }: ParseReport): LogNote {
  return {
    code: 'LinesUnreadable',
    file: name,
    unreadable: broken,
    lines,
    kinds: Object.fromEntries(kinds),
    examples: shown.map(({ line, text }) => ({ line, text })),
  }
}

function clockNotes(code: ClockFindingKind, findings: readonly ClockFinding[]): LogNote[] {
  const listed = findings.slice(0, maxListed).map(({ at }): LogNote => {
    return { code, fromSec: msToSec(at.fromMs), untilSec: msToSec(at.untilMs) }
  })
  const count = findings.length - listed.length
  return count === 0 ? listed : [...listed, { code: 'MoreStretches', of: code, count }]
}
