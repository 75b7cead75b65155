import type { ScenarioInput } from '../../../scenario/schema/schema.ts'
import { opening, visitors, type OpeningEdits } from '../../testing/opening.ts'
import { traced, type Trace } from './trace.ts'

export type Events = NonNullable<ScenarioInput['timeline']>

/** One turn a second, and whoever is called is in at once. */
export const gated = {
  protocol: 'netfunnel',
  admission: { perSec: 1 },
  pollSec: { front: 0.001, back: 10 },
} as const

/** A hundred visitors half a second after the opening, at such a gate, and what happens then. */
export function evening(timeline: Events, more: OpeningEdits = {}): Trace {
  return traced(opening({ comeSec: visitors(100, 0.5), waitingRoom: gated, timeline, ...more }))
}

/** How many of the times lie from … up to. */
export function within(times: readonly number[], fromSec: number, toSec: number): number {
  return times.filter((sec) => sec >= fromSec && sec < toSec).length
}
