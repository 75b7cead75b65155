import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Histogram, waitLayout } from './histogram.ts'
import { meanOfWaits, waitPercentiles, quantileOfWaits, waitSurvival } from './survival.ts'

interface Wait {
  readonly ms: number
  readonly ended: boolean
}

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram(waitLayout)
  for (const value of values) histogram.record(value)
  return histogram
}

function split(waits: readonly Wait[]): [Histogram, Histogram] {
  const of = (ended: boolean) => waits.filter((wait) => wait.ended === ended).map(({ ms }) => ms)
  return [histogramOf(of(true)), histogramOf(of(false))]
}

/** The estimate by its definition, one wait after the other; fractions kept exact by BigInt. */
function naiveQuantile(waits: readonly Wait[], percent: number): number | null {
  const times = [...new Set(waits.filter(({ ended }) => ended).map(({ ms }) => ms))]
  let numerator = 1n
  let denominator = 1n
  for (const time of times.toSorted((a, b) => a - b)) {
    const atRisk = waits.filter(({ ms }) => ms >= time).length
    const ended = waits.filter((wait) => wait.ended && wait.ms === time).length
    numerator *= BigInt(atRisk - ended)
    denominator *= BigInt(atRisk)
    if (numerator * 100n <= BigInt(100 - percent) * denominator) return time
  }
  return null
}

const waits = fc.array(
  fc.record({
    // Below 2,048 a counter holds one value, so that ties are the same for both.
    ms: fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 2047 })),
    ended: fc.boolean(),
  }),
  { maxLength: 60 },
)

describe('Kaplan-Meier', () => {
  test('is the estimate by definition', () => {
    fc.assert(
      fc.property(waits, fc.integer({ min: 1, max: 100 }), (given, percent) => {
        const [events, censored] = split(given)
        const expected = naiveQuantile(given, percent)
        expect(quantileOfWaits(waitSurvival(events, censored), percent / 100)).toBe(expected)
      }),
      { numRuns: 300 },
    )
  })

  test('long waits are within the layout’s precision', () => {
    const long = fc.array(
      fc.record({ ms: fc.integer({ min: 0, max: 40 }).map((k) => 60_000 * 2 ** (k / 4)) }),
      { minLength: 1, maxLength: 40 },
    )
    fc.assert(
      fc.property(
        long,
        fc.infiniteStream(fc.boolean()),
        fc.integer({ min: 1, max: 99 }),
        (given, coin, percent) => {
          const mixed = given.map(({ ms }) => ({
            ms: Math.floor(ms),
            ended: coin.next().value === true,
          }))
          const exact = naiveQuantile(mixed, percent)
          const estimate = quantileOfWaits(waitSurvival(...split(mixed)), percent / 100)
          if (exact === null) expect(estimate).toBeNull()
          else expect(Math.abs((estimate ?? Number.NaN) - exact)).toBeLessThanOrEqual(exact * 1e-3)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('without censoring it is the plain quantile and mean', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: waitLayout.highest }), { minLength: 1 }),
        fc.integer({ min: 1, max: 100 }),
        (values, percent) => {
          const events = histogramOf(values)
          const none = new Histogram(waitLayout)
          expect(quantileOfWaits(waitSurvival(events, none), percent / 100)).toBe(
            events.quantile(percent / 100),
          )
          const mean = events.mean() ?? Number.NaN
          const estimate = meanOfWaits(waitSurvival(events, none)) ?? Number.NaN
          expect(Math.abs(estimate - mean)).toBeLessThanOrEqual(1e-9 * mean)
        },
      ),
    )
  })

  test('more censoring never makes a wait look shorter', () => {
    fc.assert(
      fc.property(waits, fc.nat(2047), fc.integer({ min: 1, max: 99 }), (given, ms, percent) => {
        const before = quantileOfWaits(waitSurvival(...split(given)), percent / 100)
        // Whoever gave up after `ms` waited at least as long as one who was admitted then.
        const admitted = quantileOfWaits(
          waitSurvival(...split([...given, { ms, ended: true }])),
          percent / 100,
        )
        const gaveUp = quantileOfWaits(
          waitSurvival(...split([...given, { ms, ended: false }])),
          percent / 100,
        )
        expect(gaveUp ?? Infinity).toBeGreaterThanOrEqual(admitted ?? Infinity)
        if (ms === 0) expect(gaveUp).toBe(before)
      }),
    )
  })

  test('textbook: 6-mercaptopurine arm, Freireich et al. 1963, as in Kaplan-Meier tables', () => {
    const ended = [6, 6, 6, 7, 10, 13, 16, 22, 23]
    const cut = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
    const [events, censored] = [histogramOf(ended), histogramOf(cut)]
    const { times, survival } = waitSurvival(events, censored)
    // Below 2,048 the index of a counter is its value.
    expect(times).toEqual([6, 7, 10, 13, 16, 22, 23])
    const published = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    survival.forEach((share, k) => expect(share).toBeCloseTo(published[k] ?? Number.NaN, 4))
    expect(quantileOfWaits(waitSurvival(events, censored), 0.5)).toBe(23)
    expect(quantileOfWaits(waitSurvival(events, censored), 0.25)).toBe(13)
    expect(quantileOfWaits(waitSurvival(events, censored), 0.6)).toBeNull()
    expect(meanOfWaits(waitSurvival(events, censored))).toBeNull()
  })

  test('placebo arm of the same trial: nobody censored, median 8, mean 8.667', () => {
    const weeks = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
    const [events, none] = [histogramOf(weeks), new Histogram(waitLayout)]
    expect(quantileOfWaits(waitSurvival(events, none), 0.5)).toBe(8)
    expect(meanOfWaits(waitSurvival(events, none))).toBeCloseTo(182 / 21, 12)
  })

  test('percentiles are seconds, null from where most gave up', () => {
    const [events, censored] = [histogramOf([1000, 2000]), histogramOf([1500, 1500, 1500, 3000])]
    // S: 5/6 after 1 s, then two left, one of whom waits on: 5/12 after 2 s.
    expect(waitPercentiles(events, censored)).toEqual({
      mean: null,
      p05: 1,
      p50: 2,
      p90: null,
      p95: null,
      p99: null,
      max: null,
    })
  })

  test('nobody at all is null', () => {
    const none = new Histogram(waitLayout)
    expect(quantileOfWaits(waitSurvival(none, none), 0.5)).toBeNull()
    expect(meanOfWaits(waitSurvival(none, histogramOf([5])))).toBeNull()
  })
})
