import { escapeMarkdown } from '../escape.ts'
import { markdownSection } from '../markdown.ts'
import type { ComparisonReport } from './compared-runs.ts'
import { figureTable, modelTables, divergenceTable, runTable } from './comparison-tables.ts'
import {
  comparisonAnswer,
  comparisonSubtitle,
  comparisonTitle,
  warnings,
} from './comparison-words.ts'
import { comparisonNoteText } from './mismatch-words.ts'

/** `summary.md`: the comparison as text and tables, for a pull request or a mail. */
export function comparisonMarkdown(report: ComparisonReport): string {
  const parts = [
    `# ${escapeMarkdown(comparisonTitle(report))}`,
    escapeMarkdown(comparisonSubtitle(report)),
    ...warnings(report.comparison).map(
      ({ title, text }) => `> **${escapeMarkdown(title)}.** ${escapeMarkdown(text)}`,
    ),
    `**${escapeMarkdown(comparisonAnswer(report))}**`,
    report.comparison.notes
      .map((note) => `- ${escapeMarkdown(comparisonNoteText(note))}`)
      .join('\n'),
    ...[
      figureTable(report),
      ...divergenceTable(report),
      ...modelTables(report),
      ...runTable(report),
    ].map(markdownSection),
  ]
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`
}
