import { z } from 'zod'

/**
 * What came of an event of the timeline, as a code with its values; `report/event-words.ts` has the
 * words. Texts are those of the target's control server.
 */
export const eventDetailSchema = z.discriminatedUnion('code', [
  z.strictObject({
    code: z.literal('ServiceHalted'),
    queue: z.enum(['keep', 'void']),
    serversRestarted: z.boolean(),
  }),
  z.strictObject({ code: z.literal('ServiceResumed') }),
  z.strictObject({
    code: z.literal('InstancesChanged'),
    from: z.int().min(0),
    to: z.int().min(0),
  }),
  /** As the scenario writes it: `{ perSec: 36 }`. */
  z.strictObject({
    code: z.literal('AdmissionChanged'),
    admission: z.record(z.string(), z.unknown()),
  }),
  z.strictObject({ code: z.literal('BypassClosed') }),
  z.strictObject({
    code: z.literal('EligibilityFault'),
    effect: z.enum(['refuse-eligible', 'accept-ineligible']),
  }),
  z.strictObject({ code: z.literal('OpenedEarly') }),
  z.strictObject({ code: z.literal('SupplyChanged'), add: z.number() }),
  /** Performed by the target, which says so. */
  z.strictObject({ code: z.literal('ControlAnswered'), text: z.string() }),
  /** Not performed: the control server refused it, or did not answer. */
  z.strictObject({ code: z.literal('ControlFailed'), error: z.string() }),
  /** Not performed: there was no control address. */
  z.strictObject({ code: z.literal('NoControl') }),
  /** Not performed: the run was over before. */
  z.strictObject({ code: z.literal('RunOver') }),
  /** Not performed: it should have ended before it could begin. */
  z.strictObject({ code: z.literal('OverBeforeStart') }),
  /** Text of a version 1 record that no code is known for. */
  z.strictObject({ code: z.literal('Other'), text: z.string() }),
])

export type EventDetail = z.infer<typeof eventDetailSchema>
