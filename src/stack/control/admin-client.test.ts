import type { Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { controlClientFor, type ControlClient } from '../../engine/live/control/control-client.ts'
import { fetchText } from '../../engine/live/control/fetch-text.ts'
import { loadScenario } from '../../scenario/load/load.ts'
import type { TimelineEvent } from '../../scenario/schema/schema.ts'
import { closeServer, listen } from '../http.ts'
import { createAdminServer, type AdminOptions } from './admin.ts'
import { NotNow, parseOrder } from './events.ts'
import type { StackFindings } from './observer.ts'

/** The two ends of the operators' protocol, one against the other. */

const { scenario } = await loadScenario('smoke', { allowCode: false })
const lookup = () => Promise.reject(new Error('no name is looked up here'))

const findings: StackFindings = {
  findings: {
    earlyAdmission: null,
    bypassed: 2,
    orderInversion: 0,
    doubleBooking: 1,
    ineligibleBooked: 0,
    eligibleRefused: null,
  },
  booked: 12,
  oversold: null,
}
const gate = {
  waiting: 1,
  inside: 2,
  issued: 3,
  called: 4,
  admitted: 5,
  lapsed: 6,
  completed: 7,
  polls: 8,
  ratePerSec: 9,
  open: true,
  halted: false,
  findings: { earlyAdmission: 0, bypassed: 0, orderInversion: 0 },
}
const snapshot = {
  balancer: null,
  gate,
  ledger: null,
  instances: [{ index: 2, state: null }],
  instanceTarget: 3,
  restarts: { gate: 0, ledger: 0, instances: 0 },
}

describe('the client of the operators’ server', () => {
  let server: Server
  let control: ControlClient
  let stranger: ControlClient
  let done: unknown[]

  beforeEach(async () => {
    done = []
    server = createAdminServer({
      token: 't0ken',
      scenario,
      clock: { epochMs: () => 1_000_000, monotonicMs: () => 0 },
      controls: {
        open: (opensAtEpochMs) => done.push(opensAtEpochMs),
        trial: (keys) => done.push(keys),
        perform: (order) => {
          if (order.kind === 'halt') return Promise.reject(new NotNow('not now'))
          done.push(order)
          return Promise.resolve('done')
        },
      } satisfies AdminOptions['controls'],
      observer: {
        snapshot: () => Promise.resolve(snapshot),
        state: () =>
          Promise.resolve({
            scenario: 'smoke',
            nowEpochMs: 1_000_000,
            opensAtEpochMs: 2_000_000,
            halted: false,
            failOpen: false,
            fault: null,
            processes: [],
            ...snapshot,
          }),
        findings: () => Promise.resolve(findings),
        undo: (person) => Promise.resolve(person === 'kim'),
      },
    })
    const port = await listen(server, '127.0.0.1', 0)
    const clientOf = (token: string) =>
      controlClientFor(`http://127.0.0.1:${port}/${token}`, { lookup, fetchText })
    control = await clientOf('t0ken')
    stranger = await clientOf('other')
  })

  afterEach(() => closeServer(server))

  test('opens', async () => {
    expect(await control.open(30)).toEqual({ ok: true, value: { opensAtEpochMs: 1_030_000 } })
    expect(done).toEqual([1_030_000])
    expect(await control.open(1e9)).toEqual({
      ok: false,
      detail: 'the opening must be within a day',
    })
  })

  test('calls visitors on trial', async () => {
    expect(await control.trial(['a1', 'b2'])).toMatchObject({ ok: true })
    expect(done).toEqual([['a1', 'b2']])
    expect((await control.trial([])).ok).toBe(false)
  })

  const at = '20:10'
  const events: TimelineEvent[] = [
    { at, kind: 'resume' },
    { at, kind: 'instances', count: 3 },
    { at, kind: 'admission', admission: { perSec: 12 } },
    { at, kind: 'close-bypass' },
    { at, kind: 'open-early' },
    { at, kind: 'supply', add: -2 },
    { at, kind: 'eligibility-fault', until: '20:20', effect: 'accept-ineligible' },
  ]
  test.each(events)('performs $kind', async (event) => {
    const forSec = event.kind === 'eligibility-fault' ? 2.5 : null
    expect(await control.perform(event, forSec)).toEqual({
      performed: true,
      detail: { code: 'ControlAnswered', text: 'done' },
    })
    const { at: _at, ...order } = event
    const { until: _until, ...rest } = { until: undefined, ...order }
    const expected = forSec === null ? rest : { ...rest, forSec }
    expect(done).toEqual([expected])
    expect(parseOrder(expected, scenario)).toEqual(expected)
  })

  test('tells why an event is not performed', async () => {
    const halt = { at, kind: 'halt', tickets: 'keep', restartInstances: false } as const
    expect(await control.perform(halt, null)).toEqual({
      performed: false,
      detail: { code: 'ControlFailed', error: 'not now' },
    })
    expect(await control.perform({ at, kind: 'instances', count: 1000 }, null)).toEqual({
      performed: false,
      detail: {
        code: 'ControlFailed',
        error: 'this is no event of a timeline; count must be at most 64: each is a process',
      },
    })
  })

  test('reads findings and state', async () => {
    expect(await control.findings()).toEqual({ ok: true, value: findings })
    const state = await control.state()
    expect(state).toMatchObject({
      ok: true,
      value: { opensAtEpochMs: 2_000_000, gate: { waiting: 1 }, instances: [{ index: 2 }] },
    })
  })

  test('takes a booking back, and tells where there was none', async () => {
    expect(await control.undo('kim')).toEqual({ ok: true, value: true })
    expect(await control.undo('lee')).toEqual({ ok: true, value: false })
    expect(await control.undo('no/name')).toMatchObject({ ok: false })
  })

  test('who has another token is told nothing, and takes nothing back', async () => {
    const nothing = { detail: 'there is nothing here' }
    expect(await stranger.state()).toMatchObject(nothing)
    expect(await stranger.findings()).toMatchObject(nothing)
    expect(await stranger.undo('lee')).toEqual({ ok: false, ...nothing })
    expect(await stranger.perform(events[0]!, null)).toEqual({
      performed: false,
      detail: { code: 'ControlFailed', error: nothing.detail },
    })
    expect(done).toEqual([])
  })
})
