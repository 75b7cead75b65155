import { assert } from '../../core/assert.ts'
import type { Clock } from '../../core/clock.ts'
import type { BookingAnswer, Choice, EligibilityEffect, LedgerAudit } from '../contract.ts'
import type { Offer, Person, StackConfig } from '../contract.ts'
import { integer, text, type Driver, type Lane, type Row, type Session } from './driver.ts'
import { statements } from './schema.ts'

/** An offer by the number it has in the ledger, which is its place in the scenario's order. */
interface NumberedOffer extends Choice {
  readonly id: number
}

/** On whose behalf something is done: by which connections, and until when it is wanted. */
export interface Errand {
  readonly lane: Lane
  readonly signal?: AbortSignal
}

/** Thrown inside a booking's transaction, so that it is rolled back; caught where it was begun. */
class NotBooked extends Error {
  readonly status: 'alreadyBooked' | 'soldOut'

  constructor(status: 'alreadyBooked' | 'soldOut') {
    super(status)
    this.status = status
  }
}

interface Tools {
  readonly clock: Clock
  readonly wait: (ms: number) => Promise<unknown>
}

/**
 * Between looking and booking where nothing is guarded: as long as an application takes that asks
 * another service in between, and long enough for two devices of one person to meet.
 */
const raceGapMs = 50

/** What the ledger does, over any database. Calls reject with `LedgerGone` while it is not there. */
export class Bookings {
  /** What the eligibility rule is made to do, while the timeline says so. */
  effect: EligibilityEffect | null = null
  private readonly driver: Driver
  private readonly config: StackConfig
  private readonly clock: Clock
  private readonly wait: Tools['wait']
  private readonly offers: readonly NumberedOffer[]

  constructor(driver: Driver, config: StackConfig, { clock, wait }: Tools) {
    this.driver = driver
    this.config = config
    this.clock = clock
    this.wait = wait
    this.offers = (config.scenario.inventory?.offers ?? []).map(({ place, date }, id) => ({
      id,
      place,
      date,
    }))
  }

  /** May this person book, and have they not yet? Never answers soldOut. */
  async identify(person: Person, errand: Errand): Promise<BookingAnswer> {
    if (!this.isEligible(person)) return this.refuse(person, errand)
    const { lane } = errand
    const [row] = await this.driver.query(lane, statements.hasBooked, [person.id])
    return { status: row?.['booked'] === true ? 'alreadyBooked' : 'ok' }
  }

  /**
   * Books a slot of the chosen offer, or of the next one in order that has any (`null`, or an offer
   * that is not there: from the first). Told only once it is committed.
   */
  async book(person: Person, choice: Choice | null, errand: Errand): Promise<BookingAnswer> {
    if (!this.isEligible(person)) return this.refuse(person, errand)
    if (this.config.fault === 'race') return this.bookByChecking(person, choice, errand)
    const first = this.firstOf(choice)
    try {
      const booked = await this.driver.transaction(
        errand.lane,
        (session) => this.bookWithin(session, person, first),
        errand.signal,
      )
      return this.bookedAnswer(booked.id, booked.offer)
    } catch (error) {
      if (error instanceof NotBooked) return { status: error.status }
      throw error
    }
  }

  /** Takes back all bookings of a person, as an operator does; false where there was none. */
  undo(personId: string): Promise<boolean> {
    return this.driver.transaction('internal', async (session) => {
      const undone = await session.query(statements.undoBooking, [personId])
      for (const row of undone) {
        if (row['offer'] !== null) {
          await session.query(statements.giveBack, [integer(row, 'offer')])
        }
      }
      return undone.length > 0
    })
  }

  /** Adds slots to every offer that matches; a negative number takes away what is not given out. */
  async supply(change: {
    readonly place?: string | undefined
    readonly date?: string | undefined
    readonly add: number
  }): Promise<void> {
    const { place = null, date = null, add } = change
    await this.driver.query('internal', statements.supply, [place, date, add])
  }

