import type { GateCheck } from '../../gate/check.ts'
import type { GateVerdict } from '../../gate/gate.ts'
import { visibleText } from '../escape.ts'
import { textColumns } from '../text-columns.ts'
import { checkName, findingDetails, findingText, subjectName } from './finding-words.ts'
import { outcomeSigns, verdictText } from './gate-words.ts'

/** A check with its faults below it; lines are broken at words where the terminal has a width. */
function checkLines(check: GateCheck, columns: number): string[] {
  const { sign } = outcomeSigns[check.outcome]
  const head = hanging(`${checkName(check)}: ${findingText(check)}`, {
    first: `  ${sign} `,
    columns,
  })
  const details = findingDetails(check).flatMap((detail) =>
    hanging(detail, { first: '      ', columns }),
  )
  return [...head, ...details]
}

function hanging(text: string, to: { first: string; columns: number }): string[] {
  const lines: string[] = []
  const rest = ' '.repeat(textColumns(to.first) + 2)
  let line = to.first
  let isStart = true
  for (const word of visibleText(text).split(' ')) {
    const longer = isStart ? line + word : `${line} ${word}`
    if (!isStart && textColumns(longer) > to.columns) {
      lines.push(line)
      line = rest + word
    } else line = longer
    isStart = false
  }
  return [...lines, line]
}

/** The verdict in the first line, then a line a check. `columns`: of the terminal; absent: as long as they are. */
export function gateText(verdict: GateVerdict, columns = Number.POSITIVE_INFINITY): string {
  const sign = verdict.passed ? '✓' : '✕'
  const subjects = verdict.subjects.map((subject) =>
    [
      visibleText(subjectName(subject)),
      ...subject.checks.flatMap((check) => checkLines(check, columns)),
    ].join('\n'),
  )
  return [`${sign} ${verdictText(verdict)}`, ...subjects].join('\n\n')
}
