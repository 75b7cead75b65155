import type { Plan } from '../../plan/plan-record.ts'
import { formats } from '../format.ts'
import type { PlainTable } from '../measured-tables.ts'
import { alignedTable, widthOf, wrapped } from '../text.ts'
import { answerText, besideAnswer, planSubtitle } from './answer.ts'
import { mapSays } from './map-words.ts'
import {
  candidateTable,
  disagreementTable,
  leverTable,
  measureTable,
  objectiveTable,
} from './plan-tables.ts'
import { costText, probabilityText, rangeText, timeText } from './plan-words.ts'
import { reasonTexts } from './reason-words.ts'

/** Levers and measurements beyond these are for the report. */
const maxRows = 8

const tableText = ({ title, head, rows, rightFrom }: PlainTable) =>
  `${title}\n${alignedTable([head, ...rows], rightFrom)}`

/** The columns of a table by their numbers, its first rows. */
function part(of: PlainTable, columns: readonly number[]): PlainTable {
  const pick = (row: readonly string[]) => columns.map((at) => row[at] ?? '')
  return { ...of, head: pick(of.head), rows: of.rows.slice(0, maxRows).map(pick) }
}

/** The candidates in as many columns as a terminal has room for. */
function candidatesOf(plan: Plan): PlainTable {
  const { title, rows } = candidateTable(plan)
  return {
    title,
    text: [],
    head: ['servers', 'verdict', 'all hold', 'collapse', 'p95 wait', 'cost'],
    rows: plan.candidates.map(({ pMeetsSlo, pCollapse, waitSecP95, cost }, at) => [
      rows[at]?.[0] ?? '',
      rows[at]?.[1] ?? '',
      probabilityText(pMeetsSlo),
      formats.share(pCollapse.value),
      rangeText(waitSecP95, timeText),
      costText(plan, cost),
    ]),
    rightFrom: 2,
  }
}

/**
 * The answer, why, and the candidates: for a terminal, without colour. Sentences keep to its width,
 * tables cannot.
 */
export function planText(plan: Plan, widthColumns?: number): string {
  const width = widthOf(widthColumns)
  const bullets = [...reasonTexts(plan), ...besideAnswer(plan)].map((line) =>
    wrapped(`– ${line}`, width),
  )
  const apart = disagreementTable(plan)[0]?.rows.length ?? 0
  const notes = [
    ...(plan.collapseMap === null ? [] : mapSays(plan.collapseMap)),
    apart === 0
      ? ''
      : `Closed forms and simulation differ by more than the tolerance in ${formats.count(apart)} ${apart === 1 ? 'figure' : 'figures'}; the report says why.`,
  ].filter((note) => note !== '')
  const parts = [
    wrapped(answerText(plan), width),
    bullets.join('\n'),
    wrapped(planSubtitle(plan), width),
    tableText(candidatesOf(plan)),
    ...objectiveTable(plan).map(tableText),
    ...leverTable(plan).map((levers) => tableText(part(levers, [0, 2, 3, 4]))),
    ...measureTable(plan).map((next) => tableText(part(next, [0, 1, 2]))),
    notes.map((note) => wrapped(note, width)).join('\n'),
  ]
  return parts.filter((one) => one !== '').join('\n\n')
}
