import { z } from 'zod'
import { evidenceLabels } from '../scenario/schema/quantity.ts'
import { disagreementCauseSchema } from './disagreement-cause.ts'
import { leverBasisSchema } from './lever-basis.ts'
import { mapTriggerSchema } from './map-trigger.ts'
import { measureReasonSchema } from './measure-reason.ts'
import {
  candidateVerdictSchema,
  countSchema,
  instancesSchema,
  measureSchema,
  probabilitySchema,
  rangeSchema,
  shareSchema,
} from './plan-figures.ts'
import { planReasonSchema } from './plan-reason.ts'
import { analyticFigures, mapCells, type Plan } from './plan-record.ts'
import { pulledLeverSchema } from './pulled-lever.ts'
import { trialGrainSchema } from './trial-grain.ts'

/**
 * `plan-record.ts` as a schema, for files that come from elsewhere. Unknown fields are dropped. The
 * parts are exported for `plan-v1.ts`, which replaces what version 1 wrote otherwise.
 */

const measure = z.number()
const measureOrNull = measure.nullable()
const instancesOrNull = instancesSchema.nullable()
const time = z.string().refine((text) => Number.isFinite(Date.parse(text)))
const evidence = z.enum(evidenceLabels)

/** As many counts as `--instances` takes. */
const maxCounts = 200
/** As many columns as a map may have. */
const maxCrowds = 100

const prices = z.object({
  currency: z.string(),
  instancePerHour: measureOrNull,
  lostBooking: measureOrNull,
  waitingPerHour: measureOrNull,
})

const header = z.object({
  scenarioName: z.string(),
  workloadHash: z.string(),
  stackHash: z.string(),
  variant: z.string(),
  seed: measure,
  population: measure,
  speed: measure,
  startedAt: time,
  opensAt: time,
  endsAt: time,
  probability: shareSchema,
  slo: z.array(z.string()),
  parameters: z.object({
    from: z.enum(['intervals', 'ensemble', 'fixed']),
    count: countSchema,
    members: countSchema.nullable(),
  }),
  prices,
  budgetPerHour: measureOrNull,
  versions: z.record(z.string(), z.string()),
})

const disagreement = z.object({
  figure: z.enum(analyticFigures),
  analytic: measureOrNull,
  simulated: measureOrNull,
  cause: disagreementCauseSchema,
})

const analytic = z.object({
  stations: z.array(
    z.object({
      station: z.string(),
      offeredLoad: measure,
      slots: measure,
      utilisation: measure,
      squareRootSlots: measure,
      peakLoad: measure,
      peakSlots: measure,
      givenUpShare: measure,
    }),
  ),
  waitSecP95: measureOrNull,
  drainSec: measureOrNull,
  goodputPerSec: measureOrNull,
  abandonShare: measureOrNull,
  regime: z.enum(['stable', 'vulnerable', 'overloaded']),
  compared: z.boolean(),
  disagreements: z.array(disagreement),
})

const shownFields = { meetsSlo: z.boolean(), waitSecP95: measureOrNull }

const candidate = z.object({
  instances: instancesSchema,
  verdict: candidateVerdictSchema,
  replications: countSchema,
  pMeetsSlo: probabilitySchema,
  pCollapse: probabilitySchema,
  waitSecP95: rangeSchema,
  drainSec: rangeSchema,
  goodputPerSec: rangeSchema,
  booked: rangeSchema,
  cost: measure,
  regret: measureOrNull,
  objectives: z.array(
    z.object({ expr: z.string(), pHolds: probabilitySchema, observed: rangeSchema }),
  ),
  analytic,
  confirmed: z
    .object({ ...shownFields, draw: countSchema.nullable(), coarse: z.object(shownFields) })
    .nullable(),
})

const recommendation = z.object({
  instances: instancesOrNull,
  minRegretInstances: instancesOrNull,
  probability: shareSchema.nullable(),
  reasons: z.array(planReasonSchema),
})

const lever = z.object({
  pulled: z.array(pulledLeverSchema).min(1),
  instancesNeeded: instancesOrNull,
  saves: measureOrNull,
  instancesToAvoidCollapse: instancesOrNull,
  savesToAvoidCollapse: measureOrNull,
  waitSecP95: rangeSchema,
  basis: leverBasisSchema,
})

const end = z.object({ value: measure, outcome: measureOrNull })
const sensitivity = z.object({
  parameter: z.string(),
  evidence,
  swing: measure,
  measure: measureSchema,
  atLow: end,
  atHigh: end,
})

const byCell = <Cell extends z.ZodType>(cell: Cell) =>
  z.array(z.array(cell).max(maxCrowds)).max(maxCounts)
const cells = byCell(z.enum(mapCells))

const collapseMap = z.object({
  instances: z.array(instancesSchema).max(maxCounts),
  crowd: z.array(measure).max(maxCrowds),
  ownInstances: instancesSchema,
  cell: cells,
  simulated: byCell(z.boolean()),
  inferred: byCell(z.boolean()),
  recovers: byCell(z.boolean().nullable()),
  tries: countSchema,
  trigger: mapTriggerSchema,
  others: z.array(z.object({ tries: countSchema, cell: cells })),
})

const objective = z.object({
  expr: z.string(),
  instancesNeeded: instancesOrNull,
  pHoldsAtMax: probabilitySchema,
})

const measureNext = z.object({
  parameter: z.string(),
  evidence,
  source: z.string().nullable(),
  reason: measureReasonSchema,
})

const audit = z.object({
  complete: z.boolean(),
  replications: countSchema,
  wallSec: measure,
  cpuSec: measure,
  grain: trialGrainSchema,
})

/** The parts of a plan that differ from version 1, by themselves. */
export const planParts = {
  disagreement,
  analytic,
  candidate,
  recommendation,
  lever,
  collapseMap,
  objective,
  measureNext,
  audit,
}

export const planSchema = z.object({
  schemaVersion: z.literal(2),
  header,
  candidates: z.array(candidate).max(maxCounts),
  recommendation,
  levers: z.array(lever),
  sensitivity: z.array(sensitivity),
  collapseMap: collapseMap.nullable(),
  objectives: z.array(objective),
  measureNext: z.array(measureNext),
  audit,
}) satisfies z.ZodType<Plan>
