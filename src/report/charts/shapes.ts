import type { Box, ChartConfig, Note, Rule, Shape, Whisker } from './config.ts'
import type { DrawnChart, DrawnScale, Drawing, Pen } from './drawn.ts'

/**
 * The Chart.js plugin that draws what stands in `shapes` of a chart – cells of a map, intervals,
 * lines across, words – and what bars say at their ends.
 */

type ColourOf = (name: string | undefined) => string
interface Place {
  pen: Pen
  x: DrawnScale
  y: DrawnScale
  colourOf: ColourOf
  font: (weight: string, px: number) => string
}

/** Ink that can be read on a colour. */
function inkOn(fill: string) {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(fill.slice(at, at + 2), 16))
  return 0.299 * r + 0.587 * g + 0.114 * b > 120 ? '#14171a' : '#ffffff'
}
function stroke(pen: Pen, points: [number, number][]) {
  pen.beginPath()
  points.forEach(([x, y], at) => (at === 0 ? pen.moveTo(x, y) : pen.lineTo(x, y)))
  pen.stroke()
}

function drawBox(box: Box, { pen, x, y, colourOf, font }: Place) {
  const inset = box.insetPx ?? 0
  const left = x.getPixelForValue(box.x[0]) + inset
  const right = x.getPixelForValue(box.x[1]) - inset
  const top = y.getPixelForValue(box.y[1]) + inset
  const bottom = y.getPixelForValue(box.y[0]) - inset
  const fill = colourOf(box.colour)
  pen.fillStyle = fill
  pen.fillRect(left, top, right - left, bottom - top)
  if (box.outline !== undefined) {
    pen.strokeStyle = colourOf(box.outline)
    pen.lineWidth = 2
    pen.strokeRect(left + 1, top + 1, right - left - 2, bottom - top - 2)
  }
  pen.fillStyle = inkOn(fill)
  pen.strokeStyle = inkOn(fill)
  pen.lineWidth = 1.6
  const small = Math.max(1.2, Math.min(2.2, (right - left) / 9))
  if (box.dot === true)
    pen.fillRect(left + 2 * small - small, bottom - 3 * small, 2 * small, 2 * small)
  if (box.plus === true) {
    const [cx, cy, arm] = [right - 3 * small, top + 3 * small, 2 * small]
    stroke(pen, [
      [cx - arm, cy],
      [cx + arm, cy],
    ])
    stroke(pen, [
      [cx, cy - arm],
      [cx, cy + arm],
    ])
  }
  if (box.text === undefined) return
  pen.font = font('bold', 12)
  pen.textAlign = 'center'
  pen.textBaseline = 'middle'
  if (pen.measureText(box.text).width > right - left - 4) pen.font = font('bold', 10)
  if (pen.measureText(box.text).width > right - left - 2) return
  pen.fillText(box.text, (left + right) / 2, (top + bottom) / 2)
}

function drawWhisker(whisker: Whisker, top: number, { pen, x, y, colourOf }: Place) {
  const at = x.getPixelForValue(whisker.x)
  const from = y.getPixelForValue(whisker.low)
  const to = y.getPixelForValue(whisker.high ?? top)
  pen.strokeStyle = colourOf(whisker.colour)
  pen.lineWidth = 2
  stroke(pen, [
    [at, from],
    [at, to],
  ])
  stroke(pen, [
    [at - 4, from],
    [at + 4, from],
  ])
  const head: [number, number][] =
    whisker.high === null
      ? [
          [at - 4, to + 7],
          [at, to],
          [at + 4, to + 7],
        ]
      : [
          [at - 4, to],
          [at + 4, to],
        ]
  stroke(pen, head)
}

