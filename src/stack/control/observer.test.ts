import { expect, test } from 'vitest'
import { loadScenario } from '../../scenario/load.ts'
import type { StackConfig } from '../contract.ts'
import { Observer } from './observer.ts'
import type { Supervisor } from './supervisor.ts'

const { scenario } = await loadScenario('smoke', { allowCode: false })
const clock = { epochMs: () => 0, monotonicMs: () => 0 }
const gateFindings = { earlyAdmission: 1, bypassed: 2, orderInversion: 3 }
const ledgerFindings = { doubleBooking: 4, ineligibleBooked: 5, eligibleRefused: 6 }

function observerAfter(gateRestarts: number): Observer {
  const supervisor = {
    gate: { ask: () => Promise.resolve({ findings: gateFindings }) },
    ledger: { ask: () => Promise.resolve({ findings: ledgerFindings, booked: 9, oversold: 0 }) },
    restarts: { gate: gateRestarts, ledger: 1, instances: 1 },
  } as unknown as Supervisor
  return new Observer(supervisor, { scenario } as StackConfig, clock)
}

test('finds what gate and ledger have counted', async () => {
  expect(await observerAfter(0).findings()).toEqual({
    findings: { ...gateFindings, ...ledgerFindings },
    booked: 9,
    oversold: 0,
  })
})

test('does not know what a gate had counted that was started again since', async () => {
  const { findings } = await observerAfter(1).findings()
  const unknown = { earlyAdmission: null, bypassed: null, orderInversion: null }
  expect(findings).toEqual({ ...unknown, ...ledgerFindings })
})
