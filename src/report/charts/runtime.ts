import { axisOptions, dayText, readValue } from './axes.ts'
import type { AxisReading, ChartConfig } from './config.ts'
import { colourOf, drawingPlugin } from './drawings.ts'
import { shapesPlugin } from './shapes.ts'
import type { DrawnChart, Drawing, LegendItem, Pen, TooltipItem } from './drawn.ts'

/** A Chart.js configuration ready to draw. */
export type DrawableConfig = Record<string, unknown>

function tooltip(config: ChartConfig, drawing: Drawing) {
  const extras = config.options.plugins.dambreak
  const sideways = config.options.indexAxis === 'y'
  const reading = (id: string): AxisReading => extras.axes[id] ?? { format: 'number' }
  return {
    animation: false,
    bodyFont: { family: drawing.fontFamily },
    titleFont: { family: drawing.fontFamily },
    callbacks: {
      title: (items: TooltipItem[]) => {
        const item = items[0]
        if (item === undefined) return ''
        if (sideways) return config.data.labels?.[item.dataIndex] ?? ''
        const text = readValue(item.parsed.x, reading('x'), extras)
        return reading('x').format === 'clock' ? `${dayText(item.parsed.x, extras)}, ${text}` : text
      },
      labelColor: (item: TooltipItem) => {
        const dataset = config.data.datasets[item.datasetIndex]
        const name = config.type === 'line' ? dataset?.borderColor : dataset?.backgroundColor
        const colour = colourOf(name, drawing.colours)
        return { borderColor: colour, backgroundColor: colour }
      },
      label: (item: TooltipItem) => {
        const dataset = config.data.datasets[item.datasetIndex]
        const value = sideways ? item.parsed.x : item.parsed.y
        const axis = sideways ? 'x' : (dataset?.yAxisID ?? 'y')
        const panel = extras.panels.find((candidate) => candidate.axis === axis)?.title
        const what = [dataset?.label, dataset?.what ?? panel].filter((part) => part !== undefined)
        return ` ${what.join(', ')}: ${readValue(value, reading(axis), extras)}`
      },
    },
  }
}

/** Names in the legend stand on one line: what is wider than the chart ends in an ellipsis. */
function shortened(text: string, widthPx: number, pen: Pick<Pen, 'measureText'>) {
  const letters = [...text]
  let kept = letters.length
  const shown = () => (kept === letters.length ? text : `${letters.slice(0, kept).join('')}…`)
  while (kept > 1 && pen.measureText(shown()).width > widthPx) kept--
  return shown()
}

const legendFont = (drawing: Drawing) => ({ family: drawing.fontFamily, size: 12.5 })
const hasPoints = ({ data }: ChartConfig) =>
  data.datasets.some(({ pointStyle, legend: is }) => is && pointStyle !== undefined)
const legendBoxPx = (config: ChartConfig) =>
  config.type === 'line' && !hasPoints(config) ? 38 : 14

function legendItems(config: ChartConfig, drawing: Drawing, chart: DrawnChart) {
  const { ctx: pen, width } = chart
  const { family, size } = legendFont(drawing)
  // The box, the gap after it, and the padding on both sides.
  const room = width - legendBoxPx(config) - 50
  pen.save()
  pen.font = `${size}px ${family}`
  const items = config.data.datasets.flatMap((dataset, datasetIndex) =>
    dataset.legend
      ? [
          {
            datasetIndex,
            text: shortened(dataset.label, room, pen),
            hidden: !chart.isDatasetVisible(datasetIndex),
            fontColor: drawing.colours['ink'],
            strokeStyle: colourOf(dataset.borderColor, drawing.colours),
            fillStyle: colourOf(dataset.backgroundColor, drawing.colours),
            lineWidth: dataset.borderWidth,
            lineDash: dataset.borderDash ?? [],
            lineJoin: 'round',
            pointStyle: dataset.pointStyle ?? (config.type === 'line' ? 'line' : 'rect'),
          },
        ]
      : [],
  )
  pen.restore()
  return items
}

const legend = (config: ChartConfig, drawing: Drawing) => ({
  position: 'bottom',
  labels: {
    color: drawing.colours['ink'],
    font: legendFont(drawing),
    boxWidth: legendBoxPx(config),
    boxHeight: hasPoints(config) ? 8 : config.type === 'line' ? 0 : 12,
    usePointStyle: hasPoints(config),
    padding: 14,
    generateLabels: (chart: DrawnChart) => legendItems(config, drawing, chart),
  },
  onClick: (_event: unknown, item: LegendItem, owner: { chart: DrawnChart }) => {
    const key = config.data.datasets[item.datasetIndex]?.key
    const shown = owner.chart.isDatasetVisible(item.datasetIndex)
    config.data.datasets.forEach((dataset, index) => {
      if (dataset.key === key) owner.chart.setDatasetVisibility(index, !shown)
    })
    owner.chart.update()
  },
})

/** Makes a `ChartConfig` drawable: colours and formats by name become real, and the plugins are put in. */
export function hydrate(config: ChartConfig, drawing: Drawing): DrawableConfig {
  const { title, subtitle, dambreak: extras } = config.options.plugins
  const text = (value: string, bold: boolean) => ({
    display: drawing.titled && value !== '',
    text: value,
    align: 'start',
    color: drawing.colours[bold ? 'ink' : 'muted'],
    font: { family: drawing.fontFamily, size: bold ? 19 : 13, weight: bold ? 'bold' : 'normal' },
    padding: { top: bold ? 4 : 0, bottom: bold ? 4 : 12 },
  })
  const scales: Record<string, unknown> = {}
  for (const id of Object.keys(config.options.scales)) scales[id] = axisOptions(id, config, drawing)
  return {
    type: config.type,
    data: {
      ...config.data,
      datasets: config.data.datasets.map((dataset) => ({
        ...dataset,
        borderColor: colourOf(dataset.borderColor, drawing.colours),
        backgroundColor: colourOf(dataset.backgroundColor, drawing.colours),
        pointHitRadius: 6,
        // Half a line or point may stand out of the plot at its very edge.
        clip: 6,
        borderJoinStyle: 'round',
      })),
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      indexAxis: config.options.indexAxis ?? 'x',
      interaction: { mode: 'nearest', intersect: false, axis: 'xy' },
      layout: { padding: drawing.titled ? 18 : { top: 2, right: 14, bottom: 2, left: 2 } },
      scales,
      plugins: {
        title: text(title.text, true),
        subtitle: text(subtitle.text, false),
        legend: legend(config, drawing),
        tooltip: tooltip(config, drawing),
      },
    },
    plugins: [
      drawingPlugin(extras, drawing),
      shapesPlugin(config, drawing, (name) => colourOf(name, drawing.colours) ?? ''),
    ],
  }
}
