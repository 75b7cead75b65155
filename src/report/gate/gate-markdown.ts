import { passes } from '../../gate/check.ts'
import type { GateVerdict } from '../../gate/gate.ts'
import type { RunRecord } from '../../record/run.ts'
import { codeSpan, markdownSentence, tableCodeSpan } from '../escape.ts'
import { headlineOf } from '../headline.ts'
import { mermaidChart, sparkRows } from './headline-chart.ts'
import { checkName, findingDetails, findingText } from './finding-words.ts'
import { allChecks, outcomeSigns, verdictText, type FoundCheck } from './gate-words.ts'

/** A summary may take a megabyte, and a reader less. */
const maxRows = 200
const maxDetails = 20
const maxRuns = 6

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`

function checkRow({ label, check }: FoundCheck, isSingle: boolean): string {
  const { sign, word } = outcomeSigns[check.outcome]
  const details = findingDetails(check)
  const told = details.slice(0, maxDetails).map((detail) => tableCodeSpan(detail))
  const rest = details.length > told.length ? [`and ${details.length - told.length} more`] : []
  const words = [markdownSentence(findingText(check)), ...told, ...rest].join('<br>')
  const name = ['objective', 'regression'].includes(check.kind)
    ? tableCodeSpan(checkName(check))
    : markdownSentence(checkName(check))
  const first = check.outcome === 'passed' ? `${sign} ${word}` : `**${sign} ${word}**`
  return row(isSingle ? [first, name, words] : [first, tableCodeSpan(label), name, words])
}

function checkTable(found: readonly FoundCheck[], isSingle: boolean): string {
  const head = isSingle ? ['', 'check', 'found'] : ['', 'run', 'check', 'found']
  const rows = found.slice(0, maxRows).map((one) => checkRow(one, isSingle))
  const rest =
    found.length > maxRows ? [`\n${found.length - maxRows} more checks are not shown here.`] : []
  return [row(head), `|${' --- |'.repeat(head.length)}`, ...rows, ...rest].join('\n')
}

function runSection(label: string, run: RunRecord, withChart: boolean): string[] {
  const { sentence, details } = headlineOf(run)
  const chart = withChart ? mermaidChart(run) : ''
  const rows = sparkRows(run).map(([name = '', line = '', text = '']) => row([name, line, text]))
  return [
    `### ${codeSpan(label)}`,
    markdownSentence(`${sentence} ${details}`),
    [row(['', 'over the evening', '']), '| --- | --- | --- |', ...rows].join('\n'),
    ...(chart === '' ? [] : [chart]),
  ]
}

/**
 * The verdict for a job summary: what failed first, then all checks, then how each run went.
 * `records` are those of the runs in their order, `null` where there is none.
 */
export function gateMarkdown(verdict: GateVerdict, records: readonly (RunRecord | null)[]): string {
  const all = allChecks(verdict)
  const isSingle = verdict.subjects.length === 1
  const failing = all.filter(({ check }) => !passes(check))
  const others = all.filter(({ check }) => passes(check))
  const shown = records.flatMap((run, at) => {
    const label = verdict.subjects[at]?.label ?? ''
    return run === null || run.timeline.arrivals.length === 0 ? [] : [{ label, run }]
  })
  const sections = shown
    .slice(0, maxRuns)
    .flatMap(({ label, run }, at) => runSection(label, run, at === 0))
  const rest =
    shown.length > maxRuns ? [`${shown.length - maxRuns} more runs are not shown here.`] : []
  const table = (found: readonly FoundCheck[]) => checkTable(found, isSingle)
  const tables =
    failing.length === 0
      ? [table(others)]
      : [table(failing), ...(others.length === 0 ? [] : [folded(others.length, table(others))])]
  return `${[
    `## ${verdict.passed ? '✅' : '❌'} dambreak: ${verdictText(verdict)}`,
    ...tables,
    ...sections,
    ...rest,
  ].join('\n\n')}\n`
}

/** What a reader of a failure need not see at once. */
function folded(count: number, table: string): string {
  const words =
    count === 1 ? 'The check that did not fail' : `The ${count} checks that did not fail`
  return `<details><summary>${words}</summary>\n\n${table}\n\n</details>`
}
