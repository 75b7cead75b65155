import { describe, expect, test } from 'vitest'
import { opening, visitors, type OpeningEdits } from '../testing/opening.ts'
import { endsOf, traced, type Trace } from './testing/trace.ts'

const visit = (station: string, serviceMs: number, holds = false) => ({ station, serviceMs, holds })

function responsesMs({ requests }: Trace, outcome = 'ok'): number[] {
  return requests.filter((r) => r.outcome === outcome).map(({ responseMs }) => responseMs)
}

function expectClose(found: readonly number[], expected: readonly number[]): void {
  expect(found).toHaveLength(expected.length)
  found.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 2))
}

const web = { name: 'web', perInstance: true, slots: 1 } as const
const db = { name: 'db', shared: true, slots: 1 } as const

describe('a backlog', () => {
  const bounded = (instances: number, come: number) =>
    traced(
      opening({
        comeSec: visitors(come),
        journey: [{ step: 'book', visits: [visit('web', 1000)] }],
        stack: { instances, stations: [{ ...web, slots: 2, backlog: 3 }] },
      }),
    )

  test('takes as many as it says beyond the slots, and refuses the next', () => {
    const trace = bounded(1, 8)
    expect(endsOf(trace)).toEqual({ booked: 5, refused: 3 })
    expectClose(responsesMs(trace), [1000, 1000, 2000, 2000, 3000])
    expect(responsesMs(trace, 'refused')).toEqual([0, 0, 0])
  })

  test('refuses nobody as long as there is a place', () => {
    expect(endsOf(bounded(1, 5))).toEqual({ booked: 5 })
    expect(endsOf(bounded(1, 6))).toEqual({ booked: 5, refused: 1 })
  })

  test('is that of each instance', () => {
    expect(endsOf(bounded(2, 11))).toEqual({ booked: 10, refused: 1 })
  })

  test('of nothing leaves the slots', () => {
    const scenario = opening({
      comeSec: visitors(5),
      stack: { instances: 1, stations: [{ ...web, slots: 2, backlog: 0 }] },
    })
    expect(endsOf(traced(scenario))).toEqual({ booked: 2, refused: 3 })
  })

  test('of a station behind the first fails the request as a server error', () => {
    const trace = traced(
      opening({
        comeSec: visitors(4),
        journey: [{ step: 'book', visits: [visit('web', 100, true), visit('db', 1000)] }],
        stack: {
          instances: 1,
          stations: [
            { ...web, slots: 4 },
            { ...db, backlog: 1 },
          ],
        },
      }),
    )
    expect(endsOf(trace)).toEqual({ booked: 2, failed: 2 })
    expectClose(responsesMs(trace, 'http5xx'), [100, 100])
  })
})

describe('a visit that holds its slot', () => {
  const pair = (holds: boolean) =>
    traced(
      opening({
        comeSec: visitors(2),
        journey: [{ step: 'book', visits: [visit('web', 100, holds), visit('db', 1000)] }],
        stack: { instances: 1, stations: [web, { ...db, slots: 2 }] },
      }),
    )

  test('keeps it until the whole request is done', () => {
    expectClose(responsesMs(pair(true)), [1100, 2200])
  })

  test('else the next one goes ahead as soon as the visit is over', () => {
    expectClose(responsesMs(pair(false)), [1100, 1200])
  })

  test('counts as busy while it waits', () => {
    const { timeline, result } = pair(true)
    const busySec = (name: string) =>
      timeline.stations[name]!.busy.reduce((sum, busy) => sum + busy, 0) * timeline.bucketSec
    expect(busySec('web')).toBeCloseTo(2.2, 2)
    expect(busySec('db')).toBeCloseTo(2, 2)
    expect(result.little['web']!.sojournMs).toBeCloseTo(1100 + 2200, 3)
  })
})

