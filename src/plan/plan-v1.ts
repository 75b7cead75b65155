import { z } from 'zod'
import type { Plan } from './plan-record.ts'
import { planParts, planSchema } from './plan-schema.ts'
import { textCode } from './text-code.ts'

/**
 * Schema version 1 of `plan.json`: finished sentences where version 2 has codes, and other names for
 * a few fields. It is upgraded as it is read; a sentence becomes a `Text` and is shown as it is.
 */

const { disagreement, analytic, candidate, recommendation, lever, collapseMap } = planParts
const { objective, measureNext, audit } = planParts

const sentence = z.string().transform(textCode)

const disagreementV1 = disagreement
  .omit({ cause: true })
  .extend({ why: sentence })
  .transform(({ why, ...rest }) => ({ ...rest, cause: why }))

const candidateV1 = candidate.extend({
  analytic: analytic.extend({ disagreements: z.array(disagreementV1) }),
})

const recommendationV1 = recommendation
  .omit({ minRegretInstances: true, reasons: true })
  .extend({
    leastRegret: recommendation.shape.minRegretInstances,
    because: z.array(sentence),
  })
  .transform(({ leastRegret, because, ...rest }) => ({
    ...rest,
    minRegretInstances: leastRegret,
    reasons: because,
  }))

const leverV1 = lever
  .omit({ pulled: true, basis: true, instancesToAvoidCollapse: true, savesToAvoidCollapse: true })
  .extend({
    name: z.string(),
    description: z.string(),
    note: sentence,
    instancesToHold: lever.shape.instancesToAvoidCollapse,
    savesToHold: lever.shape.savesToAvoidCollapse,
  })
  .transform(({ name, description, note, instancesToHold, savesToHold, ...rest }) => ({
    ...rest,
    pulled: [{ code: 'Text' as const, name, description }],
    instancesToAvoidCollapse: instancesToHold,
    savesToAvoidCollapse: savesToHold,
    basis: note,
  }))

const objectiveV1 = objective
  .omit({ pHoldsAtMax: true })
  .extend({ pHoldsAtMost: objective.shape.pHoldsAtMax })
  .transform(({ pHoldsAtMost, ...rest }) => ({ ...rest, pHoldsAtMax: pHoldsAtMost }))

const measureNextV1 = measureNext
  .omit({ reason: true })
  .extend({ why: sentence })
  .transform(({ why, ...rest }) => ({ ...rest, reason: why }))

/** Version 1 in, version 2 out. */
export const planV1Schema = planSchema
  .extend({
    schemaVersion: z.literal(1),
    candidates: z.array(candidateV1),
    recommendation: recommendationV1,
    levers: z.array(leverV1),
    collapseMap: collapseMap.extend({ trigger: sentence }).nullable(),
    objectives: z.array(objectiveV1),
    measureNext: z.array(measureNextV1),
    audit: audit.extend({ grain: sentence }),
  })
  .transform((plan): Plan => ({ ...plan, schemaVersion: 2 }))
