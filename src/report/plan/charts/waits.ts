import type { Range } from '../../../plan/plan-figures.ts'
import type { Candidate, Plan } from '../../../plan/plan-record.ts'
import type { ChartConfig, Point, Shape } from '../../charts/config.ts'
import { epochSecOf } from '../../clock.ts'
import { overInstances, points, timeReach, type InstancePanel } from './over-instances.ts'

interface Quantity {
  readonly id: string
  readonly title: string
  /** In the legend. */
  readonly short: string
  readonly of: (candidate: Candidate) => Range
  readonly analytic: (candidate: Candidate) => number | null
}

const quantities: readonly Quantity[] = [
  {
    id: 'y0',
    title: 'p95 wait',
    short: 'wait',
    of: ({ waitSecP95 }) => waitSecP95,
    analytic: ({ analytic }) => analytic.waitSecP95,
  },
  {
    id: 'y1',
    title: 'The queue is drained after',
    short: 'drained',
    of: ({ drainSec }) => drainSec,
    analytic: ({ analytic }) => analytic.drainSec,
  },
]

const known = (values: readonly (number | null)[]) =>
  values.filter((value): value is number => value !== null)

function panelOf(
  { candidates, header }: Plan,
  { id, title, short, of, analytic }: Quantity,
): InstancePanel {
  const ranges = candidates.map((one) => ({ x: one.instances, ...of(one), closed: analytic(one) }))
  const open = known(ranges.map(({ low, mid, high }) => (high === null ? (low ?? mid) : null)))
  const ends = known(ranges.flatMap(({ low, mid, high, closed }) => [low, mid, high, closed]))
  const spanSec = epochSecOf(header.endsAt) - epochSecOf(header.opensAt)
  // An arrow needs room above its foot; where nothing is reached the axis is the run's own.
  const reach = timeReach(
    ends.length === 0 ? [spanSec] : [...ends, ...open.map((sec) => sec * 1.4)],
  )
  const legend = id === 'y0'
  const middle = ranges.flatMap(({ x, mid }): Point[] => (mid === null ? [] : [[x, mid]]))
  const closed = ranges.flatMap((row): Point[] =>
    row.closed === null ? [] : [[row.x, row.closed]],
  )
  const missing = ranges.flatMap(({ x, low, mid }): Point[] =>
    low === null && mid === null ? [[x, reach.top]] : [],
  )
  const at = { yAxisID: id, legend }
  const drawn = [
    points(
      { colour: '@booked', style: 'circle' },
      { ...at, label: 'simulated: middle, and 5% to 95%', data: middle, key: `simulated-${id}` },
    ),
    points(
      { colour: '@bad', style: 'rectRot', isHollow: true, radiusPx: 9 },
      { ...at, label: 'closed forms', data: closed, key: `analytic-${id}` },
    ),
  ].filter(({ data }) => data.length > 0)
  const absent =
    missing.length === 0
      ? []
      : [
          points(
            { colour: '@muted', style: 'crossRot' },
            {
              ...at,
              legend: true,
              label: `not reached before the end: ${short}`,
              data: missing,
              key: `missing-${id}`,
            },
          ),
        ]
  return {
    id,
    title,
    format: 'shortDuration',
    reach,
    datasets: [...drawn, ...absent],
    shapes: ranges.flatMap(({ x, low, mid, high }): Shape[] => {
      const from = low ?? mid
      return from === null
        ? []
        : [{ kind: 'whisker', axis: id, x, low: from, high, colour: '@booked' }]
    }),
  }
}

/** How long people wait and when the queue is gone, as ranges, closed forms beside. */
export function waits(plan: Plan): ChartConfig {
  return overInstances(plan, {
    title: 'Wait and time to drain by number of servers',
    heightPx: 620,
    panels: quantities.map((quantity) => panelOf(plan, quantity)),
  })
}
