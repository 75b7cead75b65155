import { formats } from '../format.ts'
import type { Band, Extras, ChartLine } from './config.ts'
import type { DrawnChart, Drawing, Pen } from './drawn.ts'

interface Mark {
  at: number
  label: string
  colour: string
}

/**
 * The Chart.js plugin that draws what Chart.js does not: bands and flags over the clock, titles of
 * panels, shares inside bars.
 */

const rowPx = 16

export function colourOf(name: string | undefined, colours: Record<string, string>) {
  const match = name === undefined ? null : /^@(\w+)(?:\/([\d.]+))?$/.exec(name)
  if (match === null) return name
  const hex = colours[match[1] ?? ''] ?? '#888888'
  if (match[2] === undefined) return hex
  const alpha = Math.round(Number(match[2]) * 255)
  return hex + alpha.toString(16).padStart(2, '0')
}

/**
 * Flags: each label stands to the right of its own pole, and the further left a pole of a crowd,
 * the higher its label; so no label covers another, nor a pole. Positions in pixels.
 */
function placeLabels(pen: Pen, marks: Mark[], rightEnd: number) {
  const placed: (Mark & { left: number; right: number; row: number })[] = []
  for (const mark of marks.toSorted((a, b) => b.at - a.at)) {
    const wide = pen.measureText(mark.label).width
    const left = Math.min(mark.at + 4, rightEnd - wide)
    const right = left + wide + 10
    const clear = (row: number) =>
      placed.every((other) => {
        const poleCrosses = other.at >= left - 2 && other.at <= right && other.row >= row
        const labelCrosses = other.row === row && other.left < right && left < other.right
        return !poleCrosses && !labelCrosses
      })
    let row = 0
    while (!clear(row)) row++
    placed.push({ ...mark, left, right, row })
  }
  return placed
}
const marksOf = (extras: Extras, from: number, toPixel: (x: number) => number) => [
  ...extras.bands.map((band: Band) => ({
    at: toPixel(Math.max(band.from, from)),
    label: band.label,
    colour: band.colour,
  })),
  ...extras.lines.map((line: ChartLine) => ({
    at: toPixel(line.at),
    label: line.label,
    colour: line.colour,
  })),
]
const markFont = (drawing: Drawing) => `bold 12px ${drawing.fontFamily}`

/** The strip above the plot that holds the labels of bands and lines. */
const markStrip = (chart: DrawnChart, extras: Extras, drawing: Drawing) => ({
  position: 'top',
  weight: 1,
  fullSize: false,
  width: 0,
  height: 0,
  options: { position: 'top' },
  isHorizontal: () => true,
  getPadding: () => ({ left: 0, right: 0, top: 0, bottom: 0 }),
  draw: () => undefined,
  _layers: () => [],
  update(this: { width: number; height: number }, width: number) {
    const scale = chart.scales['x']
    this.width = width
    if (scale === undefined) return
    chart.ctx.save()
    chart.ctx.font = markFont(drawing)
    const plot = width - (scale.width < width ? 0 : 75)
    // The scale itself may not be laid out yet; the ends that it was given are.
    const { min = scale.min, max = scale.max } = scale.options
    const toPixel = (x: number) => ((x - min) / (max - min)) * plot
    const placed = placeLabels(chart.ctx, marksOf(extras, min, toPixel), plot)
    chart.ctx.restore()
    this.height = placed.reduce((rows, mark) => Math.max(rows, mark.row + 1), 0) * rowPx + 4
  },
})

function drawBehind(chart: DrawnChart, extras: Extras, drawing: Drawing) {
  const { ctx: pen, chartArea: area } = chart
  const scale = chart.scales['x']
  pen.save()
  pen.fillStyle = drawing.colours['paper'] ?? '#ffffff'
  pen.fillRect(0, 0, chart.width, chart.height)
  if (scale !== undefined)
    for (const band of extras.bands) {
      const from = Math.max(area.left, scale.getPixelForValue(band.from))
      const to = Math.min(area.right, scale.getPixelForValue(band.to))
      pen.fillStyle = colourOf(`${band.colour}/0.13`, drawing.colours) ?? ''
      pen.fillRect(from, area.top, Math.max(1.5, to - from), area.bottom - area.top)
    }
  pen.restore()
}

/** The foot of each panel, behind what stands on it. */
function drawFeet(chart: DrawnChart, extras: Extras, drawing: Drawing) {
  const { ctx: pen, chartArea: area } = chart
  pen.save()
  pen.strokeStyle = drawing.colours['rule'] ?? ''
  pen.lineWidth = 1
  for (const panel of extras.panels) {
    const scale = chart.scales[panel.axis]
    if (scale === undefined) continue
    pen.beginPath()
    pen.moveTo(area.left, Math.round(scale.bottom) + 0.5)
    pen.lineTo(area.right, Math.round(scale.bottom) + 0.5)
    pen.stroke()
  }
  pen.restore()
}

