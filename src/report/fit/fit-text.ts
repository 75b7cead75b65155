import type { Estimate } from '../../fit/estimate.ts'
import { alignedTable, widthOf, wrapped } from '../text.ts'
import { estimateSource } from './estimate-words.ts'
import { estimateTable, missingTitle, settingTable } from './fit-tables.ts'
import { fitAnswer, fitSubtitle, noteTexts, type FitReport } from './fit-words.ts'
import { gapText } from './gap-words.ts'

/** What was estimated and what was not: for a terminal, without colour. */
export function fitText(fit: FitReport, widthColumns?: number): string {
  const width = widthOf(widthColumns)
  const { estimates, notIdentified } = fit.fitted
  const tables = [
    // Sources are sentences: beside figures, they would push those off the screen.
    ...estimateTable(fit.fitted).map((table) => {
      const figures = ([path = '', _source, ...rest]: string[]) => [path, ...rest]
      return { ...table, head: figures(table.head), rows: table.rows.map(figures), rightFrom: 1 }
    }),
    ...settingTable(fit.fitted),
  ]
  const missing = notIdentified.map((gap) => {
    const { reason, measure } = gapText(gap)
    return wrapped(`– ${gap.path}: ${reason}. To measure: ${measure}.`, width)
  })
  const parts = [
    wrapped(`${fitAnswer(fit)} ${fitSubtitle(fit)}`, width),
    noteTexts(fit)
      .map((note) => wrapped(`– ${note}`, width))
      .join('\n'),
    ...tables.map(
      ({ title, head, rows, rightFrom }) => `${title}\n${alignedTable([head, ...rows], rightFrom)}`,
    ),
    sourcesOf(estimates)
      .map((source) => wrapped(`– ${source}`, width))
      .join('\n'),
    missing.length === 0 ? '' : `${missingTitle}\n${missing.join('\n')}`,
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

/** Each source once, with the parameters that came of it. */
function sourcesOf(estimates: readonly Estimate[]): string[] {
  const paths = new Map<string, string[]>()
  for (const one of estimates) {
    const { path } = one
    const source = estimateSource(one)
    const known = paths.get(source)
    if (known === undefined) paths.set(source, [path])
    else known.push(path)
  }
  return [...paths].map(([source, all]) => `${all.join(', ')}: ${source}`)
}
