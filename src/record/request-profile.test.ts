import { describe, expect, test } from 'vitest'
import { End, Outcome } from '../core/codes.ts'
import { Recorder } from './recorder.ts'
import { giveOut } from './cells.ts'
import { profileSince, responseCounts } from './request-profile.ts'

const options = {
  startSec: 1_600_000_000,
  bucketSec: 30,
  buckets: 4,
  opensAtMs: 0,
  steps: ['identify', 'book'],
  stations: [],
  punctual: true,
}

function recorded() {
  const recorder = new Recorder(options)
  const { tallies } = recorder
  recorder.request(0, Outcome.ok, 10_000, 5000, 5000)
  const before = { outcomes: tallies.outcomes.slice(), responses: responseCounts(tallies) }
  for (let i = 0; i < 6; i++) recorder.request(0, Outcome.ok, 20_000, 1000 * i, 1000 * i)
  for (let i = 0; i < 3; i++) recorder.request(1, Outcome.timeout, 20_000, 10_000_000, 10_000_000)
  recorder.request(1, Outcome.refused, 20_000, 1, 1)
  return { recorder, profile: profileSince(before, tallies) }
}

describe('requests that are repeated', () => {
  test('a profile holds what came since, and neither more nor less', () => {
    const { profile } = recorded()
    expect(profile.requests).toBe(10)
    const sum = (counts: Float64Array) => counts.reduce((total, n) => total + n, 0)
    expect([sum(profile.outcomes.counts), sum(profile.responses.counts)]).toEqual([10, 9])
    expect(sum(profile.overall.counts)).toBe(9)
  })

  test('count in the summary, in their bucket and by step, as often as was asked', () => {
    const { recorder, profile } = recorded()
    recorder.repeat(profile, 2, 40_000)
    recorder.repeat(profile, 0.5, 100_000)
    recorder.repeat(profile, 0.5, 100_000)
    recorder.repeatedSteps(profile, 3)
    recorder.arrived(0, false)
    recorder.ended(0, End.booked)
    const people = { eligible: 1, came: 1, booked: 0, gaveUp: 0 }
    const { summary, timeline } = recorder.finish({ people, inventory: null })
    expect(timeline.requests).toEqual([11, 20, 0, 10])
    expect(timeline.requestErrors).toEqual([4, 8, 0, 4])
    expect(summary.steps['identify']).toMatchObject({ count: 25, outcomes: { ok: 25 } })
    // Of the rarest kind one more or less is rounded to.
    const { timeout, refused } = summary.steps['book']!.outcomes
    expect(timeout + refused).toBe(16)
    expect(Math.abs(refused - 4)).toBeLessThanOrEqual(1)
    expect(summary.steps['book']!.responseMs.p50).toBeCloseTo(10_000, -2)
    const { responseUs } = recorder.tallies.series
    const counts = [0, 1, 2, 3].map((bucket) => responseUs.mergeRange(bucket, bucket + 1).total())
    expect(counts).toEqual([10, 18, 0, 9])
    expect(responseUs.mergeRange(0, 4).total()).toBe(37)
  })

  test('what is given out is whole, and adds up over many small parts', () => {
    const cells = { places: Int32Array.of(3, 5, 8), counts: Float64Array.of(1, 2, 5) }
    const given = new Map<number, number>()
    let rest = 0.5
    for (let i = 0; i < 1000; i++) {
      rest = giveOut(cells, { factor: 0.01, rest }, (place, n) => {
        expect(Number.isInteger(n)).toBe(true)
        given.set(place, (given.get(place) ?? 0) + n)
      })
    }
    expect([...given.values()].reduce((sum, n) => sum + n, 0)).toBe(80)
    expect(given.get(8)).toBeGreaterThanOrEqual(40)
  })

  test('are not merged with what other threads counted', () => {
    const { recorder, profile } = recorded()
    recorder.repeat(profile, 1, 0)
    expect(() => recorder.parts()).toThrow('stays in its thread')
    expect(() => new Recorder(options).merge(recorder)).toThrow('does not merge')
  })
})
