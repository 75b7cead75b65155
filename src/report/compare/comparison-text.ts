import { alignedTable, widthOf, wrapped } from '../text.ts'
import type { ComparisonReport } from './compared-runs.ts'
import { figureTable, modelTables, divergenceTable } from './comparison-tables.ts'
import {
  comparisonAnswer,
  comparisonSubtitle,
  comparisonTitle,
  differenceText,
  shareText,
  shortNames,
  valueText,
  verdictText,
  warnings,
} from './comparison-words.ts'
import { figureNames } from './figure-names.ts'
import { comparisonNoteText } from './mismatch-words.ts'

/** Columns for a terminal: what stands in units is left to the report where it stands in per cent. */
function figuresText(report: ComparisonReport): string {
  const rows = report.comparison.figures.map((figure) => [
    verdictText(figure),
    figureNames[figure.path].label,
    valueText(figure, figure.baseline.centre),
    valueText(figure, figure.candidate.centre),
    figure.share === null ? differenceText(figure) : shareText(figure),
  ])
  const { baseline, candidate } = shortNames(report)
  return alignedTable([['', 'figure', baseline, candidate, 'difference'], ...rows], 2)
}

/**
 * The answer, what speaks against it, and the figures: for a terminal, without colour. Sentences keep
 * to its width, tables cannot.
 */
export function comparisonText(report: ComparisonReport, widthColumns?: number): string {
  const width = widthOf(widthColumns)
  const { comparison } = report
  const [{ text: method }] = [figureTable(report)]
  const parts = [
    wrapped(`${comparisonTitle(report)}. ${comparisonSubtitle(report)}`, width),
    ...warnings(comparison).map(
      ({ title, text }) => `${wrapped(`✕ ${title}`, width)}\n${wrapped(text, width)}`,
    ),
    wrapped(comparisonAnswer(report), width),
    comparison.notes.map((note) => wrapped(`– ${comparisonNoteText(note)}`, width)).join('\n'),
    figuresText(report),
    wrapped(method.join(' '), width),
    ...[...divergenceTable(report), ...modelTables(report)].map(
      ({ title, text, head, rows, rightFrom }) =>
        [
          title,
          ...text.map((one) => wrapped(one, width)),
          alignedTable([head, ...rows], rightFrom),
        ].join('\n'),
    ),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}
