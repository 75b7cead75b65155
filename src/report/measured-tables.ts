import { findingNames } from '../core/codes.ts'
import { comparisonsOf, type ComparedRow } from './comparison.ts'
import { isLog, isSimulated } from './engine.ts'
import { formats, unknownText } from './format.ts'
import { gateCallRows, generatorRows, liveRunsOf, scheduleSentence } from './generator.ts'
import { eventRows } from './events.ts'
import { k6Rows, k6RunsOf } from './k6-runners.ts'
import { latencyRows } from './latencies.ts'
import type { ReportRun } from './types.ts'
import { findingText, findingWords } from './words.ts'

/** A table in plain text, for whoever lays it out; the columns from `rightFrom` on are figures. */
export interface PlainTable {
  title: string
  /** What is to be said before it. */
  text: string[]
  head: string[]
  rows: string[][]
  rightFrom: number
}

type Runs = readonly ReportRun[]

/** The simulations held against the live runs of the same. */
export function comparedTables(runs: Runs): PlainTable[] {
  return comparisonsOf(runs).map(({ live, simulated, rows, text }) => ({
    title: 'Measured beside simulated',
    text: [text],
    head: ['', live.label, simulated.label, 'difference'],
    rows: rows.map((row: ComparedRow) => [row.label, row.live, row.simulated, row.difference]),
    rightFrom: 1,
  }))
}

export function eventTable(runs: Runs): PlainTable[] {
  const several = runs.length > 1
  const rows = eventRows(runs).map(({ clock, kind, performed, detail, label }) => [
    performed ? '✓ performed' : '✕ not performed',
    clock,
    kind,
    ...(several ? [label] : []),
    detail === '' ? unknownText : detail,
  ])
  const head = ['', 'time', 'event', ...(several ? ['run'] : []), 'what came of it']
  return rows.length === 0
    ? []
    : [{ title: 'What was done to the system', text: [], head, rows, rightFrom: Infinity }]
}

/** Response times, by three clocks. */
export function latencyTable(runs: Runs): PlainTable[] {
  if (runs.every(({ run }) => isSimulated(run))) return []
  const several = runs.length > 1
  const { count, ms } = formats
  const rows = runs.flatMap(({ run, label }) =>
    latencyRows(run).map(({ what, clock, count: counted, times }, at, all) => {
      // A step's name stands at the first of its clocks.
      const isFirst = all[at - 1]?.what !== what
      return [
        isFirst ? what : '',
        ...(several ? [isFirst ? label : ''] : []),
        clock,
        count(counted),
        ...[times?.p50, times?.p95, times?.p99, times?.max].map(ms),
      ]
    }),
  )
  const names = ['step', ...(several ? ['run'] : []), 'clock']
  return [
    {
      title: 'Response times',
      text: [],
      head: [...names, 'counted', 'p50', 'p95', 'p99', 'max'],
      rows,
      rightFrom: names.length,
    },
  ]
}

/** How the generator fared, and the calls of the waiting room by how they ended. */
export function generatorTable(runs: Runs): PlainTable[] {
  const live = liveRunsOf(runs)
  if (live.length === 0) return []
  const records = live.map(({ run }) => run)
  const calls = gateCallRows(records).map(({ label, cells }) => [
    `Waiting room: ${label}`,
    ...cells,
  ])
  return [
    {
      title: 'The generator',
      text: records.map(scheduleSentence),
      head: ['', ...live.map(({ label }) => label)],
      rows: [
        ...generatorRows.map(({ label, of, ok }) => [
          label,
          ...records.map((run) => (ok?.(run) === false ? `${of(run)} ✕ exceeded` : of(run))),
        ]),
        ...calls,
      ],
      rightFrom: 1,
    },
  ]
}

/** How the runners of k6 fared. */
export function k6Table(runs: Runs): PlainTable[] {
  const imported = k6RunsOf(runs)
  if (imported.length === 0) return []
  const rows = k6Rows(imported.map(({ run }) => run))
  return [
    {
      title: 'The k6 runners',
      text: [],
      head: ['', ...imported.map(({ label }) => label)],
      rows: rows.map(({ label, cells }) => [label, ...cells]),
      rightFrom: 1,
    },
  ]
}

/** What must not happen; of simulated runs alone their page tells it. */
export function findingTable(runs: Runs): PlainTable[] {
  if (runs.every(({ run }) => isSimulated(run) || isLog(run))) return []
  return [
    {
      title: 'Findings',
      text: [],
      head: ['', ...runs.map(({ label }) => label)],
      rows: findingNames.map((name) => [
        findingWords[name].label,
        ...runs.map(({ run }) => findingText(run.summary.findings[name])),
      ]),
      rightFrom: 1,
    },
  ]
}
