import { z } from 'zod'
import { textCodeSchema } from './text-code.ts'

/** What is done to a system of the collapse map to see whether it comes back by itself. */
export const mapTriggerSchema = z.discriminatedUnion('code', [
  /**
   * From `atSec` after the opening, for `forSec`, half of the servers are away while the gate keeps its
   * rate; where there is one server, the gate admits twice as many instead.
   */
  z.object({ code: z.literal('HalfOfServersAway'), atSec: z.number(), forSec: z.number() }),
  textCodeSchema,
])

export type MapTrigger = z.infer<typeof mapTriggerSchema>