function drawPanels(chart: DrawnChart, extras: Extras, drawing: Drawing) {
  const { ctx: pen, chartArea: area } = chart
  pen.save()
  pen.textBaseline = 'top'
  pen.textAlign = 'left'
  for (const panel of extras.panels) {
    const scale = chart.scales[panel.axis]
    if (scale === undefined) continue
    pen.font = `bold 12.5px ${drawing.fontFamily}`
    const room = area.right - area.left - 14
    const shrink = Math.min(1, room / pen.measureText(panel.title).width)
    pen.font = `bold ${12.5 * shrink}px ${drawing.fontFamily}`
    const wide = pen.measureText(panel.title).width
    pen.fillStyle = colourOf('@paper/0.82', drawing.colours) ?? ''
    pen.fillRect(area.left + 4, scale.top + 3, wide + 10, 17)
    pen.fillStyle = drawing.colours['ink'] ?? ''
    pen.fillText(panel.title, area.left + 9, scale.top + 5)
  }
  pen.restore()
}

function drawMarks(chart: DrawnChart, extras: Extras, drawing: Drawing) {
  const { ctx: pen, chartArea: area } = chart
  const scale = chart.scales['x']
  if (scale === undefined) return
  pen.save()
  for (const line of extras.lines) {
    const x = scale.getPixelForValue(line.at)
    pen.strokeStyle = colourOf(line.colour, drawing.colours) ?? ''
    pen.lineWidth = 1.2
    pen.setLineDash([4, 3])
    pen.beginPath()
    pen.moveTo(x, area.top)
    pen.lineTo(x, area.bottom)
    pen.stroke()
  }
  pen.setLineDash([])
  pen.font = markFont(drawing)
  pen.textAlign = 'left'
  pen.textBaseline = 'bottom'
  const toPixel = (x: number) => scale.getPixelForValue(x)
  const placed = placeLabels(pen, marksOf(extras, scale.min, toPixel), area.right)
  for (const mark of placed) {
    pen.strokeStyle = colourOf(mark.colour, drawing.colours) ?? ''
    pen.lineWidth = 1
    pen.beginPath()
    pen.moveTo(mark.at, area.top - 17 - mark.row * rowPx)
    pen.lineTo(mark.at, area.top)
    pen.stroke()
  }
  for (const mark of placed) {
    const y = area.top - 4 - mark.row * rowPx
    // A label that the edge has pushed back may lie over a pole: the pole gives way.
    pen.fillStyle = drawing.colours['paper'] ?? ''
    pen.fillRect(mark.left - 2, y - 14, mark.right - mark.left - 6, 14)
    pen.fillStyle = colourOf(mark.colour, drawing.colours) ?? ''
    pen.fillText(mark.label, mark.left, y)
  }
  pen.restore()
}

/** Shares inside the segments of a stacked bar, where they fit. */
function drawSegments(chart: DrawnChart, drawing: Drawing) {
  const { ctx: pen } = chart
  pen.save()
  pen.font = `bold 12px ${drawing.fontFamily}`
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  chart.data.datasets.forEach((dataset, index) => {
    if (!chart.isDatasetVisible(index)) return
    chart.getDatasetMeta(index).data.forEach((bar, row) => {
      const value = dataset.data[row]
      if (typeof value !== 'number') return
      const text = formats.share(value)
      if (Math.abs(bar.x - bar.base) < pen.measureText(text).width + 8) return
      const fill = colourOf(dataset.backgroundColor, drawing.colours) ?? '#000000'
      const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(fill.slice(at, at + 2), 16))
      pen.fillStyle = 0.299 * r + 0.587 * g + 0.114 * b > 140 ? '#14171a' : '#ffffff'
      pen.fillText(text, (bar.x + bar.base) / 2, bar.y)
    })
  })
  pen.restore()
}

export const drawingPlugin = (extras: Extras, drawing: Drawing) => ({
  id: 'dambreakDrawing',
  start: (chart: DrawnChart) => {
    if (extras.bands.length + extras.lines.length > 0)
      chart.boxes.push(markStrip(chart, extras, drawing))
  },
  beforeDraw: (chart: DrawnChart) => drawBehind(chart, extras, drawing),
  beforeDatasetsDraw: (chart: DrawnChart) => drawFeet(chart, extras, drawing),
  afterDatasetsDraw: (chart: DrawnChart) => {
    drawMarks(chart, extras, drawing)
    drawPanels(chart, extras, drawing)
    if (extras.segmentLabels) drawSegments(chart, drawing)
    if (extras.noData === null) return
    const { ctx: pen, chartArea: area } = chart
    pen.save()
    pen.font = `14px ${drawing.fontFamily}`
    pen.textAlign = 'center'
    pen.fillStyle = drawing.colours['muted'] ?? ''
    pen.fillText(extras.noData, (area.left + area.right) / 2, (area.top + area.bottom) / 2)
    pen.restore()
  },
})
