import { groupedEvidence, sourceText, unknowns, valueText } from './assumptions.ts'
import { escapeMarkdown } from './escape.ts'
import { figureRows } from './figures.ts'
import { formats, unknownText } from './format.ts'
import { headlineOf, stateWords } from './headline.ts'
import { isSimulated, resultWord } from './engine.ts'
import { limitsOfAll } from './limits.ts'
import {
  comparedTables,
  eventTable,
  findingTable,
  generatorTable,
  k6Table,
  latencyTable,
  type PlainTable,
} from './measured-tables.ts'
import { allNotices, notesOf } from './notices.ts'
import { loadTexts, unreportedText } from './scale.ts'
import { sloRows } from './slo.ts'
import type { SweepRow } from './sweep.ts'
import { howText, reportTitle } from './title.ts'
import type { ReportOptions, ReportRun } from './types.ts'
import { kindOfRow, targetText } from './words.ts'

/** A Markdown table; every cell is escaped. */
function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escapeMarkdown).join(' | ')} |`
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n')
}

function reportedTable(runs: readonly ReportRun[]): string {
  const rows = runs.flatMap(({ run, label }) =>
    run.verdict.reported.map((row) => [
      row.id,
      row.label,
      targetText(row),
      formats.number(row.observed),
      row.ok ? '✓ ok' : '✕ not ok',
      kindOfRow(row, run),
      label,
      row.source,
    ]),
  )
  const result = resultWord(runs.map(({ run }) => run))
  return markdownTable(['id', 'what', 'reported', result, '', 'kind', 'run', 'source'], rows)
}

/** With one run a list with the verdict in a column; with several a column a run. */
function sloTable(runs: readonly ReportRun[]): string {
  const verdict = (ok: boolean) => (ok ? '✓ ok' : '✕ not ok')
  if (runs.length === 1)
    return markdownTable(
      ['objective', 'observed', ''],
      sloRows(runs).map(({ expr, cells: [cell] }) => [
        expr,
        formats.number(cell?.observed),
        verdict(cell?.ok === true),
      ]),
    )
  return markdownTable(
    ['objective', ...runs.map(({ label }) => label)],
    sloRows(runs).map(({ expr, cells }) => [
      expr,
      ...cells.map((cell) =>
        cell === null ? unknownText : `${formats.number(cell.observed)} ${verdict(cell.ok)}`,
      ),
    ]),
  )
}

function sweepTable(rows: readonly SweepRow[]): string {
  return markdownTable(
    ['instances', 'gate', 'booked', 'errors', 'waiting at the end', 'busiest station', ''],
    rows.map((row) => [
      formats.count(row.instances),
      row.gate,
      formats.count(row.booked),
      formats.share(row.errorShare),
      formats.compact(row.waitingAtEnd),
      `${row.busiestStation ?? '–'}, ${formats.share(row.busiestUtilisation)} in ${formats.duration(row.bucketSec)}`,
      row.ok ? '✓ enough' : '✕ not enough',
    ]),
  )
}

/** A table with its heading, and what is to be said before it. */
export function markdownSection({ title, text, head, rows }: PlainTable): string {
  return [`## ${title}`, ...text.map(escapeMarkdown), markdownTable(head, rows)].join('\n\n')
}

const bullets = (all: readonly { what: string; why: string }[]) =>
  all.map(({ what, why }) => `- **${what}.** ${why}`).join('\n')

/** `summary.md`: the report as text and tables, for a pull request or a mail. */
export function summaryMarkdown(runs: readonly ReportRun[], options: ReportOptions): string {
  const base = runs[0]
  const title = reportTitle(runs, options)
  const parts = [`# ${escapeMarkdown(title)}`]
  const isMeasured = !runs.every(({ run }) => isSimulated(run))
  if (isMeasured) parts.push(escapeMarkdown(howText(runs)))
  parts.push(
    ...allNotices(runs).map(
      ({ title: heading, text }) => `> **${escapeMarkdown(heading)}.** ${escapeMarkdown(text)}`,
    ),
  )
  if (options.answer !== undefined) parts.push(`**${escapeMarkdown(options.answer)}**`)
  for (const { run, label } of runs) {
    const { state, sentence, details } = headlineOf(run)
    const { sign, word } = stateWords[state]
    parts.push(
      `- **${escapeMarkdown(label)}** (${sign} ${word}): ${escapeMarkdown(sentence)} ${escapeMarkdown(details)}`,
    )
  }
  parts.push(...[...loadTexts(runs), ...notesOf(runs)].map(escapeMarkdown))
  const figures = figureRows(runs.map(({ run }) => run))
  parts.push(
    '## Figures',
    markdownTable(
      ['', ...runs.map(({ label }) => label)],
      figures.map(({ label, cells }) => [label, ...cells]),
    ),
  )
  parts.push(...comparedTables(runs).map(markdownSection))
  const isReported = runs.some(({ run }) => run.verdict.reported.length > 0)
  const missing = unreportedText(runs)
  const result = resultWord(runs.map(({ run }) => run))
  if (isReported || missing !== null) parts.push(`## Reported against ${result}`)
  if (isReported) parts.push(reportedTable(runs))
  if (missing !== null) parts.push(escapeMarkdown(missing))
  if (runs.some(({ run }) => run.verdict.slo.length > 0))
    parts.push('## Objectives', sloTable(runs))
  for (const tables of [eventTable, latencyTable, generatorTable, k6Table, findingTable])
    parts.push(...tables(runs).map(markdownSection))
  if (options.sweep !== undefined && options.sweep.length > 0)
    parts.push('## How many instances?', sweepTable(options.sweep))
  if (base !== undefined && base.evidence.length > 0)
    parts.push(
      '## Assumptions',
      markdownTable(
        ['parameter', 'value (range)', 'evidence', 'source'],
        groupedEvidence(base.evidence).map((row) => [
          row.places === 1 ? row.path : `${row.path} (${row.places} places)`,
          valueText(row),
          row.label,
          sourceText(row, '–'),
        ]),
      ),
    )
  if (!isMeasured || runs.some(({ run }) => isSimulated(run)))
    parts.push('## What the model cannot know', bullets(unknowns))
  if (isMeasured) parts.push('## What a rehearsal cannot tell', bullets(limitsOfAll(runs)))
  return `${parts.join('\n\n')}\n`
}
