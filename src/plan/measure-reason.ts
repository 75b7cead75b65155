import { z } from 'zod'
import { measureSchema } from './plan-figures.ts'
import { textCodeSchema } from './text-code.ts'

/** Why a parameter is worth measuring: the outcome changes by `swing` between its two values. */
export const measureReasonSchema = z.discriminatedUnion('code', [
  z.object({
    code: z.literal('Swing'),
    measure: measureSchema,
    swing: z.number(),
    low: z.number(),
    high: z.number(),
  }),
  textCodeSchema,
])

export type MeasureReason = z.infer<typeof measureReasonSchema>
