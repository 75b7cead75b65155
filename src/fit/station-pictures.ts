import type { FitPicture, FitSeries, PictureSubject, SeriesSubject } from './fit-picture.ts'
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
  const pair = (of: SubjectOf, curve: Curve) => pairOf({ seen, fit, of, curve })
  const answers = pair((isFitted) => ({ code: 'Answers', isFitted }), {
    isOf: ({ kind }) => kind === 'answers',
    unit: (root, { level }) => Math.max(0, root) ** 2 / ((level.to - level.from) * bucketSec),
  })
  const response = (share: number) =>
    pair((isFitted) => ({ code: 'ResponseQuantile', share, isFitted }), {
      isOf: (figure) => figure.kind === 'response' && figure.share === share,
      unit: (log) => Math.exp(log),
    })
  const busy = stations.map((name, station) =>
    pair((isFitted) => ({ code: 'BusySlots', station: name, isFitted }), {
      isOf: (figure) => figure.kind === 'busy' && figure.station === station,
      unit: (mean) => Math.max(0, mean),
    }),
  )
  const responses = [response(0.5), response(0.9)]
  const { misfit } = fit
  return [
    pictureOf({ code: 'StationAnswers', misfit }, [answers]),
    { ...pictureOf({ code: 'StationResponses', misfit }, responses), yScale: 'log' },
    pictureOf({ code: 'StationBusySlots', misfit }, busy),
  ]
}

/** What a curve is of, measured or fitted. */
type SubjectOf = (isFitted: boolean) => SeriesSubject

interface Pair {
  readonly data: FitSeries
  readonly fitted: FitSeries
}

/** One kind of figure over the levels. */
function pairOf(given: {
  seen: StationObservations
  fit: SimulatedFit
  of: SubjectOf
  curve: Curve
}): Pair {
  const { seen, fit, curve } = given
  const levels = [...new Set(seen.figures.map(({ level }) => level))]
  const places = seen.figures.flatMap((figure, k) => (curve.isOf(figure) ? [{ figure, k }] : []))
  const x = places.map(({ figure }) => levels.indexOf(figure.level) + 1)
  const on = (of: (k: number) => number) => places.map(({ figure, k }) => curve.unit(of(k), figure))
  const mid = (k: number) => fit.figures[k] ?? 0
  const wide = (k: number) => band * (fit.deviations[k] ?? 0)
  return {
    data: { of: given.of(false), shape: 'points', x, y: on((k) => seen.values[k] ?? 0) },
    fitted: {
      of: given.of(true),
      shape: 'line',
      x,
      y: on(mid),
      yLow: on((k) => mid(k) - wide(k)),
      yHigh: on((k) => mid(k) + wide(k)),
    },
  }
}

function pictureOf(about: PictureSubject, pairs: readonly Pair[]): FitPicture {
  return {
    about,
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
