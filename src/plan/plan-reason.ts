import { z } from 'zod'
import {
  candidateVerdictSchema,
  countSchema,
  instancesSchema,
  probabilitySchema,
  shareSchema,
} from './plan-figures.ts'
import { textCodeSchema } from './text-code.ts'

/** Counts of servers, ascending. */
const counts = z.array(instancesSchema)

/** A reason for a plan's recommendation. Money is in `header.prices.currency`. */
export const planReasonSchema = z.discriminatedUnion('code', [
  /** The plan was stopped: what was decided by then is there, the rest is missing. */
  z.object({ code: z.literal('Interrupted') }),
  /** The recommended count, and the probability asked for that its replications decide on. */
  z.object({
    code: z.literal('AnswerMeets'),
    instances: instancesSchema,
    pMeetsSlo: probabilitySchema,
    replications: countSchema,
    probability: shareSchema,
  }),
  /** The largest count below the recommended one. */
  z.object({
    code: z.literal('BelowAnswer'),
    instances: instancesSchema,
    pMeetsSlo: probabilitySchema,
    replications: countSchema,
    verdict: candidateVerdictSchema,
  }),
  /** Counts below the recommended one that the replications do not decide. */
  z.object({ code: z.literal('UndecidedBelow'), instances: counts }),
  /** Counts above the recommended one that fail. */
  z.object({ code: z.literal('FailsAbove'), instances: counts }),
  /** This count meets the objectives and costs more than the budget. */
  z.object({
    code: z.literal('OverBudget'),
    instances: instancesSchema,
    costPerHour: z.number(),
    budgetPerHour: z.number(),
  }),
  /** No count is known to meet the objectives, and these are not decided. */
  z.object({ code: z.literal('Undecided'), instances: counts }),
  /** Each objective is met by some count, all of them together by none. */
  z.object({ code: z.literal('NoneMeetsAll'), probability: shareSchema }),
  /** An objective that no count meets, as it is at the largest one. */
  z.object({
    code: z.literal('ObjectiveFails'),
    expr: z.string(),
    instances: instancesSchema,
    pHolds: probabilitySchema,
    observedMid: z.number().nullable(),
  }),
  /** What the gate admits at the largest count, and the tickets of the whole crowd. */
  z.object({
    code: z.literal('GateRate'),
    instances: instancesSchema,
    admittedPerSec: z.number(),
    tickets: z.number(),
  }),
  /** A station that all servers share and that carries less than the gate admits. */
  z.object({
    code: z.literal('SharedStation'),
    instances: instancesSchema,
    station: z.string(),
    visitorsPerSec: z.number(),
    admittedPerSec: z.number(),
  }),
  /** The busiest station at the largest count, by the closed form. */
  z.object({
    code: z.literal('BusiestStation'),
    instances: instancesSchema,
    station: z.string(),
    utilisation: z.number(),
  }),
  /** There are no prices to weigh too few servers against too many. */
  z.object({ code: z.literal('RegretUnpriced') }),
  /** The count with the lowest expected regret, over the draws that all counts have. */
  z.object({
    code: z.literal('MinRegret'),
    instances: instancesSchema,
    regret: z.number(),
    draws: countSchema,
    isAnswer: z.boolean(),
    /** It is the largest count tried, so a larger one may have less regret. */
    isMaxTried: z.boolean(),
  }),
  /** A full-size run beside the coarse run of the same draw; `draw` null: the middle of all parameters. */
  z.object({
    code: z.literal('FullSizeRun'),
    instances: instancesSchema,
    draw: countSchema.nullable(),
    meetsSlo: z.boolean(),
    coarseMeetsSlo: z.boolean(),
  }),
  textCodeSchema,
])

export type PlanReason = z.infer<typeof planReasonSchema>
