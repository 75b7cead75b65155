import { outcomeNames, type AnswerFaultName, type OutcomeName } from '../../core/codes.ts'
import { ratePerSecOf } from '../../core/units.ts'
import { Histogram, latencyLayout } from '../../record/histogram.ts'

/** What a live engine counts beside the record: the generator's own conduct, and the gate's calls. */
export interface LiveTally {
  /** Dispatched less intended, µs, before any wait for a connection: the generator's own fault. */
  readonly latenessUs: Histogram
  /** Intended arrivals that were dispatched, and between which times; wall ms. */
  arrivals: number
  readonly intendedMs: Span
  readonly dispatchedMs: Span
  /** Requests of all kinds handed to the transport. */
  sent: number
  /** What the generator could not send: no descriptor, no port, no memory. */
  droppedGenerator: number
  /** What the ceilings in flight and a second kept back. */
  droppedCeiling: number
  polls: number
  maxInFlight: number
  maxConnections: number
  /** Calls of the waiting room by `Outcome` code; µs from the send, and to connect. */
  readonly gateOutcomes: Float64Array
  readonly gateResponseUs: Histogram
  readonly gateConnectUs: Histogram
  /** Malformed answers of the journey, by `AnswerFault` as one text (`faultKey`). */
  readonly answerFaults: Map<string, number>
  /** Cookies that visitors could not keep. */
  droppedCookies: number
}

/** Why an answer is malformed: of which step, why, and of what (an entry of `expect` or `extract`). */
export interface AnswerFault {
  readonly step: string
  readonly fault: AnswerFaultName
  readonly of: string
}

export const faultKey = ({ step, fault, of }: AnswerFault): string => `${fault}\n${of}\n${step}`

/** The first and the last of some times. */
export interface Span {
  first: number
  last: number
}

/** `histogram`: the one that takes all times, where nobody asks for them; absent: one for each. */
export function createLiveTally(histogram?: Histogram): LiveTally {
  return {
    latenessUs: histogram ?? new Histogram(latencyLayout),
    arrivals: 0,
    intendedMs: { first: Infinity, last: -Infinity },
    dispatchedMs: { first: Infinity, last: -Infinity },
    sent: 0,
    droppedGenerator: 0,
    droppedCeiling: 0,
    polls: 0,
    maxInFlight: 0,
    maxConnections: 0,
    gateOutcomes: new Float64Array(outcomeNames.length),
    gateResponseUs: histogram ?? new Histogram(latencyLayout),
    gateConnectUs: histogram ?? new Histogram(latencyLayout),
    answerFaults: new Map(),
    droppedCookies: 0,
  }
}

/** Adds `from` to `into`: what all workers together did. */
export function addLiveTally(into: LiveTally, from: LiveTally): void {
  into.latenessUs.merge(from.latenessUs)
  into.gateResponseUs.merge(from.gateResponseUs)
  into.gateConnectUs.merge(from.gateConnectUs)
  into.arrivals += from.arrivals
  addSpan(into.intendedMs, from.intendedMs)
  addSpan(into.dispatchedMs, from.dispatchedMs)
  into.sent += from.sent
  into.droppedGenerator += from.droppedGenerator
  into.droppedCeiling += from.droppedCeiling
  into.polls += from.polls
  // They need not have been at the same time; it is a bound.
  into.maxInFlight += from.maxInFlight
  into.maxConnections += from.maxConnections
  into.droppedCookies += from.droppedCookies
  for (const [key, n] of from.answerFaults) addTo(into.answerFaults, key, n)
  from.gateOutcomes.forEach((n, code) => (into.gateOutcomes[code]! += n))
}

export function addTo(counts: Map<string, number>, key: string, n: number): void {
  counts.set(key, (counts.get(key) ?? 0) + n)
}

/** Takes one more time, or those of another span, into a span. */
export function addSpan(into: Span, { first, last }: Span): void {
  if (first < into.first) into.first = first
  if (last > into.last) into.last = last
}

/** Rate of `n` arrivals over a span, per second; `null` if they do not determine one. */
export function ratePerSec(n: number, { first, last }: Span): number | null {
  return n > 1 && last > first ? ratePerSecOf(n - 1, last - first) : null
}

const histograms = ['latenessUs', 'gateResponseUs', 'gateConnectUs'] as const
type Histograms = (typeof histograms)[number]

/** A tally as plain data, for the way to another thread. */
export type LiveTallyParts = Omit<LiveTally, Histograms> & Record<Histograms, Float64Array>

export function liveTallyParts(tally: LiveTally): LiveTallyParts {
  return { ...tally, ...eachHistogram((name) => tally[name].counts) }
}

export function liveTallyOf(parts: LiveTallyParts): LiveTally {
  return { ...parts, ...eachHistogram((name) => Histogram.of(latencyLayout, parts[name])) }
}

function eachHistogram<V>(make: (name: Histograms) => V): Record<Histograms, V> {
  return Object.fromEntries(histograms.map((name) => [name, make(name)])) as Record<Histograms, V>
}

/** Counts by the name of the outcome, from counts by its code. */
export function outcomeCounts(byCode: Float64Array): Record<OutcomeName, number> {
  return Object.fromEntries(outcomeNames.map((name, code) => [name, byCode[code] ?? 0])) as Record<
    OutcomeName,
    number
  >
}
