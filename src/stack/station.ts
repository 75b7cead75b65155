import { unstatedBacklog } from '../scenario/schema/limits.ts'
import type { Station } from '../scenario/schema/schema.ts'
import type { StationState } from './contract.ts'

type Settings = Pick<Station, 'name' | 'slots' | 'slotsPerRequest' | 'backlog'>

/** One request's slots of a station, or its place in the line for them. */
export class Claim {
  /** Slots taken so far. */
  got = 0
  /** Told once the last slot is taken: busy slots of the station then, its own included. */
  readonly granted: (busy: number) => void
  /** Told where the station is dropped while it waits. */
  readonly dropped: (() => void) | null
  /** Of the station when it was taken: what was handed out before the last `drop` counts no more. */
  readonly generation: number
  isOver = false
  isWaiting = false
  before: Claim | null = null
  after: Claim | null = null

  constructor(generation: number, granted: Claim['granted'], dropped: Claim['dropped']) {
    this.generation = generation
    this.granted = granted
    this.dropped = dropped
  }
}

/**
 * The slots of a station, with a bounded backlog, first come first served. A request takes
 * `slotsPerRequest` of them one at a time: what is free it takes at once, then it waits in line,
 * keeping what it has, and after each further slot stands at the end of the line again. So requests
 * that each hold a part can wait for each other for ever: that is what this reproduces. The rules
 * are those of the simulator's stations (`engine/sim/servers.ts`), to the order of every grant.
 */
export class SlotStation {
  private readonly name: string
  private readonly slots: number
  private readonly need: number
  private readonly backlog: number
  private busy = 0
  private queued = 0
  private served = 0
  private refused = 0
  private generation = 0
  /** The line, doubly linked: whoever goes away leaves it from the middle, however long it is. */
  private head: Claim | null = null
  private tail: Claim | null = null

  constructor({ name, slots, slotsPerRequest, backlog }: Settings) {
    this.name = name
    this.slots = slots
    this.need = slotsPerRequest
    this.backlog = backlog ?? unstatedBacklog
  }

  /** `null` where neither a slot is free nor the backlog has room. `granted` may be called within. */
  take(granted: Claim['granted'], dropped: Claim['dropped'] = null): Claim | null {
    const free = this.queued === 0 ? this.slots - this.busy : 0
    if (free === 0 && this.queued >= this.backlog) {
      this.refused++
      return null
    }
    const claim = new Claim(this.generation, granted, dropped)
    claim.got = Math.min(free, this.need)
    this.busy += claim.got
    if (claim.got === this.need) granted(this.busy)
    else this.join(claim)
    return claim
  }

  /** Gives back what the claim has, and its place in the line; a second time nothing happens. */
  release(claim: Claim): void {
    if (claim.isOver || claim.generation !== this.generation) return
    claim.isOver = true
    if (claim.isWaiting) this.leave(claim)
    else this.served++
    this.busy -= claim.got
    while (this.head !== null && this.busy < this.slots) this.grant(this.head)
  }

  /** Empties it: whoever waits is told so, and what is held is free again. */
  drop(): void {
    this.generation++
    this.busy = 0
    this.queued = 0
    let waiting = this.head
    this.head = null
    this.tail = null
    for (; waiting !== null; waiting = waiting.after) waiting.dropped?.()
  }

  state(): StationState {
    const { name, slots, busy, queued, backlog, served, refused } = this
    return { station: name, slots, busy, queued, backlog, served, refused }
  }

  private grant(claim: Claim): void {
    this.leave(claim)
    claim.got++
    this.busy++
    if (claim.got === this.need) claim.granted(this.busy)
    else this.join(claim)
  }

  private join(claim: Claim): void {
    claim.isWaiting = true
    claim.before = this.tail
    claim.after = null
    if (this.tail === null) this.head = claim
    else this.tail.after = claim
    this.tail = claim
    this.queued++
  }

  private leave(claim: Claim): void {
    claim.isWaiting = false
    if (claim.before === null) this.head = claim.after
    else claim.before.after = claim.after
    if (claim.after === null) this.tail = claim.before
    else claim.after.before = claim.before
    this.queued--
  }
}
