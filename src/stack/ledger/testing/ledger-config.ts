import { scenarioSchema, type Scenario } from '../../../scenario/schema/schema.ts'
import type { FaultName } from '../../contract.ts'
import type { LedgerStart } from '../ledger-server.ts'

export interface LedgerShape {
  readonly offers: readonly { place: string; date: string; slots: number }[]
  /** Slots of the shared station `db`. */
  readonly slots: number
  readonly slotsPerRequest: number
  readonly backlog: number | undefined
  readonly fault: FaultName | null
  /** The run of the stack: a ledger of the same run is kept. */
  readonly run: string
  readonly databaseUrl: string | null
}

const shape: LedgerShape = {
  offers: [
    { place: 'north', date: '2021-07-26', slots: 2 },
    { place: 'south', date: '2021-07-26', slots: 1 },
    { place: 'south', date: '2021-07-27', slots: 1 },
  ],
  slots: 10,
  slotsPerRequest: 1,
  backlog: undefined,
  fault: null,
  run: 'run',
  databaseUrl: null,
}

function scenarioOf({ offers, slots, slotsPerRequest, backlog }: LedgerShape): Scenario {
  return scenarioSchema.parse({
    name: 'ledger-test',
    opensAt: '2021-07-19T20:00:00+09:00',
    endsAt: '2021-07-19T21:00:00+09:00',
    population: { people: 1000, birthYears: { from: 1967, to: 1968 } },
    arrivals: [{ kind: 'constant', perSec: 10, forSec: 60 }],
    waitingRoom: { admission: { perSec: 10 } },
    journey: [{ step: 'book', role: 'book', visits: [{ station: 'db', serviceMs: 10 }] }],
    stack: {
      instances: 2,
      stations: [
        { name: 'web', perInstance: true, slots: 10 },
        { name: 'db', shared: true, slots, slotsPerRequest, backlog },
        { name: 'mail', shared: true, slots: 1 },
      ],
    },
    inventory: { offers: [...offers] },
  })
}

/** How a ledger is started in tests: people born 1967 and 1968 may book. */
export function ledgerStart(changes: Partial<LedgerShape> = {}): LedgerStart {
  const full = { ...shape, ...changes }
  return {
    role: 'ledger',
    config: {
      scenario: scenarioOf(full),
      opensAtEpochMs: Date.parse('2021-07-19T20:00:00+09:00'),
      secret: full.run,
      failOpen: false,
      fault: full.fault,
      host: '127.0.0.1',
    },
    port: 0,
    databaseUrl: full.databaseUrl,
    dataDir: null,
  }
}
