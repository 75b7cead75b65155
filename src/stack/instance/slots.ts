import type { Station } from '../../scenario/schema/schema.ts'
import type { StationState } from '../contract.ts'
import { SlotStation } from '../station.ts'

/** The slots of one visit, held until they are given back. */
export interface Hold {
  /** Busy slots of the station when the last of these was taken, these included. */
  readonly busy: number
  /** May be called more than once. */
  release(): void
}

/** What a request that was in a dropped station is told. */
export class Dropped extends Error {}

/** A station of this instance, as its requests wait for it. */
export class Slots {
  private readonly station: SlotStation

  constructor(settings: Station) {
    this.station = new SlotStation(settings)
  }

  /**
   * The slots of one visit, as soon as there are enough; `null` where the backlog is full. Rejects
   * with `Dropped` if the station is dropped meanwhile.
   */
  take(): Promise<Hold> | null {
    const { station } = this
    const taking = Promise.withResolvers<Hold>()
    const release = () => {
      if (claim !== null) station.release(claim)
    }
    const claim = station.take(
      (busy) => taking.resolve({ busy, release }),
      () => taking.reject(new Dropped('the instance was restarted')),
    )
    return claim === null ? null : taking.promise
  }

  /** Empties it: whoever waits is told so, and what is held is free again. */
  drop(): void {
    this.station.drop()
  }

  state(): StationState {
    return this.station.state()
  }
}

/**
 * Factor on a service that starts with `busy` slots taken (its own among them): the denominator of
 * the Universal Scalability Law (Gunther 1993).
 */
export function slowdown({ contention, coherency }: Station, busy: number): number {
  return 1 + (busy - 1) * (contention + coherency * busy)
}
