import { responseClock } from '../sent-only.ts'
import type { RunRecord } from '../../record/run.ts'
import type { ReportRun } from '../types.ts'
import type { ChartConfig } from './config.ts'
import { eveningWindow } from './evening.ts'
import { panelChart, type Panel, type PanelLine } from './panels.ts'

type Percentile = 'p50' | 'p95' | 'p99'

/** Whether the two starts ever differ by more than the histogram's own resolution. */
function sentLate({ timeline }: RunRecord, which: Percentile): boolean {
  return timeline.responseMs[which].some((response, bucket) => {
    const service = timeline.serviceMs[which][bucket]
    if (response === null || service === null || service === undefined) return false
    return Math.abs(response - service) > response * 0.005
  })
}

function panel(which: Percentile, title: string): Panel {
  return {
    title,
    format: 'ms',
    scale: 'log',
    lines: (run): PanelLine[] => {
      const response: PanelLine = {
        values: run.timeline.responseMs[which],
        keep: 'extremes',
        what: responseClock(run),
      }
      if (!sentLate(run, which)) return [response]
      const values = run.timeline.serviceMs[which]
      return [response, { values, keep: 'extremes', what: 'from the send', look: 'thin' }]
    },
  }
}

/** Response times over the clock: p50, p95 and p99. */
export function response(runs: readonly ReportRun[]): ChartConfig {
  return panelChart(runs, {
    title: 'Response times over the clock',
    window: eveningWindow(runs),
    panelHeightPx: 150,
    oneScale: true,
    panels: [
      panel('p50', 'p50: half of the requests took longer'),
      panel('p95', 'p95: 5% took longer'),
      panel('p99', 'p99: 1% took longer'),
    ],
  })
}
