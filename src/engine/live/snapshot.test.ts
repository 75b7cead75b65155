import { describe, expect, test } from 'vitest'
import { indexOf, latencyLayout } from '../../record/histogram.ts'
import type { LiveProgress } from './live-worker.ts'
import { Snapshots } from './snapshot.ts'

function progress(edits: Partial<LiveProgress>): LiveProgress {
  return {
    atMs: 0,
    arrived: 0,
    waiting: 0,
    inside: 0,
    booked: 0,
    requests: 0,
    requestErrors: 0,
    errorEnds: 0,
    gateCalls: 0,
    gateErrors: 0,
    polls: 0,
    sent: 0,
    inFlight: 0,
    connections: 0,
    droppedGenerator: 0,
    droppedCeiling: 0,
    recentUs: [],
    latenessMsP99: 0,
    ...edits,
  }
}

/** Counters of `n` response times of so many ms each: index and count by turns. */
const times = (...all: readonly (readonly [ms: number, n: number])[]) =>
  all.flatMap(([ms, n]) => [indexOf(latencyLayout, ms * 1000), n])

const window = { opensAtMs: 60_000, speed: 10 }
const near = (ms: number) => expect.closeTo(ms, Math.log10(ms) < 2 ? 0 : -1) as number

describe('a snapshot', () => {
  test('adds workers up, and takes the worst of what does not add up', () => {
    const snapshots = new Snapshots(window)
    const one = progress({ atMs: 61_000, arrived: 10, waiting: 4, sent: 30, latenessMsP99: 2 })
    const two = progress({ atMs: 61_100, arrived: 5, waiting: 3, sent: 12, latenessMsP99: 9 })
    const snapshot = snapshots.fold([one, two], two)
    expect(snapshot).toMatchObject({
      atMs: 61_100,
      // Scenario seconds after the opening.
      atSec: 11,
      arrived: 15,
      waiting: 7,
      sent: 42,
      latenessMsP99: 9,
    })
  })

  test('has rates over the last second, not since the start', () => {
    const snapshots = new Snapshots(window)
    let last = snapshots.fold([progress({})], progress({}))
    expect(last.perSec.requests).toBe(0)
    const at = (atMs: number, requests: number) => {
      const report = progress({ atMs, requests })
      last = snapshots.fold([report], report)
      return last.perSec.requests
    }
    // Ten seconds at 100 a second, told every quarter of one.
    for (let atMs = 250; atMs <= 10_000; atMs += 250) at(atMs, atMs / 10)
    expect(last.perSec.requests).toBeCloseTo(100, 6)
    // Then nothing: a second later nothing is left of it.
    expect(at(10_250, 1000)).toBeCloseTo(75, 6)
    expect(at(10_500, 1000)).toBeCloseTo(50, 6)
    expect(at(11_000, 1000)).toBe(0)
  })

  test('has a rate of the time that there was, where that is less than a second or more', () => {
    const snapshots = new Snapshots(window)
    const first = progress({ atMs: 1000, polls: 10 })
    snapshots.fold([first], first)
    const soon = progress({ atMs: 1500, polls: 60 })
    expect(snapshots.fold([soon], soon).perSec.polls).toBeCloseTo(100, 6)
    // Nobody was heard of for four seconds.
    const late = progress({ atMs: 5500, polls: 460 })
    expect(snapshots.fold([late], late).perSec.polls).toBeCloseTo(100, 6)
  })

  test('merges latencies of all workers over the last second, and averages nothing', () => {
    const snapshots = new Snapshots(window)
    const quick = progress({ atMs: 1000, recentUs: times([10, 900]) })
    const slow = progress({ atMs: 1000, recentUs: times([1000, 100]) })
    snapshots.fold([quick], quick)
    const { responseMs } = snapshots.fold([quick, slow], slow)
    // The mean of their medians would be 505 ms, of their 99th percentiles too.
    expect(responseMs).toEqual({ p50: near(10), p95: near(1000), p99: near(1000) })
  })

  test('forgets latencies that are more than a second old', () => {
    const snapshots = new Snapshots(window)
    const before = progress({ atMs: 1000, recentUs: times([1000, 50]) })
    snapshots.fold([before], before)
    const after = progress({ atMs: 1900, recentUs: times([20, 50]) })
    expect(snapshots.fold([after], after).responseMs.p99).toEqual(near(1000))
    const later = progress({ atMs: 2100, recentUs: times([20, 1]) })
    expect(snapshots.fold([later], later).responseMs.p99).toEqual(near(20))
    const last = progress({ atMs: 9000 })
    expect(snapshots.fold([last], last).responseMs).toEqual({ p50: null, p95: null, p99: null })
  })

  test('stays as it is in size, however long it goes on', () => {
    const snapshots = new Snapshots(window)
    const sizes = () =>
      Object.values(snapshots as unknown as Record<string, unknown>)
        .filter(Array.isArray)
        .map((list) => list.length)
    for (let i = 1; i <= 1000; i++) {
      const report = progress({ atMs: i * 250, recentUs: times([5, 1]) })
      snapshots.fold([report, report], report)
    }
    expect(sizes()).toHaveLength(2)
    for (const size of sizes()) expect(size).toBeLessThan(12)
  })
})
