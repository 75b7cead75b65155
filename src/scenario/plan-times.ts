import { must } from '../core/assert.ts'
import { clockSec, isoEpochMs } from './clock.ts'
import type { Scenario, TimelineEvent } from './schema/schema.ts'

/** An event of the timeline with its clock times read: seconds after opensAt, scenario time. */
export interface TimedEvent {
  atSec: number
  event: TimelineEvent
  /** When an eligibility fault ends; `null` for what has no end of its own. */
  untilSec: number | null
}

/** The timeline in order of time, events of one time as they are written. */
export function timedEvents(scenario: Scenario): TimedEvent[] {
  return scenario.timeline
    .map((event) => ({
      atSec: readSec(event.at, scenario),
      event,
      untilSec: 'until' in event ? readSec(event.until, scenario) : null,
    }))
    .sort((a, b) => a.atSec - b.atSec)
}

/** Length of the run: seconds from opensAt to endsAt, scenario time. */
export function windowSec(scenario: Pick<Scenario, 'opensAt' | 'endsAt'>): number {
  return readSec(scenario.endsAt, scenario)
}

/** Epoch milliseconds of the opening. */
export function opensAtMs(scenario: Pick<Scenario, 'opensAt'>): number {
  return must(isoEpochMs(scenario.opensAt), 'opensAt of a parsed scenario')
}

/** Epoch milliseconds of the end. */
export function endsAtMs(scenario: Pick<Scenario, 'endsAt'>): number {
  return must(isoEpochMs(scenario.endsAt), 'endsAt of a parsed scenario')
}

/** When the bypass closes by itself: seconds after opensAt, `null` for never. */
export function bypassUntilSec(scenario: Scenario): number | null {
  const { until } = scenario.behaviour.bypass
  return until === undefined ? null : readSec(until, scenario)
}

function readSec(text: string, { opensAt }: Pick<Scenario, 'opensAt'>): number {
  return must(clockSec(text, opensAt), `clock time of a parsed scenario (${text})`)
}
