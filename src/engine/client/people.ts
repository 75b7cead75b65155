import { assert } from '../../core/assert.ts'
import type { Population } from '../../workload/population.ts'

/** Bits of a person's mark. */
const SEEN = 1
const TRYING = 2
/** The answer to a request to book did not come: it may have booked. */
const LOST = 4
/** The one booking is known by what the pages said later; the answer to it may yet come. */
const LEARNT = 8
/** What a person's byte of bookings can hold. */
const maxKept = 255

/**
 * What is known of each person, shared by all worker threads: the devices of one person are spread
 * over them. A byte for bookings told of, a byte of marks.
 */
export class People {
  /** Bookings of each person that visitors know of; `maxKept` stands for as many or more. */
  readonly bookings: Uint8Array
  /** Bookings that the bytes have no room for, all people together. */
  private readonly beyond: BigInt64Array
  private readonly marks: Uint8Array
  private readonly eligibleCame: number
  private readonly eligible: number

  constructor(population: Population, shared: SharedPeople) {
    this.bookings = new Uint8Array(shared.bookings)
    this.beyond = new BigInt64Array(shared.beyond)
    this.marks = new Uint8Array(shared.marks)
    this.eligible = population.eligible
    this.eligibleCame = population.eligibleCame
    assert(this.bookings.length === sizeOf(population), 'shared people are those of the population')
  }

  came(person: number): void {
    // Read first: an atomic write is a call, and many devices are not a person's first.
    if ((this.marks[person]! & SEEN) === 0) Atomics.or(this.marks, person, SEEN)
  }

  /** Somebody was still trying for this person when the run ended. */
  trying(person: number): void {
    Atomics.or(this.marks, person, TRYING)
  }

  /** A visitor was told that it has booked now; false where that booking was learnt of before. */
  booked(person: number): boolean {
    const isLearnt = (this.marks[person]! & LEARNT) !== 0
    if (isLearnt && (Atomics.and(this.marks, person, ~LEARNT) & LEARNT) !== 0) return false
    this.addBookings(person, 1)
    return true
  }

  /** So many bookings of this person became known. */
  addBookings(person: number, n: number): void {
    const { bookings, beyond } = this
    for (;;) {
      const before = Atomics.load(bookings, person)
      const after = Math.min(maxKept, before + n)
      // A byte that wrapped would turn 256 bookings into none.
      if (Atomics.compareExchange(bookings, person, before, after) !== before) continue
      const more = before + n - after
      if (more > 0) Atomics.add(beyond, 0, BigInt(more))
      return
    }
  }

  /** A request to book got no answer, or none that says what came of it. */
  mayHaveBooked(person: number): void {
    Atomics.or(this.marks, person, LOST)
  }

  /**
   * A visitor was told that this person has booked already. True where that is news: one of the
   * person's own requests had booked, and its answer was lost, or is late.
   */
  learnBooked(person: number): boolean {
    if (this.bookings[person] !== 0) return false
    if ((Atomics.load(this.marks, person) & LOST) === 0) return false
    // First the mark: another thread that is told of the booking now must not count it as well.
    Atomics.or(this.marks, person, LEARNT)
    if (Atomics.compareExchange(this.bookings, person, 0, 1) === 0) return true
    Atomics.and(this.marks, person, ~LEARNT)
    return false
  }

  isEligible(person: number): boolean {
    return person < this.eligibleCame
  }

  /** Those who were told of a booking, and those who may have one without knowing. */
  whoMayHaveBooked(): MaybeBooked[] {
    const all: MaybeBooked[] = []
    this.bookings.forEach((made, person) => {
      if (made > 0 || (this.marks[person]! & LOST) !== 0) all.push({ person, wasTold: made > 0 })
    })
    return all
  }

  /** Counted once all workers are done. */
  count(): PeopleCount {
    let came = 0
    let booked = 0
    let stillTrying = 0
    let bookings = Number(Atomics.load(this.beyond, 0))
    let ineligibleBooked = 0
    for (let p = 0; p < this.marks.length; p++) {
      const mark = this.marks[p]!
      const made = this.bookings[p]!
      bookings += made
      if ((mark & SEEN) !== 0) came++
      if (made > 0) {
        booked++
        if (p >= this.eligibleCame) ineligibleBooked++
      } else if ((mark & TRYING) !== 0) stillTrying++
    }
    return {
      people: {
        eligible: this.eligible,
        came,
        booked,
        gaveUp: Math.max(0, came - booked - stillTrying),
      },
      doubleBooking: bookings - booked,
      ineligibleBooked,
    }
  }
}

export interface MaybeBooked {
  readonly person: number
  readonly wasTold: boolean
}

export interface PeopleCount {
  people: { eligible: number; came: number; booked: number; gaveUp: number }
  /** Bookings told of beyond one a person. */
  doubleBooking: number
  ineligibleBooked: number
}

/** The memory behind it, to be handed to threads. */
export interface SharedPeople {
  readonly bookings: SharedArrayBuffer
  readonly marks: SharedArrayBuffer
  readonly beyond: SharedArrayBuffer
}

export function sharePeople(population: Population): SharedPeople {
  const size = sizeOf(population)
  return {
    bookings: new SharedArrayBuffer(size),
    marks: new SharedArrayBuffer(size),
    beyond: new SharedArrayBuffer(8),
  }
}

/** Arrivals at a rate come even where nobody takes part: they are all person 0. */
function sizeOf({ came }: Population): number {
  return Math.max(1, came)
}
