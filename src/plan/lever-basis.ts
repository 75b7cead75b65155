import { z } from 'zod'
import { countSchema } from './plan-figures.ts'
import { textCodeSchema } from './text-code.ts'

/** What a lever's count without collapse rests on: of so many draws, at most `maxCollapses` collapse. */
export const leverBasisSchema = z.discriminatedUnion('code', [
  z.object({ code: z.literal('Screened'), draws: countSchema, maxCollapses: countSchema }),
  textCodeSchema,
])

export type LeverBasis = z.infer<typeof leverBasisSchema>
