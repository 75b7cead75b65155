import type { RunComparison } from '../../compare/compare.ts'
import type { ReportRun } from '../types.ts'

/** A comparison with the runs that it was made of, as its report is given them. */
export interface ComparisonReport {
  readonly comparison: RunComparison
  readonly baseline: readonly ReportRun[]
  readonly candidate: readonly ReportRun[]
  readonly title?: string
}
