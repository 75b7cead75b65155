import type { Scenario } from '../../scenario/schema/schema.ts'
import type {
  BookingStatus,
  Choice,
  EligibilityEffect,
  FaultName,
  LedgerAudit,
  Person,
} from '../contract.ts'

type Rules = Pick<Scenario, 'population' | 'inventory'>
type Supply = { place?: string | undefined; date?: string | undefined; add: number }

/** The ledger's rules without a database: everything happens at once. */
export class VirtualLedger {
  effects: readonly EligibilityEffect[] = []
  readonly findings: { -readonly [K in keyof LedgerAudit['findings']]: number } = {
    doubleBooking: 0,
    ineligibleBooked: 0,
    eligibleRefused: 0,
  }
  /** Bookings of each person. */
  readonly booked = new Map<string, number>()
  private readonly years: { readonly from: number; readonly to: number }
  private readonly offers: { readonly place: string; readonly date: string; left: number }[]
  private readonly fault: FaultName | null

  constructor({ population, inventory }: Rules, fault: FaultName | null) {
    this.years = population.birthYears
    this.offers = (inventory?.offers ?? []).map(({ slots, ...offer }) => ({
      ...offer,
      left: slots,
    }))
    this.fault = fault
  }

  identify(person: Person): BookingStatus {
    const mayBook = this.isWithin(person, 0)
    if (!this.isLetIn(person)) {
      if (mayBook) this.findings.eligibleRefused++
      return 'ineligible'
    }
    return this.booked.has(person.id) ? 'alreadyBooked' : 'ok'
  }

  book(person: Person, choice: Choice | null): BookingStatus {
    const status = this.identify(person)
    const isTaken = status === 'alreadyBooked' && this.fault !== 'race'
    if (status === 'ineligible' || isTaken) return status
    if (!this.takeSlot(choice)) return 'soldOut'
    const before = this.booked.get(person.id) ?? 0
    if (before > 0) this.findings.doubleBooking++
    if (!this.isWithin(person, 0)) this.findings.ineligibleBooked++
    this.booked.set(person.id, before + 1)
    return 'ok'
  }

  supply({ place, date, add }: Supply): void {
    for (const offer of this.offers) {
      if (place !== undefined && place !== offer.place) continue
      if (date !== undefined && date !== offer.date) continue
      offer.left = Math.max(0, offer.left + add)
    }
  }

  private isLetIn(person: Person): boolean {
    const effect = this.effects.at(-1)
    if (effect === 'refuse-eligible') return false
    return (
      effect === 'accept-ineligible' || this.isWithin(person, this.fault === 'eligibility' ? 1 : 0)
    )
  }

  private isWithin({ birthYear }: Person, off: number): boolean {
    return birthYear >= this.years.from + off && birthYear <= this.years.to + off
  }

  private takeSlot(choice: Choice | null): boolean {
    const { offers } = this
    if (offers.length === 0) return true
    const isChosen = (offer: Choice) => offer.place === choice?.place && offer.date === choice.date
    const first = Math.max(0, offers.findIndex(isChosen))
    for (let k = 0; k < offers.length; k++) {
      const offer = offers[(first + k) % offers.length]
      if (offer === undefined || offer.left <= 0) continue
      offer.left--
      return true
    }
    return false
  }
}
