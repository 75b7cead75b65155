import { streamKey, streams, uniform } from '../../../core/chance.ts'
import type { Scenario, ScenarioInput } from '../../../scenario/schema/schema.ts'
import { parsed } from '../../testing/opening.ts'

const lognormal = (mean: number, cv = 0.7) => ({ dist: 'lognormal' as const, mean, cv })

/**
 * An evening of 60,000 tickets on the brink: draw `k` of its assumptions decides whether the stack
 * holds. About half of the draws collapse, some by the load alone and some by chance.
 */
export function brink(k: number, edits: Partial<ScenarioInput> = {}): Scenario {
  const drawn = (j: number, low: number, high: number) =>
    low + (high - low) * uniform(streamKey(k, streams.test), 0, j)
  const web = { station: 'web', holds: true, serviceMs: lognormal(drawn(0, 220, 370)) }
  const visits = (dbMs: number) => [web, { station: 'db', serviceMs: lognormal(dbMs) }]
  return parsed({
    name: 'brink',
    opensAt: '2021-01-01T12:00:00Z',
    endsAt: '2021-01-01T14:00:00Z',
    population: { people: 30_000, devicesPerPerson: 2 },
    arrivals: [
      { kind: 'burst', share: 0.05, forSec: 10 },
      { kind: 'decay', share: 0.95, scaleSec: 600 },
    ],
    waitingRoom: {
      protocol: 'netfunnel',
      admission: { perSecPerInstance: 6 },
      pollSec: { front: 2, back: 10 },
      failOpen: drawn(1, 0.02, 0.27),
      pollCapacityPerSec: drawn(2, 600, 1400),
    },
    journey: [
      {
        step: 'identify',
        role: 'identify',
        visits: visits(40),
        thinkSec: lognormal(15),
        timeoutMs: 3000,
      },
      { step: 'choose', visits: visits(40), thinkSec: lognormal(15), timeoutMs: 3000 },
      { step: 'book', role: 'book', visits: visits(60), timeoutMs: 3000 },
    ],
    stack: {
      instances: 2,
      stations: [
        { name: 'web', perInstance: true, slots: 8, backlog: 100, contention: 0.01 },
        { name: 'db', shared: true, slots: 20, backlog: 200 },
      ],
    },
    behaviour: {
      patienceSec: lognormal(2400, 1),
      retry: { tries: 4, backoffSec: lognormal(3, 0.5) },
      reenter: { probability: 0.5, delaySec: lognormal(60, 1) },
      bypass: { share: 0.004 },
    },
    inventory: { offers: [{ place: 'nationwide', date: 'all', slots: 40_000 }] },
    ...edits,
  })
}
