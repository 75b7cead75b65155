import type { FitPicture, FitSeries } from './estimate.ts'
import type { SimulatedFit } from './simulated-fit.ts'
import type { StationFigure } from './station-figures.ts'

/** What was observed of the stations, and the figures in which it was put. */
export interface StationObservations {
  readonly figures: readonly StationFigure[]
  readonly values: readonly number[]
  /** Names, in the scenario's order. */
  readonly stations: readonly string[]
  /** Seconds of a bucket. */
  readonly bucketSec: number
}

/** Standard deviations about the middle that hold 95%. */
const band = 1.96

/** Measured and fitted, level by level: answers a second, response times, busy slots. */
export function stationPictures(seen: StationObservations, fit: SimulatedFit): FitPicture[] {
  const { bucketSec, stations } = seen
  const pair = (label: string, curve: Curve) => pairOf({ seen, fit, label, curve })
  const answers = pair('answers', {
    isOf: ({ kind }) => kind === 'answers',
    unit: (root, { level }) => Math.max(0, root) ** 2 / ((level.to - level.from) * bucketSec),
  })
  const response = (share: number) =>
    pair(`p${share * 100}`, {
      isOf: (figure) => figure.kind === 'response' && figure.share === share,
      unit: (log) => Math.exp(log),
    })
  const busy = stations.map((name, station) =>
    pair(name, {
      isOf: (figure) => figure.kind === 'busy' && figure.station === station,
      unit: (mean) => Math.max(0, mean),
    }),
  )
  const responses = [response(0.5), response(0.9)]
  return [
    pictureOf(['stations-answers', 'Answers by level of load', 'answers a second'], [answers], fit),
    {
      ...pictureOf(['stations-response', 'Response times by level of load', 'ms'], responses, fit),
      yScale: 'log',
    },
    pictureOf(['stations-busy', 'Busy slots by level of load', 'slots in use'], busy, fit),
  ]
}

interface Pair {
  readonly data: FitSeries
  readonly fitted: FitSeries
}

/** One kind of figure over the levels. */
function pairOf(given: {
  seen: StationObservations
  fit: SimulatedFit
  label: string
  curve: Curve
}): Pair {
  const { seen, fit, label, curve } = given
  const levels = [...new Set(seen.figures.map(({ level }) => level))]
  const places = seen.figures.flatMap((figure, k) => (curve.isOf(figure) ? [{ figure, k }] : []))
  const x = places.map(({ figure }) => levels.indexOf(figure.level) + 1)
  const on = (of: (k: number) => number) => places.map(({ figure, k }) => curve.unit(of(k), figure))
  const mid = (k: number) => fit.figures[k] ?? 0
  const wide = (k: number) => band * (fit.deviations[k] ?? 0)
  return {
    data: { label: `${label}, measured`, shape: 'points', x, y: on((k) => seen.values[k] ?? 0) },
    fitted: {
      label: `${label}, fitted`,
      shape: 'line',
      x,
      y: on(mid),
      yLow: on((k) => mid(k) - wide(k)),
      yHigh: on((k) => mid(k) + wide(k)),
    },
  }
}

function pictureOf(
  [name = '', title = '', yLabel = '']: readonly string[],
  pairs: readonly Pair[],
  fit: SimulatedFit,
): FitPicture {
  return {
    name,
    title,
    how: howText(fit),
    xLabel: 'level of load, in order of time',
    yLabel,
    xScale: 'linear',
    yScale: 'linear',
    data: pairs.map(({ data }) => data),
    fitted: pairs.map(({ fitted }) => fitted),
  }
}

interface Curve {
  readonly isOf: (figure: StationFigure) => boolean
  readonly unit: (value: number, figure: StationFigure) => number
}

function howText({ misfit }: SimulatedFit): string {
  const part = `The points are ${Math.sqrt(misfit).toFixed(1)} times as far off as chance alone puts them`
  return misfit <= 2
    ? `${part}: the stations as the scenario has them account for what was measured. The band holds 95% of measurements.`
    : `${part}: something is missing in the stations as the scenario has them, or the machine was busy with something else. The band is widened by as much.`
}
