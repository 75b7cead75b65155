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
  /** Of bars: lengths, or from where to where. */
  data: Point[] | (number | null)[] | (Point | null)[]
  yAxisID?: string
  borderColor: string
  backgroundColor?: string
  borderWidth: number
  borderDash?: number[]
  fill?: boolean | string
  pointRadius?: number
  /** Of Chart.js: `circle`, `triangle`, `rectRot`, `crossRot`, …; then the legend shows it too. */
  pointStyle?: string
  pointBorderWidth?: number
  /** `false`: points alone. */
  showLine?: boolean
  /** Said beside each bar: at its lower end (the left) and beyond its upper end. */
  ends?: { start: string; end: string }[]
  stepped?: 'before' | 'after' | false
  order?: number
  stack?: string
  /** `false`: its bars stand in the middle of their row, whatever other datasets have there. */
  grouped?: boolean
  maxBarThickness?: number
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
  format: FormatName | 'clock' | 'sinceOpening' | 'text' | 'names'
  /** Of `names`: what stands at 0, 1, 2, … */
  names?: string[]
  /** Ticks above this are left out: the room above belongs to the panel's title. */
  top?: number
  /** Ticks at these values and nowhere else. */
  at?: number[]
  /** Least distance of two ticks along the foot. */
  gapPx?: number
}

export interface Extras {
  heightPx: number
  axes: Record<string, AxisReading>
  /** The clock that x is read in; x itself is seconds after the opening. */
  clock?: { opensAtSec: number; offsetSec: number }
  panels: { axis: string; title: string }[]
  bands: Band[]
  lines: ChartLine[]
  /** Write each bar's value into its segment where there is room. */
  segmentLabels: boolean
  /** Said in the middle of a chart that has nothing to show. */
  noData: string | null
  shapes?: Shape[]
}

/** What is drawn in the coordinates of x and of one y axis, beside what Chart.js draws. */
export type Shape = Box | Whisker | Rule | Note

/** A bar or a cell of a map; its text only where there is room. */
export interface Box {
  kind: 'box'
  axis: string
  x: [number, number]
  y: [number, number]
  colour: string
  text?: string
  /** Drawn around it. */
  outline?: string
  /** Left free on every side. */
  insetPx?: number
  /** A dot at its lower left, a plus at its upper right. */
  dot?: boolean
  plus?: boolean
}

/** An interval; one without an end reaches, with an arrow, to the top of the axis. */
export interface Whisker {
  kind: 'whisker'
  axis: string
  x: number
  low: number
  high: number | null
  colour: string
}

/** A line across at one height. */
export interface Rule {
  kind: 'rule'
  axis: string
  y: number
  label: string
  colour: string
}

/** A few words at a place: above it, or centred on it. */
export interface Note {
  kind: 'note'
  axis: string
  x: number
  y: number
  text: string
  colour: string
  where: 'above' | 'centre'
}

export interface Band {
  from: number
  to: number
  label: string
  colour: string
}

export interface ChartLine {
  at: number
  label: string
  colour: string
}
