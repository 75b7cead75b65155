import type { Evidence } from '../scenario/schema/quantity.ts'

/**
 * `plan.json`, schema version 1: what `dambreak plan` found. Names up to `collapseMap` are binding.
 * A number that comes out of assumptions is a range: 5th, 50th and 95th percentile over the draws of
 * the parameters; `null` where it is not reached (a queue that never drains has no `drainSec`).
 */
export interface Plan {
  readonly schemaVersion: 1
  readonly header: PlanHeader
  /** Ascending by `instances`. */
  readonly candidates: readonly Candidate[]
  readonly recommendation: Recommendation
  /** Most saved first; empty where none were asked for. */
  readonly levers: readonly LeverRow[]
  /** Largest swing first. */
  readonly sensitivity: readonly SensitivityRow[]
  readonly collapseMap: CollapseMap | null
  /** Each objective by itself: the fewest instances at which it holds. */
  readonly objectives: readonly ObjectiveNeed[]
  /** What is only guessed and moves the answer: measure these next, most important first. */
  readonly measureNext: readonly MeasureNext[]
  readonly audit: PlanAudit
}

export interface PlanHeader {
  readonly scenarioName: string
  readonly workloadHash: string
  readonly stackHash: string
  readonly variant: string
  readonly seed: number
  readonly population: number
  readonly speed: number
  readonly startedAt: string
  readonly opensAt: string
  readonly endsAt: string
  /** Of the SLO: what a candidate must reach. */
  readonly probability: number
  readonly slo: readonly string[]
  /** What parameters were drawn from. */
  readonly parameters: {
    readonly from: 'intervals' | 'ensemble' | 'fixed'
    readonly count: number
    /** Members of the ensemble; `null` without one. */
    readonly members: number | null
  }
  readonly prices: Prices
  /** Most that may be spent an hour; `null`: no limit. */
  readonly budgetPerHour: number | null
  readonly versions: Readonly<Record<string, string>>
}

/** In `currency`; `null`: not priced. Each is the middle of what the scenario says. */
export interface Prices {
  readonly currency: string
  readonly instancePerHour: number | null
  /** One person who wanted to book and did not. */
  readonly lostBooking: number | null
  /** One person waiting for one hour. */
  readonly waitingPerHour: number | null
}

export interface Range {
  readonly low: number | null
  readonly mid: number | null
  readonly high: number | null
}

/** A share of the replications with its 95% confidence interval. */
export interface Probability {
  readonly value: number
  readonly low: number
  readonly high: number
}

/** `undecided`: the replications leave the probability on both sides of what is asked for. */
export type CandidateVerdict = 'meets' | 'fails' | 'undecided'

export interface Candidate {
  readonly instances: number
  readonly verdict: CandidateVerdict
  readonly replications: number
  readonly pMeetsSlo: Probability
  readonly pCollapse: Probability
  readonly waitSecP95: Range
  /** From the opening until nobody waits any more. */
  readonly drainSec: Range
  /** Bookings a second from the opening until the queue is drained, or the end. */
  readonly goodputPerSec: Range
  readonly booked: Range
  /** Of the instances, in `prices.currency` (instance-hours where they have no price). */
  readonly cost: number
  /** Expected cost above that of the cheapest candidate of each draw; `null` without prices. */
  readonly regret: number | null
  /** In the order of `header.slo`. */
  readonly objectives: readonly {
    readonly expr: string
    readonly pHolds: Probability
    readonly observed: Range
  }[]
  readonly analytic: AnalyticAnswer
  /**
   * A full-size run, of the recommended count and the one below, in the first draw that the one meets
   * and the other misses (`null`: the middle of all parameters, where no draw does), and beside it the
   * coarse run of the same.
   */
  readonly confirmed: (Shown & { readonly draw: number | null; readonly coarse: Shown }) | null
}

/** What is told of one run. */
export interface Shown {
  readonly meetsSlo: boolean
  readonly waitSecP95: number | null
}

