import type { Arrival } from '../../scenario/schema/schema.ts'

/** One way of arriving. A kind is a file in this folder and a line in `arrivals.ts`. */
export interface ArrivalKind<A extends Arrival> {
  /**
   * How many come: a number, where the entry itself says (then `poisson` spacing draws it from a
   * Poisson distribution of that mean), or `null` for a share of the initial tickets.
   */
  expected(arrival: A): number | null
  /**
   * Quantile function of the arrival time: u in [0, 1] to seconds after the opening,
   * non-decreasing. Independent uniforms give a Poisson process of that shape, given its count.
   */
  timeSec(arrival: A): (u: number) => number
}

export type ArrivalOf<K extends Arrival['kind']> = Extract<Arrival, { kind: K }>
