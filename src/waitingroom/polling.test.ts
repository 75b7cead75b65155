import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pollIntervalSec } from './polling.ts'

const plan = { frontSec: 2, backSec: 10, maxTtlSec: 30, capacityPerSec: 1000 }

describe('the poll interval', () => {
  test('is the front one for whose turn comes within one back interval', () => {
    const line = { waiting: 5000, ratePerSec: 36 }
    expect(pollIntervalSec(plan, { ...line, ahead: 359 })).toBe(2)
    expect(pollIntervalSec(plan, { ...line, ahead: 360 })).toBe(10)
  })

  test('stretches with the line, up to its limit', () => {
    const at = (waiting: number) =>
      pollIntervalSec(plan, { waiting, ahead: waiting - 1, ratePerSec: 36 })
    // 36/s × (10 + 2)/2 s = 216 poll at the front interval.
    expect(at(10_216)).toBe(10)
    expect(at(20_216)).toBe(20)
    expect(at(6_000_000)).toBe(30)
  })

  test('is never below the back interval, even if its limit is', () => {
    const line = { waiting: 6_000_000, ahead: 5_000_000, ratePerSec: 36 }
    expect(pollIntervalSec({ ...plan, maxTtlSec: 5 }, line)).toBe(10)
    expect(pollIntervalSec({ ...plan, capacityPerSec: Infinity }, line)).toBe(10)
  })

  test('is the back one for all where places decide', () => {
    expect(pollIntervalSec(plan, { ahead: 0, waiting: 1, ratePerSec: 0 })).toBe(10)
  })

  test('keeps polls within the capacity wherever the limit allows it', () => {
    const sizes = fc.record({ waiting: fc.integer({ min: 1, max: 1e7 }), ratePerSec: fc.nat(200) })
    fc.assert(
      fc.property(sizes, ({ waiting, ratePerSec }) => {
        const ttl = pollIntervalSec(plan, { waiting, ratePerSec, ahead: waiting })
        const atFront = Math.min(waiting, ratePerSec * 6)
        if (ttl > plan.backSec && ttl < plan.maxTtlSec) {
          expect((waiting - atFront) / ttl).toBeCloseTo(plan.capacityPerSec, 6)
        }
        expect(ttl === 2 || (ttl >= 10 && ttl <= 30)).toBe(true)
      }),
    )
  })
})
