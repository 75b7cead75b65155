import { uniform } from '../../core/chance.ts'
import type { Scenario } from '../../scenario/schema.ts'
import type { Crowd } from '../../workload/behaviour.ts'

/**
 * Further front doors, such as a partner's app: each takes visitors in at its own rate, first come
 * first served, and hands their bookings to the core after a delay. The core alone books, so its
 * load stays: only the steps before the booking are taken off it.
 */
export class Doors {
  /** The first step a door's visitor performs at the core: the booking. */
  readonly firstStep: number
  private readonly doors: Scenario['doors']
  private readonly nextFreeMs: number[]
  private readonly key: number

  constructor(scenario: Scenario, key: number) {
    this.doors = scenario.doors
    this.nextFreeMs = scenario.doors.map(() => 0)
    this.key = key
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

  patienceMs(crowd: Crowd, entity: number): number {
    return crowd.patienceSec === null
      ? Infinity
      : 1000 * crowd.patienceSec(uniform(crowd.keys.patience, entity))
  }

  /** When the core hears of the visitor that comes now, or -1 if it gives up before its turn. */
  take(door: number, nowMs: number, patienceMs: number): number {
    const { perSec, delaySec } = this.doors[door]!
    const turnMs = Math.max(nowMs, this.nextFreeMs[door]!)
    if (turnMs - nowMs > patienceMs) return -1
    this.nextFreeMs[door] = turnMs + 1000 / perSec
    return turnMs + delaySec * 1000
  }
}
