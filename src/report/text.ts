import { plainText } from './escape.ts'
import { isSimulated, resultWord } from './engine.ts'
import { figureRows } from './figures.ts'
import { formats } from './format.ts'
import { headlineOf, stateWords } from './headline.ts'
import {
  comparedTables,
  eventTable,
  findingTable,
  generatorTable,
  k6Table,
  latencyTable,
} from './measured-tables.ts'
import { allNotices, notesOf } from './notices.ts'
import { loadTexts, unreportedText } from './scale.ts'
import { textColumns } from './text-columns.ts'
import { howText } from './title.ts'
import type { ReportRun } from './types.ts'
import { kindOfRow, targetText } from './words.ts'

type Runs = ReportRun | readonly ReportRun[]

/** Longer lines are tiring to read. */
const widestColumns = 96

/** About as wide as the widest figure: a label need not push the columns of figures apart. */
const titleColumns = 15

/** Columns that sentences keep to on a terminal of that many. */
export const widthOf = (columns = widestColumns) => Math.max(20, Math.min(widestColumns, columns))

const listOf = (runs: Runs): readonly ReportRun[] => ('run' in runs ? [runs] : runs)

/** An aligned table; the first column to the left, the others as `align` says. */
export function alignedTable(rows: readonly (readonly string[])[], rightFrom = Infinity): string {
  const clean = rows.map((row) => row.map(plainText))
  const widths: number[] = []
  for (const row of clean)
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, textColumns(cell))))
  return clean
    .map((row) =>
      row
        .map((cell, at) => {
          const room = ' '.repeat((widths[at] ?? 0) - textColumns(cell))
          return at >= rightFrom ? room + cell : cell + room
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** A sentence in lines of at most so many columns. */
export function wrapped(text: string, widthColumns: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of plainText(text).split(' ')) {
    if (line !== '' && textColumns(line) + 1 + textColumns(word) > widthColumns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].join('\n')
}

/** Heads of the runs' columns, broken at words and standing on the same last line. */
function titleRows(labels: readonly string[]): string[][] {
  const heads = labels.map((label) => wrapped(label, titleColumns).split('\n'))
  const height = Math.max(...heads.map((lines) => lines.length))
  return Array.from({ length: height }, (_, row) => [
    '',
    ...heads.map((lines) => lines[row - (height - lines.length)] ?? ''),
  ])
}

/**
 * What happened, then the figures side by side: for a terminal, without colour. Sentences keep to
 * its width, tables cannot.
 */
export function summaryText(runs: Runs, widthColumns?: number): string {
  const list = listOf(runs)
  const width = widthOf(widthColumns)
  const heads = list.map(({ run, label }) => {
    const { state, sentence, details } = headlineOf(run)
    const { sign, word } = stateWords[state]
    return `${plainText(label)}  [${sign} ${word}]\n${wrapped(sentence, width)}\n${wrapped(details, width)}`
  })
  const notices = allNotices(list).map(({ kind, title, text }) => {
    const mark = kind === 'stop' ? '✕ ' : '! '
    return `${wrapped(mark + title, width)}\n${wrapped(text, width)}`
  })
  const isMeasured = !list.every(({ run }) => isSimulated(run))
  const how = isMeasured ? [wrapped(howText(list), width)] : []
  const rows = figureRows(list.map(({ run }) => run)).map(({ label, cells }) => [label, ...cells])
  const titles = list.length > 1 ? titleRows(list.map(({ label }) => label)) : []
  const loads = [...loadTexts(list), ...notesOf(list)].map((text) => wrapped(text, width))
  return [...notices, ...heads, ...how, ...loads, alignedTable([...titles, ...rows], 1)].join(
    '\n\n',
  )
}

/** The reported-against-simulated table. */
export function reportedText(runs: Runs): string {
  const list = listOf(runs)
  const several = list.length > 1
  const rows = list.flatMap(({ run, label }) =>
    run.verdict.reported.map((row) => [
      row.ok ? '✓ ok' : '✕ not ok',
      row.id,
      row.label,
      targetText(row),
      formats.number(row.observed),
      kindOfRow(row, run),
      ...(several ? [label] : []),
    ]),
  )
  const missing = unreportedText(list)
  if (rows.length === 0) return missing ?? 'No reported figures to hold this against.'
  const result = resultWord(list.map(({ run }) => run))
  const head = ['', 'id', 'what', 'reported', result, 'kind', ...(several ? ['run'] : [])]
  return alignedTable([head, ...rows]) + (missing === null ? '' : `\n${missing}`)
}

/** The objectives of one run, a line each. */
export function objectivesText({ run }: ReportRun): string {
  const rows = run.verdict.slo.map(({ expr, observed, ok }) => [
    ok ? '✓ ok' : '✕ not ok',
    expr,
    formats.number(observed),
  ])
  return rows.length === 0 ? '' : alignedTable([['', 'objective', 'observed'], ...rows])
}

/** What only a measured run has: how its answers, its generator and its findings were. */
function measuredText(runs: readonly ReportRun[], widthColumns: number): string {
  const tables = [comparedTables, eventTable, latencyTable, generatorTable, k6Table, findingTable]
  return tables
    .flatMap((of) => of(runs))
    .map(({ title, text, head, rows, rightFrom }) =>
      [
        title,
        ...text.map((sentence) => wrapped(sentence, widthColumns)),
        alignedTable([head, ...rows], rightFrom),
      ].join('\n'),
    )
    .join('\n\n')
}

/** All there is to say of runs on a terminal: one run with its objectives, several side by side. */
export function runsText(runs: Runs, widthColumns?: number): string {
  const [only, ...others] = listOf(runs)
  const objectives = only !== undefined && others.length === 0 ? objectivesText(only) : ''
  const reported = listOf(runs).some(({ run }) => run.verdict.reported.length > 0)
  const hasReported = reported || unreportedText(listOf(runs)) !== null
  const parts = [
    summaryText(runs, widthColumns),
    measuredText(listOf(runs), widthOf(widthColumns)),
    objectives,
    hasReported ? reportedText(runs) : '',
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}
