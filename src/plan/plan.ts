import { must } from '../core/assert.ts'
import { DambreakError } from '../core/errors.ts'
import { secToHours } from '../core/units.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import type { Parameter } from '../scenario/schema/parameters.ts'
import { windowSec } from '../scenario/plan-times.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { expectedTickets } from '../scenario/size.ts'
import { analyticAnswer, gatePerSec } from './analytic.ts'
import { capacityPerSec, stationLoads } from './analytic-stations.ts'
import { candidatesOf, type Replicated } from './candidate.ts'
import { collapseMap, mapCounts } from './collapse-map.ts'
import type { Lever } from './lever.ts'
import { avoidCollapseOptions, searchLevers } from './lever-search.ts'
import { minInstances } from './min-instances.ts'
import type { Outcome } from './outcome.ts'
import { Outcomes } from './outcomes.ts'
import type { Candidate, Plan, PlanHeader, Prices, Recommendation } from './plan-record.ts'
import type { PlanReason } from './plan-reason.ts'
import { objectiveNeeds, recommend, type RecommendationOptions } from './recommendation.ts'
import { meetsSlo, replicateCandidates, trialsOf, verdictOf } from './replications.ts'
import { measureNextOf, sensitivityOf } from './sensitivity.ts'
import type { Replicate, TrialBase } from './trial.ts'
import type { TrialGrain } from './trial-grain.ts'

/** What a plan is made of. */
export interface PlanInput {
  /** After variant and sets, intervals kept in its document. */
  readonly loaded: LoadedScenario
  readonly base: TrialBase
  /** Ascending, at least one. */
  readonly counts: readonly number[]
  readonly probability: number
  /** Of a candidate. */
  readonly minReplications: number
  readonly maxReplications: number
  readonly levers: readonly Lever[]
  readonly withMap: boolean
  readonly budgetPerHour: number | null
  readonly population: number
  readonly from: PlanHeader['parameters']
}

/** What a plan needs of the world: simulations, and the moment. */
export interface PlanHost {
  readonly replicate: Replicate
  /** The scenario at the middle of all parameters, scaled, with so many instances. */
  readonly middle: (instances: number) => Scenario
  /** Called as each phase begins. */
  readonly onPhase?: (phase: Phase) => void
  readonly startedAt: string
  readonly versions: Readonly<Record<string, string>>
  /** How coarse the replications are. */
  readonly grain: TrialGrain
  readonly spent: () => { readonly wallSec: number; readonly cpuSec: number }
}

export const phases = ['candidates', 'confirmation', 'levers', 'sensitivity', 'map'] as const
export type Phase = (typeof phases)[number]

/** Draws by which ways of running an opening are compared before the answer is confirmed. */
export const screeningDraws = 4
/** Draws by which many ways are ranked, before the best is examined further. */
const rankingDraws = 2
/** People who come, as factors on the scenario's: the columns of the collapse map. */
export const mapCrowd = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.25, 1.5, 2, 3, 4] as const

/**
 * Plans an opening. Phases follow each other; what an interruption cuts off is left empty, and the
 * plan says that it is not complete.
 * @throws DambreakError `interrupted` where no candidate was replicated by then
 */
export async function makePlan(input: PlanInput, host: PlanHost): Promise<Plan> {
  const outcomes = new Outcomes(host.replicate)
  let complete = true
  const phase = async <T>(name: Phase, work: () => Promise<T>, otherwise: T): Promise<T> => {
    if (!complete) return otherwise
    host.onPhase?.(name)
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof DambreakError) || error.kind !== 'interrupted') throw error
      complete = false
      return otherwise
    }
  }
  const first = await phase('candidates', () => decided(input, host, outcomes), null)
  if (first === null) throw new DambreakError('interrupted', 'stopped before anything was decided')
  const { recommendation } = first
  const candidates = await phase('confirmation', () => confirmed(first, outcomes), first.candidates)
  const levers = await phase('levers', () => leverRows(input, first, outcomes), [])
  const sensitivity = await phase('sensitivity', () => swings(input, first, outcomes), [])
  const map = input.withMap ? await phase('map', () => mapOf(input, host, outcomes), null) : null
  return {
    schemaVersion: 2,
    header: headerOf(input, host),
    candidates,
    recommendation: afterwards(recommendation, candidates, complete),
    levers,
    sensitivity,
    collapseMap: map,
    objectives: first.objectives,
    measureNext: measureNextOf(sensitivity, input.base.parameters),
    audit: { complete, replications: outcomes.count, ...host.spent(), grain: host.grain },
  }
}

interface Decided {
  readonly replicated: readonly Replicated[]
  readonly candidates: readonly Candidate[]
  readonly objectives: Plan['objectives']
  readonly recommendation: Recommendation
}

