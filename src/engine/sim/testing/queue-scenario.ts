import type { Distribution } from '../../../core/distribution.ts'
import { scenarioSchema, type Scenario } from '../../../scenario/schema/schema.ts'

interface QueueStation {
  readonly name: string
  /** Servers. */
  readonly slots: number
  /** Waiting places; absent: more than are ever needed. */
  readonly backlog?: number
  readonly serviceMs: Distribution
}

/** A textbook queue: Poisson arrivals at a constant rate, then one or more stations in series. */
export interface Queue {
  readonly arrivalsPerSec: number
  readonly forSec: number
  readonly stations: readonly QueueStation[]
  /**
   * The line forms in the waiting room, not in the first station: as many are let in as the station
   * has slots, first come first served. Only so can waits be seen one by one, and people lose
   * patience (in a station it is the client that times out, after a constant time).
   */
  readonly lineInWaitingRoom?: { readonly patienceSec?: Distribution }
}

const opensAt = '2021-01-01T00:00:00Z'
/** More than any of these queues ever holds, and little enough to lay out quickly. */
const amplePlaces = 50_000
/** Longer than anybody ever waits for an answer. */
const endlessMs = 1e12
/**
 * How much longer than the arrivals the window is. The timeline has its two thousand buckets at most,
 * so a window that is mostly empty at its end makes them wide: averages need few, and each costs.
 */
const windowPerArrivals = 8
/** Nobody loses time between being called and coming in. */
const atOnceSec = 1e-9

/** The scenario of a queue: one request a visitor, no thinking, no retries, nobody comes again. */
export function queueScenario(queue: Queue): Scenario {
  const { arrivalsPerSec, forSec, stations, lineInWaitingRoom: line } = queue
  return scenarioSchema.parse({
    name: 'queue',
    opensAt,
    endsAt: new Date(Date.parse(opensAt) + windowPerArrivals * forSec * 1000).toISOString(),
    population: { people: Math.ceil(arrivalsPerSec * forSec) },
    arrivals: [{ kind: 'constant', perSec: arrivalsPerSec, forSec }],
    waitingRoom: {
      protocol: line === undefined ? 'none' : 'netfunnel',
      admission: { maxInside: stations[0]?.slots ?? 1 },
      pollSec: { front: atOnceSec, back: 10 },
      lapseSec: 0,
    },
    journey: [
      {
        step: 'visit',
        visits: stations.map(({ name, serviceMs }) => ({ station: name, serviceMs })),
        timeoutMs: endlessMs,
      },
    ],
    stack: {
      instances: 1,
      stations: stations.map(({ name, slots, backlog }) => ({
        name,
        shared: true,
        slots,
        backlog: backlog ?? amplePlaces,
      })),
    },
    behaviour: line?.patienceSec === undefined ? {} : { patienceSec: line.patienceSec },
  })
}
