import type { ReportRun } from '../types.ts'
import type { ChartConfig } from './config.ts'
import { eveningWindow } from './evening.ts'
import { besideObserved, besideTitle } from './observed.ts'
import { panelChart } from './panels.ts'
import { ratePerSec } from './series.ts'

/** What the waiting room itself had to bear, and what got past it. */
export function gate(runs: readonly ReportRun[]): ChartConfig {
  return panelChart(runs, {
    title: 'The load on the waiting room',
    window: eveningWindow(runs),
    panels: [
      {
        title: 'Polls per second',
        format: 'perSec',
        minTop: 1,
        lines: ({ timeline }) => [{ values: timeline.pollsPerSec, keep: 'extremes' }],
      },
      {
        title: 'Bypassed the gate per second',
        format: 'perSec',
        minTop: 1,
        lines: (run) => [{ values: ratePerSec(run, run.timeline.bypassed), keep: 'mean' }],
      },
      {
        title: besideTitle('Inside the booking pages', runs, 'inside'),
        format: 'compact',
        minTop: 10,
        lines: (run) => besideObserved(run, 'inside'),
      },
    ],
  })
}
