import type { PreflightReport, PreflightRow } from '../../preflight/verdict.ts'
import { visibleText } from '../escape.ts'
import { observationText } from './observation-words.ts'
import { rowWords } from './row-words.ts'
import { phaseSourceText, verdictReasonText } from './verdict-words.ts'

const marks = { passed: '✓', failed: '✗', unchecked: '–' } as const

/**
 * A preflight for a terminal: one line a row, then in full what failed and what could not be
 * checked, and the verdict last, where the eye is. `columns`: lines of the table are cut there;
 * `null`: they are not.
 */
export function preflightText(report: PreflightReport, columns: number | null): string {
  const rows = report.rows.map(said)
  const what = widthOf(rows.map((row) => row.what))
  const expected = widthOf(rows.map((row) => row.expected))
  const line = (row: SaidRow) => {
    const cells = `${row.what.padEnd(what)}  ${row.expected.padEnd(expected)}  ${row.came}`
    return cut(`${marks[row.result]} ${visibleText(cells)}`, columns)
  }
  return [
    head(report),
    '',
    cut(`  ${'what'.padEnd(what)}  ${'expected'.padEnd(expected)}  came`, columns),
    ...rows.map(line),
    ...listed('Failed', rows, 'failed'),
    ...listed('Not checked', rows, 'unchecked'),
    '',
    verdictText(report),
    '',
  ].join('\n')
}

/** A row as text. */
interface SaidRow {
  readonly what: string
  readonly expected: string
  readonly came: string
  readonly result: PreflightRow['result']
}

const said = ({ check, result, came }: PreflightRow): SaidRow => ({
  ...rowWords(check),
  result,
  came: observationText(came),
})

function head({ scenario, target, phase, phaseFrom }: PreflightReport): string {
  const by = phaseSourceText(phaseFrom)
  return visibleText(`preflight of ${scenario} at ${target}, ${phase} the opening: ${by}`)
}

function listed(title: string, rows: readonly SaidRow[], result: SaidRow['result']) {
  const found = rows.filter((row) => row.result === result)
  if (found.length === 0) return []
  const lines = [...Map.groupBy(found, wordsOf)].map(([words, alike]) => {
    const names = alike.map((row) => row.what).join(', ')
    return visibleText(`  ${marks[result]} ${names}: ${words}`)
  })
  return ['', `${title}:`, ...lines]
}

/** Rows that were not checked for the same reason share a line. */
const wordsOf = ({ result, expected, came }: SaidRow): string =>
  result === 'unchecked' ? came : `${expected} expected; ${came}`

function verdictText({ verdict, rows, wallSec }: PreflightReport): string {
  const { ok, reasons, failed } = verdict
  const word = ok ? 'PASSED' : failed > 0 ? 'FAILED' : 'INCOMPLETE'
  const why =
    reasons.length > 0 ? reasons.map(verdictReasonText).join('; ') : `all ${rows.length} rows`
  return `${word}: ${why} (${wallSec.toFixed(1)} s)`
}

const widthOf = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length))

function cut(text: string, columns: number | null): string {
  return columns === null || text.length <= columns ? text : `${text.slice(0, columns - 1)}…`
}
