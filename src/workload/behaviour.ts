import { streamKey, streams, uniform } from '../core/chance.ts'
import { End, Outcome, outcomeNames } from '../core/codes.ts'
import { tabulatedQuantileOf, type Distribution, type Quantile } from '../core/distribution.ts'
import { secToMs } from '../core/units.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { Action, Flag, type VisitorRows } from './rows.ts'

/**
 * What the world answers a visitor. 0 … 8 are the outcomes of a request (`Outcome`); the rest come
 * from the gate, or are what the booking pages say.
 */
const answers = {
  ...Outcome,
  /** A ticket was issued; the visitor is in the queue. */
  queued: 16,
  /** Its turn was called; it learns so at its next poll. */
  called: 17,
  /** It is in. */
  passed: 18,
  /** Two polls timed out and its client goes on all the same. */
  failedOpen: 19,
  /** Service is off; people are told when it will be back (`crowd.resumeAtMs`). */
  closed: 20,
  /** Its ticket was thrown away by a halt. */
  voided: 21,
  /** The booking pages are not open yet (`crowd.opensAtMs`). */
  notOpen: 22,
  /** It was called, and polled in vain: service is off (`crowd.resumeAtMs`). */
  heldUp: 23,
  soldOut: 32,
  alreadyBooked: 33,
  ineligible: 34,
  /** It gave up waiting. */
  gaveUp: 35,
} as const

export const Answer = answers

/** A client's poll times out after 3 s and is tried once more before it fails open (netfunnel). */
const FAIL_OPEN_AFTER_SEC = 6
/** Spread of those who stand at closed booking pages over the seconds after the opening. */
const CLOSED_SPREAD_SEC = 5

/** The parameters of behaviour, compiled once a run. */
export interface Crowd {
  readonly patienceSec: Quantile | null
  readonly thinkSec: readonly Quantile[]
  readonly retryTries: number
  readonly retryOn: Uint8Array
  readonly backoffSec: Quantile
  readonly reenterProbability: number
  readonly reenterDelaySec: Quantile
  readonly comeBackProbability: number
  readonly comeBackDelaySec: Quantile
  readonly frontPollSec: number
  readonly steps: number
  readonly keys: Readonly<Record<keyof typeof streams, number>>
  /** Bookings of each person: whoever has one does not come again. */
  readonly bookings: ArrayLike<number>
  /** When the booking pages open, ms. */
  opensAtMs: number
  /** When service will be back, ms; Infinity if nobody says. */
  resumeAtMs: number
}

/** `quantileOf`: how quantiles are computed; by tables, unless memory is dearer than time. */
export function crowdOf(
  scenario: Pick<Scenario, 'behaviour' | 'journey' | 'waitingRoom'>,
  seed: number,
  bookings: ArrayLike<number>,
  quantileOf: (dist: Distribution) => Quantile = tabulatedQuantileOf,
): Crowd {
  const { behaviour, journey, waitingRoom } = scenario
  const retryOn = new Uint8Array(outcomeNames.length)
  for (const name of behaviour.retry.on) retryOn[Outcome[name]] = 1
  const keys = Object.fromEntries(
    Object.entries(streams).map(([name, stream]) => [name, streamKey(seed, stream)]),
  ) as Record<keyof typeof streams, number>
  return {
    patienceSec: behaviour.patienceSec === undefined ? null : quantileOf(behaviour.patienceSec),
    thinkSec: journey.map((step) => quantileOf(step.thinkSec)),
    retryTries: behaviour.retry.tries,
    retryOn,
    backoffSec: quantileOf(behaviour.retry.backoffSec),
    reenterProbability: behaviour.reenter.probability,
    reenterDelaySec: quantileOf(behaviour.reenter.delaySec),
    comeBackProbability: behaviour.comeBack.probability,
    comeBackDelaySec: quantileOf(behaviour.comeBack.delaySec),
    frontPollSec: waitingRoom.pollSec.front,
    steps: journey.length,
    keys,
    bookings,
    opensAtMs: 0,
    resumeAtMs: Infinity,
  }
}

/** How long the holder of ticket `entity` waits to be let in, ms; Infinity: for ever. */
export function patienceMs(crowd: Crowd, entity: number): number {
  if (crowd.patienceSec === null) return Infinity
  return secToMs(crowd.patienceSec(uniform(crowd.keys.patience, entity)))
}

/** When the holder of ticket `entity`, who stands at closed booking pages, asks again. */
export function backAtOpeningMs(crowd: Crowd, entity: number): number {
  return crowd.opensAtMs + secToMs(uniform(crowd.keys.closedPages, entity) * CLOSED_SPREAD_SEC)
}

/**
 * A visitor's decision: given the world's answer, writes its next action (`rows.action(v)`), when
 * it is due (`rows.nextAtMs`) and, if that was the end of its ticket, how it ended
 * (`rows.end(v)`). A ticket that has ended may still have one action to come: the same person
 * knocks again. No closures, no promises, no objects a visitor; chance is drawn by entity.
 */