async function decided(
  input: PlanInput,
  host: PlanHost,
  outcomes: Outcomes,
): Promise<Decided | null> {
  const { counts, probability, minReplications, maxReplications } = input
  const found = await replicateCandidates(
    counts.map((instances) => ({ instances })),
    outcomes,
    { probability, minReplications, maxReplications, holds: meetsSlo },
  )
  await withReportedDraws(input, found, outcomes)
  const compared = comparedCounts(input, found)
  const middles = await outcomes.of(compared.map((instances) => ({ instances, draw: null })))
  const replicated = counts.map((instances, i) => ({
    instances,
    found: must(found[i], 'replications of a candidate'),
    analytic: analyticAnswer(host.middle(instances), middles[compared.indexOf(instances)] ?? null),
  }))
  const { slo } = input.loaded.scenario
  const prices = pricesOf(input.loaded.scenario)
  const candidates = candidatesOf(replicated, {
    slo,
    probability,
    maxReplications,
    hours: secToHours(windowSec(input.loaded.scenario)),
    prices,
    pricesIn: (draw) => pricesIn(input, draw),
  })
  const objectives = objectiveNeeds(candidates, { slo, probability })
  const options = recommendationOptions(input, host, objectives)
  return { replicated, candidates, objectives, recommendation: recommend(candidates, options) }
}

/** The scenario's own count and the last one get this many draws, however clear the case. */
const reportedDraws = 6

/** Adds draws to the counts that readers look at first, where clear cases ended sooner. */
async function withReportedDraws(
  { counts, loaded, maxReplications }: PlanInput,
  found: Outcome[][],
  outcomes: Outcomes,
): Promise<void> {
  const draws = Math.min(reportedDraws, maxReplications)
  const own = counts.indexOf(loaded.scenario.stack.instances)
  const places = [...new Set([own, counts.length - 1])].filter(
    (at) => at >= 0 && must(found[at], 'replications of a candidate').length < draws,
  )
  const trials = places.flatMap((at) => trialsOf({ instances: must(counts[at], 'a count') }, draws))
  const all = await outcomes.of(trials)
  places.forEach((at, k) => {
    found[at] = all.slice(k * draws, (k + 1) * draws)
  })
}

/**
 * Counts at which the closed forms are compared with a run at the middle of all parameters: the first,
 * the scenario's own, the last, and the smallest that meets the SLO with its neighbours.
 */
function comparedCounts(
  { counts, loaded, probability, maxReplications }: PlanInput,
  found: readonly (readonly Outcome[])[],
): number[] {
  const enough = found.findIndex(
    (outcomes) =>
      verdictOf(outcomes, { probability, maxReplications, holds: meetsSlo }) === 'meets',
  )
  const places = enough < 0 ? [] : [enough - 1, enough, enough + 1]
  const shown = new Set([counts[0], loaded.scenario.stack.instances, counts.at(-1)])
  for (const at of places) shown.add(counts[at])
  return counts.filter((count) => shown.has(count))
}

/** The middle of what the scenario says. */
function pricesOf({ cost }: Scenario): Prices {
  return {
    currency: cost?.currency ?? '',
    instancePerHour: cost?.instancePerHour ?? null,
    lostBooking: cost?.lostBooking ?? null,
    waitingPerHour: cost?.waitingPerHour ?? null,
  }
}

function pricesIn({ loaded, base }: PlanInput, draw: number): Omit<Prices, 'currency'> {
  const { currency: _currency, ...middle } = pricesOf(loaded.scenario)
  const values = base.draws[draw]?.values
  const price = (name: keyof typeof middle) =>
    middle[name] === null ? null : Math.max(0, values?.get(`cost.${name}`) ?? middle[name])
  return {
    instancePerHour: price('instancePerHour'),
    lostBooking: price('lostBooking'),
    waitingPerHour: price('waitingPerHour'),
  }
}

function recommendationOptions(
  { counts, probability, budgetPerHour, loaded }: PlanInput,
  { middle }: PlanHost,
  objectives: Plan['objectives'],
): RecommendationOptions {
  const largest = middle(counts.at(-1) ?? 1)
  const rate = Math.max(gatePerSec(largest), 1e-9)
  return {
    probability,
    prices: pricesOf(loaded.scenario),
    budgetPerHour,
    objectives,
    shared: stationLoads(largest, rate)
      .filter(({ station }) => station.shared === true)
      .map((load) => ({
        station: load.station.name,
        visitorsPerSec: capacityPerSec(load, rate),
      })),
    gatePerSec: (instances) => gatePerSec(middle(instances)),
    tickets: expectedTickets(largest),
  }
}

