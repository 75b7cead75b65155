import type { FormatName } from '../format.ts'

/**
 * The part of a Chart.js configuration that our charts use, as plain JSON: colours are names of the
 * palette and formats are names of `format.ts`. `runtime.ts` puts the functions in when it is drawn,
 * the same way in the HTML page and in a PNG. `options.plugins.dambreak` is what only our own
 * plugin reads.
 */
export interface ChartConfig {
  type: 'line' | 'bar'
  data: { labels?: string[]; datasets: Dataset[] }
  options: {
    indexAxis?: 'x' | 'y'
    scales: Record<string, Axis>
    plugins: { title: { text: string }; subtitle: { text: string }; dambreak: Extras }
  }
}

export type Point = [number, number | null]

export interface Dataset {
  /** Name of the run: what the legend says. */
  label: string
  /** Which of the run's lines it is; the tooltip says it. */
  what?: string
  data: Point[] | (number | null)[]
  yAxisID?: string
  borderColor: string
  backgroundColor?: string
  borderWidth: number
  borderDash?: number[]
  fill?: boolean | string
  pointRadius?: number
  stepped?: 'before' | 'after' | false
  order?: number
  stack?: string
  /** Only the datasets of one key that are `legend` stand in the legend; a click hides the key. */
  key: string
  legend: boolean
}

export interface Axis {
  type: 'linear' | 'logarithmic' | 'category'
  position?: 'left' | 'bottom' | 'top'
  axis?: 'x' | 'y'
  min?: number
  max?: number
  stack?: string
  stackWeight?: number
  stacked?: boolean
  title?: { display: boolean; text: string }
}

/** Of each axis, by its id: how its ticks read. */
export interface AxisReading {
  format: FormatName | 'clock' | 'sinceOpening' | 'text'
  /** Ticks above this are left out: the room above belongs to the panel's title. */
  top?: number
  /** Ticks at these values and nowhere else. */
  at?: number[]
}

export interface Extras {
  heightPx: number
  axes: Record<string, AxisReading>
  /** The clock that x is read in; x itself is seconds after the opening. */
  clock?: { opensAtSec: number; offsetSec: number }
  panels: { axis: string; title: string }[]
  bands: Band[]
  lines: Line[]
  /** Write each bar's value into its segment where there is room. */
  segmentLabels: boolean
  /** Said in the middle of a chart that has nothing to show. */
  noData: string | null
}

export interface Band {
  from: number
  to: number
  label: string
  colour: string
}

export interface Line {
  at: number
  label: string
  colour: string
}
