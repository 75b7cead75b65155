import { describe, expect, test } from 'vitest'
import { opening, type OpeningEdits } from '../../engine/testing/opening.ts'
import { traced } from '../../engine/sim/testing/trace.ts'
import { LedgerGone } from '../contract.ts'
import { Journey, type StepAnswer } from './journey.ts'
import { Pauses, type Wait } from './pauses.ts'
import { Dropped } from './slots.ts'
import { FakeLedger } from './testing/fakes.ts'

/** A world in which nothing happens by itself: `run` goes from timer to timer. */
function stage(edits: OpeningEdits) {
  let nowMs = 0
  const timers: { atMs: number; done: () => void }[] = []
  const at: Wait = (done, ms) => void timers.push({ atMs: nowMs + ms, done })
  const clock = { epochMs: () => nowMs, monotonicMs: () => nowMs }
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  const ledger = new FakeLedger()
  const pauses = new Pauses(clock, at)
  const journey = new Journey(opening(edits), { ledger, pauses, chance: () => 0.5 })
  const ends: { id: string; atMs: number; end: string }[] = []
  const perform = (id: string, step = 0, birthYear = 1967) => {
    const note = (end: string) => ends.push({ id, atMs: nowMs, end })
    return journey.perform(step, { id, birthYear }, null).then(
      (answer: StepAnswer) => note(answer.status),
      (error: unknown) =>
        note(
          error instanceof Dropped
            ? 'dropped'
            : error instanceof LedgerGone
              ? 'gone'
              : String(error),
        ),
    )
  }
  const run = async (untilMs = Infinity) => {
    for (await settled(); ; await settled()) {
      timers.sort((a, b) => a.atMs - b.atMs)
      if (timers[0] === undefined || timers[0].atMs > untilMs) return
      const { atMs, done } = timers.shift()!
      nowMs = atMs
      done()
    }
  }
  return { at, ledger, journey, ends, perform, run }
}

const visit = (station: string, serviceMs: number, holds = false) => ({ station, serviceMs, holds })
const web = { name: 'web', perInstance: true, slots: 2, backlog: 3, contention: 0.05 } as const
const pool = { name: 'pool', perInstance: true, slots: 3, slotsPerRequest: 2, backlog: 2 } as const
const shared = { name: 'db', shared: true, slots: 1 } as const

describe('the stations of one instance do as those of the simulator', () => {
  // Times that never meet, so that no order of events at one instant matters.
  const comeSec = [0, 17, 31, 47, 61, 149, 151, 173, 401, 409, 419, 431, 433, 900].map(
    (ms) => 1 + ms / 1000,
  )
  test.each([
    ['one station', [visit('web', 113.7)]],
    ['a slot that is held', [visit('web', 53.1, true), visit('pool', 71.3)]],
    ['a slot that is not', [visit('web', 53.1), visit('pool', 71.3)]],
    ['several slots a request', [visit('pool', 97.9, true), visit('web', 41.3)]],
  ])('%s', async (_name, visits) => {
    const edits: OpeningEdits = {
      comeSec,
      journey: [{ step: 'book', visits }],
      stack: { instances: 1, stations: [web, pool] },
    }
    const simulated = traced(opening(edits)).requests.map(({ outcome, doneSec }) => ({
      atMs: Math.round((doneSec - 1) * 1e4) / 10,
      end: outcome === 'ok' ? 'ok' : 'busy',
    }))
    const { at, ends, perform, run } = stage(edits)
    for (const [i, sec] of comeSec.entries()) at(() => void perform(`p${i}`), (sec - 1) * 1000)
    await run()
    const found = ends.map(({ atMs, end }) => ({ atMs: Math.round(atMs * 10) / 10, end }))
    const byTime = (list: typeof found) => list.sort((a, b) => a.atMs - b.atMs)
    expect(byTime(found)).toEqual(byTime(simulated))
    expect(found.some(({ end }) => end === 'busy')).toBe(true)
  })
})

