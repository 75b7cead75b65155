import { vi } from 'vitest'
import { endNames, outcomeNames, type EndName, type OutcomeName } from '../../../core/codes.ts'
import { Recorder } from '../../../record/recorder.ts'
import type { Summary, Timeline } from '../../../record/run.ts'
import type { Scenario } from '../../../scenario/schema/schema.ts'
import { simulate, type SimOptions, type SimResult } from '../simulate.ts'

/** All that a simulation told its recorder, one by one; times are scenario seconds after the opening. */
export interface Trace {
  readonly result: SimResult
  readonly summary: Summary
  readonly timeline: Timeline
  readonly arrivedSec: readonly number[]
  readonly queuedSec: readonly number[]
  readonly turnsSec: readonly number[]
  readonly admittedSec: readonly number[]
  readonly bypassedSec: readonly number[]
  readonly bookedSec: readonly number[]
  readonly waits: readonly {
    readonly enteredSec: number
    readonly endedSec: number
    readonly admitted: boolean
  }[]
  readonly requests: readonly {
    readonly step: number
    readonly outcome: OutcomeName
    readonly doneSec: number
    readonly responseMs: number
  }[]
  readonly ends: readonly { readonly atSec: number; readonly end: EndName }[]
}

/** Simulates, listening at the recorder: what it is told is all that a simulation says. */
export function traced(scenario: Scenario, options: SimOptions = { seed: 1 }): Trace {
  const spyOn = <K extends (typeof heard)[number]>(name: K) => vi.spyOn(Recorder.prototype, name)
  const spies = {
    arrived: spyOn('arrived'),
    queued: spyOn('queued'),
    turnCalled: spyOn('turnCalled'),
    admitted: spyOn('admitted'),
    bypassed: spyOn('bypassed'),
    booked: spyOn('booked'),
    waitEnded: spyOn('waitEnded'),
    request: spyOn('request'),
    ended: spyOn('ended'),
  }
  try {
    const result = simulate(scenario, options)
    const { people, inventory, window, recorder } = result
    const { summary, timeline } = recorder.finish({ people, inventory })
    const sec = (ms: number) => (ms - window.opensAtMs * window.speed) / 1000
    const times = (spy: { mock: { calls: readonly (readonly unknown[])[] } }) =>
      spy.mock.calls.map(([ms]) => sec(Number(ms)))
    return {
      result,
      summary,
      timeline,
      arrivedSec: times(spies.arrived),
      queuedSec: times(spies.queued),
      turnsSec: times(spies.turnCalled),
      admittedSec: times(spies.admitted),
      bypassedSec: times(spies.bypassed),
      bookedSec: times(spies.booked),
      waits: spies.waitEnded.mock.calls.map(([enteredMs, endedMs, admitted]) => ({
        enteredSec: sec(enteredMs),
        endedSec: sec(endedMs),
        admitted,
      })),
      requests: spies.request.mock.calls.map(([step, outcome, doneMs, responseUs]) => ({
        step,
        outcome: outcomeNames[outcome]!,
        doneSec: sec(doneMs),
        responseMs: responseUs / 1000,
      })),
      ends: spies.ended.mock.calls.map(([ms, end]) => ({ atSec: sec(ms), end: endNames[end]! })),
    }
  } finally {
    for (const spy of Object.values(spies)) spy.mockRestore()
  }
}

const heard = [
  'arrived',
  'queued',
  'turnCalled',
  'admitted',
  'bypassed',
  'booked',
  'waitEnded',
  'request',
  'ended',
] as const

/** How many tickets ended how; ends that did not happen are left out. */
export function endsOf({ summary }: Trace): Partial<Record<EndName, number>> {
  const ends = endNames.map((name) => [name, summary.visitors[name]] as const)
  return Object.fromEntries(ends.filter(([, n]) => n > 0))
}
