import {
  type BookingAnswer,
  type Choice,
  type GateClient,
  type Lease,
  type LedgerClient,
  LedgerGone,
  type Offer,
  type Person,
} from '../../contract.ts'

/** A gate that lets in the keys it was told of. */
export class FakeGate implements GateClient {
  readonly good = new Set<string>(['good'])
  readonly asked: string[] = []
  readonly audited: string[] = []
  isGone = false

  verify(key: string): Promise<boolean> {
    this.asked.push(key)
    if (this.isGone) return Promise.reject(new Error('the gate is gone'))
    return Promise.resolve(this.good.has(key))
  }

  audit(key: string, person: string): void {
    this.audited.push(`${key} ${person}`)
  }

  close(): void {}
}

/**
 * A ledger in memory: every person may book once, people born in 1900 may not. Its shared stations
 * have as many slots as `room` says; who finds none is refused.
 */
export class FakeLedger implements LedgerClient {
  readonly booked = new Map<string, Choice | null>()
  /** All that was asked, in order. */
  readonly calls: string[] = []
  offerCalls = 0
  isGone = false
  room = Infinity
  busy = 0

  async lease(station: string | null): Promise<Lease | null> {
    await Promise.resolve()
    if (this.isGone) throw new LedgerGone()
    this.calls.push(`lease ${station}`)
    if (this.busy >= this.room) return null
    let isHeld = true
    return {
      busy: ++this.busy,
      identify: (person) => this.answer(`identify ${person.id}`, () => this.mayBook(person)),
      book: (person, choice) => this.answer(`book ${person.id}`, () => this.book(person, choice)),
      release: () => {
        if (!isHeld) return
        isHeld = false
        this.busy--
        this.calls.push(`release ${station}`)
      },
    }
  }

  async offers(): Promise<Offer[]> {
    await Promise.resolve()
    this.offerCalls++
    if (this.isGone) throw new LedgerGone()
    return [{ place: 'a', date: 'b', slots: 5, remaining: 5 - this.booked.size }]
  }

  reset(): void {
    this.calls.push('reset')
  }

  close(): void {}

  private async answer(call: string, act: () => BookingAnswer): Promise<BookingAnswer> {
    this.calls.push(call)
    await Promise.resolve()
    if (this.isGone) throw new LedgerGone()
    return act()
  }

  private mayBook({ id, birthYear }: Person): BookingAnswer {
    if (birthYear === 1900) return { status: 'ineligible' }
    return { status: this.booked.has(id) ? 'alreadyBooked' : 'ok' }
  }

  private book(person: Person, choice: Choice | null): BookingAnswer {
    const { status } = this.mayBook(person)
    if (status !== 'ok') return { status }
    this.booked.set(person.id, choice)
    const { place, date } = choice ?? { place: 'a', date: 'b' }
    return { status, booking: { id: `b-${person.id}`, place, date } }
  }
}
