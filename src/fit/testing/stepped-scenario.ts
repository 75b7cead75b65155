import { localIso } from '../../scenario/clock.ts'
import type { Mapping } from '../../scenario/plain.ts'

/** Numbers of the scenario below: plain, or with their interval. */
export interface SteppedNumbers {
  /** Of the time at `web`; lognormal where not given. */
  readonly webDist?: 'lognormal' | 'gamma'
  readonly webMs: unknown
  readonly webCv: unknown
  readonly webSlots: unknown
  readonly dbMs: unknown
  readonly dbSlots: unknown
  /** Of the database. */
  readonly contention: unknown
  readonly coherency: unknown
}

const opensAt = '2021-01-01T12:00:00Z'
const stepSec = 8
/** A step, and time for what is still queued. */
const everySec = 14

/**
 * One page that holds a worker of its instance while it is in the shared database; a step of load
 * after the other, each so many visitors a second on so many instances.
 */
export function steppedScenario(
  numbers: SteppedNumbers,
  steps: readonly (readonly [instances: number, perSec: number])[],
): Mapping {
  const at = (sec: number) => localIso(Date.parse(opensAt) + sec * 1000, opensAt)
  const first = steps[0]?.[0] ?? 1
  return {
    name: 'stepped',
    opensAt,
    endsAt: at(Math.max(1, steps.length) * everySec),
    population: { people: 3000 },
    arrivals:
      steps.length === 0
        ? [{ kind: 'constant', perSec: 1, forSec: 1 }]
        : steps.map(([, perSec], i) => ({
            kind: 'constant',
            perSec,
            forSec: stepSec,
            startSec: i * everySec,
          })),
    waitingRoom: { protocol: 'none', admission: { perSec: 1 } },
    journey: [
      {
        step: 'book',
        timeoutMs: 60_000,
        visits: [
          {
            station: 'web',
            serviceMs: {
              dist: numbers.webDist ?? 'lognormal',
              mean: numbers.webMs,
              cv: numbers.webCv,
            },
            holds: true,
          },
          { station: 'db', serviceMs: { dist: 'lognormal', mean: numbers.dbMs, cv: 0.5 } },
        ],
      },
    ],
    stack: {
      instances: first,
      stations: [
        { name: 'web', perInstance: true, slots: numbers.webSlots, backlog: 300 },
        {
          name: 'db',
          shared: true,
          slots: numbers.dbSlots,
          backlog: 300,
          contention: numbers.contention,
          coherency: numbers.coherency,
        },
      ],
    },
    timeline: steps.flatMap(([count], i) =>
      count === (steps[i - 1]?.[0] ?? count)
        ? []
        : [{ at: at(i * everySec - 1), kind: 'instances', count }],
    ),
  }
}
