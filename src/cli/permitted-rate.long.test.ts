import { usualAnswerRules } from '../scenario/request/answer-rules.ts'
import { describe, expect, test } from 'vitest'
import { after, systemClock } from '../core/clock.ts'
import { processMs } from '../core/host.ts'
import { fetchText, permittedFetch } from '../engine/live/control/fetch-text.ts'
import { createPermitMemory, SharedPermits } from '../engine/live/transport/shared-permits.ts'
import { loopbackTarget } from '../engine/live/transport/testing/raw-target.ts'
import { opening, type OpeningEdits } from '../engine/testing/opening.ts'
import { loadedOf } from '../engine/testing/loaded.ts'
import { Courier } from '../preflight/courier.ts'
import { busiestSecond, startCountingTarget, type Manner } from './testing/counting-target.ts'
import { rehearseHere, type RehearseHere } from './testing/rehearse-here.ts'

/** What a target counts of a run whose owner it has not heard of: at most 50 requests in any second. */

const maxPerSec = 50

const permits = () => createPermitMemory(maxPerSec, processMs())

async function withTarget<T>(manner: Manner, use: (port: number) => Promise<T>) {
  const target = await startCountingTarget(manner)
  try {
    const result = await use(target.port)
    const came = await target.came()
    return { result, came, busiest: busiestSecond(came) }
  } finally {
    await target.stop()
  }
}

/** Twice as many as may be sent want to come, and at one moment many more. */
function rehearse(port: number, given: Partial<RehearseHere> = {}, edits: OpeningEdits = {}) {
  const scenario = opening({
    endsAt: '2021-01-01T12:00:02.500Z',
    population: { people: 400 },
    arrivals: [
      { kind: 'constant', share: 0.5, forSec: 2 },
      { kind: 'burst', share: 0.5, forSec: 0.1 },
    ],
    ...edits,
  })
  return rehearseHere(loadedOf(scenario), { port, permits: permits(), ...given })
}

describe('at most 50 requests in any second', () => {
  test.each([1, 2, 4])('from %d workers', async (workers) => {
    const { result, came, busiest } = await withTarget('well', (port) =>
      rehearse(port, { workers }),
    )
    expect(busiest).toBeLessThanOrEqual(maxPerSec)
    expect(came.length).toBeGreaterThan(40)
    // What was not sent is counted.
    expect(result.audit.dropped.ceiling).toBe(result.summary.visitors.arrived - came.length)
  })

  test.each(['wire', 'undici'] as const)(
    'where the target cuts off every second request (%s): what is sent again counts',
    async (transport) => {
      const connections = { mode: 'pool', connections: 20, localAddresses: [] } as const
      const { came, busiest } = await withTarget('cuts', (port) =>
        rehearse(port, { workers: 2, transport, connections }),
      )
      expect(busiest).toBeLessThanOrEqual(maxPerSec)
      expect(came.length).toBeGreaterThan(40)
    },
  )

  test('with every booking to take back, by four workers', async () => {
    const undo = { request: { method: 'DELETE', path: '/bookings/${person}' } } as const
    const { came, busiest } = await withTarget('well', (port) =>
      rehearse(port, { workers: 4, cleansUp: true }, { undo }),
    )
    expect(busiest).toBeLessThanOrEqual(maxPerSec)
    const undone = came.filter(({ method }) => method === 'DELETE').length
    expect(undone).toBeGreaterThan(40)
    expect(undone).toBe(came.length - undone)
  })

  test.each([
    ['redirects', { protocol: 'none', admission: { perSec: 1000 } }, '/hop'],
    ['a waiting room', { protocol: 'netfunnel', admission: { perSec: 1000 } }, '/ts.wseq'],
  ] as const)('through %s', async (_, waitingRoom, path) => {
    const population = { people: 120 }
    const request = { method: 'GET', path: '/book' } as const
    const journey = [{ step: 'book', visits: [{ station: 'web', serviceMs: 1 }], request }]
    const { came, busiest } = await withTarget('redirects', (port) =>
      rehearse(port, { workers: 2 }, { waitingRoom, population, journey }),
    )
    expect(busiest).toBeLessThanOrEqual(maxPerSec)
    expect(came.filter((one) => one.path.startsWith(path)).length).toBeGreaterThan(4)
  })

  test('of a preflight', async () => {
    const { came, busiest } = await withTarget('well', async (port) => {
      const target = loopbackTarget(port)
      const courier = new Courier({
        target,
        bodies: usualAnswerRules,
        maxPerSec,
        clock: systemClock,
        after,
      })
      const outgoing = { method: 'GET', path: '/', headers: '', body: '' }
      for (let i = 0; i < 100; i++) {
        await courier.ask({ visitor: 0, outgoing, want: 0, timeoutMs: 120_000 })
      }
      await courier.close()
    })
    expect(came).toHaveLength(100)
    expect(busiest).toBeLessThanOrEqual(maxPerSec)
  })

  test('of the metrics that are read beside', async () => {
    const shared = new SharedPermits(permits(), processMs)
    const fetch = permittedFetch(fetchText, { permits: shared, after })
    const request = { method: 'GET', path: '/metrics', maxBytes: 1024, timeoutMs: 120_000 } as const
    const { came, busiest } = await withTarget('well', (port) =>
      Promise.all(Array.from({ length: 70 }, () => fetch(loopbackTarget(port), request))),
    )
    expect(came).toHaveLength(70)
    expect(busiest).toBeLessThanOrEqual(maxPerSec)
  })
})
