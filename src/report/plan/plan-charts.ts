import type { Plan } from '../../plan/plan-record.ts'
import type { ChartConfig } from '../charts/config.ts'
import { collapseByTries, collapseMap } from './charts/collapse-map.ts'
import { levers } from './charts/levers.ts'
import { objectives } from './charts/objectives.ts'
import { probability } from './charts/probability.ts'
import { regret } from './charts/regret.ts'
import { sensitivity } from './charts/sensitivity.ts'
import { waits } from './charts/waits.ts'

interface PlanChart {
  /** A sentence or two on how to read it. */
  readonly how: string
  /** `null` where there is nothing of that kind to draw. */
  readonly draw: (plan: Plan) => ChartConfig | null
}

const tornado =
  'Each bar: the outcome with that parameter at the one and at the other end of its interval (5% and 95%), all others at their middle. The longest bar is the number most worth knowing better; colour and word say where it comes from. “None”: no number of servers that was tried is enough then.'

/** Every chart of a plan; the key is the file name of the PNG. A new chart is a line here. */
const planCharts = {
  probability: {
    how: 'Each mark is one number of servers, with the 95% confidence interval of its probability. What meets lies above the dashed line with its whole interval; an interval across the line is undecided. Below: in what share of the openings the stack collapses.',
    draw: probability,
  },
  waits: {
    how: 'A dot is the middle over what is assumed, the bar reaches from the 5th to the 95th percentile; an arrow says that the upper end is not reached before the end. A diamond is what closed forms give at the middle of all parameters; where there is none they give no finite answer.',
    draw: waits,
  },
  regret: {
    how: 'Too few servers lose bookings and keep people waiting, too many cost money. The bar is what a choice costs on average above the choice that would have been the cheapest, had one known.',
    draw: regret,
  },
  objectives: {
    how: 'The row that comes to the last shade last decides: that objective needs the most servers. A figure is the probability in whole per cent, never rounded up.',
    draw: objectives,
  },
  levers: {
    how: 'Compare each bar with the dashed lines, which are without any lever. Blue: servers needed to meet all objectives; orange: servers needed to avoid collapse, however long people wait. Where a bar is missing the label says why.',
    draw: levers,
  },
  'sensitivity-instances': { how: tornado, draw: (plan) => sensitivity(plan, 'instances') },
  'sensitivity-probability': { how: tornado, draw: (plan) => sensitivity(plan, 'pMeetsSlo') },
  'sensitivity-collapse': { how: tornado, draw: (plan) => sensitivity(plan, 'pCollapse') },
  'sensitivity-wait': { how: tornado, draw: (plan) => sensitivity(plan, 'waitSecP95') },
  'collapse-map': {
    how: 'The darker, the worse. To the right are more servers, upwards more people. The frame is the scenario itself. A dot marks a cell that was simulated; the others lie between equal ones, or, in brackets, collapse because half that crowd does. A plus marks a cell that is down and that twice the servers under load, without a halt, bring back.',
    draw: collapseMap,
  },
  'collapse-tries': {
    how: 'The same map for clients that try less often or more often: retries alone can move the border.',
    draw: collapseByTries,
  },
} satisfies Record<string, PlanChart>

export type PlanChartName = keyof typeof planCharts

export interface PlanFigure {
  readonly name: PlanChartName
  readonly how: string
  readonly config: ChartConfig
}

/** All charts that have something to draw. */
export function drawPlanFigures(plan: Plan): PlanFigure[] {
  return (Object.entries(planCharts) as [PlanChartName, PlanChart][]).flatMap(
    ([name, { how, draw }]) => {
      const config = draw(plan)
      return config === null ? [] : [{ name, how, config }]
    },
  )
}
