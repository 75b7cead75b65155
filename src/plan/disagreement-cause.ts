import { z } from 'zod'
import { shareSchema } from './plan-figures.ts'
import { textCodeSchema } from './text-code.ts'

/** The mechanism that a closed form leaves out and the simulation shows. */
export const disagreementCauseSchema = z.discriminatedUnion('code', [
  /** The stack collapses and serves requests whose clients have given up. */
  z.object({ code: z.literal('FutileWork') }),
  /** This share of those inside was never admitted. */
  z.object({ code: z.literal('GateLeak'), leakedShare: shareSchema }),
  /** The stack collapses and people come back with new tickets. */
  z.object({ code: z.literal('ReturnsAfterCollapse') }),
  /** Tickets of people who have booked take turns too. */
  z.object({ code: z.literal('DuplicateTickets') }),
  /** The last people admitted book after the line is empty. */
  z.object({ code: z.literal('BookingsAfterTheLine') }),
  /** The coefficient of variation of the patience is not 1, that of an exponential. */
  z.object({ code: z.literal('PatienceSpread'), cv: z.number() }),
  /** The patience has the spread of an exponential and another shape. */
  z.object({ code: z.literal('PatienceShape'), dist: z.string() }),
  /** Further front doors take people past the line. */
  z.object({ code: z.literal('FurtherFrontDoors') }),
  /** Places inside become free more slowly under load than at rest. */
  z.object({ code: z.literal('PlacesUnderLoad') }),
  /** The line is a fluid: no turns lost to polls and to people who left. */
  z.object({ code: z.literal('FluidLine') }),
  textCodeSchema,
])

export type DisagreementCause = z.infer<typeof disagreementCauseSchema>
