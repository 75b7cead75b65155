import { secToHours } from '../core/units.ts'
import type {
  AnalyticAnswer,
  Candidate,
  ObjectiveNeed,
  Prices,
  Recommendation,
} from './plan-record.ts'
import { arePriced } from './regret.ts'

export interface RecommendationOptions {
  readonly probability: number
  readonly prices: Prices
  readonly budgetPerHour: number | null
  readonly objectives: readonly ObjectiveNeed[]
  /** Names of stations that all instances share, with the visitors a second that each can carry. */
  readonly shared: readonly { readonly station: string; readonly visitorsPerSec: number }[]
  /** Turns a second of a candidate. */
  readonly gatePerSec: (instances: number) => number
  /** Tickets that are drawn at first, at the middle of all parameters. */
  readonly tickets: number
}

/** The fewest that meet what is asked for, within the budget, and why. Candidates ascend. */
export function recommend(
  candidates: readonly Candidate[],
  options: RecommendationOptions,
): Recommendation {
  const affordable = candidates.filter((one) => isAffordable(one.instances, options))
  const chosen = affordable.find(({ verdict }) => verdict === 'meets') ?? null
  const least = leastRegretOf(affordable)
  return {
    instances: chosen?.instances ?? null,
    leastRegret: least?.instances ?? null,
    probability: chosen?.pMeetsSlo.value ?? null,
    because: [
      ...(chosen === null ? whyNone(candidates, options) : whyChosen(chosen, candidates, options)),
      ...regretText(least, chosen, {
        ...options,
        draws: commonDraws(candidates),
        isMost: least === candidates.at(-1),
      }),
    ],
  }
}

export function isAffordable(
  instances: number,
  { budgetPerHour, prices }: Pick<RecommendationOptions, 'budgetPerHour' | 'prices'>,
): boolean {
  if (budgetPerHour === null || prices.instancePerHour === null) return true
  return instances * prices.instancePerHour <= budgetPerHour
}

/** The first of equals, which is the smallest. */
function leastRegretOf(candidates: readonly Candidate[]): Candidate | null {
  let least: Candidate | null = null
  for (const one of candidates) {
    if (one.regret === null) continue
    if (least === null || one.regret < (least.regret ?? Infinity)) least = one
  }
  return least
}

const serversText = (count: number) => `${count} ${count === 1 ? 'server' : 'servers'}`
const shareText = (share: number) => `${Number((share * 100).toFixed(1))}%`

function whyChosen(
  chosen: Candidate,
  candidates: readonly Candidate[],
  { probability }: RecommendationOptions,
): string[] {
  const { pMeetsSlo, replications } = chosen
  const lines = [
    `${serversText(chosen.instances)} met every objective in ${shareText(pMeetsSlo.value)} of ` +
      `${replications} draws (95% interval ${shareText(pMeetsSlo.low)} to ${shareText(pMeetsSlo.high)}), ` +
      `which decides that it is at least ${shareText(probability)}.`,
  ]
  const below = candidates.findLast(({ instances }) => instances < chosen.instances)
  if (below !== undefined) {
    const { value } = below.pMeetsSlo
    const decided = below.verdict === 'undecided' ? ', which decides nothing' : ''
    lines.push(
      `${serversText(below.instances)} did in ${shareText(value)} of ${below.replications}${decided}.`,
    )
  }
  const open = candidates.filter(
    ({ verdict, instances }) => verdict === 'undecided' && instances < chosen.instances,
  )
  if (open.length > 0) {
    const which = open.map(({ instances }) => instances).join(', ')
    lines.push(`Fewer may be enough: ${which} could not be decided with so many replications.`)
  }
  const worse = candidates.filter(
    ({ verdict, instances }) => verdict === 'fails' && instances > chosen.instances,
  )
  if (worse.length > 0) {
    const which = worse.map(({ instances }) => instances).join(', ')
    lines.push(`More are not always better: ${which} would fail.`)
  }
  return lines
}

function whyNone(candidates: readonly Candidate[], options: RecommendationOptions): string[] {
  const lines: string[] = []
  const dear = candidates.find(({ verdict }) => verdict === 'meets')
  if (dear !== undefined) {
    const { prices, budgetPerHour } = options
    const cost = dear.instances * (prices.instancePerHour ?? 0)
    lines.push(
      `${serversText(dear.instances)} would meet every objective, at ${Number(cost.toPrecision(6))} ${prices.currency} an hour: over the budget of ${budgetPerHour}.`,
    )
    return lines
  }
  const open = candidates.filter(({ verdict }) => verdict === 'undecided')
  if (open.length > 0) {
    const which = open.map(({ instances }) => instances).join(', ')
    lines.push(`The replications do not decide ${which}: more of them would (--replications).`)
  }
  lines.push(...failingEverywhere(candidates, options), ...limitText(candidates, options))
  return lines
}

