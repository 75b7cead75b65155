import { describe, expect, test } from 'vitest'
import { runSimulation } from '../engine/sim/run.ts'
import { opening, type OpeningEdits } from '../engine/testing/opening.ts'
import { loadedOf } from '../engine/testing/loaded.ts'
import { timeless } from '../engine/testing/timeless.ts'
import type { Percentiles, RunRecord } from '../record/run.ts'
import { rehearse } from './testing/rehearse.ts'

/**
 * The same scenario by the simulator and by the live engine on the reference stack's own gate, both
 * in virtual time: they must come to the same. By design they differ in this:
 *
 * - A request for which a station has no room is `refused` in the simulator, a connection that
 *   nobody takes; the reference stack answers it with 503, `http5xx`. So the tickets end `refused`
 *   here and `failed` there.
 * - While service is off the simulator's pages answer nothing, and requests time out; the stack's
 *   say that they are off, and visitors leave at once.
 * - Tickets that a halt voids end at once in the simulator; live visitors learn of it at their next
 *   poll, and some have given up before.
 * - Who was let in because its turn had come with its ticket is in at its first contact; in the
 *   simulator it polls once more, half a front interval later on the mean.
 * - A booking whose answer was lost is its person's in the simulator, and does not come again. A
 *   live visitor does not know, comes again, and is told; if it does not come, nobody ever knows.
 * - A bypass is found in the simulator when somebody goes past the gate, live when the pages have
 *   answered.
 * - Live visitors see turns when they poll, so the rate of the first minute lags by half a poll.
 */

const pages: OpeningEdits['journey'] = [
  {
    step: 'identify',
    role: 'identify',
    timeoutMs: 5000,
    visits: [{ station: 'web', serviceMs: { dist: 'exponential', mean: 300 } }],
    thinkSec: { dist: 'lognormal', mean: 10, cv: 0.5 },
  },
  {
    step: 'book',
    timeoutMs: 5000,
    visits: [
      { station: 'web', serviceMs: { dist: 'lognormal', mean: 400, cv: 0.8 }, holds: true },
      { station: 'db', serviceMs: 20 },
    ],
  },
]
const station = { name: 'web', perInstance: true, backlog: 100 }
const db = { name: 'db', shared: true, slots: 20 }
const patienceSec = { dist: 'lognormal' as const, mean: 600, cv: 1 }

/** Room for all: what decides is the gate. */
const calm: OpeningEdits = {
  endsAt: '2021-01-01T12:20:00Z',
  population: { people: 3000, devicesPerPerson: 1.5, ineligible: 100 },
  arrivals: [
    { kind: 'early', share: 0.2, forSec: 60 },
    { kind: 'burst', share: 0.5, forSec: 20 },
    { kind: 'decay', share: 0.3, scaleSec: 120 },
  ],
  waitingRoom: { admission: { perSec: 8 } },
  behaviour: { patienceSec, reenter: { probability: 0.5, delaySec: 30 } },
  journey: pages,
  stack: { instances: 2, stations: [{ ...station, slots: 20 }, db] },
}

/**
 * A gate that lets in more than the pages can serve, and a fifth of the people past it: collapse
 * within a minute. Then a halt that throws the queue away, twice the instances, and no bypass.
 */
const collapse: OpeningEdits = {
  endsAt: '2021-01-01T12:25:00Z',
  population: { people: 6000, devicesPerPerson: 1.5 },
  arrivals: [
    { kind: 'burst', share: 0.7, forSec: 20 },
    { kind: 'decay', share: 0.3, scaleSec: 120 },
  ],
  waitingRoom: { admission: { perSecPerInstance: 12 } },
  behaviour: {
    patienceSec,
    bypass: { share: 0.2 },
    retry: { tries: 3, backoffSec: 2 },
    reenter: { probability: 0.5, delaySec: 30 },
    comeBack: { probability: 0.8, delaySec: { dist: 'exponential', mean: 200 } },
  },
  journey: pages,
  stack: { instances: 1, bootSec: 10, stations: [{ ...station, slots: 10 }, db] },
  timeline: [
    { at: '12:05', kind: 'close-bypass' },
    { at: '12:05', kind: 'halt', tickets: 'void', restartInstances: true },
    { at: '12:08', kind: 'instances', count: 2 },
    { at: '12:08', kind: 'admission', admission: { perSec: 8 } },
    { at: '12:08:30', kind: 'resume' },
  ],
}

