import { request } from 'undici'
import { afterEach, describe, expect, test } from 'vitest'
import type { Clock } from '../../core/clock.ts'
import { opening, type OpeningEdits } from '../../engine/testing/opening.ts'
import type { StackConfig, StackEvent } from '../contract.ts'
import { serveInstance, type Instance } from './instance-server.ts'
import { FakeGate, FakeLedger } from './testing/fakes.ts'

const web = { name: 'web', perInstance: true, slots: 1, backlog: 1 } as const
const journey: NonNullable<OpeningEdits['journey']> = [
  { step: 'identify', role: 'identify', visits: [{ station: 'web', serviceMs: 0 }] },
  {
    step: '예약',
    role: 'book',
    visits: [{ station: 'web', serviceMs: 0 }],
    request: { method: 'put', path: '/people/${person}/booking?x=1', body: {} },
  },
  {
    step: 'look',
    visits: [{ station: 'web', serviceMs: 0 }],
    request: { path: '/look?person=${person}' },
  },
]
const slow: NonNullable<OpeningEdits['journey']> = [
  { step: 'book', visits: [{ station: 'web', serviceMs: 300 }] },
]

let running: Instance | null = null
afterEach(async () => {
  await running?.close()
  running = null
})

async function stage(config: Partial<StackConfig> = {}, edits: OpeningEdits = {}) {
  const time = { ms: 0 }
  const clock: Clock = { epochMs: () => time.ms, monotonicMs: () => time.ms }
  const gate = new FakeGate()
  const ledger = new FakeLedger()
  const waitingRoom = { protocol: 'netfunnel', admission: { perSec: 1 } } as const
  const stations = [web]
  const scenario = opening({ journey, waitingRoom, stack: { instances: 1, stations }, ...edits })
  const start = {
    role: 'instance',
    index: 0,
    gatePort: 0,
    ledgerPort: 0,
    config: {
      scenario,
      opensAtEpochMs: 0,
      secret: 's',
      failOpen: false,
      fault: null,
      host: '127.0.0.1',
      ...config,
    },
  } as const
  const instance = await serveInstance(start, { clock, chance: () => 0.5, gate, ledger })
  running = instance
  const call = async (
    method: string,
    path: string,
    options: { cookie?: string | null; body?: unknown; signal?: AbortSignal } = {},
  ) => {
    const { cookie = 'NetFUNNEL_ID=5002:200:key=good', body, signal = null } = options
    const response = await request(`http://127.0.0.1:${instance.port}${path}`, {
      method,
      headers: cookie === null ? {} : { cookie },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      signal,
    })
    const answer = (await response.body.json()) as Record<string, unknown>
    return { code: response.statusCode, headers: response.headers, answer }
  }
  const event = (what: StackEvent) => instance.control({ kind: 'event', event: what })
  return { instance, call, gate, ledger, time, event }
}

const a = { person: 'a', birthYear: 1967 }
const bookPath = '/booking/book'

