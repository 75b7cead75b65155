import { describe, expect, test } from 'vitest'
import fc from 'fast-check'
import { expectDigits } from '../core/testing/digits.ts'
import { clopperPearson, wilson } from './binomial.ts'
import { incompleteBeta } from './incomplete-beta.ts'

/** SciPy 1.17.1, `binomtest(x, n).proportion_ci(confidence, 'exact' | 'wilson')`. */
const reference = [
  [0, 20, 0.95, '0', '0.168433470983', '0', '0.161125158053'],
  [0, 20, 0.99, '0', '0.232729500989', '0', '0.249105401099'],
  [7, 20, 0.95, '0.153909204785', '0.592188534533', '0.181191824101', '0.567145723315'],
  [7, 20, 0.99, '0.113879763267', '0.656568584232', '0.146393441377', '0.628338178953'],
  [20, 20, 0.95, '0.831566529017', '1', '0.838874841947', '1'],
  [95, 100, 0.95, '0.887165088895', '0.983568120818', '0.888249530768', '0.978456320846'],
  [4815, 5000, 0.99, '0.955569644101', '0.969532393426', '0.955487479483', '0.969285366075'],
  [1, 100000, 0.95, '2.53178427439e-7', '5.57151603443e-5', '1.76524773038e-6', '5.66470965904e-5'],
] as const

describe('against SciPy', () => {
  test.each(reference)('%d of %d at %d', (successes, trials, confidence, ...ends) => {
    const exact = clopperPearson({ successes, trials }, confidence)
    const score = wilson({ successes, trials }, confidence)
    const found = [exact.low, exact.high, score.low, score.high]
    for (const [i, text] of ends.entries()) {
      const value = Number(text)
      if (value === 0 || value === 1) expect(found[i]).toBe(value)
      else expectDigits(found[i] ?? Number.NaN, text)
    }
    expect(exact.value).toBe(successes / trials)
  })
})

test('the exact interval holds the true share at least as often as it says', () => {
  // All outcomes, each with its chance: P(X ≤ x) = I_{1−p}(n − x, x + 1).
  const trials = 25
  const ends = Array.from({ length: trials + 1 }, (_, successes) =>
    clopperPearson({ successes, trials }, 0.9),
  )
  const atMost = (x: number, p: number) =>
    x < 0 ? 0 : x >= trials ? 1 : incompleteBeta(1 - p, trials - x, x + 1)
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 0.999, noNaN: true }), (p) => {
      let covered = 0
      for (const [x, { low, high }] of ends.entries()) {
        if (low <= p && p <= high) covered += atMost(x, p) - atMost(x - 1, p)
      }
      expect(covered).toBeGreaterThanOrEqual(0.9 - 1e-12)
    }),
  )
})

test('before the first trial nothing is known', () => {
  const none = { value: null, low: 0, high: 1 }
  expect(clopperPearson({ successes: 0, trials: 0 }, 0.95)).toEqual(none)
  expect(wilson({ successes: 0, trials: 0 }, 0.95)).toEqual(none)
})

test('refuses counts that are none and a confidence of 1', () => {
  expect(() => clopperPearson({ successes: 3, trials: 2 }, 1)).toThrow(
    'clopperPearson.successes must be at most the 2 trials, got 3; clopperPearson.confidence must be above 0 and below 1, got 1',
  )
  expect(() => wilson({ successes: 0.5, trials: 2 }, 0.9)).toThrow('must be a whole number')
})
