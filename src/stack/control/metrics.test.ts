import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import type { BalancerState, GateState, LedgerState, StationState } from '../contract.ts'
import { metricsText, type Snapshot } from './metrics.ts'

interface Family {
  readonly name: string
  readonly type: string
  readonly help: string
  readonly metrics: readonly {
    readonly value: string
    readonly labels?: Readonly<Record<string, string>>
  }[]
}

// It comes without types, and with a default export alone.
const parse = createRequire(import.meta.url)('parse-prometheus-text-format') as (
  text: string,
) => Family[]

const web: StationState = {
  station: 'web "one"\\\nand two',
  slots: 8,
  busy: 6,
  queued: 3,
  backlog: 64,
  served: 120,
  refused: 7,
}
const db: StationState = { ...web, station: 'db', slots: 10, busy: 5 }
const gate: GateState = {
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
}
const ledger: LedgerState = {
  database: 'pglite',
  stations: [db],
  connected: true,
  booked: 21,
  offers: [{ place: 'clinic', date: '2021-07-26', slots: 30, remaining: 9 }],
}
const balancer: BalancerState = {
  connections: 31,
  responses: { '200': 100, gone: 4, reset: 5 },
  instances: [
    { index: 0, port: 1, inFlight: 6, requests: 70, failed: 8, isOut: false },
    { index: 3, port: 2, inFlight: 0, requests: 9, failed: 9, isOut: true },
  ],
}
const whole: Snapshot = {
  balancer,
  gate,
  ledger,
  instances: [
    { index: 0, state: { stations: [web], responses: { '200': 100, '503': 7 } } },
    { index: 3, state: null },
  ],
  instanceTarget: 4,
  restarts: { gate: 0, ledger: 1, instances: 2 },
}

describe('metricsText', () => {
  const families = parse(metricsText(whole))
  const value = (name: string, labels: Readonly<Record<string, string>> = {}) => {
    const samples = families.find((family) => family.name === name)?.metrics ?? []
    const found = samples.filter((sample) =>
      Object.entries(labels).every(([label, of]) => sample.labels?.[label] === of),
    )
    expect({ name, found: found.length }).toEqual({ name, found: 1 })
    return Number(found[0]?.value)
  }

  test('gives stations by server, shared ones as those of all', () => {
    const own = { server: '0', station: web.station }
    expect(value('dambreak_station_busy', own)).toBe(6)
    expect(value('dambreak_station_queue_depth', own)).toBe(3)
    expect(value('dambreak_station_refused_total', own)).toBe(7)
    expect(value('dambreak_station_use_ratio', { server: 'all', station: 'db' })).toBe(0.5)
  })

  test('gives gate, ledger and responses', () => {
    expect(value('dambreak_gate_waiting')).toBe(11)
    expect(value('dambreak_gate_admissions_total')).toBe(15)
    expect(value('dambreak_gate_findings_total', { finding: 'bypassed' })).toBe(2)
    expect(value('dambreak_responses_total', { server: '0', status: '503' })).toBe(7)
    expect(value('dambreak_bookings')).toBe(21)
    expect(value('dambreak_offer_remaining', { place: 'clinic' })).toBe(9)
    expect(value('dambreak_restarts_total', { part: 'instance' })).toBe(2)
  })

  test('gives what the balancer sees of clients and of each instance', () => {
    expect(value('dambreak_balancer_connections')).toBe(31)
    expect(value('dambreak_balancer_responses_total', { status: 'reset' })).toBe(5)
    expect(value('dambreak_balancer_responses_total', { status: '200' })).toBe(100)
    expect(value('dambreak_balancer_requests_total', { server: '0' })).toBe(70)
    expect(value('dambreak_balancer_failed_total', { server: '3' })).toBe(9)
    expect(value('dambreak_balancer_in_flight', { server: '0' })).toBe(6)
    expect(value('dambreak_balancer_out', { server: '0' })).toBe(0)
    expect(value('dambreak_balancer_out', { server: '3' })).toBe(1)
  })

  test('says which part does not answer, and nothing else of it', () => {
    expect(value('dambreak_up', { part: 'instance', server: '3' })).toBe(0)
    const without = parse(
      metricsText({ ...whole, balancer: null, gate: null, ledger: null, instances: [] }),
    )
    const up = without.find(({ name }) => name === 'dambreak_up')?.metrics
    expect(up?.map((sample) => sample.value)).toEqual(['0', '0'])
    const names = without.map(({ name }) => name)
    expect(names).not.toContain('dambreak_gate_waiting')
    expect(names).not.toContain('dambreak_balancer_connections')
  })

  test('names and types every metric once: counters end in _total, nothing else does', () => {
    const names = families.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    for (const { name, type, help } of families) {
      const expected = name.endsWith('_total') ? 'COUNTER' : 'GAUGE'
      expect({ name, type, hasHelp: help !== '' }).toEqual({ name, type: expected, hasHelp: true })
    }
  })
})
