import { describe, expect, test } from 'vitest'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { quantileOf } from '../core/distribution.ts'
import { expectDigits } from '../core/testing/digits.ts'
import {
  chooseLifetimeDistribution,
  fitLifetimes,
  type LifetimeDistribution,
} from './censored-fit.ts'
import type { Lifetime } from './kaplan-meier.ts'
import { remission } from './testing/remission.ts'

describe('the remission of leukaemia, against SciPy 1.17.1', () => {
  test.each([
    ['exponential', '-42.1748803', { mean: '39.88888883' }],
    ['weibull', '-41.65867848', { scale: '33.7651512', shape: '1.35373451' }],
    ['lognormal', '-40.68015587', { mean: '39.7265128', cv: '1.26736875' }],
    ['gamma', '-41.43941616', { mean: '31.0940673', cv: '0.772204482' }],
  ] as const)('%s', (family, logLikelihood, parameters) => {
    const fit = fitLifetimes(remission, family, 0.95)
    expectDigits(fit?.logLikelihood ?? Number.NaN, logLikelihood)
    for (const [name, reference] of Object.entries(parameters)) {
      // A maximum is flat: half of the digits of the likelihood are what its place has.
      expect((fit?.parameters[name]?.mid ?? 0) / Number(reference)).toBeCloseTo(1, 6)
      expect(fit?.dist).toMatchObject({ [name]: fit?.parameters[name]?.mid })
    }
  })

  test('the exponential by hand: all weeks in sight over 9 ends, error of its logarithm 1/√9', () => {
    const fit = fitLifetimes(remission, 'exponential', 0.95)
    expect(fit?.parameters['mean']?.mid).toBeCloseTo(359 / 9, 6)
    expect(fit?.logCovariance[0]?.[0]).toBeCloseTo(1 / 9, 7)
    expectDigits(
      fit?.parameters['mean']?.high ?? Number.NaN,
      String((359 / 9) * Math.exp(1.959964 / 3)),
    )
  })

  test('the best by Akaike’s criterion comes first', () => {
    const fits = chooseLifetimeDistribution(remission, 0.95)
    expect(fits.map(({ dist }) => dist.dist)).toEqual([
      'lognormal',
      'exponential',
      'gamma',
      'weibull',
    ])
    expect(fits[0]?.aic).toBeCloseTo(4 + 2 * 40.68015587, 6)
  })
})

/** Seeded lifetimes, censored at seeded times, in sight only from `entry` on. */
function lifetimes(
  dist: LifetimeDistribution,
  {
    seed,
    size,
    censorMean,
    entry,
  }: { seed: number; size: number; censorMean: number; entry: number },
): Lifetime[] {
  const key = streamKey(seed, streams.test)
  const quantile = quantileOf(dist)
  return Array.from({ length: size }, (_, i) => {
    const end = quantile(uniform(key, i, 0))
    const censored = entry - censorMean * Math.log(uniform(key, i, 1))
    return end <= censored
      ? { time: end, isObserved: true, entryTime: entry }
      : { time: censored, isObserved: false, entryTime: entry }
  }).filter(({ time }) => time > entry)
}

const truths: LifetimeDistribution[] = [
  { dist: 'exponential', mean: 600 },
  { dist: 'weibull', scale: 600, shape: 1.5 },
  { dist: 'lognormal', mean: 600, cv: 0.8 },
  { dist: 'gamma', mean: 600, cv: 0.6 },
]

describe.each(truths)('seeded $dist', (truth) => {
  test('the intervals hold the truth as often as they say, censored and truncated', () => {
    const runs = 60
    let held = 0
    let asked = 0
    for (let seed = 0; seed < runs; seed++) {
      const data = lifetimes(truth, {
        seed,
        size: 60,
        censorMean: 700,
        entry: seed % 2 === 0 ? 0 : 100,
      })
      const fit = fitLifetimes(data, truth.dist, 0.9)
      for (const [name, { low, high }] of Object.entries(fit?.parameters ?? {})) {
        const value = Number(Object.entries(truth).find(([field]) => field === name)?.[1])
        asked++
        if (low <= value && value <= high) held++
      }
    }
    // A few samples leave a lognormal's tail open; most do not.
    expect(asked).toBeGreaterThan(0.9 * runs)
    expect(held / asked).toBeGreaterThan(0.82)
    expect(held / asked).toBeLessThan(0.98)
  })
})

test('the family that made the data is chosen', () => {
  for (const truth of truths) {
    const data = lifetimes(truth, { seed: 1, size: 1500, censorMean: 1200, entry: 0 })
    expect(chooseLifetimeDistribution(data, 0.9)[0]?.dist.dist).toBe(truth.dist)
  }
})

test('says nothing where the data do', () => {
  const none = [{ time: 3, isObserved: false }]
  const one = [...none, { time: 2, isObserved: true }]
  expect(fitLifetimes(none, 'exponential', 0.9)).toBeNull()
  expect(fitLifetimes(one, 'exponential', 0.9)?.parameters['mean']?.mid).toBeCloseTo(5, 8)
  expect(fitLifetimes(one, 'weibull', 0.9)).toBeNull()
  expect(chooseLifetimeDistribution(none, 0.9)).toEqual([])
  expect(() => fitLifetimes([{ time: 0, isObserved: true }], 'gamma', 0.9)).toThrow(
    'fitLifetimes.lifetimes must not end at time 0',
  )
  expect(() => fitLifetimes(one, 'gamma', 1)).toThrow('confidence must be above 0 and below 1')
})
