import { hoursToSec } from '../../core/units.ts'
import { runClock } from '../clock.ts'
import { isLog } from '../engine.ts'
import type { ReportRun } from '../types.ts'
import type { ChartConfig } from './config.ts'
import { haltsOf } from '../collapse.ts'
import { panelChart, type Panel } from './panels.ts'
import { ratePerSec, shareOf, wholeWindow, type Window } from './series.ts'

const sum = (a: readonly number[], b: readonly number[]) =>
  a.map((value, bucket) => value + (b[bucket] ?? 0))

const panels: Panel[] = [
  {
    title: 'Waiting in the queue',
    format: 'compact',
    minTop: 10,
    weight: 1.3,
    lines: (run) => [{ values: run.timeline.waiting, keep: 'extremes' }],
  },
  {
    title: 'Arrivals per second (logarithmic)',
    format: 'perSec',
    scale: 'log',
    lines: (run) => [{ values: ratePerSec(run, run.timeline.arrivals), keep: 'extremes' }],
  },
  {
    title: 'Let in per second, past the gate too',
    format: 'perSec',
    minTop: 1,
    lines: ({ timeline, ...run }, index) => {
      const record = { ...run, timeline }
      const all = ratePerSec(record, sum(timeline.admitted, timeline.bypassed))
      const past = ratePerSec(record, timeline.bypassed)
      const some = index === 0 && timeline.bypassed.some((value) => value > 0)
      return [
        { values: all, keep: 'mean', what: 'let in' },
        ...(some
          ? [
              {
                values: past,
                keep: 'mean' as const,
                what: 'of these past the gate',
                look: 'thin' as const,
              },
            ]
          : []),
      ]
    },
  },
  {
    title: 'Booked per second',
    format: 'perSec',
    minTop: 1,
    lines: (run) => [{ values: ratePerSec(run, run.timeline.booked), keep: 'mean' }],
  },
  {
    title: 'Requests that failed',
    format: 'share',
    top: 1,
    lines: ({ timeline }) => [
      { values: shareOf(timeline.requestErrors, timeline.requests), keep: 'mean' },
    ],
  },
]

/** The hours around the opening: until two hours after the last halt, at least four hours. */
export function eveningWindow(runs: readonly ReportRun[]): Window {
  const whole = wholeWindow(runs)
  let toSec = hoursToSec(4)
  for (const { run } of runs)
    for (const halt of haltsOf(run))
      toSec = Math.max(toSec, halt.toSec - runClock(run).opensAtSec + hoursToSec(2))
  // A little more than the window is not worth a second picture.
  if (whole.toSec < toSec * 1.25) return whole
  return { fromSec: Math.max(whole.fromSec, -1800), toSec }
}

/** A log tells who came and what failed, and nothing of what lies between. */
function panelsOf(runs: readonly ReportRun[]): Panel[] {
  if (!runs.every(({ run }) => isLog(run))) return panels
  return panels.filter(({ title }) => /^(Arrivals|Requests)/.test(title))
}

/** What came, waited, was let in, booked and failed over the hours around the opening. */
export function evening(runs: readonly ReportRun[]): ChartConfig {
  return panelChart(runs, {
    title: 'The hours around the opening',
    panels: panelsOf(runs),
    window: eveningWindow(runs),
  })
}

/** The same over the whole run; `null` where the evening is the whole run. */
export function night(runs: readonly ReportRun[]): ChartConfig | null {
  const whole = wholeWindow(runs)
  if (eveningWindow(runs).toSec === whole.toSec) return null
  return panelChart(runs, { title: 'The whole run', panels, window: whole, panelHeightPx: 110 })
}
