import { describe, expect, test } from 'vitest'
import { loadScenario } from '../../scenario/load/load.ts'
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
  const config = { scenario } as StackConfig
  return new Observer({ supervisor, config, clock, balancer: () => null })
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

describe('states', () => {
  /** A part that counts how often it is asked, and answers when it is told to. */
  class FakeMember {
    readonly waiting: PromiseWithResolvers<unknown>[] = []
    asks = 0

    ask(): Promise<unknown> {
      this.asks++
      const answer = Promise.withResolvers<unknown>()
      this.waiting.push(answer)
      return answer.promise
    }

    async answers(value: unknown): Promise<void> {
      for (const { resolve } of this.waiting.splice(0)) resolve(value)
      await settled()
    }

    async fails(): Promise<void> {
      for (const { reject } of this.waiting.splice(0)) reject(new Error('no answer'))
      await settled()
    }
  }

  const settled = () => new Promise((resolve) => setImmediate(resolve))

  function stage() {
    const time = { ms: 0 }
    const parts = { gate: new FakeMember(), ledger: new FakeMember(), instance: new FakeMember() }
    const supervisor = {
      gate: parts.gate,
      ledger: parts.ledger,
      live: () => [{ index: 0, port: 1, member: parts.instance }],
      instanceTarget: 1,
      restarts: { gate: 0, ledger: 0, instances: 0 },
      orders: {},
      processes: () => [],
    }
    const balancer = { connections: 0, responses: {}, instances: [] }
    const observer = new Observer({
      supervisor: supervisor as unknown as Supervisor,
      config: { scenario } as StackConfig,
      clock: { epochMs: () => 0, monotonicMs: () => time.ms },
      balancer: () => balancer,
    })
    const asks = () => [parts.gate.asks, parts.ledger.asks, parts.instance.asks]
    const answer = async (booked: number) => {
      await parts.gate.answers({ findings: gateFindings, waiting: booked })
      await parts.ledger.answers({ findings: ledgerFindings, connected: true, booked })
      await parts.instance.answers({ stations: [], responses: {} })
    }
    return { time, parts, supervisor, balancer, observer, asks, answer }
  }

  test('are asked for once, however many want to know within half a second', async () => {
    const { time, observer, asks, answer } = stage()
    const first = [observer.snapshot(), observer.health(), observer.state(), observer.snapshot()]
    expect(asks()).toEqual([1, 1, 1])
    // Later than that, but still under way: it is the newest there can be.
    time.ms = 900
    first.push(observer.snapshot())
    expect(asks()).toEqual([1, 1, 1])
    await answer(7)
    for (const each of [0, 2, 3, 4]) {
      expect(await first[each]).toMatchObject({ ledger: { booked: 7 }, gate: { waiting: 7 } })
    }
    expect(await first[1]).toEqual({ ok: true, gate: true, ledger: true, instances: 1 })
  })

  test('are old after half a second from when they were asked for', async () => {
    const { time, observer, asks, answer } = stage()
    const first = observer.snapshot()
    await answer(7)
    await first
    time.ms = 499
    expect((await observer.snapshot()).ledger?.booked).toBe(7)
    expect(asks()).toEqual([1, 1, 1])
    time.ms = 500
    const second = observer.snapshot()
    expect(asks()).toEqual([2, 2, 2])
    await answer(8)
    expect((await second).ledger?.booked).toBe(8)
  })

  test('that were not told are asked for again at once; the others are not', async () => {
    const { parts, observer, asks, answer } = stage()
    const first = observer.snapshot()
    await parts.ledger.fails()
    await answer(7)
    expect((await first).ledger).toBeNull()
    const second = observer.health()
    expect(asks()).toEqual([1, 2, 1])
    await answer(8)
    expect((await second).ok).toBe(true)
  })

  test('are those of the processes that there are now', async () => {
    const { parts, supervisor, observer, answer } = stage()
    const first = observer.snapshot()
    await answer(7)
    await first
    const next = new FakeMember()
    supervisor.live = () => [
      { index: 0, port: 1, member: parts.instance },
      { index: 1, port: 2, member: next },
    ]
    supervisor.ledger = new FakeMember()
    const second = observer.snapshot()
    await next.answers({ stations: [], responses: { 200: 1 } })
    await supervisor.ledger.answers({ booked: 9 })
    expect(await second).toMatchObject({
      gate: { waiting: 7 },
      ledger: { booked: 9 },
      instances: [{ index: 0 }, { index: 1, state: { responses: { 200: 1 } } }],
    })
  })

  test('of the balancer are those of the moment', async () => {
    const { balancer, observer, answer } = stage()
    const first = observer.snapshot()
    balancer.connections = 3
    await answer(7)
    expect((await first).balancer?.connections).toBe(3)
    balancer.connections = 4
    expect((await observer.snapshot()).balancer?.connections).toBe(4)
  })

  test('are never what findings go by', async () => {
    const { parts, observer, answer, asks } = stage()
    const first = observer.snapshot()
    await answer(7)
    await first
    const findings = observer.findings()
    expect(asks()).toEqual([2, 2, 1])
    await parts.gate.answers({ findings: { ...gateFindings, bypassed: 99 } })
    await answer(8)
    expect(await findings).toMatchObject({ findings: { bypassed: 99 }, booked: 8 })
  })
})
