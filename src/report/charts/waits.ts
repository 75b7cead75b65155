import type { ReportRun } from '../types.ts'
import type { ChartConfig, Dataset, Point } from './config.ts'
import { survivalPoints } from './histograms.ts'
import { lineStyle, subtitleOf } from './panels.ts'

const tickStepsSec = [
  10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
]

/** At most eight steps to the longest wait, so that a short wait has ticks too. */
function tickStepSec(longestSec: number): number {
  return tickStepsSec.find((step) => longestSec / step <= 8) ?? 172_800
}

/**
 * Share of those who queued that is still not let in after t: the Kaplan-Meier estimate, in which
 * who gave up counts as not let in for as long as they waited.
 */
export function waits(runs: readonly ReportRun[]): ChartConfig {
  const datasets = runs.map(({ run, label }, index): Dataset => {
    return {
      label,
      what: 'still not let in',
      data: survivalPoints(run),
      yAxisID: 'y',
      ...lineStyle(runs, index),
      pointRadius: 0,
      stepped: 'after',
      key: `run${index}`,
      legend: true,
    }
  })
  const all = datasets.flatMap(({ data }) => data as Point[])
  const longestSec = all.reduce((most, [x]) => Math.max(most, x), 60)
  const step = tickStepSec(longestSec)
  const at: number[] = []
  for (let x = 0; x <= longestSec; x += step) at.push(x)
  return {
    type: 'line',
    data: { datasets },
    options: {
      scales: {
        x: {
          type: 'linear',
          position: 'bottom',
          min: 0,
          max: longestSec,
          title: { display: true, text: 'Time in the queue' },
        },
        y: {
          type: 'linear',
          position: 'left',
          min: 0,
          max: 1,
          title: { display: true, text: 'Still not let in' },
        },
      },
      plugins: {
        title: { text: 'How long people wait' },
        subtitle: { text: subtitleOf(runs) },
        dambreak: {
          heightPx: 440,
          axes: {
            x: { format: 'shortDuration', at },
            y: { format: 'share', at: [0, 0.25, 0.5, 0.75, 1] },
          },
          panels: [],
          bands: [],
          lines: [],
          segmentLabels: false,
          noData: all.length > 0 ? null : 'nobody queued',
        },
      },
    },
  }
}
