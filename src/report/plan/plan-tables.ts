import type { Candidate, Plan, Shown } from '../../plan/plan-record.ts'
import { formats, unknownText } from '../format.ts'
import type { PlainTable } from '../measured-tables.ts'
import { scaleText } from '../scale.ts'
import { causeText } from './disagreement-words.ts'
import { leverDescription, leverName } from './lever-words.ts'
import { mapSays, triggerText } from './map-words.ts'
import {
  cellWords,
  costText,
  figureWords,
  grainText,
  listText,
  measureReasonText,
  measureWords,
  neededAndSavedText,
  neededText,
  outcomeText,
  probabilityText,
  rangeText,
  regimeWords,
  regretText,
  timeText,
  verdictWords,
} from './plan-words.ts'

const hasRegret = ({ candidates }: Plan) => candidates.some(({ regret }) => regret !== null)

function verdictText(plan: Plan, { instances, verdict }: Candidate): string {
  const { sign, word } = verdictWords[verdict]
  const isAnswer = instances === plan.recommendation.instances
  return `${sign} ${word}${isAnswer ? ', recommended' : ''}`
}

/** One row a candidate. */
export function candidateTable(plan: Plan): PlainTable {
  const isPriced = hasRegret(plan)
  return {
    title: 'The candidates',
    text: [],
    head: [
      'servers',
      'verdict',
      'all objectives hold',
      'it collapses',
      'p95 wait',
      'drained after',
      'bookings a second',
      'cost',
      ...(isPriced ? ['expected regret'] : []),
    ],
    rows: plan.candidates.map((one) => [
      formats.count(one.instances),
      verdictText(plan, one),
      probabilityText(one.pMeetsSlo),
      probabilityText(one.pCollapse),
      rangeText(one.waitSecP95, timeText),
      rangeText(one.drainSec, timeText),
      rangeText(one.goodputPerSec, formats.perSec, unknownText),
      costText(plan, one.cost),
      ...(isPriced ? [regretText(plan, one.regret)] : []),
    ]),
    rightFrom: 2,
  }
}

/** What full-size runs showed of the candidates at the border, beside the coarse runs of the same. */
export function confirmedTexts({ candidates }: Plan): string[] {
  return candidates.flatMap(({ instances, confirmed }) => {
    if (confirmed === null) return []
    const { draw, coarse } = confirmed
    const where =
      draw === null
        ? 'at the middle of all parameters'
        : `in draw ${draw + 1}, the first in which the two counts differ`
    return [
      `A full-size run with ${instances} ${where}: ${shownText(confirmed)}. ` +
        `The coarse run: ${shownText(coarse)}.`,
    ]
  })
}

function shownText({ meetsSlo, waitSecP95 }: Shown): string {
  const wait = `p95 wait ${waitSecP95 === null ? 'not reached' : timeText(waitSecP95)}`
  return `${meetsSlo ? 'all objectives held' : 'not all objectives held'}; ${wait}`
}

export function objectiveTable(plan: Plan): PlainTable[] {
  const largest = plan.candidates.at(-1)
  if (plan.objectives.length === 0 || largest === undefined) return []
  return [
    {
      title: 'Each objective by itself',
      text: [],
      head: ['objective', 'servers needed', `holds with ${largest.instances}`],
      rows: plan.objectives.map(({ expr, instancesNeeded, pHoldsAtMax }) => [
        expr,
        neededText(plan, instancesNeeded),
        probabilityText(pHoldsAtMax),
      ]),
      rightFrom: 1,
    },
  ]
}

export function leverTable(plan: Plan): PlainTable[] {
  if (plan.levers.length === 0) return []
  return [
    {
      title: 'Levers beside servers',
      text: [],
      head: [
        'lever',
        'what it does',
        'servers to meet all objectives',
        'servers to avoid collapse',
        'p95 wait',
      ],
      rows: plan.levers.map((row) => [
        leverName(row),
        leverDescription(row),
        neededAndSavedText(plan, row.instancesNeeded, row.saves),
        neededAndSavedText(plan, row.instancesToAvoidCollapse, row.savesToAvoidCollapse),
        rangeText(row.waitSecP95, timeText),
      ]),
      rightFrom: Infinity,
    },
  ]
}

export function sensitivityTable(plan: Plan): PlainTable[] {
  if (plan.sensitivity.length === 0) return []
  return [
    {
      title: 'What would change the answer',
      text: [],
      head: ['parameter', 'evidence', 'of', 'at its low end', 'at its high end'],
      rows: plan.sensitivity.map((row) => [
        row.parameter,
        row.evidence,
        measureWords[row.measure].title,
        `${formats.number(row.atLow.value)}: ${outcomeText(plan, row, 'atLow')}`,
        `${formats.number(row.atHigh.value)}: ${outcomeText(plan, row, 'atHigh')}`,
      ]),
      rightFrom: Infinity,
    },
  ]
}

