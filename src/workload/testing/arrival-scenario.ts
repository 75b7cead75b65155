import { parseScenario } from '../../scenario/load/parse.ts'
import type { Scenario, ScenarioInput } from '../../scenario/schema/schema.ts'

type ArrivalInput = ScenarioInput['arrivals'][number]

/** A scenario that is all about who comes when: nothing after the arrival matters. */
export function arrivalScenario(
  arrivals: readonly ArrivalInput[],
  population: ScenarioInput['population'] = { people: 1000 },
): Scenario {
  const parsed = parseScenario({
    name: 'arrivals',
    opensAt: '2021-07-19T20:00:00+09:00',
    endsAt: '2021-07-20T20:00:00+09:00',
    population,
    arrivals,
    waitingRoom: { admission: { perSec: 1 } },
    journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 1 }] }],
    stack: { instances: 1, stations: [{ name: 'web', shared: true, slots: 1 }] },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.loaded.scenario
}
