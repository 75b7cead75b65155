import { drawPngs } from '../png.ts'
import type { ReportFormat } from '../types.ts'
import type { ComparisonReport } from './compared-runs.ts'
import { comparisonCsv } from './comparison-csv.ts'
import { drawComparisonFigures } from './comparison-charts.ts'
import { comparisonHtml } from './comparison-html.ts'
import { comparisonMarkdown } from './comparison-markdown.ts'

/**
 * The files of a comparison's report by name: `report.html`, one PNG a chart, `figures.csv`,
 * `summary.md`, as far as `formats` asks for them. `comparison.json` is the caller's.
 * @throws DambreakError 'invalid' if a run's histograms cannot be read
 */
export async function renderComparison(
  report: ComparisonReport,
  formats: readonly ReportFormat[],
): Promise<Map<string, string | Uint8Array>> {
  const files = new Map<string, string | Uint8Array>()
  const wants = new Set(formats)
  const figures = wants.has('html') || wants.has('png') ? drawComparisonFigures(report) : []
  if (wants.has('html')) files.set('report.html', comparisonHtml(report, figures))
  if (wants.has('png')) for (const [name, png] of await drawPngs(figures)) files.set(name, png)
  if (wants.has('csv')) files.set('figures.csv', comparisonCsv(report.comparison))
  if (wants.has('md')) files.set('summary.md', comparisonMarkdown(report))
  return files
}
