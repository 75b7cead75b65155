import { expect, test } from 'vitest'
import { systemClock } from '../../core/clock.ts'
import { ControlClient } from './control/control-client.ts'
import type { FetchText } from './control/fetch-text.ts'
import { opening } from '../testing/opening.ts'
import { RehearsalCompanions } from './rehearsal-companions.ts'

const target = {
  protocol: 'http:',
  host: '127.0.0.1:1',
  serverName: '127.0.0.1',
  address: '127.0.0.1',
  port: 1,
  basePath: '/token',
  isLoopback: true,
}

/** Takes back the bookings of these people at a stack that answers so; gives its note, and who was asked for. */
async function undone(answers: readonly ('ok' | 'down')[], { stopAfter = Infinity } = {}) {
  const asked: string[] = []
  const stopping = new AbortController()
  const fetchText: FetchText = (_, { method, path }) => {
    if (method !== 'DELETE') return Promise.resolve({ ok: false, detail: 'not asked here' })
    asked.push(path)
    if (asked.length === stopAfter) stopping.abort()
    return Promise.resolve(
      answers[asked.length - 1] === 'ok'
        ? { ok: true, status: 200, text: '{"status": "ok"}' }
        : { ok: false, detail: 'the connection is refused' },
    )
  }
  const companions = new RehearsalCompanions({
    scenario: opening(),
    control: new ControlClient(target, fetchText),
    clock: systemClock,
    after: () => () => undefined,
    fetchText,
    startView: () => ({
      update: () => undefined,
      performed: () => undefined,
      end: () => undefined,
    }),
    observed: null,
    stopRules: [],
    stop: () => undefined,
    personOf: (person) => `run-${person}`,
    notes: [],
  })
  const notes = await companions.undo(
    answers.map((_, person) => ({ person, wasTold: true })),
    stopping.signal,
  )
  return { note: notes.at(-1), asked }
}

test('bookings are taken back through the stack, one that fails apart', async () => {
  const { note, asked } = await undone(['ok', 'down', 'ok', 'down', 'down', 'ok'])
  expect(asked).toHaveLength(6)
  expect(asked[2]).toBe('/token/bookings/run-2')
  expect(note).toEqual({
    code: 'BookingsUndone',
    bookings: 6,
    undone: 3,
    unconfirmed: 0,
    error: 'the connection is refused',
  })
})

test('a stack that is gone is not asked for the rest: the record waits to be written', async () => {
  const { note, asked } = await undone(['ok', 'down', 'down', 'down', 'ok', 'ok'])
  expect(asked).toHaveLength(4)
  expect(note).toMatchObject({ bookings: 6, undone: 1, error: 'the connection is refused' })
})

test('a second signal ends it: what is not taken back is not counted', async () => {
  const { note, asked } = await undone(['ok', 'ok', 'ok', 'ok'], { stopAfter: 2 })
  expect(asked).toHaveLength(2)
  expect(note).toMatchObject({ code: 'BookingsUndone', bookings: 4, undone: 2 })
})
