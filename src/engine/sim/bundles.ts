import { uniform } from '../../core/chance.ts'
import type { Crowd } from '../../workload/behaviour.ts'
import type { BundlePlan } from '../../workload/bundle-plan.ts'
import { personOf, type Population } from '../../workload/population.ts'

/** Uniform numbers in (0, 1). */
export interface Chances {
  patience: number
  fails: number
  when: number
}

/** Bits of what a row is: a bundle at all, and whether those are gone who go another way. */
const Kind = { own: 0, bundle: 1, withoutBypass: 2, withoutDoors: 4 } as const

/**
 * Rows that stand for several tickets while they wait. A bundle's tickets are a range of the plan's
 * order, or of the list of those who come again, and are drawn from it one after another: nothing is
 * kept of a single ticket. Arrays run parallel to the rows.
 */
export class Bundles {
  /** Tickets of a full bundle. */
  readonly size: number
  /** Tickets that a row stands for beyond one. */
  more = new Int32Array(0)
  /** The ticket drawn last: its identity for chance, and its person. */
  entity = 0
  person = 0
  private kinds = new Uint8Array(0)
  /** Place of the next ticket: in the plan's order, or `~place` in the list of returns. */
  private next = new Int32Array(0)
  /** People who came again, each ticket one entry. */
  private returned = new Int32Array(1024)
  private returns = 0
  private readonly chances: Chances
  private readonly plan: BundlePlan
  private readonly population: Population
  private readonly crowd: Crowd
  private readonly bypassShare: number
  /** The further door that the holder of a ticket comes by, or -1. */
  doorOf: (entity: number) => number = () => -1

  constructor(plan: BundlePlan, population: Population, crowd: Crowd, bypassShare: number) {
    this.size = plan.size
    this.plan = plan
    this.population = population
    this.crowd = crowd
    this.bypassShare = bypassShare
    const start = (k: number) => uniform(crowd.keys.bundle, 0, k)
    this.chances = { patience: start(0), fails: start(1), when: start(2) }
  }

  /** Room for so many rows. */
  reserve(rows: number): void {
    if (rows <= this.more.length) return
    const grown = <A extends Int32Array | Uint8Array>(from: A, to: A): A => {
      to.set(from)
      return to
    }
    this.more = grown(this.more, new Int32Array(rows))
    this.kinds = grown(this.kinds, new Uint8Array(rows))
    this.next = grown(this.next, new Int32Array(rows))
  }

  /** Row `v` is a bundle of `n` tickets of the plan, from place `first` of its order on. */
  open(v: number, first: number, n: number): void {
    this.more[v] = n - 1
    this.next[v] = first
    this.kinds[v] = Kind.bundle
  }

  /** Row `v` is a bundle of the last `n` people that were told to `cameAgain`. */
  openReturned(v: number, n: number): void {
    this.open(v, ~(this.returns - n), n)
  }

  cameAgain(person: number): void {
    if (this.returns === this.returned.length) {
      const larger = new Int32Array(this.returns * 2)
      larger.set(this.returned)
      this.returned = larger
    }
    this.returned[this.returns++] = person
  }

  isBundle(v: number): boolean {
    return this.kinds[v] !== Kind.own
  }

  tickets(v: number): number {
    return this.more[v]! + 1
  }

  /**
   * Chances of the next bundle in line: its patience, whether and when its clients fail open. As few
   * bundles stand for many people, they are spread evenly instead of drawn: multiples of powers of
   * the root of x⁴ = x + 1 (Roberts, "The unreasonable effectiveness of quasirandom sequences", 2018).
   */
  nextChances(): Chances {
    const { chances } = this
    chances.patience = fraction(chances.patience + 0.8191725133961645)
    chances.fails = fraction(chances.fails + 0.6710436067037893)
    chances.when = fraction(chances.when + 0.5497004779019703)
    return chances
  }

  /** Draws the next ticket of bundle `v` into `entity` and `person`; its count stays. */
  draw(v: number): void {
    const kind = this.kinds[v]!
    do {
      const place = this.next[v]!
      this.next[v] = place < 0 ? place - 1 : place + 1
      this.read(place)
    } while (kind > Kind.bundle && this.isGone(kind))
  }

  /** Draws a ticket for good: the bundle stands for one less. The last one is the row itself. */
  draft(v: number): void {
    this.draw(v)
    if (this.more[v] === 0) this.kinds[v] = Kind.own
    else this.more[v]!--
  }

  /** Place of the next ticket of bundle `v`, for `rewind`. */
  place(v: number): number {
    return this.next[v]!
  }

  /** Goes back to a place, so that the tickets from there on are drawn again. */
  rewind(v: number, place: number): void {
    this.next[v] = place
  }

  takesBypass(person: number): boolean {
    return uniform(this.crowd.keys.bypass, person) < this.bypassShare
  }

  /** `gone` tickets, those of people who take the bypass, are no part of bundle `v` any more. */
  sieveBypass(v: number, gone: number): void {
    this.more[v]! -= gone
    this.kinds[v]! |= Kind.withoutBypass
  }

  /** As `sieveBypass`, of those who come by a further door. */
  sieveDoors(v: number, gone: number): void {
    this.more[v]! -= gone
    this.kinds[v]! |= Kind.withoutDoors
  }

  /** Row `v` stands for nobody any more. */
  close(v: number): void {
    this.more[v] = 0
    this.kinds[v] = Kind.own
  }

  /** The ticket drawn last is that of someone who has gone another way. */
  private isGone(kind: number): boolean {
    if ((kind & Kind.withoutDoors) !== 0 && this.doorOf(this.entity) >= 0) return true
    return (kind & Kind.withoutBypass) !== 0 && this.takesBypass(this.person)
  }

  private read(place: number): void {
    if (place >= 0) {
      const ticket = this.plan.order.ticketAt(place)
      this.entity = ticket | 0
      this.person = personOf(this.population, ticket)
    } else {
      this.entity = hashed(uniform(this.crowd.keys.reenter, ~place, 1))
      this.person = this.returned[~place]!
    }
  }
}

/** Never 0, because a probability of 0 has no logarithm. */
function fraction(x: number): number {
  return x >= 1 ? Math.max(x - 1, 1e-9) : x
}

function hashed(u: number): number {
  return Math.floor(u * 0x1_0000_0000) | 0
}
