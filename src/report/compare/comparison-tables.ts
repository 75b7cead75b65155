import { formats } from '../format.ts'
import { comparedTables, type PlainTable } from '../measured-tables.ts'
import type { ComparisonReport } from './compared-runs.ts'
import {
  differenceText,
  methodText,
  pText,
  shareText,
  shortNames,
  sideEngines,
  sideNames,
  valueText,
  verdictText,
} from './comparison-words.ts'
import { divergences } from './divergences.ts'
import { figureNames } from './figure-names.ts'

const started = (name: string) => `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`

/** One row a headline figure. */
export function figureTable(report: ComparisonReport): PlainTable {
  const { comparison } = report
  const names = sideNames(report)
  const isRepeated = comparison.kind === 'repeated'
  return {
    title: 'The figures',
    text: [methodText(comparison)],
    head: [
      'Figure',
      'Verdict',
      started(names.baseline),
      started(names.candidate),
      'Difference',
      'Of the baseline',
      ...(isRepeated ? ['p (Holm)'] : []),
    ],
    rows: comparison.figures.map((figure) => [
      figureNames[figure.path].label,
      verdictText(figure),
      valueText(figure, figure.baseline.centre),
      valueText(figure, figure.candidate.centre),
      differenceText(figure),
      shareText(figure),
      ...(isRepeated ? [pText(figure.pHolm)] : []),
    ]),
    rightFrom: 2,
  }
}

/** Every run’s own value; nothing of a pair, whose values stand in the table of figures. */
export function runTable({ comparison, baseline, candidate }: ComparisonReport): PlainTable[] {
  if (comparison.runs.baseline + comparison.runs.candidate < 3) return []
  const seed = ({ run }: (typeof baseline)[number]) => `seed ${run.header.seed}`
  return [
    {
      title: 'Every run',
      text: [],
      head: [
        'figure',
        ...baseline.map((one, at) => `baseline ${at + 1}, ${seed(one)}`),
        ...candidate.map((one, at) => `candidate ${at + 1}, ${seed(one)}`),
      ],
      rows: comparison.figures.map((figure) => [
        figureNames[figure.path].label,
        ...figure.baseline.values.map((value) => valueText(figure, value)),
        ...figure.candidate.values.map((value) => valueText(figure, value)),
      ]),
      rightFrom: 1,
    },
  ]
}

/** When the curves of the two sides are furthest apart. */
export function divergenceTable(report: ComparisonReport): PlainTable[] {
  const rows = divergences(report)
  const names = shortNames(report)
  if (rows.length === 0) return []
  return [
    {
      title: 'Where the curves differ most',
      text: [
        'Means of the runs of a side over stretches of the run; the time at which they are furthest apart, and by how much of the baseline’s highest. Response times where few requests came are left out.',
      ],
      head: ['curve', 'from', names.baseline, names.candidate, 'apart'],
      rows: rows.map(({ label, clock, format, baseline, candidate, share }) => [
        label,
        clock,
        formats[format](baseline),
        formats[format](candidate),
        formats.share(share),
      ]),
      rightFrom: 2,
    },
  ]
}

/** The model held against the stack: the first measured run and the first simulated one. */
export function modelTables(report: ComparisonReport): PlainTable[] {
  if (sideEngines(report) === null) return []
  const pair = [...report.baseline.slice(0, 1), ...report.candidate.slice(0, 1)]
  return comparedTables(pair)
}
