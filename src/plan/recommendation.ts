import type {
  AnalyticAnswer,
  Candidate,
  ObjectiveNeed,
  Prices,
  Recommendation,
} from './plan-record.ts'
import type { PlanReason } from './plan-reason.ts'
import { arePriced } from './regret.ts'

export interface RecommendationOptions {
  readonly probability: number
  readonly prices: Prices
  readonly budgetPerHour: number | null
  readonly objectives: readonly ObjectiveNeed[]
  /** Names of stations that all instances share, with the visitors a second that each can carry. */
  readonly shared: readonly { readonly station: string; readonly visitorsPerSec: number }[]
  /** Admissions a second at so many instances. */
  readonly gatePerSec: (instances: number) => number
  /** Tickets of the whole crowd, at the middle of all parameters. */
  readonly tickets: number
}

/** The smallest count that meets what is asked for, within the budget, and why. Candidates ascend. */
export function recommend(
  candidates: readonly Candidate[],
  options: RecommendationOptions,
): Recommendation {
  const affordable = candidates.filter((one) => isAffordable(one.instances, options))
  const chosen = affordable.find(({ verdict }) => verdict === 'meets') ?? null
  const cheapest = minRegretOf(affordable)
  return {
    instances: chosen?.instances ?? null,
    minRegretInstances: cheapest?.instances ?? null,
    probability: chosen?.pMeetsSlo.value ?? null,
    reasons: [
      ...(chosen === null
        ? reasonsForNone(candidates, options)
        : reasonsFor(chosen, candidates, options)),
      ...regretReasons(cheapest, { candidates, chosen, prices: options.prices }),
    ],
  }
}

function isAffordable(
  instances: number,
  { budgetPerHour, prices }: Pick<RecommendationOptions, 'budgetPerHour' | 'prices'>,
): boolean {
  if (budgetPerHour === null || prices.instancePerHour === null) return true
  return instances * prices.instancePerHour <= budgetPerHour
}

/** Of equals the first, which is the smallest. */
function minRegretOf(candidates: readonly Candidate[]): Candidate | null {
  let min: Candidate | null = null
  for (const one of candidates) {
    if (one.regret === null) continue
    if (min === null || one.regret < (min.regret ?? Infinity)) min = one
  }
  return min
}

const countsOf = (candidates: readonly Candidate[]) => candidates.map(({ instances }) => instances)

function reasonsFor(
  chosen: Candidate,
  candidates: readonly Candidate[],
  { probability }: RecommendationOptions,
): PlanReason[] {
  const { instances, pMeetsSlo, replications } = chosen
  const smaller = candidates.filter((one) => one.instances < instances)
  const below = smaller.at(-1)
  const open = smaller.filter(({ verdict }) => verdict === 'undecided')
  const worse = candidates.filter((one) => one.verdict === 'fails' && one.instances > instances)
  return [
    { code: 'AnswerMeets', instances, pMeetsSlo, replications, probability },
    ...(below === undefined ? [] : [belowReason(below)]),
    ...(open.length === 0
      ? []
      : [{ code: 'UndecidedBelow', instances: countsOf(open) } satisfies PlanReason]),
    ...(worse.length === 0
      ? []
      : [{ code: 'FailsAbove', instances: countsOf(worse) } satisfies PlanReason]),
  ]
}

const belowReason = (one: Candidate): PlanReason => ({
  code: 'BelowAnswer',
  instances: one.instances,
  pMeetsSlo: one.pMeetsSlo,
  replications: one.replications,
  verdict: one.verdict,
})

function reasonsForNone(
  candidates: readonly Candidate[],
  options: RecommendationOptions,
): PlanReason[] {
  const { prices, budgetPerHour } = options
  const dear = candidates.find(({ verdict }) => verdict === 'meets')
  if (dear !== undefined && budgetPerHour !== null) {
    const { instances } = dear
    const costPerHour = instances * (prices.instancePerHour ?? 0)
    return [{ code: 'OverBudget', instances, costPerHour, budgetPerHour }]
  }
  const open = candidates.filter(({ verdict }) => verdict === 'undecided')
  return [
    ...(open.length === 0
      ? []
      : [{ code: 'Undecided', instances: countsOf(open) } satisfies PlanReason]),
    ...failingObjectives(candidates, options),
    ...limits(candidates, options),
  ]
}

function failingObjectives(
  candidates: readonly Candidate[],
  { objectives, probability }: RecommendationOptions,
): PlanReason[] {
  const largest = candidates.at(-1)
  if (largest === undefined) return []
  const failing = objectives.filter(({ instancesNeeded }) => instancesNeeded === null)
  if (failing.length === 0) {
    const isOpen = candidates.some(({ verdict }) => verdict === 'undecided')
    return isOpen ? [] : [{ code: 'NoneMeetsAll', probability }]
  }
  return failing.map(({ expr, pHoldsAtMax }): PlanReason => {
    const own = largest.objectives.find((one) => one.expr === expr)
    return {
      code: 'ObjectiveFails',
      expr,
      instances: largest.instances,
      pHolds: pHoldsAtMax,
      observedMid: own?.observed.mid ?? null,
    }
  })
}

/** Limits that more servers do not lift: a shared station, or a gate that does not grow with them. */
function limits(
  candidates: readonly Candidate[],
  { shared, gatePerSec, tickets }: RecommendationOptions,
): PlanReason[] {
  const largest = candidates.at(-1)
  if (largest === undefined) return []
  const { instances } = largest
  const admittedPerSec = gatePerSec(instances)
  const gate: PlanReason = { code: 'GateRate', instances, admittedPerSec, tickets }
  const narrow = shared
    .filter(({ visitorsPerSec }) => visitorsPerSec < admittedPerSec)
    .map((one): PlanReason => ({ code: 'SharedStation', instances, ...one, admittedPerSec }))
  const busiest = busiestOf(largest.analytic)
  if (narrow.length > 0 || busiest === null) return [gate, ...narrow]
  const { station, utilisation } = busiest
  return [gate, { code: 'BusiestStation', instances, station, utilisation }]
}

function busiestOf({ stations }: AnalyticAnswer): AnalyticAnswer['stations'][number] | null {
  let busiest: AnalyticAnswer['stations'][number] | null = null
  for (const one of stations) {
    if (busiest === null || one.utilisation > busiest.utilisation) busiest = one
  }
  return busiest
}

function regretReasons(
  cheapest: Candidate | null,
  {
    candidates,
    chosen,
    prices,
  }: { candidates: readonly Candidate[]; chosen: Candidate | null; prices: Prices },
): PlanReason[] {
  if (!arePriced(prices)) return [{ code: 'RegretUnpriced' }]
  if (cheapest === null || cheapest.regret === null) return []
  return [
    {
      code: 'MinRegret',
      instances: cheapest.instances,
      regret: cheapest.regret,
      // Regret uses the draws that all candidates share. Candidates decided early have few.
      draws: Math.min(...candidates.map(({ replications }) => replications)),
      isAnswer: cheapest.instances === chosen?.instances,
      isMaxTried: cheapest === candidates.at(-1),
    },
  ]
}

/**
 * Each objective by itself: the smallest count at which it held in as large a share of the draws as is
 * asked for. A share only: replications end as soon as all objectives together are decided.
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
    pHoldsAtMax: candidates.at(-1)?.objectives[k]?.pHolds ?? none,
  }))
}
