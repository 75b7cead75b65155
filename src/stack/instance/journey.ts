import { must } from '../../core/assert.ts'
import { tabulatedQuantileOf, type Quantile } from '../../core/distribution.ts'
import type { Scenario, Station } from '../../scenario/schema/schema.ts'
import type {
  BookingAnswer,
  BookingStatus,
  Choice,
  Lease,
  LedgerClient,
  Person,
  StationState,
} from '../contract.ts'
import type { Pauses } from './pauses.ts'
import { Dropped, slowdown, Slots, type Hold } from './slots.ts'

/** What became of a step; `busy`: a station had no room. */
export interface StepAnswer extends Omit<BookingAnswer, 'status'> {
  readonly status: BookingStatus | 'busy'
}

export interface JourneyParts {
  readonly ledger: LedgerClient
  readonly pauses: Pauses
  /** Uniform in (0, 1), a new one at each call. */
  readonly chance: () => number
}

interface Visit {
  readonly settings: Station
  /** `null`: the station is shared, its slots are the ledger's to give. */
  readonly slots: Slots | null
  readonly serviceMs: Quantile
  readonly holds: boolean
}

interface Step {
  readonly visits: readonly Visit[]
  readonly role: 'identify' | 'book' | null
}

/** One request in the stations. */
interface Stay {
  /** What it holds now, in the order in which it got it. */
  readonly held: (Hold | Lease)[]
  dropped: boolean
  /** The ledger is at work for it: its lease must not be taken away. */
  inLedger: boolean
}

/**
 * Performs the steps of the journey on the stations of this instance and, through the ledger, on
 * the shared ones. Nothing but `dropAll` stops a step once begun: not its client, who may be gone.
 */
export class Journey {
  private readonly stations: readonly Slots[]
  private readonly steps: readonly Step[]
  private readonly stays = new Set<Stay>()
  private readonly parts: JourneyParts

  constructor({ stack, journey }: Scenario, parts: JourneyParts) {
    this.parts = parts
    const own = new Map<string, Slots>()
    for (const settings of stack.stations) {
      if (settings.perInstance === true) own.set(settings.name, new Slots(settings))
    }
    this.stations = [...own.values()]
    const isNamed = journey.some(({ role }) => role === 'book')
    this.steps = journey.map(({ role, visits }, i) => ({
      role: role ?? (!isNamed && i === journey.length - 1 ? 'book' : null),
      visits: visits.map(({ station, serviceMs, holds }) => ({
        settings: must(
          stack.stations.find(({ name }) => name === station),
          `station ${station}`,
        ),
        slots: own.get(station) ?? null,
        serviceMs: tabulatedQuantileOf(serviceMs),
        holds,
      })),
    }))
  }

  /**
   * Step number `index` of the journey for one person. Rejects with `LedgerGone` where the ledger is
   * not there, with `Dropped` after `dropAll`.
   */
  async perform(index: number, person: Person, choice: Choice | null): Promise<StepAnswer> {
    const stay: Stay = { held: [], dropped: false, inLedger: false }
    const { visits, role } = must(this.steps[index], `step ${index}`)
    this.stays.add(stay)
    try {
      for (const [i, visit] of visits.entries()) {
        const hold = await this.serve(visit, stay)
        if (hold === null) return { status: 'busy' }
        if (visit.holds || i === visits.length - 1) continue
        hold.release()
        stay.held.pop()
      }
      if (role === null) return { status: 'ok' }
      const lease =
        stay.held.findLast(isLease) ?? (await this.enter(this.parts.ledger.lease(null), stay))
      stay.inLedger = true
      if (lease === null) return { status: 'busy' }
      return await (role === 'book' ? lease.book(person, choice) : lease.identify(person))
    } finally {
      this.stays.delete(stay)
      release(stay)
    }
  }

  /** Empties the stations: whatever is in service, waiting or stuck is gone, at the ledger too. */
  dropAll(): void {
    for (const slots of this.stations) slots.drop()
    this.parts.ledger.reset()
    for (const stay of this.stays) {
      stay.dropped = true
      if (!stay.inLedger) release(stay)
    }
  }

  states(): StationState[] {
    return this.stations.map((slots) => slots.state())
  }

  /** One visit: waits for its slots and works; `null` where there was no room. */
  private async serve(visit: Visit, stay: Stay): Promise<Hold | Lease | null> {
    const { settings, slots } = visit
    const taking = slots === null ? this.parts.ledger.lease(settings.name) : slots.take()
    const hold = taking === null ? null : await this.enter(taking, stay)
    if (hold === null) return null
    const serviceMs = visit.serviceMs(this.parts.chance())
    await this.parts.pauses.pause(serviceMs * slowdown(settings, hold.busy))
    throwIfDropped(stay)
    return hold
  }

  private async enter<T extends Hold | Lease>(
    taking: Promise<T | null>,
    stay: Stay,
  ): Promise<T | null> {
    const hold = await taking
    if (hold !== null) stay.held.push(hold)
    throwIfDropped(stay)
    return hold
  }
}

function isLease(hold: Hold | Lease): hold is Lease {
  return 'book' in hold
}

function throwIfDropped({ dropped }: Stay): void {
  if (dropped) throw new Dropped('the instance was restarted')
}

/** Gives back all that is held, last first. */
function release({ held }: Stay): void {
  while (held.length > 0) held.pop()?.release()
}
