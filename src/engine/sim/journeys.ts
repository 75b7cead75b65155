import { End } from '../../core/codes.ts'
import { Answer } from '../../workload/behaviour.ts'

/** Journeys kept of each class of visitor: a power of two, for the place in the ring is a mask. */
const KEPT = 2048
const RING = KEPT - 1
/** With fewer than these in the last windows, those of before count too. */
const ENOUGH = 64

/**
 * What the booking pages will say to a visitor: it may book, has a booking, or may not book. Who comes
 * by a further door has but the booking before it.
 */
export const classNames = [
  'mayBook',
  'hasBooked',
  'ineligible',
  'mayBookByDoor',
  'hasBookedByDoor',
  'ineligibleByDoor',
] as const
const BY_DOOR = 3
const MAY_BOOK = 0

/** Class of a visitor to whom the ledger would answer so. */
export function classOf(answer: number, byDoor: boolean): number {
  const first = byDoor ? BY_DOOR : 0
  if (answer === Answer.ineligible) return first + 2
  return answer === Answer.alreadyBooked ? first + 1 : first
}

/**
 * What became of those who went in last, by class: a ring of whole journeys, so that durations, ends
 * and bookings keep their correlation. Arrays of visitors run parallel to the rows.
 */
export class Journeys {
  /** Visitors who went in, by class. */
  readonly entered = new Float64Array(classNames.length)
  /** Of a kept journey: how it ended, how long it took, and whether a booking was made in it. */
  readonly ends = new Uint8Array(classNames.length * KEPT)
  readonly durationMs = new Float64Array(classNames.length * KEPT)
  readonly booked = new Uint8Array(classNames.length * KEPT)
  private readonly asks = new Uint16Array(classNames.length * KEPT)
  /** Journeys seen of each class: in all, before this window, and before the one before it. */
  private readonly seen = new Int32Array(classNames.length)
  private readonly before = new Int32Array(classNames.length)
  private readonly stale = new Int32Array(classNames.length)
  /** Requests of each visitor so far. */
  private asked = new Uint16Array(0)
  /** Class of each visitor inside; afterwards the place of its journey, or -1. */
  private places = new Int32Array(0)

  constructor() {
    // Until one is seen: the first page says that it has a booking, or that it may not book.
    for (const first of [0, BY_DOOR]) {
      this.keep(first + 1, End.alreadyBooked)
      this.keep(first + 2, End.ineligible)
    }
    this.keep(BY_DOOR, End.booked)
    this.booked[BY_DOOR * KEPT] = 1
  }

  reserve(rows: number): void {
    if (rows <= this.asked.length) return
    const asked = new Uint16Array(rows)
    asked.set(this.asked)
    this.asked = asked
    const places = new Int32Array(rows)
    places.set(this.places)
    this.places = places
  }

  /** Visitor `v` goes in. */
  enter(v: number, kind: number): void {
    this.entered[kind]!++
    this.places[v] = kind
    this.asked[v] = 0
  }

  /** Visitors who went in while the pages would refuse them. */
  ineligible(): number {
    return this.entered[2]! + this.entered[BY_DOOR + 2]!
  }

  /** A request of visitor `v` came to its outcome. */
  ask(v: number): void {
    this.asked[v]!++
  }

  /** The ticket of visitor `v`, who was inside, ended. */
  leave(v: number, end: number, durationMs: number, booked: boolean): void {
    const kind = this.places[v]!
    const place = kind * KEPT + (this.seen[kind]!++ & RING)
    this.ends[place] = end
    this.durationMs[place] = durationMs
    this.booked[place] = booked ? 1 : 0
    this.asks[place] = this.asked[v]!
    this.places[v] = place
  }

  /** A booking was made for a ticket that had ended: its client waited no more. */
  bookedLate(v: number): void {
    const place = this.places[v]
    if (place !== undefined) this.booked[place] = 1
  }

  /** A window of time is over: only what is seen in the next one and in this one counts. */
  turn(): void {
    this.stale.set(this.before)
    this.before.set(this.seen)
  }

  /** Whether a journey of that class was ever seen. */
  knows(kind: number): boolean {
    return this.seen[kind]! > 0
  }

  /** Visitor `v`, who is inside, had no booking when it went in, and may make one. */
  mayBook(v: number): boolean {
    return this.places[v] === MAY_BOOK || this.places[v] === BY_DOOR
  }

  /** A journey of that class, by chance. */
  pick(kind: number, u: number): number {
    return kind * KEPT + ((this.seen[kind]! - 1 - ((u * this.sample(kind)) | 0)) & RING)
  }

  /** Mean requests of a journey of that class; 0 where none is known. */
  meanAsks(kind: number): number {
    const n = this.sample(kind)
    let sum = 0
    for (let i = 1; i <= n; i++) sum += this.asks[kind * KEPT + ((this.seen[kind]! - i) & RING)]!
    return n === 0 ? 0 : sum / n
  }

  private keep(kind: number, end: number): void {
    this.ends[kind * KEPT] = end
    this.asks[kind * KEPT] = 1
    this.seen[kind] = 1
  }

  /** How many of the last journeys are picked from. */
  private sample(kind: number): number {
    const seen = this.seen[kind]!
    const fresh = seen - this.stale[kind]!
    return Math.min(KEPT, seen, fresh >= ENOUGH ? fresh : Math.max(fresh, ENOUGH))
  }
}
