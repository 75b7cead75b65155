import type { RunRecord } from '../../record/run.ts'
import { runClock } from '../clock.ts'
import type { FormatName } from '../format.ts'
import { enginesText, isMixed } from '../engine.ts'
import { scaleText } from '../scale.ts'
import type { ReportRun } from '../types.ts'
import type { Axis, AxisReading, ChartConfig, Dataset, Point } from './config.ts'
import { marksOf } from './marks.ts'
import { runStyle } from './palette.ts'
import { niceMax, niceMaxSec, pointsOf, wholeWindow, type Keep, type Window } from './series.ts'

/** One line of a panel for one run; several lines of one run share its colour. */
export interface PanelLine {
  values: readonly (number | null)[]
  keep: Keep
  /** What the line is, where a run has several in a panel. */
  what?: string
  /** Drawn thin, beside the run's main line; or broad and pale, beneath all lines. */
  look?: 'thin' | 'broad'
}

/** One quantity over time, in a strip of its own; every run is a line in it. */
export interface Panel {
  title: string
  format: FormatName
  scale?: 'linear' | 'log'
  /** Height beside that of the other panels. */
  weight?: number
  /** The axis reaches at least here, so that next to nothing looks like next to nothing. */
  minTop?: number
  /** Upper end where it is fixed: 1 of a share. */
  top?: number
  lines: (run: RunRecord, index: number) => PanelLine[]
}

export interface PanelChart {
  title: string
  panels: Panel[]
  window?: Window
  panelHeightPx?: number
  /** Whether all panels hold one quantity, to be compared: one scale for all. */
  oneScale?: boolean
}

/** What a picture that stands alone must say of runs whose figures must not be used. */
function unusableText(runs: readonly ReportRun[]): string {
  const labels = runs.filter(({ run }) => !run.verdict.valid).map(({ label }) => label)
  if (labels.length === 0) return ''
  return runs.length === 1 ? ' · NOT USABLE' : ` · NOT USABLE: ${labels.join(', ')}`
}

/** `scenario · simulated · seed 1`, for the picture that stands alone. */
export function subtitleOf(runs: readonly ReportRun[]): string {
  const header = runs[0]?.run.header
  if (header === undefined) return ''
  const engines = enginesText(runs.map(({ run }) => run))
  const scale = scaleText(header)
  return `${header.scenarioName} · ${engines} · seed ${header.seed}${scale === '' ? '' : ` · ${scale}`}${unusableText(runs)}`
}

/** One clock for all runs if they open at the same instant, else time since each one's opening. */
function timeReading(runs: readonly ReportRun[]): {
  reading: AxisReading
  clock?: { opensAtSec: number; offsetSec: number }
} {
  const first = runs[0]
  if (first === undefined) return { reading: { format: 'sinceOpening' } }
  const { opensAtSec, offsetSec } = runClock(first.run)
  const same = runs.every(({ run }) => runClock(run).opensAtSec === opensAtSec)
  if (!same) return { reading: { format: 'sinceOpening' } }
  return { reading: { format: 'clock' }, clock: { opensAtSec, offsetSec } }
}

const known = (points: readonly Point[]): number[] =>
  points.flatMap(([, y]) => (y === null ? [] : [y]))

function linearAxis(panel: Panel, values: number[]): { axis: Axis; reading: AxisReading } {
  const most = values.reduce((a, b) => Math.max(a, b), 0)
  const nice = panel.format === 'shortDuration' ? niceMaxSec : niceMax
  const top = panel.top ?? nice(Math.max(most, panel.minTop ?? 0))
  return {
    axis: { type: 'linear', min: 0, max: top * 1.3 },
    reading: { format: panel.format, top, at: [0, top / 2, top] },
  }
}

function logAxis(panel: Panel, values: number[]): { axis: Axis; reading: AxisReading } {
  const positive = values.filter((value) => value > 0)
  const most = positive.reduce((a, b) => Math.max(a, b), 1)
  const least = positive.reduce((a, b) => Math.min(a, b), most)
  const high = Math.ceil(Math.log10(most) - 0.02)
  const low = Math.min(high - 1, Math.max(high - 5, Math.floor(Math.log10(least) + 0.02)))
  const at: number[] = []
  const step = high - low > 3 ? 2 : 1
  for (let power = high; power >= low; power -= step) at.unshift(10 ** power)
  return {
    axis: { type: 'logarithmic', min: 10 ** low, max: 10 ** (high + (high - low) * 0.28) },
    reading: { format: panel.format, top: 10 ** high, at },
  }
}

