import { allowedFailures, minInstances, type MinInstancesOptions } from './min-instances.ts'
import type { Lever, LeverOption } from './lever.ts'
import type { Outcome } from './outcome.ts'
import type { Outcomes } from './outcomes.ts'
import type { LeverRow } from './plan-record.ts'
import { rangeOf } from './ranges.ts'
import { keepsUp, meetsSlo, trialsOf } from './replications.ts'

export interface LeverSearch {
  readonly outcomes: Outcomes
  /** Ascending. */
  readonly counts: readonly number[]
  /** What the scenario has by itself: the count that a combination is to make enough. */
  readonly ownInstances: number
  readonly probability: number
  /** Replications to rank many ways by, to search by, and to confirm by. */
  readonly ranking: number
  readonly screening: number
  readonly maxReplications: number
  /** Servers needed without any lever, to meet the SLO and to avoid collapse. */
  readonly needed: number | null
  readonly toAvoidCollapse: number | null
}

/** Levers that are pulled together at most. */
const maxTogether = 4

/**
 * What each lever saves by itself, and what the best do together: combinations are built one lever
 * after another, each time the one that helps most at the scenario's own number of instances, until
 * that is enough or nothing helps any more. Fewest servers first.
 */
export async function searchLevers(
  levers: readonly Lever[],
  search: LeverSearch,
): Promise<LeverRow[]> {
  // In parallel: one search rarely asks for as many runs at once as there are cores.
  const singles = await Promise.all(levers.map((lever) => bestOption(lever, search)))
  const found = singles.filter((option) => option !== null)
  const ways = found.map((option) => rowOf([option], search))
  const together = await combinations(levers, found, search)
  const rows = await Promise.all([...ways, ...together.map((way) => rowOf(way, search))])
  return rows.toSorted(byNeed)
}

async function bestOption(lever: Lever, search: LeverSearch): Promise<LeverOption | null> {
  const ways = lever.options.map((option) => [option])
  const [best] = await ranked(ways, search.ownInstances, search)
  return best?.[0] ?? null
}

function byNeed(a: LeverRow, b: LeverRow): number {
  const rank = (count: number | null) => count ?? Infinity
  return (
    compare(rank(a.instancesNeeded), rank(b.instancesNeeded)) ||
    compare(rank(a.instancesToAvoidCollapse), rank(b.instancesToAvoidCollapse)) ||
    compare(a.pulled.length, b.pulled.length)
  )
}

const compare = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)

/** Each combination that was a step of the way, from two levers on. */
async function combinations(
  levers: readonly Lever[],
  singles: readonly LeverOption[],
  search: LeverSearch,
): Promise<LeverOption[][]> {
  const found: LeverOption[][] = []
  let pulled =
    (
      await ranked(
        singles.map((one) => [one]),
        search.ownInstances,
        search,
      )
    )[0] ?? []
  while (pulled.length > 0 && pulled.length < maxTogether) {
    const before = await standing(pulled, search.ownInstances, search)
    if (before.meets === 1) break
    const used = new Set(pulled.map(({ lever }) => lever))
    const further = singles.filter(({ lever }) => !used.has(lever)).map((one) => [...pulled, one])
    const [added] = await ranked(further, search.ownInstances, search)
    const best = added === undefined ? undefined : await retuned(added, levers, search)
    if (best === undefined) break
    const after = await standing(best, search.ownInstances, search)
    if (better(before, after) <= 0) break
    found.push(best)
    pulled = best
  }
  return found
}

/** With the levers of several options at what is best together, which need not be what is best alone. */
async function retuned(
  together: LeverOption[],
  levers: readonly Lever[],
  search: LeverSearch,
): Promise<LeverOption[]> {
  let best = together
  for (const [i, { lever }] of together.entries()) {
    const options = levers.find(({ name }) => name === lever)?.options ?? []
    if (options.length < 2) continue
    const ways = options.map((option) => best.with(i, option))
    best = (await ranked(ways, search.ownInstances, search))[0] ?? best
  }
  return best
}

