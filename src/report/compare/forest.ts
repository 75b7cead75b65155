import type { ComparedFigure, Interval } from '../../compare/compare.ts'
import type { ChartConfig, Dataset, Point, Shape } from '../charts/config.ts'
import { niceMax } from '../charts/series.ts'
import { sideways } from '../plan/charts/sideways.ts'
import type { ComparisonReport } from './compared-runs.ts'
import { figureNames } from './figure-names.ts'
import { comparisonSubtitle, differenceWords, shareText } from './comparison-words.ts'

type Shown = ComparedFigure & { share: Interval }

/** Beyond these a bar says only that it is long; the words beside it say how long. */
const reaches = { least: 0.1, most: 1 }

const drawn = ['worse', 'better', 'changed', 'noDifference', 'withinRun'] as const

/** The interval is drawn: beside it only the middle needs to be said. */
const valueOf = (one: Shown) =>
  shareText({ ...one, share: { ...one.share, low: null, high: null } })

const ends = ({ value, low, high }: Interval): [number, number] =>
  low === null || high === null ? [Math.min(0, value), Math.max(0, value)] : [low, high]

/** Relative differences with their intervals, a row a figure; `null` where there is none to draw. */
export function forest(report: ComparisonReport): ChartConfig | null {
  const { comparison } = report
  const shown = comparison.figures.filter((one): one is Shown => {
    const { share, baseline, candidate } = one
    // Figures that are nothing on both sides would be empty rows.
    return share !== null && (baseline.centre !== 0 || candidate.centre !== 0)
  })
  if (shown.length === 0) return null
  const widest = Math.max(...shown.flatMap(({ share }) => ends(share).map(Math.abs)))
  const reach = Math.min(reaches.most, niceMax(Math.max(reaches.least, widest)))
  const clip = (value: number) => Math.max(-reach, Math.min(reach, value))
  const bar = ({ share }: Shown): Point => {
    const [low, high] = ends(share)
    return [clip(low), clip(high)]
  }
  const datasets = drawn.flatMap((key): Dataset[] => {
    const own = shown.map((one) => (one.verdict === key ? one : null))
    if (own.every((one) => one === null)) return []
    const { colour, word } = differenceWords[key]
    return [
      {
        label: word,
        data: own.map((one) => (one === null ? null : bar(one))),
        ends: own.map((one) => ({ start: '', end: one === null ? '' : valueOf(one) })),
        borderColor: colour,
        backgroundColor: colour,
        borderWidth: 0,
        grouped: false,
        maxBarThickness: comparison.kind === 'repeated' ? 6 : 14,
        key,
        legend: true,
      },
    ]
  })
  const config = sideways({
    title: 'Differences, of the baseline',
    subtitle: comparisonSubtitle(report),
    labels: shown.map(({ path }) => figureNames[path].label),
    datasets,
    x: {
      title: 'Candidate less baseline, of the baseline',
      reading: { format: 'share', at: [-reach, -reach / 2, 0, reach / 2, reach], gapPx: 40 },
      min: -reach * 1.05,
      // Room for what stands beside the bars.
      max: reach * 1.4,
    },
    lines: [{ at: 0, label: 'no difference', colour: '@ink' }],
    rowPx: 34,
  })
  if (comparison.kind === 'repeated') config.options.plugins.dambreak.shapes = squares(shown, clip)
  return config
}

/** A square at the middle of each interval. */
function squares(shown: readonly Shown[], clip: (value: number) => number): Shape[] {
  return shown.map(({ share, verdict }, row) => ({
    kind: 'box',
    axis: 'y',
    x: [clip(share.value), clip(share.value)],
    y: [row, row],
    colour: differenceWords[verdict].colour,
    // Negative: as much around the point.
    insetPx: -6,
  }))
}
