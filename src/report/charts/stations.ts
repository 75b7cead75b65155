import type { ReportRun } from '../types.ts'
import type { ChartConfig } from './config.ts'
import { eveningWindow } from './evening.ts'
import { panelChart, type Panel } from './panels.ts'

function stationNames(runs: readonly ReportRun[]): string[] {
  return [...new Set(runs.flatMap(({ run }) => Object.keys(run.timeline.stations)))]
}

/** Requests that stand in line at each station. */
export function queues(runs: readonly ReportRun[]): ChartConfig {
  const panels = stationNames(runs).map((name): Panel => ({
    title: `Requests in line at “${name}”`,
    format: 'compact',
    leastTop: 10,
    lines: ({ timeline }) => {
      const station = timeline.stations[name]
      return station === undefined ? [] : [{ values: station.queue, keep: 'extremes' }]
    },
  }))
  return panelChart(runs, { title: 'Queues at the stations', panels, window: eveningWindow(runs) })
}

/** Share of each station's slots that are busy. */
export function utilisation(runs: readonly ReportRun[]): ChartConfig {
  const panels = stationNames(runs).map((name): Panel => ({
    title: `Busy slots of “${name}”`,
    format: 'share',
    top: 1,
    lines: ({ timeline }) => {
      const station = timeline.stations[name]
      return station === undefined ? [] : [{ values: station.utilisation, keep: 'mean' }]
    },
  }))
  return panelChart(runs, {
    title: 'How busy the stations were',
    panels,
    window: eveningWindow(runs),
  })
}
