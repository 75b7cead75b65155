import type { Probability, Range } from '../../plan/plan-figures.ts'
import type { Plan } from '../../plan/plan-record.ts'
import { csvField } from '../escape.ts'

type Value = string | number | null

const probabilityOf = (name: string, { value, low, high }: Probability): [string, Value][] => [
  [`${name}.value`, value],
  [`${name}.low`, low],
  [`${name}.high`, high],
]

const rangeOf = (name: string, { low, mid, high }: Range): [string, Value][] => [
  [`${name}.low`, low],
  [`${name}.mid`, mid],
  [`${name}.high`, high],
]

/**
 * `candidates.csv`: one row a candidate, RFC 4180, columns named as in `plan.json`. What is not
 * known or not reached is an empty field.
 */
export function candidatesCsv({ candidates, header }: Plan): string {
  const rows = candidates.map((one): [string, Value][] => [
    ['instances', one.instances],
    ['verdict', one.verdict],
    ['replications', one.replications],
    ...probabilityOf('pMeetsSlo', one.pMeetsSlo),
    ...probabilityOf('pCollapse', one.pCollapse),
    ...rangeOf('waitSecP95', one.waitSecP95),
    ...rangeOf('drainSec', one.drainSec),
    ...rangeOf('goodputPerSec', one.goodputPerSec),
    ...rangeOf('booked', one.booked),
    ['cost', one.cost],
    ['costUnit', header.prices.instancePerHour === null ? 'server-hours' : header.prices.currency],
    ['regret', one.regret],
    ['analytic.waitSecP95', one.analytic.waitSecP95],
    ['analytic.drainSec', one.analytic.drainSec],
    ['analytic.goodputPerSec', one.analytic.goodputPerSec],
    ['analytic.regime', one.analytic.regime],
    ...header.slo.flatMap((expr, at) => {
      const pHolds = one.objectives[at]?.pHolds.value ?? null
      return [[`pHolds ${expr}`, pHolds]] satisfies [string, Value][]
    }),
  ])
  const names = rows[0]?.map(([name]) => name) ?? []
  const lines = [names, ...rows.map((row) => row.map(([, value]) => value))]
  return `${lines.map((line) => line.map(csvField).join(',')).join('\r\n')}\r\n`
}
