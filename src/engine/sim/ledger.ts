import type { FindingName } from '../../core/codes.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import type { Population } from '../../workload/population.ts'
import { Answer } from '../../workload/behaviour.ts'
import { offerDraw, type OfferDraw } from '../../workload/offers.ts'

/** Findings that are counted as they happen. */
export type LiveFinding = Exclude<FindingName, 'doubleBooking' | 'ineligibleBooked'>

/**
 * What the booking database knows: who has booked, what is left, and what the eligibility rule says
 * just now. What was booked is counted again, from the tickets, when the books are closed: its own
 * figures are no proof.
 */

export class Ledger {
  /** Bookings of each person. */
  readonly bookings: Uint8Array
  booked = 0
  /** Set by the timeline's eligibility faults. */
  refusesEligible = false
  acceptsIneligible = false
  readonly findings: Record<LiveFinding, number> = {
    earlyAdmission: 0,
    bypassed: 0,
    orderInversion: 0,
    eligibleRefused: 0,
  }
  private readonly eligibleCame: number
  private readonly offers: { place: string; date: string; left: number }[]
  private readonly chosenOffer: OfferDraw
  private offered = 0

  constructor(scenario: Scenario, population: Population, seed: number) {
    this.bookings = new Uint8Array(population.came)
    this.eligibleCame = population.eligibleCame
    const offers = scenario.inventory?.offers ?? []
    this.offers = offers.map(({ place, date, slots }) => ({ place, date, left: slots }))
    this.offered = offers.reduce((sum, offer) => sum + offer.slots, 0)
    this.chosenOffer = offerDraw(offers, seed)
  }

  /** What the identify step answers this person. */
  identify(person: number): number {
    if (this.refusesEligible && person < this.eligibleCame) this.findings.eligibleRefused++
    return this.wouldAnswer(person)
  }

  /** What it would answer, without taking note of it. */
  wouldAnswer(person: number): number {
    const isRefused = person < this.eligibleCame ? this.refusesEligible : !this.acceptsIneligible
    if (isRefused) return Answer.ineligible
    return this.bookings[person] === 0 ? Answer.ok : Answer.alreadyBooked
  }

  /** Books in one transaction: the same checks again, then a slot. */
  book(person: number, entity: number): number {
    const answer = this.identify(person)
    if (answer !== Answer.ok) return answer
    if (!this.takeSlot(entity)) return Answer.soldOut
    this.booked++
    this.bookings[person]!++
    return Answer.ok
  }

  /** Changes the supply of every offer that matches; never below zero. */
  supply(change: { place?: string | undefined; date?: string | undefined; add: number }): void {
    for (const offer of this.offers) {
      if (change.place !== undefined && change.place !== offer.place) continue
      if (change.date !== undefined && change.date !== offer.date) continue
      const added = Math.max(change.add, -offer.left)
      offer.left += added
      this.offered += added
    }
  }

  /** Slots offered in all and left over, or `null` where the scenario has no inventory. */
  inventory(): { offered: number; left: number } | null {
    if (this.offers.length === 0) return null
    return { offered: this.offered, left: this.offers.reduce((sum, offer) => sum + offer.left, 0) }
  }

  /** The visitor's own choice by the size of the offers, else the next one that has a slot. */
  private takeSlot(entity: number): boolean {
    const { offers } = this
    if (offers.length === 0) return true
    const first = this.chosenOffer(entity)
    for (let k = 0; k < offers.length; k++) {
      const offer = offers[(first + k) % offers.length]!
      if (offer.left <= 0) continue
      offer.left--
      return true
    }
    return false
  }
}