describe('a journey over HTTP', () => {
  test('identifies, books once, and says so', async () => {
    const { call, ledger } = await stage()
    const choice = { place: '서울', date: '2021-08-02' }
    const identify = await call('POST', '/booking/identify', { body: a })
    expect(identify).toMatchObject({ code: 200, answer: { status: 'ok' } })
    expect(identify.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(await call('PUT', '/people/a/booking', { body: { ...a, ...choice } })).toMatchObject({
      code: 200,
      answer: {
        status: 'ok',
        message: 'booked: 서울, 2021-08-02',
        booking: { id: 'b-a', ...choice },
      },
    })
    expect(ledger.booked.get('a')).toEqual(choice)
    const again = await call('PUT', '/people/a/booking', { body: a })
    expect(again).toMatchObject({ code: 200, answer: { status: 'alreadyBooked' } })
    const old = await call('POST', '/booking/identify', { body: { ...a, birthYear: 1900 } })
    expect(old.answer).toEqual({ status: 'ineligible', message: 'this person may not book' })
    expect(await call('GET', '/look?person=a&birthYear=1967')).toMatchObject({ code: 200 })
  })

  test('says what is wrong with a request', async () => {
    const { call, instance } = await stage()
    const told = async (...args: Parameters<typeof call>) => {
      const { code, answer } = await call(...args)
      return [code, answer['status'], answer['message']]
    }
    expect(await told('POST', '/booking/none', { body: a })).toEqual([
      404,
      'unknownPath',
      'there is no such page',
    ])
    expect(await told('DELETE', '/people/a/booking')).toEqual([
      405,
      'wrongMethod',
      'this page takes PUT',
    ])
    expect((await call('POST', '/offers', { body: a })).headers['allow']).toBe('GET')
    expect(await told('POST', '/booking/identify', { body: '{' })).toEqual([
      400,
      'badRequest',
      'the body must be JSON',
    ])
    expect((await told('POST', '/booking/identify', { body: { person: 'a' } }))[0]).toBe(400)
    expect((await told('GET', '/look?person=a'))[0]).toBe(400)
    expect(await told('POST', '/booking/identify', { body: ' '.repeat(16_385) })).toEqual([
      413,
      'tooLarge',
      'the body is larger than 16384 bytes',
    ])
    expect((await told('POST', '/booking/identify', { body: ' '.repeat(16_384) }))[0]).toBe(400)
    // One that goes on for long after it was refused.
    expect((await told('POST', '/booking/identify', { body: ' '.repeat(1_000_000) }))[0]).toBe(413)
    expect(instance.state().responses).toEqual({ 400: 4, 404: 1, 405: 2, 413: 2 })
  })
})

describe('the key', () => {
  test('must be there, and be one that the gate has let in', async () => {
    const { call, gate, ledger } = await stage()
    const code = async (cookie: string | null) => {
      const { code: found, answer } = await call('PUT', '/people/a/booking', { body: a, cookie })
      return [found, answer['status']]
    }
    expect(await code(null)).toEqual([403, 'noKey'])
    expect(await code('NetFUNNEL_ID=5002:201:key=good')).toEqual([403, 'noKey'])
    expect(await code('NetFUNNEL_ID=5002:200:key=connection_timeout')).toEqual([403, 'badKey'])
    expect(ledger.booked.size).toBe(0)
    gate.isGone = true
    expect(await code('NetFUNNEL_ID=5002:200:key=other')).toEqual([503, 'unavailable'])
    gate.isGone = false
    expect(await code('NetFUNNEL_ID=5002:200:key=good&nwait=0')).toEqual([200, 'ok'])
  })

  test('is remembered for two seconds if it is good', async () => {
    const { call, gate, time } = await stage()
    const ask = async (key: string) => {
      const cookie = `NetFUNNEL_ID=5002:200:key=${key}`
      return (await call('POST', '/booking/identify', { body: a, cookie })).code
    }
    await ask('good')
    await ask('bad')
    time.ms = 1999
    gate.good.clear()
    gate.good.add('bad')
    expect([await ask('good'), await ask('bad')]).toEqual([200, 200])
    time.ms = 2000
    expect(await ask('good')).toBe(403)
    expect(gate.asked).toEqual(['good', 'bad', 'bad', 'good'])
    expect(gate.audited).toEqual([])
  })

  test.each([
    ['failing open', { failOpen: true }, 403],
    ['forged keys', { fault: 'forged-key' as const }, 200],
  ])('is taken unseen while %s, and audited with the person', async (_name, config, after) => {
    const { call, gate, event } = await stage(config)
    const cookie = 'NetFUNNEL_ID=5002:200:key=connection_timeout'
    expect((await call('POST', '/booking/identify', { body: a, cookie })).code).toBe(200)
    expect((await call('PUT', '/people/a/booking', { body: a, cookie })).code).toBe(200)
    expect((await call('POST', '/booking/identify', { body: a, cookie: null })).code).toBe(403)
    expect(gate.asked).toEqual([])
    expect(new Set(gate.audited)).toEqual(new Set(['connection_timeout a']))
    event({ kind: 'close-bypass' })
    expect((await call('POST', '/booking/identify', { body: a, cookie })).code).toBe(after)
  })
})

describe('without a waiting room', () => {
  test('nobody is asked for a key', async () => {
    const waitingRoom = { protocol: 'none', admission: { perSec: 1 } } as const
    const { call, gate } = await stage({}, { waitingRoom })
    expect((await call('POST', '/booking/identify', { body: a, cookie: null })).code).toBe(200)
    expect([gate.asked, gate.audited]).toEqual([[], []])
  })
})

describe('offers', () => {
  test('are remembered for a second, failures are not', async () => {
    const { call, ledger, time } = await stage()
    ledger.isGone = true
    const cookie = null
    expect(await call('GET', '/offers', { cookie })).toMatchObject({
      code: 503,
      answer: { status: 'unavailable', message: 'the database does not answer' },
    })
    ledger.isGone = false
    const offers = [{ place: 'a', date: 'b', slots: 5, remaining: 5 }]
    expect((await call('GET', '/offers', { cookie })).answer['offers']).toEqual(offers)
    time.ms = 999
    await Promise.all([1, 2, 3].map(() => call('GET', '/offers')))
    expect(ledger.offerCalls).toBe(2)
    time.ms = 1000
    await call('GET', '/offers')
    expect(ledger.offerCalls).toBe(3)
  })
})

const booking = { body: a }
const outcome = async (calling: Promise<{ code: number; answer: Record<string, unknown> }>) => {
  try {
    const { code, answer } = await calling
    return `${code} ${String(answer['status'])}`
  } catch {
    return 'reset'
  }
}

/** Waits until so many slots are busy and so many requests wait. */
async function until(instance: Instance, busy: number, queued: number): Promise<void> {
  for (;;) {
    const [station] = instance.state().stations
    if (station!.busy === busy && station!.queued === queued) return
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

describe('under load', () => {
  test('takes what slots and backlog hold, and refuses the rest', async () => {
    const { call, instance } = await stage({}, { journey: slow })
    const people = ['a', 'b', 'c', 'd']
    const ends = await Promise.all(
      people.map((person) =>
        outcome(call('POST', bookPath, { body: { person, birthYear: 1967 } })),
      ),
    )
    expect(ends.sort()).toEqual(['200 ok', '200 ok', '503 busy', '503 busy'])
    expect(instance.state()).toEqual({
      responses: { 200: 2, 503: 2 },
      stations: [
        { station: 'web', slots: 1, busy: 0, queued: 0, backlog: 1, served: 2, refused: 2 },
      ],
    })
  })

  test('works on for a client that is gone', async () => {
    const { call, ledger, instance } = await stage({}, { journey: slow })
    const abort = new AbortController()
    const calling = outcome(call('POST', bookPath, { ...booking, signal: abort.signal }))
    await until(instance, 1, 0)
    abort.abort()
    expect(await calling).toBe('reset')
    expect(ledger.booked.size).toBe(0)
    await until(instance, 0, 0)
    expect([...ledger.booked.keys()]).toEqual(['a'])
    // Its place was taken all the while.
    expect(instance.state().stations[0]).toMatchObject({ served: 1, refused: 0 })
  })

  test('answers 503 while the ledger is away', async () => {
    const { call, ledger, instance } = await stage()
    ledger.isGone = true
    expect(await outcome(call('PUT', '/people/a/booking', booking))).toBe('503 unavailable')
    ledger.isGone = false
    expect(await outcome(call('PUT', '/people/a/booking', booking))).toBe('200 ok')
    expect(instance.state().stations[0]).toMatchObject({ busy: 0 })
  })
})

describe('a halt', () => {
  const halt = (restartInstances: boolean) =>
    ({ kind: 'halt', tickets: 'keep', restartInstances }) as const

  test('resets what is in flight, whose work goes on, and answers 503 until the resume', async () => {
    const { call, event, ledger, instance } = await stage({}, { journey: slow })
    const calling = outcome(call('POST', bookPath, booking))
    await until(instance, 1, 0)
    event(halt(false))
    expect(await calling).toBe('reset')
    expect(await outcome(call('POST', bookPath, booking))).toBe('503 off')
    expect(await outcome(call('GET', '/offers'))).toBe('503 off')
    event({ kind: 'resume' })
    expect(await outcome(call('POST', bookPath, booking))).toBe('200 alreadyBooked')
    expect([...ledger.booked.keys()]).toEqual(['a'])
  })

  test('that restarts drops what is in the stations', async () => {
    const { call, event, ledger, instance } = await stage({}, { journey: slow })
    const calling = ['a', 'b'].map((person) =>
      outcome(call('POST', bookPath, { body: { person, birthYear: 1967 } })),
    )
    await until(instance, 1, 1)
    event(halt(true))
    expect(await Promise.all(calling)).toEqual(['reset', 'reset'])
    expect(instance.state().stations[0]).toMatchObject({ busy: 0, queued: 0 })
    event({ kind: 'resume' })
    const c = { body: { person: 'c', birthYear: 1967 } }
    expect(await outcome(call('POST', bookPath, c))).toBe('200 ok')
    expect([...ledger.booked.keys()]).toEqual(['c'])
  })
})
