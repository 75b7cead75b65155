import type { Check, PlannedRow, PreflightPhase } from './matrix.ts'
import type { Judgement } from './judge.ts'

export interface PreflightRow extends Omit<PlannedRow, 'check'>, Judgement {
  readonly kind: Check['kind']
  readonly tookMs: number
}

export interface PreflightVerdict {
  readonly ok: boolean
  readonly passed: number
  readonly failed: number
  readonly unchecked: number
  /** Rows that could not be checked do not count against it. */
  readonly allowsUnchecked: boolean
  /** Why it is as it is, one sentence each. */
  readonly words: readonly string[]
}

export interface PreflightReport {
  readonly schemaVersion: 1
  readonly scenario: string
  readonly target: string
  readonly phase: PreflightPhase
  /** What told on which side of the opening this was, in words. */
  readonly phaseFrom: string
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly wallSec: number
  readonly rows: readonly PreflightRow[]
  readonly verdict: PreflightVerdict
}

/**
 * Nothing passes by accident: a row that could not be checked fails the whole like one that failed,
 * unless that is allowed; and where no cohort could be checked at all, nothing allows it.
 */
export function preflightVerdict(
  rows: readonly Pick<PreflightRow, 'kind' | 'result'>[],
  allowsUnchecked: boolean,
): PreflightVerdict {
  const count = (result: Judgement['result']) => rows.filter((row) => row.result === result).length
  const [passed, failed, unchecked] = [count('passed'), count('failed'), count('unchecked')]
  const isLookedAt = rows.some(({ kind, result }) => kind === 'cohort' && result !== 'unchecked')
  const allows = allowsUnchecked && isLookedAt
  const words: string[] = []
  if (failed > 0) words.push(`${failed} of ${rows.length} rows failed`)
  if (unchecked > 0) {
    words.push(`${unchecked} could not be checked, which ${allows ? 'was allowed' : 'is no pass'}`)
  }
  if (!isLookedAt)
    words.push('no cohort could be checked: whether the right people may book is not known')
  const ok = failed === 0 && isLookedAt && (unchecked === 0 || allows)
  return { ok, passed, failed, unchecked, allowsUnchecked: allows, words }
}
