import { request } from 'undici'
import { afterEach, expect, test } from 'vitest'
import { Outcome } from '../../core/codes.ts'
import type { JourneyCalls } from '../../engine/client/journey-calls.ts'
import { callsOf, nothingKept, replyOf } from '../../engine/client/testing/calls.ts'
import { opening } from '../../engine/testing/opening.ts'
import type { ScenarioInput } from '../../scenario/schema/schema.ts'
import { Answer } from '../../workload/behaviour.ts'
import { serveInstance, type Instance } from './instance-server.ts'
import { FakeGate, FakeLedger } from './testing/fakes.ts'

/** The live engine's requests against an instance: what the one sends the other takes. */

let running: Instance | null = null
afterEach(async () => {
  await running?.close()
  running = null
})

const visits = [{ station: 'web', serviceMs: 0 }]
const chosen: ScenarioInput['journey'] = [
  { step: 'identify', role: 'identify', visits },
  { step: '장소 /?', visits },
  {
    step: 'look',
    visits,
    request: { path: '/보기/${person}?person=${person}&birthYear=${birthYear}' },
  },
  {
    step: 'book',
    role: 'book',
    visits,
    request: {
      method: 'PUT',
      path: '/people/${person}/booking',
      body: { person: '${person}', birthYear: '${birthYear}', place: '${place}', date: '${date}' },
    },
  },
]
const scenario = {
  waitingRoom: { protocol: 'netfunnel', admission: { perSec: 1 } },
  inventory: { offers: [{ place: '서울 "중앙"', date: '2021-08-02', slots: 5 }] },
} satisfies Partial<ScenarioInput>

async function stage(journey: ScenarioInput['journey']) {
  const clock = { epochMs: () => 0, monotonicMs: () => 0 }
  const gate = new FakeGate()
  const ledger = new FakeLedger()
  const config = {
    scenario: opening({ journey, ...scenario }),
    opensAtEpochMs: 0,
    secret: 's',
    failOpen: false,
    fault: null,
    host: '127.0.0.1',
  }
  const start = { role: 'instance', index: 0, gatePort: 0, ledgerPort: 0, config } as const
  const instance = await serveInstance(start, { clock, chance: () => 0.5, gate, ledger })
  running = instance
  return { port: instance.port, ledger }
}

/** One visitor through the journey: the answer code of each step, up to the first that is not ok. */
async function perform(calls: JourneyCalls, port: number, person: number, key = 'good') {
  const codes: number[] = []
  const kept = { ...nothingKept(), key }
  const caller = { person, entity: person }
  for (let index = 0; index < chosen.length; index++) {
    const { method, path, headers, body } = calls.outgoing(index, caller, kept)
    const lines = headers.split('\r\n').filter((line) => line !== '')
    const response = await request(`http://127.0.0.1:${port}${path}`, {
      method: method as 'GET',
      headers: Object.fromEntries(lines.map((line) => line.split(': ') as [string, string])),
      body: body === '' ? null : body,
    })
    const reply = replyOf({ status: response.statusCode, body: await response.body.text() })
    const { answer } = calls.read(index, reply, kept, 0, caller)
    codes.push(answer)
    if (answer !== Answer.ok) break
  }
  return codes
}

test('an instance takes what visitors send, and they understand what it answers', async () => {
  const { port, ledger } = await stage(chosen)
  const calls = callsOf(chosen, { scenario })
  const { ok, alreadyBooked } = Answer
  expect(await perform(calls, port, 0)).toEqual([ok, ok, ok, ok])
  expect(await perform(calls, port, 1)).toEqual([ok, ok, ok, ok])
  // The same person at another device.
  expect(await perform(calls, port, 0)).toEqual([alreadyBooked])
  expect(await perform(calls, port, 2, 'forged')).toEqual([Outcome.http4xx])
  expect(await perform(calls, port, 2, '')).toEqual([Outcome.http4xx])
  const choice = { place: '서울 "중앙"', date: '2021-08-02' }
  expect([...ledger.booked]).toEqual([
    ['run1-0', choice],
    ['run1-1', choice],
  ])
})

test('on a page of the stack’s own they take whatever is left', async () => {
  const own = [...chosen.slice(0, 3), { step: 'book', role: 'book' as const, visits }]
  const { port, ledger } = await stage(own)
  const calls = callsOf(own, { scenario })
  expect(await perform(calls, port, 7)).toEqual([Answer.ok, Answer.ok, Answer.ok, Answer.ok])
  expect([...ledger.booked]).toEqual([['run1-7', null]])
})
