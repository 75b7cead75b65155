import type { Arrival } from '../../scenario/schema/schema.ts'
import { burst } from './burst.ts'
import { constant } from './constant.ts'
import { decay } from './decay.ts'
import { early } from './early.ts'
import type { ArrivalKind, ArrivalOf } from './kind.ts'
import { ramp } from './ramp.ts'
import { replay } from './replay.ts'

/** Every kind of arrival; a new kind is a new file and a line here. */
export const arrivals = { early, burst, decay, ramp, constant, replay } satisfies {
  [K in Arrival['kind']]: ArrivalKind<ArrivalOf<K>>
}

/** Seconds after the opening as a function of u, and how many are expected, of any entry. */
export function arrivalShape(arrival: Arrival): {
  expected: number | null
  timeSec: (u: number) => number
} {
  // The table is keyed by the entry's own kind, which the compiler cannot follow through a union.
  const kind = arrivals[arrival.kind] as ArrivalKind<Arrival>
  return { expected: kind.expected(arrival), timeSec: kind.timeSec(arrival) }
}
