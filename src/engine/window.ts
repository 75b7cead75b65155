import { msToSec, secToMs } from '../core/units.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { bypassUntilSec, timedEvents, type TimedEvent } from '../scenario/plan-times.ts'
import { layoutTimeline } from '../record/recorder.ts'

/** The span of time a run covers and what happens in it, in wall milliseconds after its start. */
export interface RunWindow {
  /** Scenario seconds a wall second covers. */
  speed: number
  /** Epoch seconds of the first bucket. */
  startSec: number
  bucketSec: number
  buckets: number
  opensAtMs: number
  endsAtMs: number
  bypassUntilMs: number
  events: { atMs: number; untilMs: number | null; timed: TimedEvent }[]
}

/**
 * Lays the run's window out, from the first arrival at `fromSec` on; `untilSec` cuts it short. Both are
 * scenario seconds after the opening, as `speed` makes them of the plan's wall seconds.
 */
export function windowOf(
  scenario: Scenario,
  { speed, fromSec, untilSec }: { speed: number; fromSec: number; untilSec: number },
): RunWindow {
  const opensSec = msToSec(Date.parse(scenario.opensAt))
  const lengthSec = Math.min(untilSec, msToSec(Date.parse(scenario.endsAt)) - opensSec)
  const events = timedEvents(scenario)
  const firstSec = Math.min(0, fromSec, ...events.map((event) => event.atSec))
  const layout = layoutTimeline({
    fromEpochSec: opensSec + firstSec,
    toEpochSec: opensSec + lengthSec,
  })
  const wallMs = (sec: number): number => secToMs(opensSec + sec - layout.startSec) / speed
  const bypassEndsSec = bypassUntilSec(scenario)
  return {
    speed,
    ...layout,
    opensAtMs: wallMs(0),
    endsAtMs: wallMs(lengthSec),
    bypassUntilMs: bypassEndsSec === null ? Infinity : wallMs(bypassEndsSec),
    events: events
      .filter((event) => event.atSec < lengthSec)
      .map((timed) => ({
        atMs: wallMs(timed.atSec),
        untilMs: timed.untilSec === null ? null : wallMs(timed.untilSec),
        timed,
      })),
  }
}