/** A logarithmic axis has no zero: what is below its foot stands on the foot. */
function onFoot(points: Point[], foot: number): Point[] {
  return points.map(([x, y]) => [x, y === null ? null : Math.max(y, foot)])
}

const lowest = 1000

/**
 * How the main line of a run is drawn among those of others. The base lies above them; but where
 * runs are by several engines their lines should lie on one another: there it lies beneath, paler and
 * broader, so that both are seen.
 */
export function lineStyle(
  runs: readonly ReportRun[],
  index: number,
): Pick<Dataset, 'borderColor' | 'borderWidth' | 'borderDash' | 'order'> {
  const { colour, dash, widthPx } = runStyle(index)
  const line = { borderColor: colour, borderWidth: widthPx, borderDash: dash }
  if (index > 0) return { ...line, order: index + 1 }
  if (!isMixed(runs.map(({ run }) => run))) return { ...line, order: 0 }
  return { ...line, borderColor: `${colour}/0.55`, borderWidth: 3.2, order: lowest - 1 }
}

function datasetOf(
  runs: readonly ReportRun[],
  line: PanelLine,
  index: number,
): Omit<Dataset, 'data'> {
  const main = lineStyle(runs, index)
  const pale = (share: number) => `${runStyle(index).colour}/${share}`
  const looks = {
    main,
    thin: { ...main, borderColor: pale(0.55), borderWidth: 1 },
    broad: { borderColor: pale(0.16), borderWidth: 10, borderDash: [], order: lowest },
  }
  return {
    label: runs[index]?.label ?? '',
    ...(line.what === undefined ? {} : { what: line.what }),
    ...looks[line.look ?? 'main'],
    pointRadius: 0,
    key: `run${index}`,
    legend: false,
  }
}

/** Panels under one another over one time axis, all runs in each, all on the same axes. */
export function panelChart(runs: readonly ReportRun[], chart: PanelChart): ChartConfig {
  const window = chart.window ?? wholeWindow(runs)
  const { reading, clock } = timeReading(runs)
  const datasets: Dataset[] = []
  const scales: Record<string, Axis> = {
    x: { type: 'linear', position: 'bottom', min: window.fromSec, max: window.toSec },
  }
  const axes: Record<string, AxisReading> = { x: reading }
  const drawn = chart.panels.map((panel) =>
    runs.flatMap(({ run }, index) =>
      panel.lines(run, index).map((line) => ({
        dataset: datasetOf(runs, line, index),
        points: pointsOf(run, line.values, { window, keep: line.keep }),
      })),
    ),
  )
  const valuesOf = drawn.map((lines) => lines.flatMap(({ points }) => known(points)))
  const values = valuesOf.flat()
  chart.panels.forEach((panel, place) => {
    const id = `y${place}`
    const scaled = chart.oneScale === true ? values : (valuesOf[place] ?? [])
    const log = panel.scale === 'log'
    const { axis, reading: yReading } = log ? logAxis(panel, scaled) : linearAxis(panel, scaled)
    scales[id] = {
      ...axis,
      axis: 'y',
      position: 'left',
      stack: 'panels',
      stackWeight: panel.weight ?? 1,
    }
    axes[id] = yReading
    for (const { dataset, points } of drawn[place] ?? [])
      datasets.push({
        ...dataset,
        yAxisID: id,
        data: log ? onFoot(points, axis.min ?? 0) : points,
        legend: !datasets.some(({ key }) => key === dataset.key),
      })
  })
  // Chart.js stacks the axes of a stack from the foot upwards.
  const ordered = Object.fromEntries(Object.entries(scales).toReversed())
  const base = runs[0]
  const marks = base === undefined ? { bands: [], lines: [] } : marksOf(base.run, window)
  const weight = chart.panels.reduce((sum, panel) => sum + (panel.weight ?? 1), 0)
  return {
    type: 'line',
    data: { datasets },
    options: {
      scales: ordered,
      plugins: {
        title: { text: chart.title },
        subtitle: { text: subtitleOf(runs) },
        dambreak: {
          heightPx: Math.round(130 + weight * (chart.panelHeightPx ?? 130)),
          axes,
          ...(clock === undefined ? {} : { clock }),
          panels: chart.panels.map(({ title }, place) => ({ axis: `y${place}`, title })),
          ...marks,
          segmentLabels: false,
          noData: datasets.some(({ data }) => data.length > 0) ? null : 'nothing was recorded',
        },
      },
    },
  }
}
