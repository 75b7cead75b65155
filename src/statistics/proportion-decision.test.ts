import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { clopperPearson } from './binomial.ts'
import {
  crossingChance,
  decideProportion,
  proportionBoundaries,
  type ProportionVerdict,
} from './proportion-decision.ts'

const asked = { threshold: 0.95, confidence: 0.95, maxTrials: 400 }

/** What somebody who looks after every trial is told first, over `runs` seeded sequences. */
function firstDecisions(share: number, runs: number) {
  const key = streamKey(7, streams.test)
  const { maxFailuresMeeting, minFailuresFailing } = proportionBoundaries(asked)
  const counts = { meets: 0, fails: 0, undecided: 0 }
  let looks = 0
  for (let run = 0; run < runs; run++) {
    let failures = 0
    let verdict: ProportionVerdict = 'undecided'
    for (let n = 1; n <= asked.maxTrials && verdict === 'undecided'; n++) {
      if (uniform(key, run, n) > share) failures++
      if (failures <= (maxFailuresMeeting[n] ?? -1)) verdict = 'meets'
      else if (failures >= (minFailuresFailing[n] ?? Infinity)) verdict = 'fails'
      looks++
    }
    counts[verdict]++
  }
  return { ...counts, meanTrials: looks / runs }
}

describe('how often it is wrong', () => {
  const runs = 6000
  // Three standard errors of a share of 2.5% over that many sequences.
  const noise = 3 * Math.sqrt((0.025 * 0.975) / runs)

  test('a share right at the threshold is decided in 5% of all sequences, looked at every time', () => {
    const { meets, fails } = firstDecisions(0.95, runs)
    expect(meets / runs).toBeLessThan(0.025 + noise)
    expect(fails / runs).toBeLessThan(0.025 + noise)
    // And it spends what it may: a rule that hardly ever decides would pass the lines above.
    expect((meets + fails) / runs).toBeGreaterThan(0.035)
  })

  test('just below it hardly ever meets, just above hardly ever fails', () => {
    expect(firstDecisions(0.945, runs).meets / runs).toBeLessThan(0.025)
    expect(firstDecisions(0.955, runs).fails / runs).toBeLessThan(0.025)
  })

  test('far from the threshold it is right, and soon', () => {
    const good = firstDecisions(0.999, 500)
    expect(good.meets).toBeGreaterThan(495)
    expect(good.meanTrials).toBeLessThan(90)
    const bad = firstDecisions(0.7, 500)
    expect(bad.fails).toBe(500)
    expect(bad.meanTrials).toBeLessThan(20)
  })
})

describe('the boundaries', () => {
  test('of 0.95 at 95%: 78 successes meet, 2 failures fail', () => {
    const all = (trials: number) => decideProportion({ ...asked, trials, successes: trials })
    const none = (trials: number) => decideProportion({ ...asked, trials, successes: 0 })
    expect(all(77)).toBe('undecided')
    expect(all(78)).toBe('meets')
    expect(none(1)).toBe('undecided')
    expect(none(2)).toBe('fails')
    expect(decideProportion({ ...asked, trials: 0, successes: 0 })).toBe('undecided')
  })

  test('fewer trials that may come decide sooner, the fewest as soon as a single look', () => {
    const soonest = (maxTrials: number) =>
      proportionBoundaries({ ...asked, maxTrials }).maxFailuresMeeting.indexOf(0)
    expect([72, 200, 400, 1000].map(soonest)).toEqual([72, 75, 78, 81])
    expect(soonest(71)).toBe(-1)
  })

  test('the chance of ever passing one is exact: by hand, and by all sequences', () => {
    // Meets where the first two, or three of four, are successes.
    const boundary = [-1, -1, 0, 0, 1]
    const p = 0.7
    const q = 1 - p
    const byHand = p ** 2 + 2 * p ** 3 * q
    expect(crossingChance(p, boundary, true)).toBeCloseTo(byHand, 14)
    expect(crossingChance(p, [9, 9, 2, 9, 3], false)).toBeCloseTo(q ** 2 + 2 * p * q ** 3, 14)
  })

  test('spend at most half of what is allowed on each side, and more below the threshold than above', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 0.99, noNaN: true }),
        fc.constantFrom(0.8, 0.9, 0.95, 0.99),
        fc.integer({ min: 1, max: 150 }),
        (threshold, confidence, maxTrials) => {
          const found = proportionBoundaries({ threshold, confidence, maxTrials })
          const allowed = (1 - confidence) / 2 + 1e-12
          const meetsAt = (share: number) => crossingChance(share, found.maxFailuresMeeting, true)
          const failsAt = (share: number) => crossingChance(share, found.minFailuresFailing, false)
          expect(meetsAt(threshold)).toBeLessThanOrEqual(allowed)
          expect(failsAt(threshold)).toBeLessThanOrEqual(allowed)
          expect(meetsAt(threshold - 0.05)).toBeLessThanOrEqual(meetsAt(threshold) + 1e-12)
          expect(failsAt(threshold + 0.005)).toBeLessThanOrEqual(failsAt(threshold) + 1e-12)
        },
      ),
      { numRuns: 30 },
    )
  })

  test('a decision leaves the threshold out of the Clopper–Pearson interval', () => {
    const { maxFailuresMeeting, minFailuresFailing } = proportionBoundaries(asked)
    for (let trials = 1; trials <= asked.maxTrials; trials++) {
      const meeting = maxFailuresMeeting[trials] ?? -1
      if (meeting >= 0) {
        const { low } = clopperPearson({ trials, successes: trials - meeting }, 0.95)
        expect(low).toBeGreaterThan(0.95)
      }
      const failing = minFailuresFailing[trials] ?? Infinity
      if (failing <= trials) {
        const { high } = clopperPearson({ trials, successes: trials - failing }, 0.95)
        expect(high).toBeLessThan(0.95)
      }
    }
  })
})

test('refuses a confidence of 1, a threshold of 0 and more trials than agreed', () => {
  const decide = (change: object) => () =>
    decideProportion({ successes: 3, trials: 4, threshold: 0.9, confidence: 0.95, ...change })
  expect(decide({ confidence: 1 })).toThrow(
    'decideProportion.confidence must be above 0 and below 1',
  )
  expect(decide({ threshold: 0 })).toThrow('decideProportion.threshold must be above 0 and below 1')
  expect(decide({ maxTrials: 3 })).toThrow('maxTrials must be at least the 4 trials, got 3')
  expect(decide({ successes: 5 })).toThrow('successes must be at most the 4 trials, got 5')
})
