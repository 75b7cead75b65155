import { drawFigures } from './charts/charts.ts'
import { timelineCsv } from './csv.ts'
import { reportHtml } from './html/html.ts'
import { summaryMarkdown } from './markdown.ts'
import { drawPngs } from './png.ts'
import type { ReportOptions, ReportRun } from './types.ts'

export type { ReportOptions, ReportRun } from './types.ts'

/**
 * The files of a report by name: `report.html`, one PNG a chart, `timeline.csv`, `summary.md`, as
 * far as `options.formats` asks for them. The first run is the base. `run.json` is the caller's.
 * @throws DambreakError 'invalid' if a run's histograms cannot be read
 */
export async function renderReport(
  runs: readonly ReportRun[],
  options: ReportOptions,
): Promise<Map<string, string | Uint8Array>> {
  const files = new Map<string, string | Uint8Array>()
  const wants = new Set(options.formats)
  const figures =
    wants.has('html') || wants.has('png') ? drawFigures({ runs, sweep: options.sweep ?? [] }) : []
  if (wants.has('html')) files.set('report.html', reportHtml(runs, options, figures))
  if (wants.has('png')) for (const [name, png] of await drawPngs(figures)) files.set(name, png)
  if (wants.has('csv')) files.set('timeline.csv', timelineCsv(runs))
  if (wants.has('md')) files.set('summary.md', summaryMarkdown(runs, options))
  return files
}
