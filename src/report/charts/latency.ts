import { responseClock } from '../sent-only.ts'
import type { ReportRun } from '../types.ts'
import type { Axis, AxisReading, ChartConfig, Dataset, Point } from './config.ts'
import { latencies, percentilePoints } from './histograms.ts'
import { lineStyle, subtitleOf } from './panels.ts'
import { runStyle } from './palette.ts'

const usPerMs = 1000

function powersUpTo(high: number, low: number): number[] {
  const powers: number[] = []
  for (let power = low; power <= high; power++) powers.push(10 ** power)
  return powers
}

function same(a: readonly Point[], b: readonly Point[]): boolean {
  return (
    a.length === b.length &&
    a.every(([, y], at) => Math.abs((y ?? 0) - (b[at]?.[1] ?? 0)) <= 0.005 * (y ?? 0))
  )
}

/** All response times of a run as one curve: how slow the slowest tenth, hundredth, … was. */
export function latency(runs: readonly ReportRun[]): ChartConfig {
  const datasets: Dataset[] = []
  runs.forEach(({ run, label }, index) => {
    const style = lineStyle(runs, index)
    const points = (name: string) => percentilePoints(latencies(run, name), 1 / usPerMs)
    const [response, service] = [points('responseUs'), points('serviceUs')]
    const dataset = (data: Point[], thin: boolean): Dataset => ({
      label,
      what: thin ? 'from the send' : responseClock(run),
      data,
      yAxisID: 'y',
      ...style,
      ...(thin ? { borderColor: `${runStyle(index).colour}/0.55`, borderWidth: 1 } : {}),
      pointRadius: 0,
      key: `run${index}`,
      legend: !thin,
    })
    datasets.push(dataset(response, false))
    if (service.length > 0 && !same(response, service)) datasets.push(dataset(service, true))
  })
  const all = datasets.flatMap(({ data }) => data as Point[])
  const ys = all.flatMap(([, y]) => (y !== null && y > 0 ? [y] : []))
  const most = ys.reduce((a, b) => Math.max(a, b), 1)
  const least = ys.reduce((a, b) => Math.min(a, b), most)
  const odds = all.reduce((a, [x]) => Math.max(a, x), 100)
  const high = Math.ceil(Math.log10(most) - 0.02)
  const low = Math.min(high - 1, Math.max(high - 6, Math.floor(Math.log10(least) + 0.02)))
  const scales: Record<string, Axis> = {
    x: {
      type: 'logarithmic',
      position: 'bottom',
      min: 1,
      max: odds,
      title: { display: true, text: 'Share of requests that were faster' },
    },
    y: {
      type: 'logarithmic',
      position: 'left',
      min: 10 ** low,
      max: 10 ** high * 1.6,
      title: { display: true, text: 'Response time' },
    },
  }
  const axes: Record<string, AxisReading> = {
    x: {
      format: 'percentile',
      at: [1, 2, 4, 10, 20, 100, 1e3, 1e4, 1e5, 1e6, 1e7].filter((x) => x <= odds),
    },
    y: { format: 'ms', at: powersUpTo(high, low) },
  }
  return {
    type: 'line',
    data: { datasets },
    options: {
      scales,
      plugins: {
        title: { text: 'Distribution of response times' },
        subtitle: { text: subtitleOf(runs) },
        dambreak: {
          heightPx: 480,
          axes,
          panels: [],
          bands: [],
          lines: [],
          segmentLabels: false,
          noData: all.length > 0 ? null : 'no latencies were recorded',
        },
      },
    },
  }
}
