import type { ReportedResult, RunRecord } from '../record/run.ts'
import type { ReportedRow, Scenario } from '../scenario/schema/schema.ts'
import { evaluate } from './evaluate.ts'
import { isFault, parseExpression } from './expression.ts'
import { judgeSlo } from './slo.ts'

export interface JudgeOptions {
  /**
   * What the world said was said of all who came, at their own speed, so its figures are held
   * against runs of the full population at speed 1 only; with this at any population.
   */
  readonly reportedAtAnyPopulation?: boolean
}

/**
 * The same run with its objectives judged and set against what was reported. Of `reported` only
 * the rows that speak of the run's own variant are taken. Validity and saturation are the engine's
 * to tell and stay as they are.
 */
export function judge(run: RunRecord, scenario: Scenario, options: JudgeOptions = {}): RunRecord {
  const { population, speed } = run.header
  const isWhole = population === 1 || options.reportedAtAnyPopulation === true
  const comparable = isWhole && speed === 1
  const rows = scenario.reported.filter((row) => (row.variant ?? 'base') === run.header.variant)
  return {
    ...run,
    verdict: {
      ...run.verdict,
      slo: scenario.slo.map((text) => judgeSlo(text, run)),
      reported: comparable ? rows.map((row) => judgeReported(row, run)) : [],
    },
  }
}

/**
 * One figure the world reported. A number as target holds within `tolerance` of it, relative
 * (exactly, where none is given); bounds hold inclusively. Without data it does not hold.
 */
function judgeReported(row: ReportedRow, run: RunRecord): ReportedResult {
  const parsed = parseExpression(row.expr)
  const observed =
    isFault(parsed) || parsed.clause.kind === 'for' ? null : evaluate(parsed, run).observed
  const tolerance = row.tolerance ?? null
  return {
    id: row.id,
    label: row.label,
    expr: row.expr,
    observed,
    target: targetOf(row),
    tolerance,
    ok: observed !== null && withinTarget(observed, row.target, tolerance ?? 0),
    inSample: row.inSample,
    byConstruction: row.byConstruction,
    source: row.source,
  }
}

function withinTarget(observed: number, target: ReportedRow['target'], tolerance: number): boolean {
  if (typeof target === 'number') {
    return Math.abs(observed - target) <= tolerance * Math.abs(target)
  }
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = target
  return observed >= min && observed <= max
}

function targetOf({ target }: ReportedRow): ReportedResult['target'] {
  if (typeof target === 'number') return target
  return {
    ...(target.min === undefined ? {} : { min: target.min }),
    ...(target.max === undefined ? {} : { max: target.max }),
  }
}
