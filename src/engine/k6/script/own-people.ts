import type { Population } from '../../../workload/population.ts'
import type { LivePeople } from '../../client/live-recorder.ts'

/**
 * What the visitors of one VU know of their persons. Devices of one person on other VUs tell each
 * other nothing: a person who booked on one device may come again with another, and is told so.
 */
export class OwnPeople implements LivePeople {
  readonly bookings: ArrayLike<number>
  private readonly made = new Map<number, number>()
  private readonly lost = new Set<number>()
  private readonly learnt = new Set<number>()
  private readonly eligibleCame: number

  constructor({ eligibleCame }: Pick<Population, 'eligibleCame'>) {
    const { made } = this
    this.eligibleCame = eligibleCame
    this.bookings = new Proxy<ArrayLike<number>>(
      { length: 0 },
      {
        get: (_target, person) => made.get(Number(person)) ?? 0,
      },
    )
  }

  came(): void {}

  trying(): void {}

  booked(person: number): boolean {
    if (this.learnt.delete(person)) return false
    this.made.set(person, (this.made.get(person) ?? 0) + 1)
    return true
  }

  mayHaveBooked(person: number): void {
    this.lost.add(person)
  }

  learnBooked(person: number): boolean {
    if (this.made.has(person) || !this.lost.has(person)) return false
    this.learnt.add(person)
    this.made.set(person, 1)
    return true
  }

  isEligible(person: number): boolean {
    return person < this.eligibleCame
  }

  /** The VU's next visitors are other persons. */
  forget(): void {
    this.made.clear()
    this.lost.clear()
    this.learnt.clear()
  }
}
