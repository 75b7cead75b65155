import type { Plan } from '../../plan/plan-record.ts'
import { drawPngs } from '../png.ts'
import type { ReportFormat } from '../types.ts'
import { drawPlanFigures } from './plan-charts.ts'
import { candidatesCsv } from './plan-csv.ts'
import { planHtml } from './plan-html.ts'
import { planMarkdown } from './plan-markdown.ts'

export interface PlanReportOptions {
  /** `json` is `plan.json`, which the caller writes; here it adds nothing. */
  readonly formats: readonly ReportFormat[]
  readonly title?: string
}

/**
 * The files of a plan's report by name: `report.html`, one PNG a chart, `candidates.csv`,
 * `summary.md`, as far as `options.formats` asks for them. `plan.json` is the caller's.
 */
export async function renderPlan(
  plan: Plan,
  options: PlanReportOptions,
): Promise<Map<string, string | Uint8Array>> {
  const files = new Map<string, string | Uint8Array>()
  const wants = new Set(options.formats)
  const figures = wants.has('html') || wants.has('png') ? drawPlanFigures(plan) : []
  if (wants.has('html')) files.set('report.html', planHtml(plan, figures, options.title))
  if (wants.has('png')) for (const [name, png] of await drawPngs(figures)) files.set(name, png)
  if (wants.has('csv')) files.set('candidates.csv', candidatesCsv(plan))
  if (wants.has('md')) files.set('summary.md', planMarkdown(plan, options.title))
  return files
}
