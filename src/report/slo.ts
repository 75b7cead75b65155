import type { SloResult } from '../record/run.ts'
import type { ReportRun } from './types.ts'

/** One objective, and how each run did: `null` where a run was not asked for it. */
export interface SloRow {
  expr: string
  cells: (SloResult | null)[]
}

/** Every objective once, in the order in which the runs name them, with one cell a run. */
export function sloRows(runs: readonly ReportRun[]): SloRow[] {
  const exprs = new Set(runs.flatMap(({ run }) => run.verdict.slo.map(({ expr }) => expr)))
  return [...exprs].map((expr) => ({
    expr,
    cells: runs.map(({ run }) => run.verdict.slo.find((one) => one.expr === expr) ?? null),
  }))
}