function drawRule(rule: Rule, { pen, x, y, colourOf, font }: Place) {
  const at = y.getPixelForValue(rule.y)
  pen.strokeStyle = colourOf(rule.colour)
  pen.lineWidth = 1.4
  pen.setLineDash([6, 4])
  stroke(pen, [
    [x.left, at],
    [x.right, at],
  ])
  pen.setLineDash([])
  pen.font = font('bold', 12)
  pen.textAlign = 'left'
  pen.textBaseline = 'top'
  const wide = pen.measureText(rule.label).width
  pen.fillStyle = colourOf('@paper/0.82')
  pen.fillRect(x.left + 5, at + 3, wide + 8, 16)
  pen.fillStyle = colourOf(rule.colour)
  pen.fillText(rule.label, x.left + 9, at + 5)
}

/** Kept inside the plot, whatever its width. */
function drawNote(note: Note, { pen, x, y, colourOf, font }: Place) {
  pen.font = font('bold', 12)
  const half = pen.measureText(note.text).width / 2
  const at = x.getPixelForValue(note.x)
  pen.textAlign = 'center'
  pen.textBaseline = note.where === 'above' ? 'bottom' : 'middle'
  pen.fillStyle = colourOf(note.colour)
  const lift = note.where === 'above' ? 6 : 0
  const inside = Math.max(x.left + half, Math.min(x.right - half, at))
  pen.fillText(note.text, inside, y.getPixelForValue(note.y) - lift)
}

/** What is said at the ends of sideways bars, on paper of its own: lines may cross there. */
function drawEnds(chart: DrawnChart, place: Pick<Place, 'pen' | 'colourOf' | 'font'>) {
  const { pen, colourOf, font } = place
  const { chartArea: area } = chart
  pen.font = font('normal', 12)
  pen.textBaseline = 'middle'
  pen.textAlign = 'left'
  chart.data.datasets.forEach(({ ends }, index) => {
    if (ends === undefined || !chart.isDatasetVisible(index)) return
    chart.getDatasetMeta(index).data.forEach((bar, row) => {
      const said = ends[row]
      if (said === undefined) return
      const [left, right] = [Math.min(bar.x, bar.base), Math.max(bar.x, bar.base)]
      const write = (text: string, at: number) => {
        if (text === '') return
        pen.fillStyle = colourOf('@paper/0.85')
        pen.fillRect(at - 2, bar.y - 8, pen.measureText(text).width + 4, 16)
        pen.fillStyle = colourOf('@ink')
        pen.fillText(text, at, bar.y)
      }
      write(said.start, Math.max(area.left + 2, left - 5 - pen.measureText(said.start).width))
      write(said.end, Math.min(right + 5, area.right - pen.measureText(said.end).width))
    })
  })
}

export function shapesPlugin(
  config: ChartConfig,
  drawing: Drawing,
  resolve: (name: string) => string,
) {
  const { shapes = [], axes } = config.options.plugins.dambreak
  const colourOf: ColourOf = (name) => resolve(name ?? '')
  const font = (weight: string, px: number) => `${weight} ${px}px ${drawing.fontFamily}`
  const each = (chart: DrawnChart, kinds: Shape['kind'][]) => {
    const { ctx: pen } = chart
    const x = chart.scales['x']
    if (x === undefined) return
    pen.save()
    for (const shape of shapes) {
      const y = chart.scales[shape.axis]
      if (y === undefined || !kinds.includes(shape.kind)) continue
      const place = { pen, x, y, colourOf, font }
      if (shape.kind === 'box') drawBox(shape, place)
      else if (shape.kind === 'whisker') drawWhisker(shape, axes[shape.axis]?.top ?? y.max, place)
      else if (shape.kind === 'rule') drawRule(shape, place)
      else drawNote(shape, place)
    }
    pen.restore()
  }
  return {
    id: 'dambreakShapes',
    beforeDatasetsDraw: (chart: DrawnChart) => each(chart, ['box', 'rule', 'whisker']),
    afterDatasetsDraw: (chart: DrawnChart) => {
      each(chart, ['note'])
      chart.ctx.save()
      drawEnds(chart, { pen: chart.ctx, colourOf, font })
      chart.ctx.restore()
    },
  }
}