function failingEverywhere(
  candidates: readonly Candidate[],
  { objectives, probability }: RecommendationOptions,
): string[] {
  const most = candidates.at(-1)
  if (most === undefined) return []
  const failing = objectives.filter(({ instancesNeeded }) => instancesNeeded === null)
  if (failing.length === 0) {
    return [`No count meets all objectives together in ${shareText(probability)} of the draws.`]
  }
  return failing.map(({ expr, pHoldsAtMost }) => {
    const { observed } = most.objectives.find((one) => one.expr === expr) ?? {}
    const middle = observed?.mid ?? null
    const seen =
      middle === null ? '' : `; the middle of the draws is ${Number(middle.toPrecision(4))}`
    return (
      `"${expr}" holds with none: with ${serversText(most.instances)} in ` +
      `${shareText(pHoldsAtMost.value)} of the draws${seen}.`
    )
  })
}

/** What more servers do not widen: a shared station, or a gate that does not grow with them. */
function limitText(
  candidates: readonly Candidate[],
  { shared, gatePerSec, tickets }: RecommendationOptions,
): string[] {
  const most = candidates.at(-1)
  if (most === undefined) return []
  const rate = gatePerSec(most.instances)
  const hours = secToHours(tickets / rate)
  const line =
    `With ${serversText(most.instances)} the gate lets ${Number(rate.toPrecision(3))} a second in: ` +
    `it would take ${Number(hours.toPrecision(2))} h to let in all ${Math.round(tickets)} tickets of the crowd.`
  const lines = shared
    .filter(({ visitorsPerSec }) => visitorsPerSec < rate)
    .map(
      ({ station, visitorsPerSec }) =>
        `All servers share ${station}, which carries ${Number(visitorsPerSec.toPrecision(3))} visitors a second, ` +
        `fewer than the ${Number(rate.toPrecision(3))} that the gate lets in with ${serversText(most.instances)}: more servers do not widen it.`,
    )
  const busiest = busiestOf(most.analytic)
  if (lines.length > 0 || busiest === null) return [line, ...lines]
  return [
    line,
    `The busiest station is then ${busiest.station}, ${shareText(busiest.utilisation)} of its slots by the closed form.`,
  ]
}

function busiestOf({ stations }: AnalyticAnswer): AnalyticAnswer['stations'][number] | null {
  let busiest: AnalyticAnswer['stations'][number] | null = null
  for (const one of stations) {
    if (busiest === null || one.utilisation > busiest.utilisation) busiest = one
  }
  return busiest
}

/** Draws that all candidates have, over which regret is taken: those decided early have few. */
const commonDraws = (candidates: readonly Candidate[]): number =>
  Math.min(...candidates.map(({ replications }) => replications))

function regretText(
  least: Candidate | null,
  chosen: Candidate | null,
  {
    prices,
    draws,
    isMost,
  }: RecommendationOptions & { readonly draws: number; readonly isMost: boolean },
): string[] {
  if (!arePriced(prices)) {
    return [
      'Regret is not told: it takes cost.instancePerHour and cost.lostBooking or cost.waitingPerHour.',
    ]
  }
  if (least === null || least.regret === null) return []
  const amount = `${Math.round(least.regret)} ${prices.currency}`
  const same = least.instances === chosen?.instances
  return [
    `${serversText(least.instances)} ${least.instances === 1 ? 'has' : 'have'} the least expected regret (${amount})${same ? ' too' : ''}, ` +
      `on the mean of the ${draws} draws that all counts were looked at in` +
      `${isMost ? '; it is the most that was tried, and more may have less' : ''}.`,
  ]
}

/**
 * Each objective by itself: the fewest instances at which it held in as large a share of the draws as
 * is asked for. A share only: replications end as soon as all objectives together are decided.
 */
export function objectiveNeeds(
  candidates: readonly Candidate[],
  { slo, probability }: { slo: readonly string[]; probability: number },
): ObjectiveNeed[] {
  const none = { value: 0, low: 0, high: 1 }
  return slo.map((expr, k) => ({
    expr,
    instancesNeeded:
      candidates.find(({ objectives }) => (objectives[k]?.pHolds.value ?? 0) >= probability)
        ?.instances ?? null,
    pHoldsAtMost: candidates.at(-1)?.objectives[k]?.pHolds ?? none,
  }))
}
