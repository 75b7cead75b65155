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
