import type { ReportRun } from '../types.ts'
import type { ChartConfig } from './config.ts'
import { besideObserved, besideTitle } from './observed.ts'
import { panelChart } from './panels.ts'
import { totalOf } from './series.ts'

/** How many wait, and how many have booked so far, run against run. */
export function waiting(runs: readonly ReportRun[]): ChartConfig {
  return panelChart(runs, {
    title: 'Waiting, and booked so far',
    panelHeightPx: 210,
    panels: [
      {
        title: besideTitle('Waiting in the queue', runs, 'waiting'),
        format: 'compact',
        minTop: 10,
        lines: (run) => besideObserved(run, 'waiting'),
      },
      {
        title: 'Booked so far',
        format: 'compact',
        minTop: 10,
        lines: ({ timeline }) => [{ values: totalOf(timeline.booked), keep: 'extremes' }],
      },
    ],
  })
}
