import { z } from 'zod'

/**
 * What reports and gates read of the scenario that a record keeps, whatever version of the scenario
 * language it was written in. Everything else is kept as it is.
 */
export const recordedScenarioSchema = z.looseObject({
  description: z.string().optional(),
  journey: z
    .array(z.looseObject({ visits: z.array(z.looseObject({ station: z.string() })).optional() }))
    .optional(),
  timeline: z
    .array(
      z.looseObject({ at: z.string().optional(), kind: z.string(), until: z.string().optional() }),
    )
    .optional(),
  variants: z
    .array(z.looseObject({ name: z.string(), description: z.string().optional() }))
    .optional(),
  reported: z.array(z.looseObject({ inSample: z.boolean().optional() })).optional(),
  slo: z.array(z.string()).optional(),
})
