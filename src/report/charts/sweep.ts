import type { FormatName } from '../format.ts'
import type { SweepRow } from '../sweep.ts'
import type { Axis, AxisReading, ChartConfig, Dataset } from './config.ts'
import { runStyle } from './palette.ts'
import { niceMax, rounded } from './series.ts'

const quantities: {
  title: string
  format: FormatName
  top?: number
  of: (row: SweepRow) => number | null
}[] = [
  { title: 'People booked', format: 'compact', of: (row) => row.booked },
  { title: 'Tickets that ended in an error', format: 'share', top: 1, of: (row) => row.errorShare },
  { title: 'Still waiting at the end', format: 'compact', of: (row) => row.waitingAtEnd },
]

/** What more instances change: one line a gate, one panel a quantity, over the instance count. */
export function sweep(rows: readonly SweepRow[]): ChartConfig {
  const gates = [...new Set(rows.map(({ gate }) => gate))]
  const counts = [...new Set(rows.map(({ instances }) => instances))].toSorted((a, b) => a - b)
  const datasets: Dataset[] = []
  const scales: Record<string, Axis> = {}
  const axes: Record<string, AxisReading> = { x: { format: 'number', at: counts } }
  const [least = 1, most = 1] = [counts[0], counts.at(-1)]
  quantities.forEach(({ title, format, top: fixed, of }, place) => {
    const id = `y${place}`
    const top = fixed ?? niceMax(rows.reduce((high, row) => Math.max(high, of(row) ?? 0), 0))
    scales[id] = {
      type: 'linear',
      axis: 'y',
      position: 'left',
      stack: 'panels',
      stackWeight: 1,
      min: 0,
      max: top * 1.3,
    }
    axes[id] = { format, top, at: [0, top / 2, top] }
    gates.forEach((gate, index) => {
      const style = runStyle(index + 1)
      datasets.push({
        label: `${gate} gate`,
        what: title,
        data: rows
          .filter((row) => row.gate === gate)
          .toSorted((a, b) => a.instances - b.instances)
          .map((row) => [row.instances, rounded(of(row))]),
        yAxisID: id,
        borderColor: style.colour,
        backgroundColor: style.colour,
        borderWidth: 2.2,
        borderDash: style.dash,
        pointRadius: 4,
        key: `gate${index}`,
        legend: place === 0,
      })
    })
  })
  return {
    type: 'line',
    data: { datasets },
    options: {
      scales: {
        ...Object.fromEntries(Object.entries(scales).toReversed()),
        x: {
          type: 'linear',
          position: 'bottom',
          min: least - 0.5,
          max: most + 0.5,
          title: { display: true, text: 'Instances' },
        },
      },
      plugins: {
        title: { text: 'What more instances change' },
        subtitle: { text: 'the count held fixed from the opening on' },
        dambreak: {
          heightPx: 560,
          axes,
          panels: quantities.map(({ title }, place) => ({ axis: `y${place}`, title })),
          bands: [],
          lines: [],
          segmentLabels: false,
          noData: rows.length > 0 ? null : 'no candidates were run',
        },
      },
    },
  }
}
