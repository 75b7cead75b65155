import { stationsOf } from '../engine.ts'
import type { ReportRun } from '../types.ts'
import type { ChartConfig } from './config.ts'
import { eveningWindow } from './evening.ts'
import { stationsTitle } from './observed.ts'
import { panelChart, type Panel } from './panels.ts'

/** Stations that any run knows of. */
function stationNames(runs: readonly ReportRun[]): string[] {
  return [...new Set(runs.flatMap(({ run }) => Object.keys(stationsOf(run))))]
}

/** Requests that stand in line at each station; `null` where nobody saw a station. */
export function queues(runs: readonly ReportRun[]): ChartConfig | null {
  if (stationNames(runs).length === 0) return null
  const panels = stationNames(runs).map((name): Panel => ({
    title: `Requests in line at “${name}”`,
    format: 'compact',
    minTop: 10,
    lines: (run) => {
      const station = stationsOf(run)[name]
      return station === undefined ? [] : [{ values: station.queue, keep: 'extremes' }]
    },
  }))
  return panelChart(runs, {
    title: stationsTitle('Queues at the stations', runs),
    panels,
    window: eveningWindow(runs),
  })
}

/** Share of each station's slots that are busy; `null` where nobody saw a station. */
export function utilisation(runs: readonly ReportRun[]): ChartConfig | null {
  if (stationNames(runs).length === 0) return null
  const panels = stationNames(runs).map((name): Panel => ({
    title: `Busy slots of “${name}”`,
    format: 'share',
    top: 1,
    lines: (run) => {
      const station = stationsOf(run)[name]
      return station === undefined ? [] : [{ values: station.utilisation, keep: 'mean' }]
    },
  }))
  return panelChart(runs, {
    title: stationsTitle('How busy the stations were', runs),
    panels,
    window: eveningWindow(runs),
  })
}