/** Closed forms beside the simulation, candidate by candidate. */
export function analyticTable({ candidates }: Plan): PlainTable {
  return {
    title: 'Closed forms beside the simulation',
    text: [],
    head: [
      'servers',
      'by closed forms it is',
      'busiest station',
      'p95 wait',
      'simulated',
      'drained after',
      'simulated',
      'bookings a second',
      'simulated',
    ],
    rows: candidates.map(({ instances, analytic, ...simulated }) => {
      const [busiest] = analytic.stations.toSorted((a, b) => b.utilisation - a.utilisation)
      return [
        formats.count(instances),
        regimeWords[analytic.regime],
        busiest === undefined ? unknownText : busiestText(busiest),
        timeText(analytic.waitSecP95),
        rangeText(simulated.waitSecP95, timeText),
        timeText(analytic.drainSec),
        rangeText(simulated.drainSec, timeText),
        formats.perSec(analytic.goodputPerSec),
        rangeText(simulated.goodputPerSec, formats.perSec, unknownText),
      ]
    }),
    rightFrom: 3,
  }
}

function busiestText(station: Candidate['analytic']['stations'][number]): string {
  const { offeredLoad, slots, utilisation, squareRootSlots, peakSlots, givenUpShare } = station
  return (
    `${station.station}: ${formats.number(offeredLoad)} erlangs on ${formats.count(slots)} slots, ` +
    `${formats.share(utilisation)}; square-root staffing ${formats.count(squareRootSlots)}, ` +
    `at the peak ${formats.count(peakSlots)}; abandoned by Erlang A ${formats.share(givenUpShare)}`
  )
}

/** At which counts the closed forms were compared with a run at the middle of all parameters. */
export function comparedText({ candidates }: Plan): string {
  const compared = candidates.filter(({ analytic }) => analytic.compared)
  if (compared.length === candidates.length) return 'everywhere'
  return `at ${listText(compared.map(({ instances }) => formats.count(instances)))} servers`
}

/** Where the two differ by more than the tolerance. */
export function disagreementTable({ candidates }: Plan): PlainTable[] {
  const rows = candidates.flatMap(({ instances, analytic }) =>
    analytic.disagreements.map((one) => {
      const { label, said } = figureWords[one.figure]
      return [
        formats.count(instances),
        label,
        said(one.analytic),
        said(one.simulated),
        causeText(one.cause),
      ]
    }),
  )
  if (rows.length === 0) return []
  return [
    {
      title: 'Where the two disagree, and why',
      text: [],
      head: ['servers', 'figure', 'closed form', 'simulated', 'why'],
      rows,
      rightFrom: Infinity,
    },
  ]
}

export function measureTable({ measureNext }: Plan): PlainTable[] {
  if (measureNext.length === 0) return []
  return [
    {
      title: 'What to measure next',
      text: [],
      head: ['parameter', 'evidence', 'why it matters', 'source so far'],
      rows: measureNext.map(({ parameter, evidence, reason, source }) => [
        parameter,
        evidence,
        measureReasonText(reason),
        source ?? unknownText,
      ]),
      rightFrom: Infinity,
    },
  ]
}

/** The collapse map as text, for where there is no picture. */
export function mapTable({ collapseMap: map }: Plan): PlainTable[] {
  if (map === null) return []
  return [
    {
      title: 'The collapse map',
      text: [
        ...mapSays(map),
        `The trigger: ${triggerText(map.trigger)}. Clients retry ${formats.count(map.tries)} times.`,
      ],
      head: ['servers', ...map.crowd.map((factor) => `${formats.number(factor)}×`)],
      rows: map.instances.map((count, i) => [
        formats.count(count),
        ...map.crowd.map((_, j) => {
          const cell = map.cell[i]?.[j]
          const back = map.recovers[i]?.[j] === true ? ' +' : ''
          return cell === undefined ? unknownText : `${cellWords[cell].word}${back}`
        }),
      ]),
      rightFrom: Infinity,
    },
  ]
}

/** What it takes to repeat the plan. */
export function auditTable({ header, audit }: Plan): PlainTable {
  const { parameters, prices, versions } = header
  const members =
    parameters.members === null ? '' : ` of an ensemble of ${formats.count(parameters.members)}`
  const from = {
    intervals: `${formats.count(parameters.count)} parameters, each drawn from its interval`,
    ensemble: `${formats.count(parameters.count)} parameters, drawn together${members}`,
    fixed: 'the middle of all parameters: chance alone differs',
  }[parameters.from]
  const price = (value: number | null, unit: string) =>
    value === null ? [] : [`${formats.number(value)} ${prices.currency} ${unit}`]
  const priced = [
    ...price(prices.instancePerHour, 'a server-hour'),
    ...price(prices.lostBooking, 'a lost booking'),
    ...price(prices.waitingPerHour, 'a person-hour of waiting'),
  ]
  const scale = scaleText(header)
  return {
    title: 'How it was computed',
    text: [],
    head: ['', ''],
    rows: [
      ['Replications', formats.count(audit.replications)],
      ['Grain', grainText(audit.grain)],
      ['Drawn from', from],
      ['Prices', priced.length === 0 ? 'none given' : priced.join(', ')],
      ...(header.budgetPerHour === null
        ? []
        : [['Budget', `${formats.number(header.budgetPerHour)} ${prices.currency} an hour`]]),
      ...(scale === '' ? [] : [['Scale', scale]]),
      ['Seed', String(header.seed)],
      ['Workload, stack', `${header.workloadHash.slice(0, 12)}, ${header.stackHash.slice(0, 12)}`],
      ['Started', header.startedAt],
      [
        'Took',
        `${formats.duration(audit.wallSec)}, ${formats.duration(audit.cpuSec)} of processors`,
      ],
      [
        'Versions',
        Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', '),
      ],
    ],
    rightFrom: Infinity,
  }
}
