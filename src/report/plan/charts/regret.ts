import type { Plan } from '../../../plan/plan-record.ts'
import type { ChartConfig, Point, Shape } from '../../charts/config.ts'
import { overInstances, plainReach, points } from './over-instances.ts'

/** Expected regret by number of servers, the lowest marked; `null` without prices. */
export function regret(plan: Plan): ChartConfig | null {
  const rows = plan.candidates.flatMap((candidate) =>
    candidate.regret === null ? [] : [{ x: candidate.instances, value: candidate.regret }],
  )
  if (rows.length === 0) return null
  const lowest = plan.recommendation.minRegretInstances
  const bars = rows.map(({ x, value }): Shape => ({
    kind: 'box',
    axis: 'y0',
    x: [x - 0.38, x + 0.38],
    y: [0, value],
    colour: x === lowest ? '@booked' : '@open',
  }))
  const marked = rows.find(({ x }) => x === lowest)
  const note: Shape[] =
    marked === undefined
      ? []
      : [
          {
            kind: 'note',
            axis: 'y0',
            x: marked.x,
            y: marked.value,
            text: `lowest: ${marked.x}`,
            colour: '@ink',
            where: 'above',
          },
        ]
  const invisible = {
    ...points(
      { colour: '@open', style: 'rect', radiusPx: 0 },
      {
        label: 'expected regret',
        data: rows.map(({ x, value }): Point => [x, value]),
        yAxisID: 'y0',
        key: 'regret',
        legend: false,
      },
    ),
    pointBorderWidth: 0,
  }
  return overInstances(plan, {
    title: 'Expected regret by number of servers',
    heightPx: 380,
    panels: [
      {
        id: 'y0',
        title: `Expected cost above the cheapest choice (${plan.header.prices.currency})`,
        format: 'compact',
        reach: plainReach(rows.map(({ value }) => value)),
        datasets: [invisible],
        shapes: [...bars, ...note],
      },
    ],
  })
}
