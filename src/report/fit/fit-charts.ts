import type { FitPicture } from '../../fit/fit-picture.ts'
import type { Axis, AxisReading, ChartConfig, Dataset, Point } from '../charts/config.ts'
import { runStyle } from '../charts/palette.ts'
import { wordedPicture, type LabelledCurve, type WordedPicture } from './picture-words.ts'

/** More points than these cannot be told apart, and make the page heavy. */
const maxPoints = 1500

type Scale = 'linear' | 'log'

/** Every how-manieth point of a picture's longest series is drawn. */
function strideOf({ data, fitted }: Pick<WordedPicture, 'data' | 'fitted'>): number {
  const longest = Math.max(0, ...[...data, ...fitted].map(({ x }) => x.length))
  return Math.max(1, Math.ceil(longest / maxPoints))
}

/** Points that the axes can show; a value that is not known, or not above 0 on a logarithm, is a gap. */
function pointsOf(
  { x, shape }: LabelledCurve,
  ys: readonly (number | null)[],
  { xScale, yScale }: Pick<WordedPicture, 'xScale' | 'yScale'>,
): Point[] {
  const stride = Math.max(1, Math.ceil(x.length / maxPoints))
  const shows = (value: number, scale: Scale) =>
    Number.isFinite(value) && (scale === 'linear' || value > 0)
  return x.flatMap((at, index): Point[] => {
    if (index % stride !== 0 || !shows(at, xScale)) return []
    const y = ys[index] ?? null
    if (y !== null && shows(y, yScale)) return [[at, y]]
    return shape === 'points' ? [] : [[at, null]]
  })
}

interface Place {
  /** Among the data, or among the fitted curves. */
  readonly index: number
  readonly isFitted: boolean
}

function colourOf({ index, isFitted }: Place): string {
  if (isFitted) return runStyle(index + 1).colour
  return index === 0 ? runStyle(0).colour : `@run${(index % 6) + 3 > 6 ? 6 : index + 3}`
}

function dataset(series: LabelledCurve, points: Point[], place: Place): Dataset {
  const { index, isFitted } = place
  const isPoints = series.shape === 'points'
  const style = isFitted ? runStyle(index + 1) : runStyle(0)
  const colour = colourOf(place)
  return {
    label: series.label,
    data: points,
    yAxisID: 'y',
    borderColor: isFitted ? colour : `${colour}/0.75`,
    backgroundColor: isPoints ? `${colour}/0.35` : colour,
    borderWidth: isFitted ? 2.4 : 1.4,
    borderDash: isFitted ? style.dash.slice(0, index === 0 ? 0 : 4) : [],
    pointRadius: isPoints ? 3.5 : 0,
    ...(isPoints ? { pointStyle: 'circle', pointBorderWidth: 1.4, showLine: false } : {}),
    stepped: series.shape === 'steps' ? 'after' : false,
    key: `${isFitted ? 'fitted' : 'data'}${index}`,
    legend: true,
  }
}

/** The 95% band around a curve: an unseen line, and one that is filled down to it. */
function bandOf(series: LabelledCurve, picture: WordedPicture, place: Place): Dataset[] {
  const { yLow, yHigh } = series
  if (yLow === undefined || yHigh === undefined) return []
  const colour = colourOf(place)
  const edge = (key: string, ys: readonly number[]): Dataset => ({
    label: `${series.label}, 95% band`,
    data: pointsOf(series, ys, picture),
    yAxisID: 'y',
    borderColor: `${colour}/0.22`,
    backgroundColor: `${colour}/0.22`,
    borderWidth: 0,
    pointRadius: 0,
    stepped: series.shape === 'steps' ? 'after' : false,
    key: `${place.isFitted ? '' : 'data-'}${key}${place.index}`,
    legend: false,
  })
  return [
    edge('low', yLow),
    { ...edge('high', yHigh), fill: '-1', legend: true, pointStyle: 'rect' },
  ]
}

interface Reach {
  readonly min: number
  readonly max: number
  readonly at: number[]
}

function logReach(values: readonly number[]): Reach {
  const above = values.filter((value) => value > 0)
  if (above.length === 0) return { min: 1, max: 10, at: [1, 10] }
  const [least, most] = [Math.min(...above), Math.max(...above)]
  const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))]
  const round: number[] = []
  for (let power = low; power <= high; power++)
    for (const multiple of [1, 2, 5]) round.push(Number(`${multiple}e${power}`))
  const min = round.findLast((value) => value <= least) ?? least
  const max = round.find((value) => value >= most && value > min) ?? min * 10
  const inside = round.filter((value) => value >= min && value <= max)
  const powers = inside.filter((value) => Number.isInteger(Math.log10(value)))
  return { min, max, at: powers.length > 3 ? powers : inside }
}

