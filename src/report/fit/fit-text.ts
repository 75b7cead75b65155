import { alignedTable, widthOf, wrapped } from '../text.ts'
import { estimateTable, missingTable, settingTable } from './fit-tables.ts'
import { fitAnswer, fitSubtitle, type FitReport } from './fit-words.ts'

/** What was estimated and what was not: for a terminal, without colour. */
export function fitText(fit: FitReport, widthColumns?: number): string {
  const width = widthOf(widthColumns)
  const tables = [
    ...estimateTable(fit.fitted),
    ...settingTable(fit.fitted),
    ...missingTable(fit.fitted),
  ]
  const parts = [
    wrapped(`${fitAnswer(fit)} ${fitSubtitle(fit)}`, width),
    fit.notes.map((note) => wrapped(`– ${note}`, width)).join('\n'),
    ...tables.map(
      ({ title, head, rows, rightFrom }) => `${title}\n${alignedTable([head, ...rows], rightFrom)}`,
    ),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}
