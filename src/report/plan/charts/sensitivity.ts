import type { Plan, SensitivityRow } from '../../../plan/plan-record.ts'
import type { ChartConfig, Dataset, Point } from '../../charts/config.ts'
import { niceMax, niceMaxSec } from '../../charts/series.ts'
import { evidenceOrder } from '../../assumptions.ts'
import { formats } from '../../format.ts'
import { measureWords, maxTried } from '../plan-words.ts'
import { subtitleOf } from './over-instances.ts'
import { countTicks, sideways } from './sideways.ts'

export type Measure = SensitivityRow['measure']

/** More rows than these say nothing that the first do not; the table has them all. */
const maxRows = 14

const colours = {
  assumed: '@left',
  inferred: '@already',
  measured: '@good',
  reported: '@booked',
} as const

/** Where an end of a bar stands: a count that is not reached lies beyond the most that was tried. */
function placeOf(plan: Plan, { measure }: SensitivityRow, outcome: number | null): number | null {
  if (outcome !== null) return outcome
  return measure === 'instances' ? maxTried(plan) + 1 : null
}

interface Swing {
  readonly row: SensitivityRow
  readonly bar: Point
  readonly start: string
  readonly end: string
}

/** A bar from the lesser outcome to the greater, each end labelled with the value it comes of. */
function swingOf(plan: Plan, row: SensitivityRow): Swing | null {
  const ends = [row.atLow, row.atHigh].flatMap(({ value, outcome }) => {
    const at = placeOf(plan, row, outcome)
    const none = outcome === null ? ': none' : ''
    return at === null ? [] : [{ at, text: `${formats.number(value)}${none}` }]
  })
  const [first, second] = ends
  if (first === undefined || second === undefined) return null
  const [low, high] = first.at <= second.at ? [first, second] : [second, first]
  return { row, bar: [low.at, high.at], start: low.text, end: high.text }
}

function reachOf(plan: Plan, measure: Measure, swings: readonly Swing[]) {
  const most = Math.max(...swings.map(({ bar: [low, high] }) => Math.max(low, high ?? 0)), 0)
  if (measure === 'instances') return { top: maxTried(plan), at: countTicks(maxTried(plan)) }
  const top = measure === 'waitSecP95' ? niceMaxSec(Math.max(60, most)) : Math.min(1, niceMax(most))
  return { top, at: [0, top / 4, top / 2, (3 * top) / 4, top] }
}

/** The tornado: how far each parameter alone moves one outcome; `null` where none was told of it. */
export function sensitivity(plan: Plan, measure: Measure): ChartConfig | null {
  const swings = plan.sensitivity
    .filter((row) => row.measure === measure)
    .flatMap((row) => swingOf(plan, row) ?? [])
    .slice(0, maxRows)
  if (swings.length === 0) return null
  const words = measureWords[measure]
  const datasets = evidenceOrder.flatMap((evidence): Dataset[] => {
    if (swings.every(({ row }) => row.evidence !== evidence)) return []
    const own = swings.map((swing) => (swing.row.evidence === evidence ? swing : null))
    return [
      {
        label: evidence,
        // A row of another label has no bar here, and says nothing.
        data: own.map((swing) => swing?.bar ?? null),
        ends: own.map((swing) => ({ start: swing?.start ?? '', end: swing?.end ?? '' })),
        borderColor: colours[evidence],
        backgroundColor: colours[evidence],
        borderWidth: 0,
        grouped: false,
        maxBarThickness: 20,
        key: evidence,
        legend: true,
      },
    ]
  })
  const { top, at } = reachOf(plan, measure, swings)
  const base = measure === 'instances' ? plan.recommendation.instances : null
  return sideways({
    title: `What moves ${words.title}`,
    subtitle: `ends are labelled with the value of the parameter · ${subtitleOf(plan)}`,
    labels: swings.map(({ row }) => `${row.parameter} (${row.evidence})`),
    datasets,
    x: {
      title: words.axis,
      reading: { format: words.format, at, gapPx: measure === 'instances' ? 26 : 56 },
      min: 0,
      max: top * 1.3,
    },
    lines: base === null ? [] : [{ at: base, label: `recommended: ${base}`, colour: '@ink' }],
    rowPx: 44,
  })
}
