import type { ArrivalBins } from './arrival-bins.ts'
import { masses } from './arrival-likelihood.ts'
import type { ArrivalModel } from './arrival-model.ts'
import type { ShapeName } from './arrival-shapes.ts'
import type { FitPicture, FitSeries } from './estimate.ts'
import type { Goodness } from './goodness.ts'
import { countText } from './numbers.ts'

const labels: Readonly<Record<ShapeName, string>> = {
  early: 'early knocks',
  burst: 'burst',
  decay: 'decay',
  power: 'decay (power)',
  constant: 'constant',
}

/** Arrivals a second beside what was fitted, and the two added up against each other. */
export function arrivalPictures(
  bins: ArrivalBins,
  model: ArrivalModel,
  goodness: Goodness,
  source: string,
): FitPicture[] {
  const openingSec = model.point[0] ?? 0
  const x = [...bins.counts].map(
    (_, i) => ((bins.fromSec[i] ?? 0) + (bins.untilSec[i] ?? 0)) / 2 - openingSec,
  )
  const widths = x.map((_, i) => (bins.untilSec[i] ?? 0) - (bins.fromSec[i] ?? 0))
  // A logarithmic axis has no place for nothing.
  const perSec = (counts: ArrayLike<number>) =>
    widths.map((width, i) => {
      const rate = (counts[i] ?? 0) / width
      return rate > 1e-4 ? rate : null
    })
  const error = (i: number) => 1.96 * Math.sqrt((model.best.expected[i] ?? 0) * goodness.dispersion)
  const around = (side: number) =>
    widths.map((width, i) =>
      Math.max(1e-4, ((model.best.expected[i] ?? 0) + side * error(i)) / width),
    )
  const rows = masses(bins, model.names, model.point)
  const parts = model.names.map((name, j): FitSeries => {
    const amount = model.best.amounts[j] ?? 0
    const counts = (rows[j] ?? new Float64Array()).map((mass) => mass * amount)
    return { label: labels[name], shape: 'line', x, y: perSec(counts) }
  })
  const whole: FitSeries = {
    label: 'fitted',
    shape: 'line',
    x,
    y: perSec(model.best.expected),
    yLow: around(-1),
    yHigh: around(1),
  }
  return [
    {
      name: 'arrivals',
      title: 'Arrivals around the opening',
      how: `${source}. ${goodnessText(goodness)} Points should lie within the band in 19 cases of 20.`,
      xLabel: 'seconds after the opening',
      yLabel: 'arrivals a second',
      xScale: 'linear',
      yScale: 'log',
      data: [{ label: 'counted', shape: 'points', x, y: perSec(bins.counts) }],
      fitted: [whole, ...parts],
    },
    rescaled(bins, model, goodness),
  ]
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
    name: 'arrivals-rescaled',
    title: 'Arrivals in the time of the fit',
    how: `Time is stretched so that the fitted rate is even: a good fit is the diagonal. The band is Kolmogorov's at 95% for ${countText(bins.total)} arrivals; the greatest distance is ${goodness.distance.toFixed(4)}.`,
    xLabel: 'share expected so far',
    yLabel: 'share that came so far',
    xScale: 'linear',
    yScale: 'linear',
    data: [{ label: 'counted', shape: 'line', x: sums(model.best.expected), y: sums(bins.counts) }],
    fitted: [
      {
        label: 'a perfect fit',
        shape: 'line',
        x: line,
        y: line,
        yLow: line.map((y) => Math.max(0, y - band)),
        yHigh: line.map((y) => Math.min(1, y + band)),
      },
    ],
  }
}

/** How good the fit is, in words. */
export function goodnessText({ dispersion, distance, chance }: Goodness): string {
  const rough = `The counts scatter ${dispersion.toFixed(2)} times as much as those of a Poisson process (in variance)`
  const far = `the time-rescaled process is ${distance.toFixed(4)} from even (Kolmogorov; p ${chance < 0.001 ? '< 0.001' : chance.toFixed(3)})`
  const verdict =
    chance < 0.001 || dispersion > 4
      ? ' The kinds of a scenario do not describe this well: think of replaying the times.'
      : ''
  return `${rough}; ${far}.${verdict}`
}