export function step(
  crowd: Crowd,
  rows: VisitorRows,
  v: number,
  answer: number,
  nowMs: number,
): void {
  rows.setAction(v, Action.none)
  switch (answer) {
    case answers.ok:
      answered(crowd, rows, v, nowMs)
      return
    case answers.queued:
      if (crowd.patienceSec !== null) {
        next(rows, v, Action.abandon, nowMs + patienceMs(crowd, rows.entity(v)))
      }
      return
    case answers.called:
      pollAfter(crowd, rows, v, nowMs)
      return
    case answers.heldUp: {
      // Its patience goes on as if it had not been called.
      const endsMs = rows.enteredMs[v]! + patienceMs(crowd, rows.entity(v))
      if (endsMs < crowd.resumeAtMs) next(rows, v, Action.abandon, Math.max(nowMs, endsMs))
      else if (crowd.resumeAtMs < Infinity) pollAfter(crowd, rows, v, crowd.resumeAtMs)
      return
    }
    case answers.failedOpen:
      next(rows, v, Action.enter, nowMs + secToMs(FAIL_OPEN_AFTER_SEC))
      return
    case answers.notOpen:
      next(rows, v, Action.enter, backAtOpeningMs(crowd, rows.entity(v)))
      return
    case answers.passed:
      rows.setSending(v, 0, 0)
      rows.nextAtMs = nowMs
      return
    case answers.closed:
      comeBack(crowd, rows, v, nowMs)
      return
    case answers.voided:
      rows.setEnd(v, End.failed)
      comeBack(crowd, rows, v, nowMs)
      return
    case answers.soldOut:
      rows.setEnd(v, End.soldOut)
      return
    case answers.alreadyBooked:
      rows.setEnd(v, rows.has(v, Flag.booked) ? End.booked : End.alreadyBooked)
      return
    case answers.ineligible:
      rows.setEnd(v, End.ineligible)
      comeAgain(crowd, rows, v, nowMs)
      return
    case answers.gaveUp:
      rows.setEnd(v, End.abandoned)
      return
    default:
      failed(crowd, rows, v, answer, nowMs)
  }
}

function next(rows: VisitorRows, v: number, action: number, atMs: number): void {
  rows.setAction(v, action)
  rows.nextAtMs = atMs
}

/** Learns of its turn, or of the resume, at its next poll. */
function pollAfter(crowd: Crowd, rows: VisitorRows, v: number, atMs: number): void {
  const u = uniform(crowd.keys.poll, rows.entity(v))
  next(rows, v, Action.poll, atMs + secToMs(u) * crowd.frontPollSec)
}

/** A good answer: think, then the next step, or done. */
function answered(crowd: Crowd, rows: VisitorRows, v: number, nowMs: number): void {
  const at = rows.step(v)
  if (at + 1 >= crowd.steps) {
    rows.setEnd(v, End.booked)
    return
  }
  const u = uniform(crowd.keys.think, rows.entity(v), at)
  rows.setSending(v, at + 1, 0)
  rows.nextAtMs = nowMs + secToMs(crowd.thinkSec[at]!(u))
}

/** A request failed: try again after a pause, or end here and perhaps come again. */
function failed(crowd: Crowd, rows: VisitorRows, v: number, outcome: number, nowMs: number): void {
  const tries = rows.tries(v)
  if (crowd.retryOn[outcome] === 1 && tries < crowd.retryTries) {
    const at = rows.step(v)
    const u = uniform(crowd.keys.retryDelay, rows.entity(v), at * 256 + tries)
    rows.setSending(v, at, tries + 1)
    rows.nextAtMs = nowMs + secToMs(crowd.backoffSec(u))
    return
  }
  if (rows.has(v, Flag.booked)) {
    rows.setEnd(v, End.booked)
    return
  }
  rows.setEnd(v, endOf(outcome))
  comeAgain(crowd, rows, v, nowMs)
}

function endOf(outcome: number): number {
  switch (outcome) {
    case Outcome.refused:
      return End.refused
    case Outcome.timeout:
    case Outcome.connectTimeout:
      return End.timedOut
    case Outcome.dropped:
      return End.dropped
    default:
      return End.failed
  }
}

function comeAgain(crowd: Crowd, rows: VisitorRows, v: number, nowMs: number): void {
  if (crowd.bookings[rows.person(v)] !== 0) return
  const atMs = comesAgainMs(crowd, rows.entity(v), nowMs)
  if (atMs < Infinity) next(rows, v, Action.knock, atMs)
}

/**
 * After a failure: when the holder of ticket `entity`, who has no booking, knocks again, for a new
 * ticket; Infinity: never.
 */
export function comesAgainMs(crowd: Crowd, entity: number, nowMs: number): number {
  if (uniform(crowd.keys.reenter, entity) >= crowd.reenterProbability) return Infinity
  const delaySec = crowd.reenterDelaySec(uniform(crowd.keys.reenterDelay, entity))
  return nowMs + secToMs(delaySec)
}

function comeBack(crowd: Crowd, rows: VisitorRows, v: number, nowMs: number): void {
  const person = rows.person(v)
  if (crowd.bookings[person] !== 0) return
  const atMs = comesBackMs(crowd, person, rows.entity(v), nowMs)
  if (atMs < Infinity) next(rows, v, Action.knock, atMs)
}

/**
 * Service is off: when a person without a booking comes back with the device of ticket `entity`,
 * some time after the announced resume; Infinity: never.
 */
export function comesBackMs(crowd: Crowd, person: number, entity: number, nowMs: number): number {
  if (crowd.resumeAtMs === Infinity) return Infinity
  // A person gives up, or comes back with all devices.
  if (uniform(crowd.keys.comeBack, person) >= crowd.comeBackProbability) return Infinity
  const delaySec = crowd.comeBackDelaySec(uniform(crowd.keys.comeBackDelay, entity))
  return Math.max(nowMs, crowd.resumeAtMs) + secToMs(delaySec)
}

/** The chance identity of the ticket that a person draws after ticket `entity` ended. */
export function entityOfReentry(crowd: Crowd, entity: number): number {
  return Math.floor(uniform(crowd.keys.reenter, entity, 1) * 0x1_0000_0000) | 0
}
