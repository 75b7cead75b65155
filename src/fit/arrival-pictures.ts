import type { ArrivalBins } from './arrival-bins.ts'
import { masses } from './arrival-likelihood.ts'
import type { ArrivalModel } from './arrival-model.ts'
import type { DataSource } from './data-source.ts'
import type { FitPicture, FitSeries } from './fit-picture.ts'
import type { Goodness } from './goodness.ts'

/** Arrivals a second beside what was fitted, and the two added up against each other. */
export function arrivalPictures(
  bins: ArrivalBins,
  model: ArrivalModel,
  goodness: Goodness,
  from: DataSource,
): FitPicture[] {
  const cells = cellsOf(bins, model)
  const x = cells.map(({ fromSec, untilSec }) => (fromSec + untilSec) / 2)
  // A logarithmic axis has no place for nothing.
  const least = Math.min(...cells.map(({ count, widthSec }) => Math.max(1, count) / widthSec)) / 4
  const perSec = (of: (cell: Cell) => number) =>
    cells.map((cell) => {
      const rate = of(cell) / cell.widthSec
      return rate >= least ? rate : null
    })
  const around = (side: number) =>
    cells.map(({ expected, widthSec }) => {
      // The root of a Poisson count has standard deviation ½ whatever its mean (Anscombe, 1948).
      const root = Math.sqrt(expected) + side * 0.98 * Math.sqrt(goodness.dispersion)
      return Math.max(least, Math.max(0, root) ** 2 / widthSec)
    })
  const parts = model.names.map((name, j): FitSeries => {
    const y = perSec(({ parts: all }) => all[j] ?? 0)
    return { of: { code: 'ArrivalShape', shape: name }, shape: 'line', x, y }
  })
  const whole: FitSeries = {
    of: { code: 'Fitted' },
    shape: 'line',
    x,
    y: perSec(({ expected }) => expected),
    yLow: around(-1),
    yHigh: around(1),
  }
  return [
    {
      about: { code: 'Arrivals', from, goodness },
      xScale: 'linear',
      yScale: 'log',
      data: [{ of: { code: 'Counted' }, shape: 'points', x, y: perSec(({ count }) => count) }],
      fitted: [whole, ...parts],
    },
    rescaled(bins, model, goodness),
  ]
}

interface Cell {
  /** Seconds after the opening. */
  readonly fromSec: number
  untilSec: number
  /** Without what was left out. */
  widthSec: number
  count: number
  expected: number
  /** Expected of each kind. */
  readonly parts: number[]
}

const minExpected = 8

/** Neighbours put together until a few are expected: single counts are all noise. */
function cellsOf(bins: ArrivalBins, { names, point, best }: ArrivalModel): Cell[] {
  const openingSec = point[0] ?? 0
  const rows = masses(bins, names, point)
  const cells: Cell[] = []
  bins.counts.forEach((count, i) => {
    const fromSec = (bins.fromSec[i] ?? 0) - openingSec
    const untilSec = (bins.untilSec[i] ?? 0) - openingSec
    const last = cells.at(-1)
    const isOpening = fromSec <= 0 && untilSec > 0
    const joins = last !== undefined && last.expected < minExpected && !isOpening
    const cell = joins
      ? last
      : { fromSec, untilSec, widthSec: 0, count: 0, expected: 0, parts: names.map(() => 0) }
    if (!joins) cells.push(cell)
    cell.untilSec = untilSec
    cell.widthSec += untilSec - fromSec
    cell.count += count
    cell.expected += best.expected[i] ?? 0
    names.forEach((_, j) => {
      cell.parts[j] = (cell.parts[j] ?? 0) + (best.amounts[j] ?? 0) * (rows[j]?.[i] ?? 0)
    })
  })
  return cells
}

function rescaled(bins: ArrivalBins, model: ArrivalModel, goodness: Goodness): FitPicture {
  const sums = (values: Float64Array) => {
    let sum = 0
    const whole = values.reduce((all, value) => all + value, 0)
    return [0, ...[...values].map((value) => (sum += value) / whole)]
  }
  const line = [0, 1]
  const band = 1.358 * Math.sqrt(goodness.dispersion / Math.max(1, bins.total))
  return {
    about: { code: 'RescaledArrivals', arrivals: bins.total, distance: goodness.distance },
    xScale: 'linear',
    yScale: 'linear',
    data: [
      {
        of: { code: 'Counted' },
        shape: 'line',
        x: sums(model.best.expected),
        y: sums(bins.counts),
      },
    ],
    fitted: [
      {
        of: { code: 'PerfectFit' },
        shape: 'line',
        x: line,
        y: line,
        yLow: line.map((y) => Math.max(0, y - band)),
        yHigh: line.map((y) => Math.min(1, y + band)),
      },
    ],
  }
}
