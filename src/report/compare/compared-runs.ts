import type { Comparison } from '../../model/compare/compare.ts'
import type { ReportRun } from '../types.ts'

/** A comparison with the runs that it was made of, as its report is given them. */
export interface ComparisonReport {
  readonly comparison: Comparison
  readonly baseline: readonly ReportRun[]
  readonly candidate: readonly ReportRun[]
  readonly title?: string
}
