import type { PreflightReport, PreflightRow } from '../preflight/verdict.ts'
import { visibleText } from './escape.ts'

const marks = { passed: '✓', failed: '✗', unchecked: '–' } as const

/**
 * A preflight for a terminal: one line a row, then in full what failed and what could not be
 * checked, and the verdict last, where the eye is. `columns`: lines of the table are cut there;
 * `null`: they are not.
 */
export function preflightText(report: PreflightReport, columns: number | null): string {
  const { rows } = report
  const what = widthOf(rows.map((row) => row.what))
  const expected = widthOf(rows.map((row) => row.expected))
  const line = (row: PreflightRow) => {
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

function head({ scenario, target, phase, phaseFrom }: PreflightReport): string {
  return visibleText(`preflight of ${scenario} at ${target}, ${phase} the opening: ${phaseFrom}`)
}

function listed(title: string, rows: readonly PreflightRow[], result: PreflightRow['result']) {
  const found = rows.filter((row) => row.result === result)
  if (found.length === 0) return []
  const lines = [...Map.groupBy(found, wordsOf)].map(([words, alike]) => {
    const names = alike.map((row) => row.what).join(', ')
    return visibleText(`  ${marks[result]} ${names}: ${words}`)
  })
  return ['', `${title}:`, ...lines]
}

/** Rows that nobody looked at for one reason are told together. */
const wordsOf = ({ result, expected, came }: PreflightRow): string =>
  result === 'unchecked' ? came : `${expected} expected; ${came}`

function verdictText({ verdict, rows, wallSec }: PreflightReport): string {
  const { ok, words, failed } = verdict
  const word = ok ? 'PASSED' : failed > 0 ? 'FAILED' : 'INCOMPLETE'
  const why = words.length > 0 ? words.join('; ') : `all ${rows.length} rows`
  return `${word}: ${why} (${wallSec.toFixed(1)} s)`
}

const widthOf = (texts: readonly string[]): number => Math.max(...texts.map(({ length }) => length))

function cut(text: string, columns: number | null): string {
  return columns === null || text.length <= columns ? text : `${text.slice(0, columns - 1)}…`
}