/** What closed forms say of a candidate, at the middle of all parameters. */
export interface AnalyticAnswer {
  /** Erlangs offered to each station at the rate of admissions, slots, and the ratio of the two. */
  readonly stations: readonly {
    readonly station: string
    readonly offeredLoad: number
    readonly slots: number
    readonly utilisation: number
    /** Slots by square-root staffing. */
    readonly squareRootSlots: number
    /** Erlangs at the height of the modified offered load, and slots by square-root staffing for it. */
    readonly peakLoad: number
    readonly peakSlots: number
    /** Share of requests given up in the station's queue, by Erlang A at `offeredLoad`. */
    readonly givenUpShare: number
  }[]
  readonly waitSecP95: number | null
  readonly drainSec: number | null
  readonly goodputPerSec: number | null
  readonly abandonShare: number | null
  /** Stable, vulnerable (a trigger can tip it) or overloaded, by the metastable band. */
  readonly regime: 'stable' | 'vulnerable' | 'overloaded'
  /** Whether a simulation at the middle was run to hold it against. */
  readonly compared: boolean
  /** Where it and the simulation part by more than the tolerance, why; empty where they agree. */
  readonly disagreements: readonly {
    readonly figure: string
    readonly analytic: number | null
    readonly simulated: number | null
    readonly why: string
  }[]
}

export interface Recommendation {
  /** Fewest that meet the probability; `null`: none does. */
  readonly instances: number | null
  readonly leastRegret: number | null
  readonly probability: number | null
  /** Plain sentences, the most important first. */
  readonly because: readonly string[]
}

export interface LeverRow {
  /** Names of levers pulled together are joined by ` + `. */
  readonly name: string
  readonly description: string
  /** Fewest instances that meet the SLO with it; `null`: none within the range. */
  readonly instancesNeeded: number | null
  /** Servers saved against the plan without it; `null` where one of the two is not reached. */
  readonly saves: number | null
  /** Fewest instances that do not collapse with it, however long people wait. */
  readonly instancesToHold: number | null
  readonly savesToHold: number | null
  /** At the fewest instances that meet the SLO, or at the most tried. */
  readonly waitSecP95: Range
  readonly note: string
}

export interface SensitivityRow {
  /** A path of the scenario, as `--set` writes it. */
  readonly parameter: string
  readonly evidence: Evidence
  /** Instances needed with it high minus with it low, or of `measure` where a count is not reached. */
  readonly swing: number
  readonly measure: 'instances' | 'pMeetsSlo' | 'pCollapse' | 'waitSecP95'
  readonly atLow: { readonly value: number; readonly outcome: number | null }
  readonly atHigh: { readonly value: number; readonly outcome: number | null }
}

/**
 * `collapses`: most requests fail for ten minutes on end (a quarter of a run shorter than forty).
 * `metastable`: it holds by itself, and most requests still fail so long after a trigger has gone.
 * `slow`: it holds, and is not drained before the end.
 */
export type MapCell = 'drains' | 'slow' | 'metastable' | 'collapses'

export interface CollapseMap {
  readonly instances: readonly number[]
  /** People who come, as a factor on the scenario's. */
  readonly crowd: readonly number[]
  /** Servers of the scenario. */
  readonly ownInstances: number
  /** `cell[i][j]`: at `instances[i]` and `crowd[j]`. */
  readonly cell: readonly (readonly MapCell[])[]
  /** Cells that were simulated; the others lie between equal ones, or were inferred. */
  readonly simulated: readonly (readonly boolean[])[]
  /**
   * Cells that were not simulated because, with as many servers, half as many people or fewer were
   * seen to be too many: what collapses under a crowd collapses under twice that crowd.
   */
  readonly inferred: readonly (readonly boolean[])[]
  /**
   * Whether adding servers under load, without a halt, brings a system back that is down; `null` where
   * it is not, comes back by itself about as soon, or was not simulated.
   */
  readonly recovers: readonly (readonly (boolean | null)[])[]
  /** The retry tries that this map holds for. */
  readonly tries: number
  readonly trigger: string
  /**
   * The same map at other numbers of tries. With more of them, what collapses in this map is taken to do
   * so too, with fewer, what drains; and far larger crowds are inferred as here.
   */
  readonly others: readonly {
    readonly tries: number
    readonly cell: readonly (readonly MapCell[])[]
  }[]
}

export interface ObjectiveNeed {
  readonly expr: string
  readonly instancesNeeded: number | null
  /** At the most instances tried. */
  readonly pHoldsAtMost: Probability
}

export interface MeasureNext {
  readonly parameter: string
  readonly evidence: Evidence
  readonly source: string | null
  readonly why: string
}

export interface PlanAudit {
  /** False where the plan was interrupted: it holds what was decided by then, and the rest is empty. */
  readonly complete: boolean
  readonly replications: number
  readonly wallSec: number
  readonly cpuSec: number
  /** What a row of the simulator stood for, and the like: how coarse the replications were. */
  readonly grain: string
}