/** Plain runs of every visitor, at the recommended count and at the one below it. */
async function confirmed(
  { replicated, candidates, recommendation }: Decided,
  outcomes: Outcomes,
): Promise<readonly Candidate[]> {
  const at = candidates.findIndex(({ instances }) => instances === recommendation.instances)
  if (at < 0) return candidates
  const draw = decidingDraw(replicated[at - 1]?.found ?? [], replicated[at]?.found ?? [])
  const asked = candidates.slice(Math.max(0, at - 1), at + 1)
  const coarse = await outcomes.of(asked.map(({ instances }) => ({ instances, draw })))
  const full = await outcomes.of(asked.map(({ instances }) => ({ instances, draw, isFull: true })))
  return candidates.map((one) => {
    const k = asked.indexOf(one)
    const [plain, rough] = [full[k], coarse[k]]
    if (plain === undefined || rough === undefined) return one
    return { ...one, confirmed: { draw, ...shownOf(plain), coarse: shownOf(rough) } }
  })
}

const shownOf = (outcome: Outcome) => ({
  meetsSlo: meetsSlo(outcome),
  waitSecP95: outcome.waitSecP95,
})

/** The first draw that one count meets and the one below misses; `null`, the middle: none does. */
function decidingDraw(below: readonly Outcome[], own: readonly Outcome[]): number | null {
  const draw = below.findIndex((outcome, j) => {
    const above = own[j]
    return above !== undefined && meetsSlo(above) && !meetsSlo(outcome)
  })
  return draw < 0 ? null : draw
}

/** The reasons with what the full-size runs showed, and that something is missing where it is. */
function afterwards(
  recommendation: Recommendation,
  candidates: readonly Candidate[],
  complete: boolean,
): Recommendation {
  const runs = candidates.flatMap(({ instances, confirmed: run }): PlanReason[] => {
    if (run === null) return []
    const { draw, meetsSlo: meets, coarse } = run
    return [
      { code: 'FullSizeRun', instances, draw, meetsSlo: meets, coarseMeetsSlo: coarse.meetsSlo },
    ]
  })
  const cut: PlanReason[] = complete ? [] : [{ code: 'Interrupted' }]
  return { ...recommendation, reasons: [...cut, ...recommendation.reasons, ...runs] }
}

async function leverRows(
  { levers, loaded, counts, probability, maxReplications }: PlanInput,
  { candidates }: Decided,
  outcomes: Outcomes,
): Promise<Plan['levers']> {
  if (levers.length === 0) return []
  const screening = Math.min(screeningDraws, maxReplications)
  const avoiding = avoidCollapseOptions({ counts, screening, probability })
  const stable = await minInstances({}, outcomes, avoiding)
  return searchLevers(levers, {
    outcomes,
    counts,
    ownInstances: loaded.scenario.stack.instances,
    probability,
    ranking: Math.min(rankingDraws, maxReplications),
    screening,
    maxReplications,
    needed: candidates.find(({ verdict }) => verdict === 'meets')?.instances ?? null,
    toAvoidCollapse: stable.instances,
  })
}

async function swings(
  { loaded, base, counts, maxReplications }: PlanInput,
  { candidates, recommendation }: Decided,
  outcomes: Outcomes,
): Promise<Plan['sensitivity']> {
  const open = candidates.find(({ verdict }) => verdict === 'undecided')
  // Where no count meets the SLO, the scenario's own is examined.
  const own = counts.find((count) => count === loaded.scenario.stack.instances)
  const critical = recommendation.instances ?? open?.instances ?? own ?? counts.at(-1) ?? 1
  return sensitivityOf({
    outcomes,
    parameters: movable(base.parameters),
    ...(base.middle === undefined ? {} : { middle: base.middle }),
    counts,
    critical,
    windowSec: windowSec(loaded.scenario),
    screening: Math.min(screeningDraws, maxReplications),
  })
}

function movable(parameters: readonly Parameter[]): Parameter[] {
  return parameters.filter(({ low, high }) => low < high)
}

async function mapOf(
  input: PlanInput,
  { middle }: PlanHost,
  outcomes: Outcomes,
): Promise<Plan['collapseMap']> {
  const { tries } = middle(input.counts[0] ?? 1).behaviour.retry
  return collapseMap({
    outcomes,
    instances: mapCounts(input.counts),
    crowd: mapCrowd,
    ownInstances: input.loaded.scenario.stack.instances,
    tries,
    otherTries: tries === 0 ? [3] : [0, 2 * tries],
    windowSec: windowSec(input.loaded.scenario),
  })
}

function headerOf(input: PlanInput, { startedAt, versions }: PlanHost): PlanHeader {
  const { loaded, base, population, probability, from, budgetPerHour } = input
  const { scenario } = loaded
  return {
    scenarioName: scenario.name,
    workloadHash: loaded.workloadHash,
    stackHash: loaded.stackHash,
    variant: loaded.variant,
    seed: base.seed,
    population,
    speed: 1,
    startedAt,
    opensAt: scenario.opensAt,
    endsAt: scenario.endsAt,
    probability,
    slo: scenario.slo,
    parameters: from,
    prices: pricesOf(scenario),
    budgetPerHour,
    versions,
  }
}
