import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Outcome, outcomeNames } from '../../core/codes.ts'
import {
  addLiveTally,
  addSpan,
  createLiveTally,
  liveTallyOf,
  liveTallyParts,
  outcomeCounts,
  ratePerSec,
  type LiveTally,
} from './live-tally.ts'

interface Told {
  readonly us: number
  readonly atMs: number
  readonly outcome: number
}

/** A worker's tally, as if it had sent these. */
function tallyOf(all: readonly Told[]): LiveTally {
  const tally = createLiveTally()
  for (const { us, atMs, outcome } of all) {
    tally.latenessUs.record(us)
    tally.gateResponseUs.record(us * 2)
    tally.gateConnectUs.record(us * 3)
    tally.gateOutcomes[outcome]! += 1
    tally.arrivals++
    tally.sent += 2
    tally.polls++
    tally.droppedCeiling += us % 2
    tally.droppedGenerator += us % 3
    addSpan(tally.intendedMs, { first: atMs, last: atMs })
    addSpan(tally.dispatchedMs, { first: atMs + us, last: atMs + us })
    tally.maxInFlight = Math.max(tally.maxInFlight, us % 7)
    tally.maxConnections = Math.max(tally.maxConnections, us % 5)
  }
  return tally
}

const told = fc.record({
  us: fc.nat({ max: 100_000 }),
  atMs: fc.nat({ max: 10_000 }),
  outcome: fc.nat({ max: outcomeNames.length - 1 }),
})

/** All that is in it, in the form in which it goes to another thread. */
const plain = (tally: LiveTally) => liveTallyParts(tally)

describe('a tally', () => {
  test('is the same after its way to another thread', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 30 }), (all) => {
        const tally = tallyOf(all)
        const copy = liveTallyOf(structuredClone(liveTallyParts(tally)))
        expect(plain(copy)).toEqual(plain(tally))
        expect(copy.latenessUs.quantile(0.99)).toBe(tally.latenessUs.quantile(0.99))
      }),
      { numRuns: 25 },
    )
  })

  test('of several workers is that of one, but for what they had at once', () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 40 }), fc.nat({ max: 40 }), (all, cut) => {
        const parts = [tallyOf(all.slice(0, cut)), tallyOf(all.slice(cut))] as const
        const merged = createLiveTally()
        for (const part of parts) addLiveTally(merged, part)
        const { maxInFlight, maxConnections, ...whole } = plain(tallyOf(all))
        expect(plain(merged)).toMatchObject(whole)
        // A bound: they need not have been at the same time.
        expect(merged.maxInFlight).toBe(parts[0].maxInFlight + parts[1].maxInFlight)
        expect(merged.maxInFlight).toBeGreaterThanOrEqual(maxInFlight)
        expect(merged.maxConnections).toBeGreaterThanOrEqual(maxConnections)
      }),
      { numRuns: 25 },
    )
  })

  test('of nobody adds nothing', () => {
    const tally = tallyOf([{ us: 5, atMs: 7, outcome: Outcome.ok }])
    const before = structuredClone(plain(tally))
    addLiveTally(tally, createLiveTally())
    expect(plain(tally)).toEqual(before)
  })
})

test('a rate is that of the gaps between the first and the last', () => {
  expect(ratePerSec(11, { first: 1000, last: 2000 })).toBe(10)
  expect(ratePerSec(2, { first: 0, last: 4000 })).toBe(0.25)
  // One arrival, or several at one moment, say nothing of a rate.
  expect(ratePerSec(1, { first: 5, last: 5 })).toBeNull()
  expect(ratePerSec(9, { first: 5, last: 5 })).toBeNull()
  expect(ratePerSec(0, { first: Infinity, last: -Infinity })).toBeNull()
})

test('counts by code become counts by name', () => {
  const byCode = Float64Array.from(outcomeNames, (_, code) => code * 10)
  const byName = outcomeCounts(byCode)
  for (const [name, n] of Object.entries(byName)) {
    expect(n).toBe(Outcome[name as keyof typeof Outcome] * 10)
  }
  expect(Object.keys(byName)).toEqual([...outcomeNames])
})