interface Pair {
  readonly sim: RunRecord
  readonly live: RunRecord
}

async function both(edits: OpeningEdits, seeds: readonly number[]): Promise<Pair[]> {
  const loaded = loadedOf(opening(edits))
  const pairs: Pair[] = []
  for (const seed of seeds) {
    const { run } = await rehearse(loaded, { seed, wayMs: 0.2 })
    pairs.push({
      sim: runSimulation(loaded, { seed, population: 1, speed: 1 }, timeless),
      live: run,
    })
  }
  return pairs
}

const sumOf = (runs: readonly RunRecord[], of: (run: RunRecord) => number) =>
  runs.reduce((sum, run) => sum + of(run), 0)

/** Live over simulated, over all seeds. */
function ratio(pairs: readonly Pair[], of: (run: RunRecord) => number): number {
  const live = pairs.map((pair) => pair.live)
  const sim = pairs.map((pair) => pair.sim)
  return sumOf(live, of) / sumOf(sim, of)
}

function expectWithin(share: number, ratios: Readonly<Record<string, number>>): void {
  const off = Object.entries(ratios).filter(([, r]) => !(Math.abs(r - 1) <= share))
  expect(off).toEqual([])
}

const counts = (pairs: readonly Pair[]) => ({
  arrived: ratio(pairs, ({ summary }) => summary.visitors.arrived),
  queued: ratio(pairs, ({ summary }) => summary.visitors.queued),
  admitted: ratio(pairs, ({ summary }) => summary.visitors.admitted),
  came: ratio(pairs, ({ summary }) => summary.people.came),
  booked: ratio(pairs, ({ summary }) => summary.people.booked),
})

const waits = (pairs: readonly Pair[], of: (run: RunRecord) => Percentiles) => ({
  p50: ratio(pairs, (run) => of(run).p50!),
  p90: ratio(pairs, (run) => of(run).p90!),
  p95: ratio(pairs, (run) => of(run).p95!),
})

describe('live beside simulated', { timeout: 120_000 }, () => {
  test('with room for all: counts, waits, responses, estimates, people', async () => {
    const pairs = await both(calm, [1, 2])
    expectWithin(0.01, {
      ...counts(pairs),
      alreadyBooked: ratio(pairs, ({ summary }) => summary.visitors.alreadyBooked),
      requests: ratio(pairs, ({ timeline }) => timeline.requests.reduce((a, b) => a + b, 0)),
    })
    expectWithin(0.02, {
      ...waits(pairs, ({ summary }) => summary.waitSec),
      abandoned: ratio(pairs, ({ summary }) => summary.visitors.abandoned),
      admitPerSec: ratio(pairs, ({ summary }) => summary.opening.admitPerSec!),
      polls: ratio(pairs, ({ timeline }) => timeline.pollsPerSec.reduce((a, b) => a + b, 0)),
      waiting: ratio(pairs, ({ timeline }) => timeline.waiting.reduce((a, b) => a + b, 0)),
      responses: ratio(pairs, ({ summary }) => summary.steps['book']!.responseMs.p50!),
    })
    for (const { live, sim } of pairs) {
      expect(live.summary.opening.ticketsIn10Sec).toBe(sim.summary.opening.ticketsIn10Sec)
      expect(live.summary.errorShare).toBe(0)
      expect({ ...live.summary.findings, orderInversion: 0 }).toEqual(sim.summary.findings)
    }
  })

  test('with a bypass, a collapse and a rescue', async () => {
    const pairs = await both(collapse, [1, 2, 3])
    for (const { live, sim } of pairs) {
      for (const run of [live, sim]) {
        expect(run.summary.collapse).not.toBeNull()
        expect(run.summary.requestErrorShare!).toBeGreaterThan(0.5)
      }
    }
    expectWithin(0.01, counts(pairs))
    expectWithin(0.02, {
      ...waits(pairs, ({ summary }) => summary.admittedWaitSec),
      median: ratio(pairs, ({ summary }) => summary.waitSec.p50!),
      errors: ratio(pairs, ({ summary }) => summary.errorShare!),
      bypassed: ratio(pairs, ({ summary }) => summary.visitors.bypassed),
    })
    expectWithin(0.05, {
      requests: ratio(pairs, ({ timeline }) => timeline.requests.reduce((a, b) => a + b, 0)),
    })
  })
})
