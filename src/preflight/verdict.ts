import type { Judgement } from './judge.ts'
import type { Check, PlannedRow, PreflightPhase } from './matrix.ts'

export interface PreflightRow extends PlannedRow, Judgement {
  readonly tookMs: number
}

/** Why a preflight did not plainly pass. */
export type VerdictReason =
  | { readonly code: 'RowsFailed'; readonly failed: number; readonly rows: number }
  | { readonly code: 'RowsUnchecked'; readonly unchecked: number; readonly isAllowed: boolean }
  /** Whether the right people may book is not known. */
  | { readonly code: 'NoCohortChecked' }

export interface PreflightVerdict {
  readonly ok: boolean
  readonly passed: number
  readonly failed: number
  readonly unchecked: number
  /** Rows that could not be checked do not count against it. */
  readonly allowsUnchecked: boolean
  readonly reasons: readonly VerdictReason[]
}

/** What decided on which side of the opening the target is. */
export type PhaseSource =
  /** Seconds until the opening; negative after it. */
  | { readonly code: 'Stack' | 'Scenario'; readonly opensInSec: number }
  | { readonly code: 'CommandLine' }

/** What `dambreak preflight --json` prints. */
export interface PreflightReport {
  readonly schemaVersion: 2
  readonly scenario: string
  readonly target: string
  readonly phase: PreflightPhase
  readonly phaseFrom: PhaseSource
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
  rows: readonly { readonly check: Pick<Check, 'kind'>; readonly result: Judgement['result'] }[],
  allowsUnchecked: boolean,
): PreflightVerdict {
  const count = (result: Judgement['result']) => rows.filter((row) => row.result === result).length
  const [passed, failed, unchecked] = [count('passed'), count('failed'), count('unchecked')]
  const isCohortChecked = rows.some(
    ({ check, result }) => check.kind === 'cohort' && result !== 'unchecked',
  )
  const allows = allowsUnchecked && isCohortChecked
  const reasons: VerdictReason[] = []
  if (failed > 0) reasons.push({ code: 'RowsFailed', failed, rows: rows.length })
  if (unchecked > 0) reasons.push({ code: 'RowsUnchecked', unchecked, isAllowed: allows })
  if (!isCohortChecked) reasons.push({ code: 'NoCohortChecked' })
  const ok = failed === 0 && isCohortChecked && (unchecked === 0 || allows)
  return { ok, passed, failed, unchecked, allowsUnchecked: allows, reasons }
}
