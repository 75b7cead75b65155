import type { Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadScenario } from '../../scenario/load/load.ts'
import { closeServer, listen } from '../http.ts'
import { createAdminServer, type AdminOptions } from './admin.ts'
import { NotNow } from './events.ts'

const { scenario } = await loadScenario('smoke', { allowCode: false })
const clock = { epochMs: () => 1_000_000, monotonicMs: () => 0 }

describe('the operators’ server', () => {
  let server: Server
  let base: string
  let done: unknown[]

  beforeEach(async () => {
    done = []
    const observer: AdminOptions['observer'] = {
      snapshot: () => Promise.reject(new Error('not asked for here')),
      state: () => Promise.resolve({ halted: false }),
      findings: () => Promise.reject(new Error('a password in it')),
      undo: (person) => Promise.resolve(person === 'kim'),
    }
    const controls: AdminOptions['controls'] = {
      open: (opensAtEpochMs) => done.push(opensAtEpochMs),
      trial: (keys) => done.push(keys),
      perform: (order) => {
        if (order.kind === 'supply') return Promise.reject(new NotNow('the ledger is not there'))
        done.push(order)
        return Promise.resolve('done')
      },
    }
    server = createAdminServer({ token: 'secret', scenario, clock, controls, observer })
    base = `http://127.0.0.1:${await listen(server, '127.0.0.1', 0)}`
  })

  afterEach(() => closeServer(server))

  async function call(method: string, path: string, body?: string) {
    const response = await fetch(base + path, { method, ...(body === undefined ? {} : { body }) })
    return { code: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test.each(['/', '/state', '/secre/state', '/secret', '/secrets/state', '/secret/state/x'])(
    'has nothing at %s',
    async (path) => {
      expect((await call('GET', path)).code).toBe(404)
    },
  )

  test('calls visitors on trial, few at a time', async () => {
    const good = await call('POST', '/secret/trial', '{"keys": ["aa", "bb"]}')
    expect({ good: good.code, done }).toEqual({ good: 200, done: [['aa', 'bb']] })
    const many = JSON.stringify({ keys: Array.from({ length: 9 }, () => 'a') })
    for (const body of ['{}', '[]', 'null', '{"keys": []}', '{"keys": ["a b"]}', many]) {
      expect((await call('POST', '/secret/trial', body)).code).toBe(400)
    }
    expect(done).toHaveLength(1)
  })

  test('performs events, and says why not', async () => {
    expect(await call('POST', '/secret/events', '{"kind": "resume"}')).toEqual({
      code: 200,
      body: { performed: true, kind: 'resume', detail: 'done' },
    })
    expect(await call('POST', '/secret/events', '{"kind": "supply", "add": 1}')).toEqual({
      code: 503,
      body: { performed: false, kind: 'supply', message: 'the ledger is not there' },
    })
    expect((await call('POST', '/secret/events', '{')).body['message']).toBe(
      'the body must be JSON',
    )
    expect(done).toEqual([{ kind: 'resume' }])
  })

  test('tells one who sends too much, however much it is', async () => {
    const { code } = await call('POST', '/secret/events', ' '.repeat(5_000_000))
    expect(code).toBe(413)
  })

  test.each([
    ['{"inSec": 30}', 1_030_000],
    ['{"inSec": -5}', 995_000],
    ['{"atEpochMs": 1234567}', 1_234_567],
  ])('opens: %s', async (body, opensAtEpochMs) => {
    expect((await call('POST', '/secret/open', body)).body).toEqual({ opensAtEpochMs })
    expect(done).toEqual([opensAtEpochMs])
  })

  test.each([
    '{}',
    '{"inSec": "5"}',
    '{"inSec": 1, "atEpochMs": 1}',
    '{"inSec": 1e9}',
    '[]',
    'null',
  ])('does not open: %s', async (body) => {
    expect((await call('POST', '/secret/open', body)).code).toBe(400)
    expect(done).toEqual([])
  })

  test('takes bookings back', async () => {
    expect((await call('DELETE', '/secret/bookings/kim')).code).toBe(200)
    expect((await call('DELETE', '/secret/bookings/lee')).code).toBe(404)
    expect((await call('DELETE', '/secret/bookings/a%20b')).code).toBe(400)
  })

  test('says no more than that a part does not answer', async () => {
    expect(await call('GET', '/secret/findings')).toEqual({
      code: 503,
      body: { status: 'unavailable', message: 'a part of the stack does not answer' },
    })
  })
})
