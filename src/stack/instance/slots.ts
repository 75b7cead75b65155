import { unstatedBacklog } from '../../scenario/limits.ts'
import type { Station } from '../../scenario/schema.ts'
import type { StationState } from '../contract.ts'

/** The slots of one visit, held until they are given back. */
export interface Hold {
  /** Busy slots of the station when the last of these was taken, these included. */
  readonly busy: number
  /** May be called more than once. */
  release(): void
}

/** What a request that was in a dropped station is told. */
export class Dropped extends Error {}

interface Waiting {
  /** Slots taken so far. */
  got: number
  readonly start: (hold: Hold) => void
  readonly drop: (reason: Dropped) => void
  /** The one behind it. */
  next: Waiting | null
}

/**
 * A station of this instance: slots with a bounded backlog, first come first served. A request takes
 * its slots one at a time; one that lacks some goes to the end of the line after each. The rules are
 * those of the simulator's stations (`engine/sim/servers.ts`), to the order of every grant.
 */
export class Slots {
  private readonly settings: Station
  private readonly backlog: number
  private busy = 0
  private queued = 0
  private head: Waiting | null = null
  private tail: Waiting | null = null
  private served = 0
  private refused = 0
  /** What was handed out before the last `drop` counts no more. */
  private generation = 0

  constructor(settings: Station) {
    this.settings = settings
    this.backlog = settings.backlog ?? unstatedBacklog
  }

  /**
   * The slots of one visit, as soon as there are enough; `null` where the backlog is full. Rejects
   * with `Dropped` if the station is dropped meanwhile.
   */
  take(): Promise<Hold> | null {
    const { slots, slotsPerRequest: need } = this.settings
    const vacant = this.queued === 0 ? slots - this.busy : 0
    if (this.queued >= this.backlog && vacant === 0) {
      this.refused++
      return null
    }
    const got = Math.min(vacant, need)
    this.busy += got
    if (got === need) return Promise.resolve(this.hold())
    return new Promise((start, drop) => {
      this.push({ got, start, drop, next: null })
    })
  }

  /** Empties it: whoever waits is told so, and what is held is free again. */
  drop(): void {
    this.generation++
    this.busy = 0
    this.queued = 0
    let waiting = this.head
    this.head = null
    this.tail = null
    for (; waiting !== null; waiting = waiting.next) {
      waiting.drop(new Dropped('the instance was restarted'))
    }
  }

  state(): StationState {
    const { name, slots } = this.settings
    const { backlog, busy, queued, served, refused } = this
    return { station: name, slots, busy, queued, backlog, served, refused }
  }

  private hold(): Hold {
    const { generation } = this
    let held = true
    return {
      busy: this.busy,
      release: () => {
        if (held && generation === this.generation) this.leave()
        held = false
      },
    }
  }

  private leave(): void {
    const { slots, slotsPerRequest: need } = this.settings
    this.served++
    this.busy -= need
    while (this.head !== null && this.busy < slots) {
      const first = this.shift(this.head)
      this.busy++
      first.got++
      if (first.got < need) this.push(first)
      else first.start(this.hold())
    }
  }

  private push(waiting: Waiting): void {
    if (this.tail === null) this.head = waiting
    else this.tail.next = waiting
    this.tail = waiting
    this.queued++
  }

  private shift(first: Waiting): Waiting {
    this.head = first.next
    if (this.head === null) this.tail = null
    first.next = null
    this.queued--
    return first
  }
}

/**
 * Factor on a service that starts with `busy` slots taken (its own among them): the denominator of
 * the Universal Scalability Law (Gunther 1993).
 */
export function slowdown({ contention, coherency }: Station, busy: number): number {
  return 1 + (busy - 1) * (contention + coherency * busy)
}
