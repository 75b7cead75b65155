import type { LeverRow, Plan } from '../../../plan/plan-record.ts'
import type { ChartConfig, Dataset, ChartLine } from '../../charts/config.ts'
import { leverName } from '../lever-words.ts'
import { maxTried, neededAndSavedText } from '../plan-words.ts'
import { subtitleOf } from './over-instances.ts'
import { countTicks, sideways } from './sideways.ts'

/** Servers needed to avoid collapse without any lever, as far as a lever's saving shows it. */
function toAvoidCollapseWithout({ levers }: Plan): number | null {
  for (const { instancesToAvoidCollapse: count, savesToAvoidCollapse: saves } of levers)
    if (count !== null && saves !== null) return count + saves
  return null
}

/** Servers needed with each lever, to meet the objectives and to avoid collapse; `null`: no levers. */
export function levers(plan: Plan): ChartConfig | null {
  const rows = plan.levers
  if (rows.length === 0) return null
  const bars = (
    given: { label: string; key: string; colour: string },
    of: (row: LeverRow) => { count: number | null; saves: number | null },
  ): Dataset => ({
    label: given.label,
    what: 'servers',
    data: rows.map((row) => of(row).count),
    borderColor: given.colour,
    backgroundColor: given.colour,
    borderWidth: 0,
    maxBarThickness: 18,
    ends: rows.map((row) => ({
      start: '',
      end: neededAndSavedText(plan, of(row).count, of(row).saves),
    })),
    key: given.key,
    legend: true,
  })
  const meets = bars(
    { label: 'to meet all objectives', key: 'meets', colour: '@booked' },
    ({ instancesNeeded: count, saves }) => ({ count, saves }),
  )
  const holds = bars(
    { label: 'to avoid collapse', key: 'holds', colour: '@left' },
    ({ instancesToAvoidCollapse: count, savesToAvoidCollapse: saves }) => ({ count, saves }),
  )
  const without = (at: number | null, words: string): ChartLine[] =>
    at === null ? [] : [{ at, label: `${words} ${at}`, colour: '@ink' }]
  const max = maxTried(plan)
  return sideways({
    title: 'Servers needed with each lever',
    subtitle: subtitleOf(plan),
    labels: rows.map(leverName),
    datasets: [meets, holds],
    x: {
      title: 'Servers needed',
      reading: { format: 'number', at: countTicks(max), gapPx: 26 },
      min: 0,
      // Room for what the longest bar says.
      max: max * 1.3,
    },
    lines: [
      ...without(plan.recommendation.instances, 'no lever, to meet:'),
      ...without(toAvoidCollapseWithout(plan), 'no lever, to avoid collapse:'),
    ],
    rowPx: 58,
  })
}
