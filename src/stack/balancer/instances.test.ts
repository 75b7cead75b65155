import { request } from 'undici'
import { expect, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import { opening } from '../../engine/sim/testing/opening.ts'
import { serveInstance } from '../instance/instance-server.ts'
import { FakeGate, FakeLedger } from '../instance/testing/fakes.ts'
import { createBalancer } from './balancer.ts'

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

test('two instances behind the balancer, one of them killed under way', async () => {
  const gate = new FakeGate()
  const ledger = new FakeLedger()
  const [doomed, other] = await Promise.all([instance(0, gate, ledger), instance(1, gate, ledger)])
  const balancer = await createBalancer({
    host: '127.0.0.1',
    port: 0,
    policy: 'round-robin',
    gatePort: 1,
    page: () => null,
    // One that stands still: who is out stays out.
    clock: { epochMs: () => 0, monotonicMs: () => 0 },
  })
  balancer.setInstances([
    { index: 0, port: doomed.port },
    { index: 1, port: other.port },
  ])
  const told = new Map<string, string>()
  const book = async (person: string) => {
    const response = await request(`http://127.0.0.1:${balancer.port}/booking/book`, {
      method: 'POST',
      headers: { cookie: 'NetFUNNEL_ID=5002:200:key=good' },
      body: JSON.stringify({ person, birthYear: 1967 }),
    })
    const { status } = (await response.body.json()) as { status: string }
    told.set(person, `${response.statusCode} ${status}`)
  }
  const crowd = (name: string) => Promise.all(Array.from({ length: 40 }, (_, i) => book(name + i)))
  const count = (end: string) => [...told.values()].filter((one) => one === end).length

  await crowd('before')
  expect(count('200 ok')).toBe(40)
  expect(balancer.state().instances.map(({ requests }) => requests)).toEqual([20, 20])

  const under = crowd('under')
  while (doomed.state().stations[0]!.busy === 0 || other.state().stations[0]!.busy === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await doomed.close()
  await under
  // What was at the dead one fails in words; nothing that was told of is missing.
  expect(count('200 ok') + count('502 unavailable')).toBe(80)
  expect(count('502 unavailable')).toBe(balancer.state().instances[0]!.failed)
  expect(count('502 unavailable')).toBeGreaterThan(0)
  expect(balancer.state().instances[1]!.failed).toBe(0)

  await crowd('after')
  expect(
    [...told].filter(([name, end]) => name.startsWith('after') && end === '200 ok'),
  ).toHaveLength([...told.keys()].filter((name) => name.startsWith('after')).length)
  for (const [person, end] of told) {
    if (end === '200 ok') expect(ledger.booked.has(person)).toBe(true)
  }

  balancer.setInstances([{ index: 1, port: other.port }])
  await crowd('last')
  expect(
    [...told].filter(([name, end]) => name.startsWith('last') && end === '200 ok'),
  ).toHaveLength(40)
  await Promise.all([balancer.close(), other.close()])
})
