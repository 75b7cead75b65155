import { passes, type CheckOutcome, type GateCheck } from '../../gate/check.ts'
import type { GateVerdict } from '../../gate/gate.ts'
import { subjectName } from './finding-words.ts'

/** How a check came out, for every place where it is shown. */
export const outcomeSigns: Record<CheckOutcome, { sign: string; word: string }> = {
  passed: { sign: '✓', word: 'passed' },
  skipped: { sign: '–', word: 'not decided' },
  failed: { sign: '✕', word: 'failed' },
  invalid: { sign: '✕', word: 'invalid' },
  usage: { sign: '✕', word: 'cannot be judged' },
  disk: { sign: '✕', word: 'cannot be read' },
}

export interface FoundCheck {
  readonly label: string
  readonly check: GateCheck
}

export function allChecks({ subjects }: GateVerdict): FoundCheck[] {
  return subjects.flatMap((subject) =>
    subject.checks.map((check) => ({ label: subjectName(subject), check })),
  )
}

export const failingChecks = (verdict: GateVerdict): FoundCheck[] =>
  allChecks(verdict).filter(({ check }) => !passes(check))

const countText = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** `gate failed: 2 of 9 checks failed, 3 not decided`, without a sign. */
export function verdictText(verdict: GateVerdict): string {
  const all = allChecks(verdict).map(({ check }) => check)
  const decided = all.filter(({ outcome }) => outcome !== 'skipped')
  const failing = all.filter((check) => !passes(check))
  const open = all.length - decided.length
  const left = open === 0 ? '' : `, ${open} not decided`
  if (verdict.passed) return `gate passed: ${countText(decided.length, 'check')}${left}`
  const unusable = failing.some(({ outcome }) => outcome !== 'failed')
  const what = failing.some(({ outcome }) => outcome === 'invalid')
    ? ' (a run is invalid, its figures must not be used)'
    : unusable
      ? ' (not everything could be judged)'
      : ''
  return `gate failed: ${failing.length} of ${countText(decided.length, 'check')} failed${left}${what}`
}
