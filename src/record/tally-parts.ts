import { Histogram, latencyLayout, waitLayout } from './histogram.ts'
import { HistogramSeries, type SeriesParts } from './series.ts'
import { seriesNames, type Tallies } from './tallies.ts'

/** Tallies as plain data: what a worker thread hands over when it is done. */
export interface TallyParts extends Omit<Tallies, 'etaErrorMs' | 'series'> {
  readonly etaErrorMs: Float64Array
  readonly series: Readonly<Record<(typeof seriesNames)[number], SeriesParts>>
}

export function tallyParts(tallies: Tallies): TallyParts {
  const { etaErrorMs, series, ...plain } = tallies
  return { ...plain, etaErrorMs: etaErrorMs.counts, series: eachSeries((n) => series[n].parts()) }
}

export function talliesOf(parts: TallyParts): Tallies {
  const { etaErrorMs, series, ...plain } = parts
  return {
    ...plain,
    etaErrorMs: Histogram.of(waitLayout, etaErrorMs),
    series: eachSeries((name) => {
      const layout = name.endsWith('Us') ? latencyLayout : waitLayout
      return HistogramSeries.of(layout, parts.options.buckets, series[name])
    }),
  }
}

type SeriesName = (typeof seriesNames)[number]

function eachSeries<V>(make: (name: SeriesName) => V): Record<SeriesName, V> {
  return Object.fromEntries(seriesNames.map((name) => [name, make(name)])) as Record<SeriesName, V>
}
