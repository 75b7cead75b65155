import { describe, expect, test } from 'vitest'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { quantileOf, type Distribution } from '../core/distribution.ts'
import { expectDigits } from '../core/testing/digits.ts'
import { chooseDistribution, distanceFrom, type DistributionFit } from './distribution-choice.ts'

const counted = (values: readonly number[]) => values.map((value) => ({ value, count: 1 }))

function seeded(dist: Distribution, size: number, seed: number) {
  const key = streamKey(seed, streams.test)
  const quantile = quantileOf(dist)
  return counted(Array.from({ length: size }, (_, i) => quantile(uniform(key, i))))
}

const fitOf = (fits: readonly DistributionFit[], kind: Distribution['dist']) =>
  fits.find(({ dist }) => dist.dist === kind)

describe('fifteen values, against SciPy 1.17.1 (`fit`; `brentq` for weibull)', () => {
  const values = [0.8, 1.1, 1.3, 1.7, 1.9, 2, 2.4, 2.8, 3.1, 3.3, 4.2, 4.9, 5.6, 7.7, 11]
  const fits = chooseDistribution(counted(values), 0.95)

  test.each([
    ['exponential', { mean: '3.58666667' }, '-34.15834899', '0.199923817'],
    ['gamma', { mean: '3.58666667', cv: '0.680984076' }, '-32.08161949', '0.122971581'],
    ['erlang', { mean: '3.58666667', shape: '2' }, '-32.10550769', '0.117664705'],
    ['lognormal', { mean: '3.58368572', cv: '0.802579406' }, '-31.46033644', '0.082454508'],
    ['weibull', { scale: '3.99343329', shape: '1.45764772' }, '-32.5671963', '0.135604493'],
    ['uniform', { low: '0.8', high: '11' }, '-34.8358158', '0.421568627'],
  ] as const)('%s', (kind, parameters, logLikelihood, distance) => {
    const fit = fitOf(fits, kind)
    for (const [name, reference] of Object.entries(parameters)) {
      expectDigits(fit?.parameters[name]?.mid ?? Number.NaN, reference)
      expect(fit?.dist).toMatchObject({ [name]: fit?.parameters[name]?.mid })
    }
    expectDigits(fit?.logLikelihood ?? Number.NaN, logLikelihood)
    expectDigits(fit?.distance ?? Number.NaN, distance)
  })

  test('the best comes first', () => {
    const order = fits.map(({ aic }) => aic)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
    expect(fits[0]?.dist.dist).toBe('erlang')
    expect(fitOf(fits, 'lognormal')?.aic).toBeCloseTo(4 + 2 * 31.46033644, 6)
  })
})

const truths: Distribution[] = [
  { dist: 'exponential', mean: 120 },
  { dist: 'erlang', mean: 120, shape: 3 },
  { dist: 'gamma', mean: 120, cv: 0.5 * Math.SQRT2 ** 0.5 },
  { dist: 'lognormal', mean: 120, cv: 0.9 },
  { dist: 'uniform', low: 50, high: 190 },
  { dist: 'weibull', scale: 120, shape: 2.2 },
]

describe.each(truths)('seeded $dist', (truth) => {
  test('is chosen from many values, and lies close to them', () => {
    const [chosen] = chooseDistribution(seeded(truth, 20_000, 1), 0.95)
    expect(chosen?.dist.dist).toBe(truth.dist)
    // Kolmogorov: above 1.63/√n once in a hundred times.
    expect(chosen?.distance).toBeLessThan(1.63 / Math.sqrt(20_000))
  })

  test('intervals hold the truth as often as they say', () => {
    const runs = 200
    const held: Record<string, number> = {}
    for (let seed = 0; seed < runs; seed++) {
      const fits = chooseDistribution(seeded(truth, 100, seed), 0.95)
      for (const [name, interval] of Object.entries(fitOf(fits, truth.dist)?.parameters ?? {})) {
        const value = Number(Object.entries(truth).find(([field]) => field === name)?.[1])
        held[name] ??= 0
        if (interval.low <= value && value <= interval.high) held[name]++
      }
    }
    for (const [name, count] of Object.entries(held)) {
      expect(count / runs, name).toBeGreaterThan(0.9)
      // Whole numbers are held more often than asked for.
      expect(count / runs, name).toBeLessThan(
        name === 'shape' && truth.dist === 'erlang' ? 1.01 : 0.985,
      )
    }
  })
})

test('a histogram is as many values as it counts', () => {
  const cells = [1, 2, 3, 5, 8].map((value, i) => ({ value, count: 5 - i }))
  const each = cells.flatMap(({ value, count }) =>
    counted(Array.from({ length: count }, () => value)),
  )
  const fromEach = chooseDistribution(each, 0.9)
  for (const [i, fit] of chooseDistribution(cells, 0.9).entries()) {
    expect(fit.aic).toBeCloseTo(fromEach[i]?.aic ?? Number.NaN, 9)
    expect(fit.dist.dist).toBe(fromEach[i]?.dist.dist)
  }
})

test('values in other units give the same answer in those units', () => {
  const values = seeded({ dist: 'weibull', scale: 1, shape: 0.8 }, 200, 4)
  const small = chooseDistribution(values, 0.9)
  const large = chooseDistribution(
    values.map(({ value }) => ({ value: value * 1e6, count: 1 })),
    0.9,
  )
  for (const kind of ['gamma', 'lognormal', 'weibull'] as const) {
    expect(fitOf(large, kind)?.distance).toBeCloseTo(fitOf(small, kind)?.distance ?? Number.NaN, 9)
  }
  const scaleOf = (fits: DistributionFit[]) => fitOf(fits, 'weibull')?.parameters['scale']?.mid ?? 0
  expect(scaleOf(large) / scaleOf(small)).toBeCloseTo(1e6, 0)
})

test('values that are all the same are constant', () => {
  expect(chooseDistribution([{ value: 40, count: 12 }], 0.95)).toEqual([
    {
      dist: { dist: 'constant', value: 40 },
      parameters: { value: { low: 40, mid: 40, high: 40 } },
      logLikelihood: 0,
      aic: 2,
      distance: 0,
    },
  ])
})

test('nearly constant values still have a distribution', () => {
  const [chosen] = chooseDistribution(seeded({ dist: 'gamma', mean: 50, cv: 0.001 }, 500, 2), 0.95)
  expect(chosen?.distance).toBeLessThan(0.07)
  expect(chosen?.parameters['mean']?.mid).toBeCloseTo(50, 1)
})

test('the distance is zero only where the steps are followed', () => {
  const values = counted([1, 2, 3])
  expect(distanceFrom({ dist: 'empirical', values: [1, 2, 3] }, values)).toBeCloseTo(1 / 3, 12)
  expect(distanceFrom({ dist: 'uniform', low: 10, high: 20 }, values)).toBe(1)
})

test('refuses no values, and values that are not above 0', () => {
  expect(() => chooseDistribution([], 0.95)).toThrow(
    'chooseDistribution.values must be at least one',
  )
  expect(() => chooseDistribution([{ value: 0, count: 1 }], 0.95)).toThrow(
    'must be a number above 0, got 0',
  )
})
