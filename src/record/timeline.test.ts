import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { bucketWidthsSec, layoutTimeline } from './timeline.ts'

describe('layoutTimeline', () => {
  test('the night of 19 July, 19:00 to 12:00, in buckets of 60 s', () => {
    const fromEpochSec = Date.parse('2021-07-19T19:00:00+09:00') / 1000
    const toEpochSec = Date.parse('2021-07-20T12:00:00+09:00') / 1000
    const layout = layoutTimeline({ fromEpochSec, toEpochSec })
    expect(layout).toEqual({ startSec: fromEpochSec, bucketSec: 60, buckets: 1020 })
  })

  test('a run of some minutes is told by the second', () => {
    const layout = layoutTimeline({ fromEpochSec: 1000.5, toEpochSec: 1600.2 })
    expect(layout).toEqual({ startSec: 1000, bucketSec: 1, buckets: 601 })
  })

  test('covers the run on absolute boundaries with the finest width that fits', () => {
    const runs = fc.record({
      from: fc.double({ min: 0, max: 2e9, noNaN: true }),
      length: fc.double({ min: 0.001, max: 3600 * 400, noNaN: true }),
      maxBuckets: fc.integer({ min: 402, max: 4000 }),
    })
    fc.assert(
      fc.property(runs, ({ from, length, maxBuckets }) => {
        const to = from + length
        const { startSec, bucketSec, buckets } = layoutTimeline({
          fromEpochSec: from,
          toEpochSec: to,
          maxBuckets,
        })
        expect(startSec % bucketSec).toBe(0)
        expect(startSec).toBeLessThanOrEqual(from)
        expect(startSec + buckets * bucketSec).toBeGreaterThanOrEqual(to)
        expect(buckets).toBeLessThanOrEqual(maxBuckets)
        const finer = bucketWidthsSec[bucketWidthsSec.findIndex((w) => w === bucketSec) - 1]
        if (finer !== undefined) {
          expect(Math.ceil((to - Math.floor(from / finer) * finer) / finer)).toBeGreaterThan(
            maxBuckets,
          )
        }
      }),
    )
  })

  test('a run too long for buckets of an hour is the scenario’s fault', () => {
    const tooLong = () => layoutTimeline({ fromEpochSec: 0, toEpochSec: 86_400 * 100 })
    expect(tooLong).toThrow(DambreakError)
    expect(tooLong).toThrow('the run lasts 100.0 days; a timeline holds at most 2000 hours')
    expect(() => layoutTimeline({ fromEpochSec: 5, toEpochSec: 5 })).toThrow('dambreak bug')
  })
})