describe('a client that times out', () => {
  const impatient: OpeningEdits = {
    comeSec: visitors(3),
    journey: [{ step: 'book', visits: [visit('web', 1000)], timeoutMs: 500 }],
    stack: { instances: 1, stations: [web] },
  }

  test('walks away, and the server works on for nobody', () => {
    const trace = traced(opening(impatient))
    expect(endsOf(trace)).toEqual({ timedOut: 3 })
    expectClose(responsesMs(trace, 'timeout'), [500, 500, 500])
    // The bookings are made all the same, one after the other.
    expectClose(trace.bookedSec, [2, 3, 4])
    expect(trace.summary.people.booked).toBe(3)
    const busy = trace.timeline.stations['web']!.busy
    expect(busy.reduce((sum, n) => sum + n, 0) * trace.timeline.bucketSec).toBeCloseTo(3, 3)
  })

  test('finds its booking made when it tries again, behind its own futile work', () => {
    const retry = { tries: 9, backoffSec: 1 }
    const trace = traced(opening({ ...impatient, comeSec: [1], behaviour: { retry } }))
    // 1.0 sent, 1.5 timed out, 2.0 done for nobody, 2.5 sent again: booked already, and by itself.
    expect(trace.requests.map(({ outcome, doneSec }) => [outcome, doneSec])).toEqual([
      ['timeout', 1.5],
      ['timeout', 3],
      ['timeout', 4.5],
      ['timeout', 6],
      ['timeout', 7.5],
      ['timeout', 9],
      ['timeout', 10.5],
      ['timeout', 12],
      ['timeout', 13.5],
      ['timeout', 15],
    ])
    expect(endsOf(trace)).toEqual({ booked: 1 })
    expectClose(trace.bookedSec, [2])
  })

  test('is served if the answer comes at the last moment', () => {
    const journey = [{ step: 'book', visits: [visit('web', 500)], timeoutMs: 500 }]
    expect(endsOf(traced(opening({ ...impatient, journey, comeSec: [1] })))).toEqual({ booked: 1 })
  })

  test('may also have timed out while it held one station and waited for the next', () => {
    const trace = traced(
      opening({
        comeSec: visitors(2),
        journey: [
          { step: 'book', visits: [visit('web', 100, true), visit('db', 1000)], timeoutMs: 1500 },
        ],
        stack: { instances: 1, stations: [{ ...web, slots: 2 }, db] },
      }),
    )
    expect(endsOf(trace)).toEqual({ booked: 1, timedOut: 1 })
    expectClose(trace.bookedSec, [2.1, 3.1])
  })
})

describe('service that slows down as slots fill', () => {
  const contention = 0.07
  const coherency = 0.003
  const slower = (n: number) => 1 + contention * (n - 1) + coherency * n * (n - 1)

  test('is stretched at its start by 1 + σ(N − 1) + κN(N − 1)', () => {
    const stack = {
      instances: 1,
      stations: [{ ...web, slots: 12, contention, coherency }],
    }
    const trace = traced(opening({ comeSec: visitors(12), stack }))
    expectClose(
      responsesMs(trace),
      visitors(12, 1, 1).map((n) => 100 * slower(n)),
    )
  })

  test('by the busy slots of its own instance, or of all if it is shared', () => {
    const at = (own: 'perInstance' | 'shared') =>
      responsesMs(
        traced(
          opening({
            comeSec: visitors(4),
            stack: {
              instances: 2,
              stations: [{ name: 'web', [own]: true, slots: 8, contention, coherency }],
            },
          }),
        ),
      )
    const ms = (n: number) => 100 * slower(n)
    expectClose(at('perInstance'), [ms(1), ms(1), ms(2), ms(2)])
    expectClose(at('shared'), [ms(1), ms(2), ms(3), ms(4)])
  })

  test('by all slots of a request that takes several', () => {
    const stations = [{ ...web, slots: 6, slotsPerRequest: 3, contention, coherency }]
    const trace = traced(opening({ comeSec: visitors(2), stack: { instances: 1, stations } }))
    expectClose(responsesMs(trace), [100 * slower(3), 100 * slower(6)])
  })
})

