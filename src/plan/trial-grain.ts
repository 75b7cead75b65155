import { z } from 'zod'
import { countSchema } from './plan-figures.ts'
import { textCodeSchema } from './text-code.ts'

/** How coarse the replications of a plan are; the runs that confirm its answer never are. */
export const trialGrainSchema = z.discriminatedUnion('code', [
  /**
   * A crowd of more than `rows` is simulated as about so many rows, and time is skipped while nothing
   * changes in the stack.
   */
  z.object({ code: z.literal('Bundled'), rows: countSchema }),
  textCodeSchema,
])

export type TrialGrain = z.infer<typeof trialGrainSchema>
