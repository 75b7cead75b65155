/** Numeric codes shared by the engines, the recorder and `run.json`; the order is the wire format. */

/** How a ticket ended; every ticket has exactly one end. */
export const endNames = [
  'booked',
  'soldOut',
  'alreadyBooked',
  'ineligible',
  'abandoned',
  'refused',
  'timedOut',
  'failed',
  'dropped',
  'unfinished',
] as const
export type EndName = (typeof endNames)[number]
export const End = {
  booked: 0,
  soldOut: 1,
  alreadyBooked: 2,
  ineligible: 3,
  abandoned: 4,
  refused: 5,
  timedOut: 6,
  failed: 7,
  dropped: 8,
  unfinished: 9,
} as const satisfies Record<EndName, number>

/** How a request ended, seen by the client. */
export const outcomeNames = [
  'ok',
  'refused',
  'reset',
  'connectTimeout',
  'timeout',
  'http4xx',
  'http5xx',
  'malformed',
  'dropped',
] as const
export type OutcomeName = (typeof outcomeNames)[number]
export const Outcome = {
  ok: 0,
  refused: 1,
  reset: 2,
  connectTimeout: 3,
  timeout: 4,
  http4xx: 5,
  http5xx: 6,
  malformed: 7,
  dropped: 8,
} as const satisfies Record<OutcomeName, number>

/** Why an answer that came counts as `malformed`. */
export const answerFaultNames = [
  /** It is no HTTP that a strict client reads. */
  'ResponseBroken',
  /** Its content coding is none that is decoded. */
  'EncodingUnknown',
  /** Its body is not in the content coding that it names, or was cut off. */
  'EncodingBroken',
  /** It states no charset that is known, and is not UTF-8: a pattern may have been missed. */
  'CharsetUnknown',
  /** It is larger than the limit, and a pattern may stand behind it. */
  'BodyTooLong',
  /** Its status is good, and it is not what the scenario expects. */
  'NotAsExpected',
  /** A redirect leads to another host, nowhere, or on and on. */
  'RedirectNotFollowed',
  /** A value to extract is not in it. */
  'ValueMissing',
  /** A value to extract, or all that the visitor keeps, is longer than the limit. */
  'ValueTooLong',
  /** An extracted link leads to another host. */
  'LinkElsewhere',
] as const
export type AnswerFaultName = (typeof answerFaultNames)[number]

/** What is checked after the fact, from what happened and not from what was asked for. */
export const findingNames = [
  'earlyAdmission',
  'bypassed',
  'orderInversion',
  'doubleBooking',
  'ineligibleBooked',
  'eligibleRefused',
] as const
export type FindingName = (typeof findingNames)[number]
