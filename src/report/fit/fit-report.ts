import { escapeMarkdown } from '../escape.ts'
import { markdownSection } from '../markdown.ts'
import { drawPngs } from '../png.ts'
import type { ReportFormat } from '../types.ts'
import { drawFitFigures } from './fit-charts.ts'
import { fitHtml } from './fit-html.ts'
import { estimateTable, missingTable, settingTable } from './fit-tables.ts'
import { fitAnswer, fitSubtitle, fitTitle, noteTexts, type FitReport } from './fit-words.ts'
import { wordedPicture } from './picture-words.ts'

export interface FitReportOptions {
  /** `json` is `fit.json`, which the caller writes; here it adds nothing, and neither does `csv`. */
  readonly formats: readonly ReportFormat[]
}

function fitMarkdown(fit: FitReport): string {
  const tables = [
    ...estimateTable(fit.fitted),
    ...settingTable(fit.fitted),
    ...missingTable(fit.fitted),
  ]
  const pictures = fit.fitted.pictures
    .map(wordedPicture)
    .map(({ title, how }) => `- **${escapeMarkdown(title)}.** ${escapeMarkdown(how)}`)
  const parts = [
    `# ${fitTitle}`,
    escapeMarkdown(fitSubtitle(fit)),
    `**${escapeMarkdown(fitAnswer(fit))}**`,
    noteTexts(fit)
      .map((note) => `- ${escapeMarkdown(note)}`)
      .join('\n'),
    ...tables.map(markdownSection),
    ...(pictures.length === 0 ? [] : ['## Fits against data', pictures.join('\n')]),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}

/**
 * The files of a fit's report by name: `report.html`, one PNG a picture, `summary.md`, as far as
 * `options.formats` asks for them. The scenario and `fit.json` are the caller's.
 */
export async function renderFit(
  fit: FitReport,
  options: FitReportOptions,
): Promise<Map<string, string | Uint8Array>> {
  const files = new Map<string, string | Uint8Array>()
  const wants = new Set(options.formats)
  const draws = wants.has('html') || wants.has('png')
  const figures = draws ? drawFitFigures(fit.fitted.pictures, fitSubtitle(fit)) : []
  if (wants.has('html')) files.set('report.html', fitHtml(fit, figures))
  if (wants.has('png')) for (const [name, png] of await drawPngs(figures)) files.set(name, png)
  if (wants.has('md')) files.set('summary.md', fitMarkdown(fit))
  return files
}