describe('the balancer', () => {
  /** A short first request and a long second one, so that turns and loads fall out of step. */
  const balanced = (balancer: 'round-robin' | 'least-busy') =>
    traced(
      opening({
        comeSec: [1, 1.5],
        journey: [
          { step: 'look', visits: [visit('web', 100)] },
          { step: 'book', visits: [visit('web', 1000)] },
        ],
        stack: { instances: 2, balancer, stations: [web] },
      }),
    )

  test('takes instances in turn, whatever they are at', () => {
    // look, book and look of the first two go to 1, 0, 1; the last book to 0, behind the other.
    expectClose(responsesMs(balanced('round-robin')), [100, 100, 1000, 1500])
  })

  test('or the one with the least to do', () => {
    expectClose(responsesMs(balanced('least-busy')), [100, 100, 1000, 1000])
  })
})

describe('a request that needs several slots, one at a time', () => {
  const threads = 4
  /** Threads hold their slot while they take two connections of one pool. */
  const nested = (pool: number, more: OpeningEdits = {}) =>
    traced(
      opening({
        comeSec: visitors(200, 1, 0.05),
        journey: [
          {
            step: 'book',
            visits: [visit('web', 10, true), visit('db', 100)],
            timeoutMs: 5000,
          },
        ],
        stack: {
          instances: 1,
          stations: [
            { ...web, slots: threads },
            { ...db, slots: pool, slotsPerRequest: 2 },
          ],
        },
        ...more,
      }),
    )

  test('a pool that is too small locks up for ever, by itself', () => {
    const { timeline, summary } = nested(2)
    const { busy, queue } = timeline.stations['db']!
    // All of the pool is held by requests that wait for the rest of it.
    expect(busy.at(-1)).toBe(2)
    expect(queue.at(-1)).toBe(threads)
    expect(summary.people.booked).toBeLessThan(10)
    expect(summary.visitors.timedOut).toBeGreaterThan(190)
  })

  test('with T·(C − 1) + 1 it cannot, and neither with more', () => {
    for (const pool of [threads + 1, threads + 2, threads + 4]) {
      const { summary, timeline } = nested(pool)
      expect(summary.people.booked).toBe(200)
      expect(timeline.stations['db']!.busy.at(-1)).toBe(0)
    }
  })

  test('a restart clears what was stuck; without one it stays', () => {
    const halted = (restartInstances: boolean) =>
      nested(2, {
        comeSec: [...visitors(50, 1, 0.05), 300],
        timeline: [
          { at: '12:01', kind: 'halt', tickets: 'keep', restartInstances },
          { at: '12:02', kind: 'resume' },
        ],
      })
    const restarted = halted(true)
    expect(restarted.ends.at(-1)).toMatchObject({ end: 'booked' })
    expect(restarted.ends.at(-1)!.atSec).toBeCloseTo(300.11, 2)
    expect(restarted.timeline.stations['db']!.busy.at(-1)).toBe(0)
    const stuck = halted(false)
    expect(stuck.ends.at(-1)).toMatchObject({ end: 'timedOut' })
    expect(stuck.timeline.stations['db']!.busy.at(-1)).toBe(2)
  })
})

describe('as many requests as there are places', () => {
  test('are held at once, whatever they hold', () => {
    const trace = traced(
      opening({
        comeSec: visitors(3000),
        journey: [{ step: 'book', visits: [visit('web', 1000, true), visit('db', 500)] }],
        stack: {
          instances: 3,
          stations: [
            { ...web, slots: 7, backlog: 900 },
            { ...db, slots: 3, backlog: 30 },
          ],
        },
      }),
    )
    expect(trace.summary.visitors.refused).toBe(3000 - 3 * 907)
    for (const { presentMs, sojournMs } of Object.values(trace.result.little)) {
      expect(Math.abs(presentMs - sojournMs)).toBeLessThanOrEqual(1e-9 * presentMs)
    }
  })
})
