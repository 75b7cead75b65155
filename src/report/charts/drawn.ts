import type { ChartConfig } from './config.ts'

/** What draws: Chart.js's own objects, as far as we touch them. */
export interface Pen {
  font: string
  fillStyle: string
  strokeStyle: string
  lineWidth: number
  textAlign: string
  textBaseline: string
  save(): void
  restore(): void
  beginPath(): void
  moveTo(x: number, y: number): void
  lineTo(x: number, y: number): void
  stroke(): void
  fillRect(x: number, y: number, width: number, height: number): void
  strokeRect(x: number, y: number, width: number, height: number): void
  fillText(text: string, x: number, y: number): void
  measureText(text: string): { width: number }
  setLineDash(dash: number[]): void
}
export interface DrawnScale {
  id: string
  chart: { ctx: Pen; width: number }
  min: number
  max: number
  top: number
  bottom: number
  left: number
  right: number
  width: number
  ticks: { value: number }[]
  options: { min?: number; max?: number }
  getPixelForValue(value: number): number
}
interface Bar {
  x: number
  y: number
  base: number
  height: number
}
export interface DrawnChart {
  ctx: Pen
  width: number
  height: number
  boxes: unknown[]
  chartArea: { left: number; right: number; top: number; bottom: number }
  scales: Record<string, DrawnScale>
  data: ChartConfig['data']
  isDatasetVisible(index: number): boolean
  setDatasetVisibility(index: number, visible: boolean): void
  update(): void
  getDatasetMeta(index: number): { data: Bar[] }
}
export interface TooltipItem {
  chart: DrawnChart
  datasetIndex: number
  dataIndex: number
  parsed: { x: number; y: number }
}
export interface LegendItem {
  datasetIndex: number
}

export interface Drawing {
  colours: Record<string, string>
  fontFamily: string
  /** Whether title and subtitle are drawn (a PNG stands alone; the page has its own headings). */
  titled: boolean
}