/** Round ticks, some five to ten; from zero unless the data lie in a narrow stretch far above it. */
function linearReach(values: readonly number[]): Reach {
  if (values.length === 0) return { min: 0, max: 1, at: [0, 0.5, 1] }
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const isNarrow = least >= most * 0.6 && least < most
  const from = least >= 0 && !isNarrow ? 0 : least
  const span = Math.max(most - from, Math.abs(most) * 1e-6, 1e-9)
  const unit = 10 ** Math.floor(Math.log10(span / 5))
  const step = ([1, 2, 5, 10].find((size) => size * unit >= span / 8) ?? 10) * unit
  const min = Math.floor(from / step + 1e-9) * step
  const count = Math.max(1, Math.ceil((most - min) / step - 1e-9))
  const at = Array.from({ length: count + 1 }, (_, tick) =>
    Number((min + tick * step).toPrecision(10)),
  )
  return { min: at[0] ?? 0, max: at.at(-1) ?? 1, at }
}

function axisOf(
  values: readonly number[],
  given: { scale: Scale; title: string; position: 'left' | 'bottom' },
): { axis: Axis; reading: AxisReading } {
  const { min, max, at } = given.scale === 'log' ? logReach(values) : linearReach(values)
  const axis: Axis = {
    type: given.scale === 'log' ? 'logarithmic' : 'linear',
    position: given.position,
    min,
    max,
    title: { display: true, text: given.title },
  }
  return { axis, reading: { format: 'number', at, gapPx: 62 } }
}

/** A picture of a fit: data as points, steps or a line, and fitted curves, with their 95% bands. */
export function fitChart(picture: WordedPicture, subtitle: string): ChartConfig {
  const of = (series: LabelledCurve) => pointsOf(series, series.y, picture)
  const placed = [
    ...picture.data.map((series, index) => ({ series, index, isFitted: false })),
    ...picture.fitted.map((series, index) => ({ series, index, isFitted: true })),
  ]
  const datasets = [
    ...placed.flatMap(({ series, ...place }) => bandOf(series, picture, place)),
    ...placed.map(({ series, ...place }) => dataset(series, of(series), place)),
  ]
  const all = datasets.flatMap(({ data }) => data as Point[])
  const x = axisOf(
    all.map(([at]) => at),
    { scale: picture.xScale, title: picture.xLabel, position: 'bottom' },
  )
  const y = axisOf(
    all.flatMap(([, value]) => (value === null ? [] : [value])),
    { scale: picture.yScale, title: picture.yLabel, position: 'left' },
  )
  return {
    type: 'line',
    data: { datasets },
    options: {
      scales: { x: x.axis, y: y.axis },
      plugins: {
        title: { text: picture.title },
        subtitle: { text: subtitle },
        dambreak: {
          heightPx: 420,
          axes: { x: x.reading, y: y.reading },
          panels: [],
          bands: [],
          lines: [],
          segmentLabels: false,
          noData: all.some(([, value]) => value !== null) ? null : 'nothing to show',
        },
      },
    },
  }
}

export interface FitFigure {
  readonly name: string
  readonly how: string
  readonly config: ChartConfig
}

/** Letters that a file name may hold everywhere. */
const fileName = (name: string) => name.replaceAll(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '')

/** Every picture of a fit; names are those of the pictures, made safe and unique. */
export function drawFitFigures(pictures: readonly FitPicture[], subtitle: string): FitFigure[] {
  return drawWorded(pictures.map(wordedPicture), subtitle)
}

export function drawWorded(pictures: readonly WordedPicture[], subtitle: string): FitFigure[] {
  const taken = new Set<string>()
  return pictures.map((picture, at) => {
    const plain = fileName(picture.name) || 'fit'
    const name = taken.has(plain) ? `${plain}-${at + 1}` : plain
    taken.add(name)
    const stride = strideOf(picture)
    const thinned = stride === 1 ? '' : ` Of long series every ${stride}th point is drawn.`
    return { name, how: `${picture.how}${thinned}`, config: fitChart(picture, subtitle) }
  })
}
