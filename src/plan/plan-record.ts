import type { Evidence } from '../scenario/schema/quantity.ts'
import type { DisagreementCause } from './disagreement-cause.ts'
import type { LeverBasis } from './lever-basis.ts'
import type { MapTrigger } from './map-trigger.ts'
import type { MeasureReason } from './measure-reason.ts'
import type { CandidateVerdict, Measure, Probability, Range } from './plan-figures.ts'
import type { PlanReason } from './plan-reason.ts'
import type { PulledLever } from './pulled-lever.ts'
import type { TrialGrain } from './trial-grain.ts'

/**
 * `plan.json`, schema version 2: what `dambreak plan` found, as codes and values; `report/plan/` has
 * the words. `plan-schema.ts` is the same for files that are read, `plan-v1.ts` upgrades version 1.
 */
export interface Plan {
  readonly schemaVersion: 2
  readonly header: PlanHeader
  /** Ascending by `instances`. */
  readonly candidates: readonly Candidate[]
  readonly recommendation: Recommendation
  /** Fewest servers first; empty where none were asked for. */
  readonly levers: readonly LeverRow[]
  /** Largest swing first. */
  readonly sensitivity: readonly SensitivityRow[]
  readonly collapseMap: CollapseMap | null
  /** Each objective by itself: the smallest count at which it holds. */
  readonly objectives: readonly ObjectiveNeed[]
  /** What is only assumed and moves the answer: measure these next, the most important first. */
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
  /** Limit of what may be spent an hour; `null`: no limit. */
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

/** Figures of one run. */
export interface Shown {
  readonly meetsSlo: boolean
  readonly waitSecP95: number | null
}

/** The figures that closed forms and simulation are compared by. */
export const analyticFigures = ['waitSecP95', 'drainSec', 'goodputPerSec', 'abandonShare'] as const
export type AnalyticFigure = (typeof analyticFigures)[number]

/** What closed forms give for a candidate, at the middle of all parameters. */
export interface AnalyticAnswer {
  /** Erlangs offered to each station at the rate of admissions, slots, and the ratio of the two. */
  readonly stations: readonly {
    readonly station: string
    readonly offeredLoad: number
    readonly slots: number
    readonly utilisation: number
    /** Slots by square-root staffing. */
    readonly squareRootSlots: number
    /** Erlangs at the peak of the modified offered load, and slots by square-root staffing for it. */
    readonly peakLoad: number
    readonly peakSlots: number
    /** Share of requests abandoned in the station's queue, by Erlang A at `offeredLoad`. */
    readonly givenUpShare: number
  }[]
  readonly waitSecP95: number | null
  readonly drainSec: number | null
  readonly goodputPerSec: number | null
  readonly abandonShare: number | null
  /** Stable, vulnerable (a trigger can tip it) or overloaded, by the metastable band. */
  readonly regime: 'stable' | 'vulnerable' | 'overloaded'
  /** Whether a simulation at the middle was run to compare with. */
  readonly compared: boolean
  /** Where it and the simulation differ by more than the tolerance; empty where they agree. */
  readonly disagreements: readonly {
    readonly figure: AnalyticFigure
    readonly analytic: number | null
    readonly simulated: number | null
    readonly cause: DisagreementCause
  }[]
}

export interface Recommendation {
  /** The smallest count that meets the probability, within the budget; `null`: none does. */
  readonly instances: number | null
  /** The count with the lowest expected regret; `null` without prices. */
  readonly minRegretInstances: number | null
  /** In what share of its replications the recommended count met the SLO. */
  readonly probability: number | null
  /** The most important first. */
  readonly reasons: readonly PlanReason[]
}

export interface LeverRow {
  /** One lever, or several pulled together. */
  readonly pulled: readonly PulledLever[]
  /** The smallest count that meets the SLO with it; `null`: none within the range. */
  readonly instancesNeeded: number | null
  /** Servers saved against the plan without it; `null` where one of the two is not reached. */
  readonly saves: number | null
  /** The smallest count that does not collapse with it, however long people wait. */
  readonly instancesToAvoidCollapse: number | null
  readonly savesToAvoidCollapse: number | null
  /** At the smallest count that meets the SLO, or at the largest tried. */
  readonly waitSecP95: Range
  /** What `instancesToAvoidCollapse` rests on. */
  readonly basis: LeverBasis
}

export interface SensitivityRow {
  /** A path of the scenario, as `--set` writes it. */
  readonly parameter: string
  readonly evidence: Evidence
  /** Instances needed with it high minus with it low, or of `measure` where a count is not reached. */
  readonly swing: number
  readonly measure: Measure
  readonly atLow: { readonly value: number; readonly outcome: number | null }
  readonly atHigh: { readonly value: number; readonly outcome: number | null }
}

/**
 * `collapses`: most requests fail for ten minutes on end (a quarter of a run shorter than forty).
 * `metastable`: it holds by itself, and most requests still fail so long after a trigger has gone.
 * `slow`: it holds, and is not drained before the end.
 */
export const mapCells = ['drains', 'slow', 'metastable', 'collapses'] as const
export type MapCell = (typeof mapCells)[number]

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
  readonly trigger: MapTrigger
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
  /** At the largest count tried. */
  readonly pHoldsAtMax: Probability
}

export interface MeasureNext {
  readonly parameter: string
  readonly evidence: Evidence
  readonly source: string | null
  readonly reason: MeasureReason
}

interface PlanAudit {
  /** False where the plan was interrupted: it holds what was decided by then, and the rest is empty. */
  readonly complete: boolean
  readonly replications: number
  readonly wallSec: number
  readonly cpuSec: number
  /** How coarse the replications were. */
  readonly grain: TrialGrain
}
