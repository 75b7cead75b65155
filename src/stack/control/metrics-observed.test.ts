import { expect, test } from 'vitest'
import { readObservation } from '../../engine/live/control/observation.ts'
import type { StationState } from '../contract.ts'
import { metricsText, type Snapshot } from './metrics.ts'

const station = (name: string, busy: number, queued: number): StationState => ({
  station: name,
  slots: 8,
  busy,
  queued,
  backlog: 64,
  served: 120,
  refused: 7,
})
const odd = 'web "one"\\\nand two'
const snapshot: Snapshot = {
  balancer: null,
  gate: {
    waiting: 11,
    inside: 12,
    issued: 13,
    called: 14,
    admitted: 15,
    lapsed: 16,
    completed: 17,
    polls: 18,
    ratePerSec: 1.5,
    open: true,
    halted: false,
    findings: { earlyAdmission: 0, bypassed: 2, orderInversion: 1 },
  },
  ledger: {
    database: 'pglite',
    stations: [station('db', 5, 1)],
    connected: true,
    booked: 21,
    offers: [],
  },
  instances: [
    { index: 0, state: { stations: [station(odd, 6, 3)], responses: {} } },
    { index: 1, state: { stations: [station(odd, 2, 0)], responses: {} } },
    { index: 3, state: null },
  ],
  instanceTarget: 4,
  restarts: { gate: 0, ledger: 1, instances: 2 },
}

/** The stack writes its metrics, the live engine reads them. */
test('everything that is looked for stands in the stack’s metrics', () => {
  expect(readObservation(metricsText(snapshot), [odd, 'db'])).toEqual({
    observation: {
      waiting: 11,
      inside: 12,
      instances: 3,
      stations: [
        { busy: 8, queued: 3, slots: 16 },
        { busy: 5, queued: 1, slots: 8 },
      ],
    },
    missing: [],
    malformed: 0,
  })
})

test('and a part that does not answer is missing, not 0', () => {
  const { observation } = readObservation(metricsText({ ...snapshot, gate: null, ledger: null }), [
    odd,
    'db',
  ])
  expect(observation).toMatchObject({ waiting: null, inside: null, stations: [{ busy: 8 }, null] })
})
