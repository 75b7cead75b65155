import { parseScenario } from '../../scenario/load/parse.ts'
import type { Scenario, ScenarioInput } from '../../scenario/schema/schema.ts'

/** A document that went through the parser, rules and all. */
export function parsed(document: ScenarioInput): Scenario {
  const result = parseScenario(document)
  if (!result.ok) throw new Error(JSON.stringify(result.faults))
  return result.loaded.scenario
}

export type OpeningEdits = Partial<ScenarioInput> & {
  /** When each visitor comes, seconds after the opening; one ticket a person. */
  readonly comeSec?: readonly number[]
}

/**
 * A plain opening at noon, with ten minutes on the clock: no waiting room, one request a visitor that
 * takes one of ten slots for 100 ms, nobody retries, nobody comes again.
 */
export function opening({ comeSec, ...edits }: OpeningEdits = {}): Scenario {
  return parsed({
    name: 'opening',
    opensAt: '2021-01-01T12:00:00Z',
    endsAt: '2021-01-01T12:10:00Z',
    population: { people: Math.max(1, comeSec?.length ?? 10) },
    arrivals: [{ kind: 'replay', timesSec: [...(comeSec ?? [1])] }],
    waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
    journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 100 }] }],
    stack: { instances: 1, stations: [{ name: 'web', perInstance: true, slots: 10 }] },
    ...edits,
  })
}

/** `n` visitors from `fromSec` on, one every `everySec` (0: all at once). */
export function visitors(n: number, fromSec = 1, everySec = 0): number[] {
  return Array.from({ length: n }, (_, i) => fromSec + i * everySec)
}