describe('a step with a shared station', () => {
  const edits: OpeningEdits = {
    journey: [
      { step: 'identify', role: 'identify', visits: [visit('web', 10, true), visit('db', 20)] },
      { step: 'form', visits: [visit('db', 5), visit('web', 5)] },
      { step: 'book', visits: [visit('web', 10, true), visit('db', 20)] },
    ],
    stack: { instances: 1, stations: [web, { ...shared, contention: 0.5 }] },
  }

  test('works under a lease of the ledger, and asks it before it gives the lease back', async () => {
    const { ledger, perform, run, ends } = stage(edits)
    void perform('a', 0)
    await run()
    void perform('a', 2)
    await run()
    void perform('a', 2)
    await run()
    void perform('old', 0, 1900)
    await run()
    expect(ends.map(({ end, atMs }) => [end, atMs])).toEqual([
      ['ok', 30],
      ['ok', 60],
      ['alreadyBooked', 90],
      ['ineligible', 120],
    ])
    expect(ledger.calls.slice(0, 6)).toEqual([
      'lease db',
      'identify a',
      'release db',
      'lease db',
      'book a',
      'release db',
    ])
    expect(ledger.busy).toBe(0)
  })

  test('that asks nothing of the ledger gives the lease back after its visit', async () => {
    const { ledger, perform, run } = stage(edits)
    void perform('a', 1)
    await run()
    expect(ledger.calls).toEqual(['lease db', 'release db'])
  })

  test('is slowed down by the slots that are busy over all instances', async () => {
    const { ledger, perform, run, ends } = stage(edits)
    ledger.busy = 3
    void perform('a', 0)
    await run()
    // 10 + 20 × (1 + 0.5 × 3)
    expect(ends).toEqual([{ id: 'a', atMs: 60, end: 'ok' }])
  })

  test('is busy where the ledger has no room, and gives back what it holds', async () => {
    const { ledger, journey, perform, run, ends } = stage(edits)
    ledger.room = 0
    void perform('a', 2)
    await run()
    expect(ends).toEqual([{ id: 'a', atMs: 10, end: 'busy' }])
    expect(journey.states()[0]).toMatchObject({ busy: 0, served: 1 })
    expect(ledger.booked.size).toBe(0)
  })

  test('fails while the ledger is away, and gives back what it holds', async () => {
    const { ledger, journey, perform, run, ends } = stage(edits)
    void perform('a', 2)
    await run(15)
    ledger.isGone = true
    await run()
    ledger.isGone = false
    void perform('b', 2)
    await run()
    expect(ends.map(({ end }) => end)).toEqual(['gone', 'ok'])
    expect(journey.states()[0]).toMatchObject({ busy: 0, queued: 0 })
    expect(ledger.busy).toBe(0)
  })
})

test('a step that books without a shared station goes through a session of its own', async () => {
  const { ledger, perform, run } = stage({
    journey: [{ step: 'book', visits: [visit('web', 10)] }],
    stack: { instances: 1, stations: [web] },
  })
  void perform('a')
  await run()
  expect(ledger.calls).toEqual(['lease null', 'book a', 'release null'])
})

test('a booking is made under the lease that is still held when all visits are over', async () => {
  const stations = [web, shared]
  const journey = (holds: boolean) => [
    { step: 'book', visits: [visit('db', 10, holds), visit('web', 10)] },
  ]
  const calls = async (holds: boolean) => {
    const { ledger, perform, run } = stage({
      journey: journey(holds),
      stack: { instances: 1, stations },
    })
    void perform('a')
    await run()
    return ledger.calls
  }
  expect(await calls(true)).toEqual(['lease db', 'book a', 'release db'])
  expect(await calls(false)).toEqual([
    'lease db',
    'release db',
    'lease null',
    'book a',
    'release null',
  ])
})

test('dropping all ends what is in service, what waits and what comes too late', async () => {
  const { ledger, journey, perform, run, ends } = stage({
    journey: [{ step: 'book', visits: [visit('web', 10, true), visit('db', 100)] }],
    stack: { instances: 1, stations: [{ ...web, slots: 1 }, shared] },
  })
  for (const id of ['a', 'b', 'c']) void perform(id)
  await run(50)
  expect(journey.states()[0]).toMatchObject({ busy: 1, queued: 2 })
  expect(ledger.busy).toBe(1)
  journey.dropAll()
  expect(ledger.calls).toContain('reset')
  expect(journey.states()[0]).toMatchObject({ busy: 0, queued: 0 })
  expect(ledger.busy).toBe(0)
  void perform('d')
  await run()
  expect(ends.map(({ id, end }) => `${id} ${end}`).sort()).toEqual([
    'a dropped',
    'b dropped',
    'c dropped',
    'd ok',
  ])
  expect([...ledger.booked.keys()]).toEqual(['d'])
  expect(journey.states()[0]).toMatchObject({ busy: 0, queued: 0 })
})
