import type { Plan } from '../../../plan/plan-record.ts'
import type { Axis, AxisReading, ChartConfig, Dataset, Shape } from '../../charts/config.ts'
import { niceMax, niceMaxSec } from '../../charts/series.ts'
import type { FormatName } from '../../format.ts'
import { scaleText } from '../../scale.ts'

/** `scenario · planned · seed 1`, for the picture that stands alone. */
export function subtitleOf({ header }: Plan): string {
  const scale = scaleText(header)
  const variant = header.variant === 'base' ? '' : ` · ${header.variant}`
  return `${header.scenarioName}${variant} · planned · seed ${header.seed}${scale === '' ? '' : ` · ${scale}`}`
}

/** Upper end and ticks of one quantity; logarithmic where its figures lie far apart. */
export interface Reach {
  readonly isLog: boolean
  readonly min: number
  readonly top: number
  readonly at: readonly number[]
}

const logTimesSec = [
  1, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 57_600, 115_200, 230_400,
]

/** The reach of times: from zero, or logarithmic where the longest is far above the shortest. */
export function timeReach(sec: readonly number[]): Reach {
  const longest = Math.max(...sec, 0)
  const shortest = Math.min(...sec, longest)
  if (shortest > 0 && longest / shortest > 12) {
    const min = logTimesSec.findLast((nice) => nice <= shortest) ?? 1
    const top = logTimesSec.find((nice) => nice >= longest) ?? longest
    return { isLog: true, min, top, at: logTimesSec.filter((nice) => nice >= min && nice <= top) }
  }
  const top = niceMaxSec(Math.max(longest, 60))
  return { isLog: false, min: 0, top, at: [0, top / 2, top] }
}

/** The reach of anything else that bars may stand for: from zero. */
export function plainReach(values: readonly number[], fixedTop?: number): Reach {
  const top = fixedTop ?? niceMax(Math.max(...values, 0))
  return { isLog: false, min: 0, top, at: [0, top / 4, top / 2, (3 * top) / 4, top] }
}

export interface InstancePanel {
  readonly id: string
  readonly title: string
  readonly format: FormatName
  readonly reach: Reach
  readonly weight?: number
  readonly datasets: readonly Dataset[]
  readonly shapes: readonly Shape[]
}

function axisOf({ reach, weight = 1 }: InstancePanel): Axis {
  const { isLog, min, top } = reach
  return {
    type: isLog ? 'logarithmic' : 'linear',
    axis: 'y',
    position: 'left',
    stack: 'panels',
    stackWeight: weight,
    min,
    // The room above belongs to the panel's title.
    max: isLog ? top * (top / min) ** 0.25 : top * 1.25,
  }
}

/** One strip a quantity, over the number of servers. */
export function overInstances(
  plan: Plan,
  given: { title: string; panels: readonly InstancePanel[]; heightPx: number; subtitle?: string },
): ChartConfig {
  const counts = plan.candidates.map(({ instances }) => instances)
  const [min = 1, max = 1] = [counts[0], counts.at(-1)]
  const { panels } = given
  const axes: Record<string, AxisReading> = { x: { format: 'number', at: counts, gapPx: 26 } }
  for (const { id, format, reach } of panels)
    axes[id] = { format, top: reach.top, at: [...reach.at] }
  return {
    type: 'line',
    data: { datasets: panels.flatMap(({ datasets }) => datasets) },
    options: {
      scales: {
        // Chart.js stacks from the foot.
        ...Object.fromEntries(
          panels.map((panel): [string, Axis] => [panel.id, axisOf(panel)]).toReversed(),
        ),
        x: {
          type: 'linear',
          position: 'bottom',
          min: min - 0.6,
          max: max + 0.6,
          title: { display: true, text: 'Servers' },
        },
      },
      plugins: {
        title: { text: given.title },
        subtitle: { text: given.subtitle ?? subtitleOf(plan) },
        dambreak: {
          heightPx: given.heightPx,
          axes,
          panels: panels.map(({ id, title, reach }) => ({
            axis: id,
            title: reach.isLog ? `${title} (logarithmic)` : title,
          })),
          bands: [],
          lines: [],
          segmentLabels: false,
          noData: counts.length > 0 ? null : 'no candidates were run',
          shapes: panels.flatMap(({ shapes }) => shapes),
        },
      },
    },
  }
}

/** How a kind of point looks: colour and shape, so that either is enough. */
export interface PointLook {
  readonly colour: string
  readonly style: string
  readonly isHollow?: boolean
  readonly radiusPx?: number
}

/** Points without a line. */
export function points(
  look: PointLook,
  given: Pick<Dataset, 'label' | 'data' | 'yAxisID' | 'key' | 'legend'>,
): Dataset {
  return {
    ...given,
    borderColor: look.colour,
    backgroundColor: look.isHollow === true ? '@paper/0' : look.colour,
    borderWidth: 2,
    pointBorderWidth: 2,
    pointRadius: look.radiusPx ?? 5,
    pointStyle: look.style,
    showLine: false,
  }
}
