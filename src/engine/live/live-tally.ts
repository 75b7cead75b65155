import { outcomeNames } from '../../core/codes.ts'
import { Histogram, latencyLayout } from '../../record/histogram.ts'

/** What a live engine counts beside the record: the generator's own conduct, and the gate's calls. */
export interface LiveTally {
  /** Dispatched less intended, µs, before any wait for a connection: the generator's own fault. */
  readonly latenessUs: Histogram
  /** Intended arrivals that were dispatched. */
  arrivals: number
  /** Requests of all kinds handed to the transport. */
  sent: number
  /** What the generator could not send: no descriptor, no port, no memory. */
  droppedGenerator: number
  /** What the ceilings in flight and a second kept back. */
  droppedCeiling: number
  polls: number
  mostInFlight: number
  mostConnections: number
  /** Calls of the waiting room by `Outcome` code, and how long they took, µs. */
  readonly gateOutcomes: Float64Array
  readonly gateResponseUs: Histogram
}

export function createLiveTally(): LiveTally {
  return {
    latenessUs: new Histogram(latencyLayout),
    arrivals: 0,
    sent: 0,
    droppedGenerator: 0,
    droppedCeiling: 0,
    polls: 0,
    mostInFlight: 0,
    mostConnections: 0,
    gateOutcomes: new Float64Array(outcomeNames.length),
    gateResponseUs: new Histogram(latencyLayout),
  }
}

/** Adds `from` to `into`: what all workers together did. */
export function addLiveTally(into: LiveTally, from: LiveTally): void {
  into.latenessUs.merge(from.latenessUs)
  into.gateResponseUs.merge(from.gateResponseUs)
  into.arrivals += from.arrivals
  into.sent += from.sent
  into.droppedGenerator += from.droppedGenerator
  into.droppedCeiling += from.droppedCeiling
  into.polls += from.polls
  // They need not have been at the same time; it is a bound.
  into.mostInFlight += from.mostInFlight
  into.mostConnections += from.mostConnections
  from.gateOutcomes.forEach((n, code) => (into.gateOutcomes[code]! += n))
}
