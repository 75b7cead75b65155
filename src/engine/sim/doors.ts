import { uniform } from '../../core/chance.ts'
import { durationMsOf, intervalMsOf, secToMs } from '../../core/units.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import type { DoorHours } from './door-hours.ts'

/**
 * Further front doors, such as a partner's app: each takes visitors in at its own rate, first come
 * first served, and hands their bookings to the core after a delay. The core alone books, so its
 * load stays: only the steps before the booking are taken off it.
 *
 * A door opens when the gate does, early or not, and stands still as long as service is off:
 * everybody in its line, or already on the way from it, comes in later by the length of the halt,
 * and who has no patience for that gives up. A halt that voids tickets voids those of the waiting
 * room only: a place at a door is the partner's.
 */
export class Doors {
  /** The first step a door's visitor performs at the core: the booking. */
  readonly firstStep: number
  private readonly doors: Scenario['doors']
  private readonly nextFreeMs: number[]
  private readonly key: number
  private readonly hours: DoorHours

  constructor(scenario: Scenario, key: number, hours: DoorHours) {
    this.doors = scenario.doors
    this.nextFreeMs = scenario.doors.map(() => 0)
    this.key = key
    this.hours = hours
    const book = scenario.journey.findIndex((entry) => entry.role === 'book')
    this.firstStep = book < 0 ? scenario.journey.length - 1 : book
  }

  /** Which door the visitor comes by, or -1 for the front. */
  choose(entity: number): number {
    if (this.doors.length === 0) return -1
    let u = uniform(this.key, entity)
    for (let d = 0; d < this.doors.length; d++) {
      u -= this.doors[d]!.share
      if (u < 0) return d
    }
    return -1
  }

  /** Milliseconds between two visitors of a door. */
  spacingMs(door: number): number {
    return intervalMsOf(this.doors[door]!.perSec)
  }

  /** When the doors are open: now, or the first time after it; Infinity for never. */
  openFromMs(nowMs: number): number {
    return this.hours.after(nowMs, 0)
  }

  /**
   * When the core hears of the visitor that comes now (Infinity: never), or -1 if it gives up before
   * its turn. With `n` of them who come together: when it hears of the first.
   */
  take(door: number, nowMs: number, patienceMs: number, n = 1): number {
    const { perSec, delaySec } = this.doors[door]!
    const turnMs = this.hours.after(Math.max(nowMs, this.nextFreeMs[door]!), 0)
    if (turnMs - nowMs > patienceMs) return -1
    this.nextFreeMs[door] = this.hours.after(turnMs, durationMsOf(n, perSec))
    return this.hours.after(turnMs, secToMs(delaySec))
  }
}
