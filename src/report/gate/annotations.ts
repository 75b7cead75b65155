import type { GateVerdict } from '../../gate/gate.ts'
import { visibleText } from '../escape.ts'
import { checkName, findingText } from './finding-words.ts'
import { allChecks, failingChecks, verdictText } from './gate-words.ts'

/** GitHub shows ten of a kind from one step. */
const maxShown = 10

/** The text of a workflow command. */
function commandText(text: string): string {
  return visibleText(text).replaceAll('%', '%25')
}

/** A property's value, which ends at a comma or colon. */
function propertyText(text: string): string {
  return commandText(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

/** One annotation of GitHub Actions, as the line that makes it. */
function annotation(kind: 'error' | 'warning', title: string, text: string): string {
  return `::${kind} title=${propertyText(title)}::${commandText(text)}`
}

/** A line for every check that failed or decides nothing. */
export function gateAnnotations(verdict: GateVerdict): string[] {
  const failing = failingChecks(verdict)
  const isCut = failing.length > maxShown
  const told = isCut ? failing.slice(0, maxShown - 1) : failing
  const open = allChecks(verdict).filter(
    ({ check }) => check.kind === 'baseline' && check.outcome === 'skipped',
  )
  return [
    ...told.map(({ label, check }) =>
      annotation('error', `gate: ${label}`, `${checkName(check)}: ${findingText(check)}`),
    ),
    ...(isCut
      ? [annotation('error', 'gate', `${verdictText(verdict)}; the job summary lists them all`)]
      : []),
    ...open.map(({ label, check }) =>
      annotation('warning', `gate: ${label}`, `${checkName(check)}: ${findingText(check)}`),
    ),
  ]
}
