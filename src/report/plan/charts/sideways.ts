import { textColumns } from '../../text-columns.ts'
import type { AxisReading, ChartConfig, Dataset, ChartLine } from '../../charts/config.ts'

/** Room that a name needs on a narrow screen, where some eighteen letters stand on a line. */
const nameHeightPx = (name: string) => Math.ceil(textColumns(name) / 18) * 15 + 4

/** Bars to the right, a row a name; ticks as given, and room beside them for what bars say. */
export function sideways(given: {
  title: string
  subtitle: string
  labels: readonly string[]
  datasets: readonly Dataset[]
  x: { title: string; reading: AxisReading; min: number; max: number }
  lines: readonly ChartLine[]
  /** At least; long names make rows higher. */
  rowPx: number
}): ChartConfig {
  const { labels, x } = given
  const rowPx = Math.max(given.rowPx, ...labels.map(nameHeightPx))
  return {
    type: 'bar',
    data: { labels: [...labels], datasets: [...given.datasets] },
    options: {
      indexAxis: 'y',
      scales: {
        x: {
          type: 'linear',
          position: 'bottom',
          min: x.min,
          max: x.max,
          title: { display: true, text: x.title },
        },
        y: { type: 'category', position: 'left' },
      },
      plugins: {
        title: { text: given.title },
        subtitle: { text: given.subtitle },
        dambreak: {
          heightPx: 150 + labels.length * rowPx,
          axes: { x: x.reading, y: { format: 'text' } },
          panels: [],
          bands: [],
          lines: [...given.lines],
          segmentLabels: false,
          noData: labels.length > 0 ? null : 'nothing to compare',
        },
      },
    },
  }
}

/** At most so many ticks from 0 to `most`, at round counts. */
export function countTicks(most: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500].find((size) => most / size <= 10) ?? 1000
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, at) => at * step)
}
