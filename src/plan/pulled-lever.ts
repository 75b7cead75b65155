import { z } from 'zod'
import { shareSchema } from './plan-figures.ts'

const factor = z.number()
const openings = z.int().min(1)

/** What a built-in lever changes, by its code and values; `Text`: a lever of a file, in its own words. */
export const pulledLeverSchema = z.discriminatedUnion('code', [
  z.object({
    code: z.literal('AdmissionRate'),
    /** The field of `waitingRoom.admission` that is scaled. */
    field: z.enum(['perSecPerInstance', 'perSec', 'maxInside']),
    factor,
  }),
  z.object({ code: z.literal('OneTicketPerPerson') }),
  z.object({ code: z.literal('CohortSplit'), openings }),
  z.object({ code: z.literal('RandomPreQueue'), preQueueSec: z.number() }),
  /** `wrongDayShare`: of the people of the other days, how many come all the same. */
  z.object({ code: z.literal('BirthDateRotation'), openings, wrongDayShare: shareSchema }),
  z.object({
    code: z.literal('ClientBackoff'),
    triesFactor: factor,
    backoffFactor: factor,
    pollFactor: factor,
  }),
  z.object({ code: z.literal('BypassClosed') }),
  z.object({ code: z.literal('LongerSessions'), factor }),
  z.object({
    code: z.literal('FurtherFrontDoors'),
    /** Of all people, at each of the two doors. */
    share: shareSchema,
    /** Handed on by each door. */
    perSec: z.number(),
    delaySec: z.number(),
  }),
  z.object({ code: z.literal('Text'), name: z.string(), description: z.string() }),
])

export type PulledLever = z.infer<typeof pulledLeverSchema>
