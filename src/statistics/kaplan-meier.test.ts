import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expectDigits } from '../core/testing/digits.ts'
import { kaplanMeier, survivalBand, survivalQuantile } from './kaplan-meier.ts'
import { remission } from './testing/remission.ts'

describe('the remission of leukaemia', () => {
  const curve = kaplanMeier(remission)

  test('survival and Greenwood’s variance', () => {
    expect(curve.times).toEqual([6, 7, 10, 13, 16, 22, 23])
    expect(curve.atRisk).toEqual([21, 17, 15, 12, 11, 7, 6])
    expect(curve.ended).toEqual([3, 1, 1, 1, 1, 1, 1])
    const survival = '0.85714286 0.80672269 0.75294118 0.69019608 0.62745098 0.53781513 0.44817927'
    const variance =
      '0.0058309038 0.0075577438 0.0092832556 0.0114093818 0.0130082842 0.0164438951 0.0181148602'
    for (const [i, text] of survival.split(' ').entries()) {
      expectDigits(curve.survival[i] ?? Number.NaN, text)
    }
    for (const [i, text] of variance.split(' ').entries()) {
      expectDigits(curve.variance[i] ?? Number.NaN, text)
    }
  })

  test('its bounds are SciPy’s, ecdf(…).sf.confidence_interval(0.95, method="log-log")', () => {
    const { low, high } = survivalBand(curve, 0.95)
    const lows = '0.61971796 0.56314656 0.50319951 0.43161022 0.36751086 0.26777894 0.18805201'
    const highs = '0.95155175 0.92280902 0.88936184 0.84906596 0.80491219 0.74679072 0.68014263'
    for (const [i, text] of lows.split(' ').entries()) expectDigits(low[i] ?? Number.NaN, text)
    for (const [i, text] of highs.split(' ').entries()) expectDigits(high[i] ?? Number.NaN, text)
  })

  test('read at a share; unknown where it was not seen', () => {
    expect(survivalQuantile(curve, 0.5)).toBe(23)
    expect(survivalQuantile(curve, 0.2)).toBe(10)
    expect(survivalQuantile(curve, 0.6)).toBeNull()
    expect(survivalQuantile(curve, 1)).toBeNull()
    expect(curve.until).toBe(35)
  })
})

test('with everything seen it is the share still there', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1 }), (times) => {
      const curve = kaplanMeier(times.map((time) => ({ time, isObserved: true })))
      for (const [i, time] of curve.times.entries()) {
        const still = times.filter((other) => other > time).length / times.length
        expect(curve.survival[i]).toBeCloseTo(still, 12)
        // Greenwood is then the binomial variance.
        expect(curve.variance[i]).toBeCloseTo((still * (1 - still)) / times.length, 12)
      }
      expect(curve.survival.at(-1)).toBe(0)
    }),
  )
})

test('a count stands for as many alike', () => {
  const twice = remission.map((one) => ({ ...one, count: 2 }))
  expect(kaplanMeier(twice)).toEqual(kaplanMeier([...remission, ...remission]))
})

test('those who came into sight late are at risk only from then on', () => {
  const curve = kaplanMeier([
    { time: 2, isObserved: true },
    { time: 4, isObserved: true },
    { time: 5, isObserved: true, entryTime: 2 },
    { time: 6, isObserved: false, entryTime: 3 },
  ])
  expect(curve.atRisk).toEqual([2, 3, 2])
  expect(curve.survival[0]).toBe(1 / 2)
  expect(curve.survival[1]).toBeCloseTo(1 / 3, 14)
  expect(curve.survival[2]).toBeCloseTo(1 / 6, 14)
})

test('refuses what is no lifetime', () => {
  expect(() => kaplanMeier([])).toThrow('kaplanMeier.lifetimes must be at least one')
  expect(() => kaplanMeier([{ time: -1, isObserved: true }])).toThrow(
    'must be a number of at least 0',
  )
  expect(() => kaplanMeier([{ time: 3, isObserved: true, entryTime: 4 }])).toThrow(
    'must end after they come into sight, got 3 after 4',
  )
})
