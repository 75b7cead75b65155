import { request } from 'undici'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import { opening } from '../../engine/testing/opening.ts'
import { serveInstance, type Instance } from '../instance/instance-server.ts'
import { FakeGate, FakeLedger } from '../instance/testing/fakes.ts'
import { createBalancer, type Balancer } from './balancer.ts'

const scenario = opening({
  journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 100 }] }],
  stack: { instances: 2, stations: [{ name: 'web', perInstance: true, slots: 10, backlog: 100 }] },
})

function instance(index: number, gate: FakeGate, ledger: FakeLedger) {
  const config = {
    scenario,
    opensAtEpochMs: 0,
    secret: 's',
    failOpen: false,
    fault: null,
    host: '127.0.0.1',
  }
  return serveInstance(
    { role: 'instance', index, config, gatePort: 0, ledgerPort: 0 },
    { clock: systemClock, chance: () => 0.5, gate, ledger },
  )
}

describe('two instances behind the balancer', () => {
  let ledger: FakeLedger
  let first: Instance
  let other: Instance
  let balancer: Balancer
  /** What each person was told; `reset`: nothing. */
  let told: Map<string, string>

  beforeEach(async () => {
    const gate = new FakeGate()
    ledger = new FakeLedger()
    ;[first, other] = await Promise.all([instance(0, gate, ledger), instance(1, gate, ledger)])
    balancer = await createBalancer({
      host: '127.0.0.1',
      port: 0,
      policy: 'round-robin',
      gatePort: 1,
      page: () => null,
      // One that stands still: who is out stays out.
      clock: { epochMs: () => 0, monotonicMs: () => 0 },
    })
    void balancer.setInstances([
      { index: 0, port: first.port },
      { index: 1, port: other.port },
    ])
    told = new Map()
  })

  afterEach(() => Promise.all([balancer.close(), first.close(), other.close()]))

  async function book(person: string): Promise<void> {
    try {
      const response = await request(`http://127.0.0.1:${balancer.port}/booking/book`, {
        method: 'POST',
        headers: { cookie: 'NetFUNNEL_ID=5002:200:key=good' },
        body: JSON.stringify({ person, birthYear: 1967 }),
      })
      const { status } = (await response.body.json()) as { status: string }
      told.set(person, `${response.statusCode} ${status}`)
    } catch (error) {
      told.set(person, (error as { code: string }).code === 'ECONNRESET' ? 'reset' : String(error))
    }
  }

  /** Forty at once; how many were told what. */
  async function crowd(name: string): Promise<Record<string, number>> {
    const people = Array.from({ length: 40 }, (_, i) => name + i)
    await Promise.all(people.map(book))
    const ends: Record<string, number> = {}
    for (const person of people) {
      const end = told.get(person) ?? 'nothing'
      ends[end] = (ends[end] ?? 0) + 1
    }
    return ends
  }

  async function bothAtWork(): Promise<void> {
    while (first.state().stations[0]!.busy === 0 || other.state().stations[0]!.busy === 0) {
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }

  test('one of them killed under way', async () => {
    expect(await crowd('before')).toEqual({ '200 ok': 40 })
    expect(balancer.state().instances.map(({ requests }) => requests)).toEqual([20, 20])

    const under = crowd('under')
    await bothAtWork()
    await first.close()
    const { '200 ok': done = 0, reset = 0 } = await under
    // What was at the dead one is cut off; nothing that was told of is missing.
    expect([done + reset, reset > 0]).toEqual([40, true])
    expect(balancer.state()).toMatchObject({ responses: { reset }, instances: [{}, { failed: 0 }] })

    // It is found out by the next that was to go there, and nobody else notices.
    expect(await crowd('after')).toEqual({ '200 ok': 40 })
    expect(balancer.state().instances).toMatchObject([{ isOut: true }, { isOut: false }])
    for (const [person, end] of told) {
      if (end === '200 ok') expect(ledger.booked.has(person)).toBe(true)
    }

    void balancer.setInstances([{ index: 1, port: other.port }])
    expect(await crowd('last')).toEqual({ '200 ok': 40 })
  })

  test('a halt cuts off what is in flight, and takes nobody out', async () => {
    const halt = { kind: 'halt', tickets: 'keep', restartInstances: false } as const
    const under = crowd('under')
    await bothAtWork()
    for (const each of [first, other]) each.control({ kind: 'event', event: halt })
    // Who came after that was told so by an instance.
    const { '200 ok': done = 0, reset = 0, '503 off': off = 0 } = await under
    expect([done + reset + off, reset > 0]).toEqual([40, true])
    expect(balancer.state().instances).toMatchObject([{ isOut: false }, { isOut: false }])
    expect(await crowd('halted')).toEqual({ '503 off': 40 })
    for (const each of [first, other]) each.control({ kind: 'event', event: { kind: 'resume' } })
    expect(await crowd('resumed')).toEqual({ '200 ok': 40 })
  })
})