  async listOffers(): Promise<Offer[]> {
    const rows = await this.driver.query('internal', statements.offers)
    return rows.map((row) => ({
      place: text(row, 'place'),
      date: text(row, 'date'),
      slots: integer(row, 'slots'),
      remaining: integer(row, 'remaining'),
    }))
  }

  async count(): Promise<number> {
    const [row] = await this.driver.query('internal', statements.booked)
    return integer(row, 'booked')
  }

  async audit(): Promise<LedgerAudit> {
    const [row] = await this.driver.query('internal', statements.audit)
    return {
      findings: {
        doubleBooking: integer(row, 'double'),
        ineligibleBooked: integer(row, 'ineligible'),
        eligibleRefused: integer(row, 'refused'),
      },
      booked: integer(row, 'booked'),
      oversold: integer(row, 'oversold'),
    }
  }

  private isEligible({ birthYear }: Person): boolean {
    const { from, to } = this.config.scenario.population.birthYears
    const off = this.config.fault === 'eligibility' ? 1 : 0
    const isWithin = birthYear >= from + off && birthYear <= to + off
    if (this.effect === 'refuse-eligible') return false
    return isWithin || this.effect === 'accept-ineligible'
  }

  private async refuse(person: Person, { lane }: Errand): Promise<BookingAnswer> {
    const parameters = [person.id, person.birthYear, this.clock.epochMs()]
    await this.driver.query(lane, statements.refuse, parameters)
    return { status: 'ineligible' }
  }

  private firstOf(choice: Choice | null): NumberedOffer | null {
    const chosen =
      choice === null
        ? undefined
        : this.offers.find(({ place, date }) => place === choice.place && date === choice.date)
    return chosen ?? this.offers[0] ?? null
  }

  private async bookWithin(
    session: Session,
    person: Person,
    first: NumberedOffer | null,
  ): Promise<{ id: string; offer: number | null }> {
    const id = await this.insert(session, person, first)
    if (first === null) return { id, offer: null }
    let offer = first.id
    // Each turn of this loop means that others took the last slot of an offer meanwhile.
    for (;;) {
      if ((await session.query(statements.take, [offer])).length > 0) break
      const [next] = await session.query(statements.nextLeft, [first.id])
      if (next === undefined) throw new NotBooked('soldOut')
      offer = integer(next, 'id')
    }
    if (offer !== first.id) await session.query(statements.moveTo, [id, offer])
    return { id, offer }
  }

  private async insert(session: Session, person: Person, offer: NumberedOffer | null) {
    const parameters = [person.id, person.birthYear, offer?.id ?? null, this.clock.epochMs()]
    const [row] = await session.query(statements.insert, parameters)
    if (row === undefined) throw new NotBooked('alreadyBooked')
    return text(row, 'id')
  }

  /**
   * The fault `race`: looks whether there is a booking and a slot, and then books, each statement
   * by itself, so that others come between.
   */
  private async bookByChecking(
    person: Person,
    choice: Choice | null,
    { lane }: Errand,
  ): Promise<BookingAnswer> {
    const { driver } = this
    const [before] = await driver.query(lane, statements.hasBooked, [person.id])
    if (before?.['booked'] === true) return { status: 'alreadyBooked' }
    const first = this.firstOf(choice)
    let offer: Row | undefined
    if (first !== null) {
      offer = (await driver.query(lane, statements.nextLeft, [first.id]))[0]
      if (offer === undefined) return { status: 'soldOut' }
    }
    const id = offer === undefined ? null : integer(offer, 'id')
    await this.wait(raceGapMs)
    const parameters = [person.id, person.birthYear, id, this.clock.epochMs()]
    const [row] = await driver.query(lane, statements.insertUnguarded, parameters)
    if (id !== null) await driver.query(lane, statements.takeUnguarded, [id])
    return this.bookedAnswer(text(row, 'id'), id)
  }

  private bookedAnswer(id: string, offerId: number | null): BookingAnswer {
    if (offerId === null) return { status: 'ok', booking: { id, place: '', date: '' } }
    const offer = this.offers[offerId]
    assert(offer !== undefined, `no offer ${offerId}`)
    return { status: 'ok', booking: { id, place: offer.place, date: offer.date } }
  }
}
