import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holm } from './holm.ts'

const plain = (pValues: readonly (number | null)[]) => holm(pValues.map((p) => ({ p, weight: 1 })))

test('as in R: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")', () => {
  const found = plain([0.01, 0.04, 0.03, 0.005])
  expect(found.map((p) => Number(p?.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02])
})

test('what was not asked makes nothing harder', () => {
  expect(plain([null, 0.02, null, 0.5])).toEqual([null, 0.04, null, 0.5])
  expect(plain([null])).toEqual([null])
  expect(plain([])).toEqual([])
})

test('a weight is a part of the level', () => {
  // Four of five parts of 5% are 4%; the other has 1%, and all 5% once the first is out.
  const found = holm([
    { p: 0.04, weight: 4 },
    { p: 0.05, weight: 1 },
  ])
  expect(found[0]).toBeCloseTo(0.05, 12)
  expect(found[1]).toBeCloseTo(0.05, 12)
})

test('adjusted values are never below their own, and never above that of Bonferroni', () => {
  const questions = fc.array(
    fc.record({
      p: fc.double({ min: 0, max: 1, noNaN: true }),
      weight: fc.integer({ min: 1, max: 5 }),
    }),
    { minLength: 1, maxLength: 12 },
  )
  fc.assert(
    fc.property(questions, (asked) => {
      const all = asked.reduce((sum, { weight }) => sum + weight, 0)
      holm(asked).forEach((adjusted, at) => {
        const { p, weight } = asked[at]!
        expect(adjusted).toBeGreaterThanOrEqual(p)
        expect(adjusted).toBeLessThanOrEqual(Math.min(1, (p * all) / weight) + 1e-9)
      })
    }),
  )
})
