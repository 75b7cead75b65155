import { describe, expect, test } from 'vitest'
import { must } from '../core/assert.ts'
import type { SimJob } from '../engine/worker.ts'
import { runSimulation } from '../engine/sim/run.ts'
import { defaultSimEnvironment } from '../engine/sim-environment.ts'
import { factsOfCase, factsOfRun, nights, planFacts, type NightFacts } from './facts.ts'

const planned = await planFacts({ seeds: [2, 3], points: 4, population: 0.004 })
const jobOf = (at: number, key: string): SimJob =>
  must(planned[at]?.jobs[nights.findIndex((night) => night.key === key)], key)

describe('the plan', () => {
  test('takes the seeds first, then the points, each with every night', () => {
    expect(planned.map(({ kind, index }) => `${kind} ${index}`)).toEqual([
      'seed 2',
      'seed 3',
      'point 1',
      'point 2',
      'point 3',
      'point 4',
    ])
    expect(planned.map(({ jobs }) => jobs.map(({ seed }) => seed))).toEqual(
      [2, 3, 1, 1, 1, 1].map((seed) => nights.map(() => seed)),
    )
    const ids = planned.flatMap(({ jobs }) => jobs.map(({ id }) => id))
    expect(new Set(ids).size).toBe(6 * nights.length)
    expect(jobOf(0, '4-leaking').loaded.variant).toBe('4-leaking')
    expect(jobOf(0, '4-tight').loaded.scenario.waitingRoom.failOpen).toBe(0)
  })

  test('cuts runs short only where their rows allow it', () => {
    const untils = (at: number) => planned[at]?.jobs.map(({ untilSec }) => untilSec)
    expect(untils(0)).toEqual([undefined, 7200, 7200, undefined, 3600, 3600])
    expect(untils(2)).toEqual([undefined, 7200, 7200, 14_400, 3600, 3600])
  })

  test('a seed keeps the middle of all assumptions, points spread over their intervals', () => {
    const failOpen = (at: number, key: string) =>
      jobOf(at, key).loaded.scenario.waitingRoom.failOpen
    expect([failOpen(0, 'base'), failOpen(1, '14 July')]).toEqual([0.15, 0.15])
    const points = [2, 3, 4, 5].map((at) => failOpen(at, 'base')).sort((a, b) => a - b)
    // One in each quarter of the probability; the middle of all is the median.
    expect(points[0]).toBeGreaterThanOrEqual(0.05)
    expect(points[1]).toBeLessThanOrEqual(0.15)
    expect(points[2]).toBeGreaterThanOrEqual(0.15)
    expect(points[3]).toBeLessThanOrEqual(0.4)
    expect(new Set(points).size).toBe(4)
  })

  test('the other openings take stack and behaviour of the point, and keep their own crowd', () => {
    const [main, other] = [jobOf(3, 'base'), jobOf(3, '12 July')].map(({ loaded }) => loaded)
    expect(other?.scenario.stack.stations).toEqual(main?.scenario.stack.stations)
    expect(other?.scenario.behaviour).toEqual(main?.scenario.behaviour)
    expect(other?.scenario.journey).toEqual(main?.scenario.journey)
    expect(other?.scenario.population).toEqual(jobOf(0, '12 July').loaded.scenario.population)
    expect(other?.scenario.opensAt).toBe('2021-07-12T00:00:00+09:00')
  })
})

describe('what is kept of a run', () => {
  const runOf = (job: SimJob) => runSimulation(job.loaded, job, defaultSimEnvironment())

  test('the rows of its own variant, with their marks', () => {
    const job = jobOf(0, 'base')
    const { rows } = factsOfRun('base', job, runOf(job))
    expect(rows.map(({ id, mark }) => `${id} ${mark}`)).toEqual([
      'V1 in sample',
      'V2a by construction',
      'V2b by construction',
      'V3 in sample',
      'V4 in sample',
      'V5 free',
      'V6a by construction',
      'V6b by construction',
      'V7a free',
      'V7b free',
    ])
    // The fault of 03:00 to 09:00 refuses everybody, however small the crowd.
    expect(rows.find(({ id }) => id === 'V6a')).toMatchObject({ observed: 0, ok: true })
  })

  test('bookings by 22:00, those waiting at midnight, and V10 out of sample', () => {
    const tight = jobOf(0, '4-tight')
    const run = runOf(tight)
    const { bookedBy22 } = factsOfRun('4-tight', tight, run)
    expect(run.summary.people.booked).toBeGreaterThan(0)
    expect(bookedBy22).toBe(run.summary.people.booked)

    const ten = jobOf(2, '10-tight')
    const { waitingAtMidnight } = factsOfRun('10-tight', ten, runOf(ten))
    expect(waitingAtMidnight).toBeGreaterThan(0)

    const july12 = jobOf(0, '12 July')
    const { rows } = factsOfRun('12 July', july12, runOf(july12))
    expect(rows.map(({ id, mark }) => `${id} ${mark}`)).toEqual(['V10 out of sample'])
    expect(rows[0]?.label).toMatch(/^12 July: /)
    expect(rows[0]?.observed).not.toBeNull()
  })
})

describe('the second half of V8', () => {
  const ended = (leaking: number, tight: number | null): NightFacts[] => [
    { key: '4-leaking', rows: [], bookedBy22: leaking, waitingAtMidnight: null },
    { key: '4-tight', rows: [], bookedBy22: tight, waitingAtMidnight: null },
  ]

  test('holds below a tenth', () => {
    expect(factsOfCase(ended(9_999, 100_000))).toMatchObject([
      { id: 'V8b', observed: 0.09999, ok: true, mark: 'free' },
    ])
    expect(factsOfCase(ended(10_000, 100_000))).toMatchObject([{ observed: 0.1, ok: false }])
  })

  test('does not hold where nobody books behind a tight gate, and needs both runs', () => {
    expect(factsOfCase(ended(0, 0))).toMatchObject([{ observed: null, ok: false }])
    expect(factsOfCase(ended(5, null))).toEqual([])
  })
})
