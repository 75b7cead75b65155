import type { ChosenDistribution } from './binned-fit.ts'
import type { FitPicture } from './estimate.ts'

/** The share of values up to each, as counted and as fitted. */
export function distributionPicture(
  about: Pick<FitPicture, 'name' | 'title' | 'how' | 'xLabel'>,
  values: readonly number[],
  chosen: ChosenDistribution | null,
): FitPicture {
  const sorted = values.toSorted((a, b) => a - b)
  const points = Math.min(200, sorted.length)
  const places = Array.from({ length: points }, (_, i) =>
    Math.round((i * (sorted.length - 1)) / Math.max(1, points - 1)),
  )
  const x = places.map((place) => sorted[place] ?? 0)
  const last = sorted.at(-1) ?? 1
  const curve = Array.from({ length: 101 }, (_, i) => (last * i) / 100)
  return {
    ...about,
    yLabel: 'share up to that',
    xScale: 'linear',
    yScale: 'linear',
    data: [
      {
        label: 'counted',
        shape: 'steps',
        x,
        y: places.map((place) => (place + 1) / sorted.length),
      },
    ],
    fitted:
      chosen === null
        ? []
        : [{ label: chosen.dist.dist, shape: 'line', x: curve, y: curve.map(chosen.share) }],
  }
}
