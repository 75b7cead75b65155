import { charts, type ChartName } from '../charts/charts.ts'
import type { ChartConfig, Dataset } from '../charts/config.ts'
import type { ReportRun } from '../types.ts'
import type { ComparisonReport } from './compared-runs.ts'
import { sideNames } from './comparison-words.ts'
import { forest } from './forest.ts'

export interface ComparisonFigure {
  readonly name: string
  readonly how: string
  readonly config: ChartConfig
}

/** Of the run report: those that tell how a version of a system behaves. */
const overlaid: readonly ChartName[] = [
  'evening',
  'waiting',
  'response',
  'latency',
  'waits',
  'queues',
]

const lookOf = {
  baseline: { colour: '@run0', dash: [] as number[] },
  candidate: { colour: '@run2', dash: [7, 3] },
}

/** Runs are told apart by their side alone: one colour a side, and one line of it in the legend. */
function bySide(config: ChartConfig, report: ComparisonReport): ChartConfig {
  const names = sideNames(report)
  const seen = new Set<string>()
  const many = report.baseline.length + report.candidate.length > 2
  const datasets = config.data.datasets.map((dataset): Dataset => {
    const index = Number(/^run(\d+)/.exec(dataset.key)?.[1] ?? 0)
    const side = index < report.baseline.length ? 'baseline' : 'candidate'
    const { colour, dash } = lookOf[side]
    // Shades of a line, as of its thin companions, stay what they are.
    const shade = /\/[\d.]+$/.exec(dataset.borderColor)?.[0] ?? ''
    const isFirst = dataset.legend && !seen.has(side)
    if (dataset.legend) seen.add(side)
    return {
      ...dataset,
      label: names[side],
      borderColor: `${colour}${shade === '' && many ? '/0.75' : shade}`,
      borderDash: dash,
      borderWidth: many ? Math.min(dataset.borderWidth, 1.6) : dataset.borderWidth,
      key: side,
      legend: isFirst,
    }
  })
  return { ...config, data: { ...config.data, datasets } }
}

/** The forest of differences, then the runs of both sides over each other. */
export function drawComparisonFigures(report: ComparisonReport): ComparisonFigure[] {
  const runs: ReportRun[] = [...report.baseline, ...report.candidate]
  const differences = forest(report)
  const forests =
    differences === null
      ? []
      : [
          {
            name: 'differences',
            how:
              report.comparison.kind === 'repeated'
                ? 'A square is the difference in per cent of the baseline, the bar its 95% interval by itself. To the left the candidate has less, to the right more. A colour stands only where the difference is significant over all figures together.'
                : 'A bar is the difference in per cent of the baseline: to the left the candidate has less, to the right more. There is no interval, for that takes three runs a side.',
            config: differences,
          },
        ]
  const overlays = overlaid.flatMap((name) => {
    const { how, draw } = charts[name]
    const config = draw({ runs, sweep: [] })
    return config === null ? [] : [{ name, how, config: bySide(config, report) }]
  })
  return [...forests, ...overlays]
}