/** How a way of running the opening does at one number of instances. */
interface Standing {
  /** Shares of the replications that meet all, and that do not collapse. */
  readonly meets: number
  readonly holds: number
  /** Of all objectives in all replications, how many hold. */
  readonly objectives: number
  readonly booked: number
  /** `null` waits are beyond all. */
  readonly waitSec: number
}

async function standing(
  levers: readonly LeverOption[],
  instances: number,
  { outcomes, screening }: LeverSearch,
): Promise<Standing> {
  return standingOf(await outcomes.of(trialsOf({ instances, levers }, screening)))
}

function standingOf(found: readonly Outcome[]): Standing {
  const share = (holds: (outcome: Outcome) => boolean) =>
    found.filter(holds).length / Math.max(1, found.length)
  const objectives = found.flatMap(({ slo }) => slo)
  return {
    meets: share(meetsSlo),
    holds: share(keepsUp),
    objectives: objectives.filter(({ ok }) => ok).length / Math.max(1, objectives.length),
    booked: found.reduce((sum, { booked }) => sum + booked, 0),
    waitSec: rangeOf(found.map(({ waitSecP95 }) => waitSecP95)).mid ?? Infinity,
  }
}

/** Below 0: `a` is better. Objectives first, then that it holds, then the wait, then who books. */
function better(a: Standing, b: Standing): number {
  return (
    b.meets - a.meets ||
    b.objectives - a.objectives ||
    b.holds - a.holds ||
    compare(a.waitSec, b.waitSec) ||
    b.booked - a.booked
  )
}

/** The best first; all are replicated as one batch. */
async function ranked(
  ways: readonly LeverOption[][],
  instances: number,
  search: LeverSearch,
): Promise<LeverOption[][]> {
  const { outcomes, ranking } = search
  const trials = ways.flatMap((levers) => trialsOf({ instances, levers }, ranking))
  const found = await outcomes.of(trials)
  return ways
    .map((levers, i) => ({
      levers,
      standing: standingOf(found.slice(i * ranking, (i + 1) * ranking)),
    }))
    .toSorted((a, b) => better(a.standing, b.standing))
    .map(({ levers }) => levers)
}

/** That it does not collapse is not proven as far as the plan's own answer is. */
export function avoidCollapseOptions({
  counts,
  screening,
  probability,
}: Pick<LeverSearch, 'counts' | 'screening' | 'probability'>): MinInstancesOptions {
  const demand = { probability, maxReplications: screening, holds: keepsUp }
  return { counts, screening, demand, isDecided: false }
}

/** The servers that a way of running the opening needs to meet all objectives, and not to collapse. */
async function rowOf(levers: readonly LeverOption[], search: LeverSearch): Promise<LeverRow> {
  const { outcomes, counts, probability, screening, maxReplications } = search
  const demand = { probability, maxReplications, holds: meetsSlo }
  const slo = await minInstances({ levers }, outcomes, {
    counts,
    screening,
    demand,
    isDecided: true,
  })
  const stable = await minInstances({ levers }, outcomes, avoidCollapseOptions(search))
  const at = slo.instances ?? counts.at(-1) ?? 1
  const shown = await outcomes.of(trialsOf({ instances: at, levers }, screening))
  return {
    pulled: levers.map(({ what }) => what),
    instancesNeeded: slo.instances,
    saves: difference(search.needed, slo.instances),
    instancesToAvoidCollapse: stable.instances,
    savesToAvoidCollapse: difference(search.toAvoidCollapse, stable.instances),
    waitSecP95: rangeOf(shown.map(({ waitSecP95 }) => waitSecP95)),
    basis: {
      code: 'Screened',
      draws: screening,
      maxCollapses: Math.floor(allowedFailures(screening, probability)),
    },
  }
}

function difference(without: number | null, withLever: number | null): number | null {
  return without === null || withLever === null ? null : without - withLever
}
