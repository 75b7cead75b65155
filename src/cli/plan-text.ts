import type { Candidate, CollapseMap, MapCell, Plan, Range } from '../model/plan/plan-record.ts'
import { formats, type FormatName } from '../report/format.ts'
import { alignedTable } from '../report/text.ts'

/** What a plan found, for a terminal: the answer, the candidates, the levers, what moves it. */
export function planText(plan: Plan): string {
  const parts = [answerText(plan), candidateTable(plan)]
  if (plan.objectives.length > 1) parts.push(objectiveTable(plan))
  if (plan.levers.length > 0) parts.push(leverTable(plan))
  if (plan.sensitivity.length > 0) parts.push(sensitivityTable(plan))
  if (plan.collapseMap !== null) parts.push(mapText(plan.collapseMap))
  return parts.join('\n\n')
}

function answerText({ header, recommendation, audit }: Plan): string {
  const { instances, because } = recommendation
  const share = formats.share(header.probability)
  const answer =
    instances === null
      ? `No number of instances that was tried is known to meet the SLO with a probability of ${share}.`
      : `${instances} ${instances === 1 ? 'instance meets' : 'instances meet'} the SLO with a probability of at least ${share}.`
  const cut = audit.complete
    ? []
    : ['Interrupted: this is what was decided by then, and the rest is missing.']
  return [...cut, answer, ...because].join('\n')
}

function rangeText(range: Range, format: FormatName): string {
  const text = (value: number | null) => (value === null ? 'never' : formats[format](value))
  const { low, mid, high } = range
  return low === high ? text(mid) : `${text(mid)} (${text(low)} to ${text(high)})`
}

function candidateTable({ candidates, header }: Plan): string {
  const { prices } = header
  const unit = prices.instancePerHour === null ? 'instance-hours' : prices.currency
  const row = (one: Candidate) => [
    formats.count(one.instances),
    one.verdict,
    formats.count(one.replications),
    formats.share(one.pMeetsSlo.value),
    formats.share(one.pCollapse.value),
    rangeText(one.waitSecP95, 'shortDuration'),
    rangeText(one.drainSec, 'shortDuration'),
    rangeText(one.booked, 'compact'),
    formats.compact(one.cost),
    formats.compact(one.regret),
  ]
  const head = ['instances', 'verdict', 'runs', 'meets', 'collapses', 'p95 wait', 'drained after']
  return alignedTable([[...head, 'booked', `cost, ${unit}`, 'regret'], ...candidates.map(row)])
}

const neededText = (count: number | null) => (count === null ? 'none' : formats.count(count))

function objectiveTable({ objectives }: Plan): string {
  return alignedTable([
    ['objective by itself', 'instances', 'holds at the most'],
    ...objectives.map(({ expr, instancesNeeded, pHoldsAtMost }) => [
      expr,
      neededText(instancesNeeded),
      formats.share(pHoldsAtMost.value),
    ]),
  ])
}

function leverTable({ levers }: Plan): string {
  return alignedTable([
    ['lever', 'needed', 'saves', 'to hold', 'saves', 'p95 wait'],
    ...levers.map((row) => [
      row.name,
      neededText(row.instancesNeeded),
      formats.number(row.saves),
      neededText(row.instancesToHold),
      formats.number(row.savesToHold),
      rangeText(row.waitSecP95, 'shortDuration'),
    ]),
  ])
}

function sensitivityTable({ sensitivity }: Plan): string {
  return alignedTable([
    ['what would change the answer', 'evidence', 'measure', 'at its 5th', 'at its 95th'],
    ...sensitivity.map(({ parameter, evidence, measure, atLow, atHigh }) => [
      parameter,
      evidence,
      measure,
      `${formats.number(atLow.value)}: ${formats.number(atLow.outcome)}`,
      `${formats.number(atHigh.value)}: ${formats.number(atHigh.outcome)}`,
    ]),
  ])
}

const signs: Readonly<Record<MapCell, string>> = {
  drains: '.',
  slow: 'o',
  metastable: 'm',
  collapses: 'X',
}

function mapText({ instances, crowd, cell }: CollapseMap): string {
  const rows = instances.map((count, i) => [
    formats.count(count),
    ...(cell[i] ?? []).map((kind) => signs[kind]),
  ])
  const legend = 'instances down, crowd across: . drains, o slow, m metastable, X collapses'
  return `${legend}\n${alignedTable([['', ...crowd.map((factor) => `×${factor}`)], ...rows])}`
}
