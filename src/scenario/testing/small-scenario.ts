import { scenarioSchema, type Scenario, type ScenarioInput } from '../schema/schema.ts'

/** A minimal scenario with one step `book` at one station `db`, with changes laid over it. */
export function smallScenario(over: Partial<ScenarioInput> = {}): Scenario {
  return scenarioSchema.parse({
    name: 'small',
    opensAt: '2021-07-19T20:00:00+09:00',
    endsAt: '2021-07-19T20:04:00+09:00',
    population: { people: 120 },
    arrivals: [{ kind: 'burst', share: 1, forSec: 60 }],
    waitingRoom: { admission: { perSec: 1 } },
    journey: [{ step: 'book', visits: [{ station: 'db', serviceMs: 5 }] }],
    stack: { instances: 4, stations: [{ name: 'db', shared: true, slots: 8 }] },
    ...over,
  })
}
