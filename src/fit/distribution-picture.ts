import type { ChosenDistribution } from './binned-fit.ts'
import type { FitPicture, PictureSubject } from './fit-picture.ts'

/** The share of values up to each, as counted and as fitted. */
export function distributionPicture(
  about: PictureSubject,
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
    about,
    xScale: 'linear',
    yScale: 'linear',
    data: [
      {
        of: { code: 'Counted' },
        shape: 'steps',
        x,
        y: places.map((place) => (place + 1) / sorted.length),
      },
    ],
    fitted:
      chosen === null
        ? []
        : [
            {
              of: { code: 'Distribution', distribution: chosen.dist.dist },
              shape: 'line',
              x: curve,
              y: curve.map(chosen.share),
            },
          ],
  }
}
