import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundedStep, type LinearFit } from './bounded-step.ts'

const plain = { sd: 1e6, least: Number.NEGATIVE_INFINITY }

/** Squared distance that the step leaves, beliefs included. */
function costOf(fit: LinearFit, step: readonly number[]): number {
  const misses = fit.gaps.map((gap, k) => {
    const by = fit.slopes.reduce((sum, slope, i) => sum + (slope[k] ?? 0) * (step[i] ?? 0), 0)
    return (fit.weights[k] ?? 0) * (gap - by) ** 2
  })
  const pulls = fit.beliefs.map(({ sd }, i) => (((step[i] ?? 0) - (fit.pulls[i] ?? 0)) / sd) ** 2)
  return [...misses, ...pulls].reduce((sum, cost) => sum + cost, 0)
}

describe('boundedStep', () => {
  test('is the least squares solution where nothing bounds it: a line through three points', () => {
    // y = 1 + 2x at x = 0, 1, 2.
    const step = boundedStep({
      slopes: [
        [1, 1, 1],
        [0, 1, 2],
      ],
      weights: [1, 1, 1],
      gaps: [1, 3, 5],
      at: [0, 0],
      beliefs: [plain, plain],
      pulls: [0, 0],
    })
    expect(step[0]).toBeCloseTo(1, 6)
    expect(step[1]).toBeCloseTo(2, 6)
  })

  test('a belief is an observation like any other', () => {
    // One measurement of 4 with variance 1/3, one belief of 0 with variance 1: the mean is 3.
    const step = boundedStep({
      slopes: [[1]],
      weights: [3],
      gaps: [4],
      at: [0],
      beliefs: [{ sd: 1, least: -10 }],
      pulls: [0],
    })
    expect(step[0]).toBeCloseTo(3, 12)
  })

  test('a coordinate at its bound leaves the rest as good as they can be', () => {
    const fit: LinearFit = {
      slopes: [
        [1, 1],
        [1, 0.5],
      ],
      weights: [1, 1],
      gaps: [-2, 1],
      at: [0.25, 0],
      beliefs: [{ sd: 1e6, least: 0 }, plain],
      pulls: [0, 0],
      most: [10, 1],
    }
    const step = boundedStep(fit)
    expect((step[0] ?? 0) + 0.25).toBeGreaterThanOrEqual(0)
    expect(Math.abs(step[1] ?? 0)).toBeLessThanOrEqual(1)
  })

  test('is inside its bounds, and nothing is gained by moving what is not at one', () => {
    const number = fc.double({ min: -3, max: 3, noNaN: true })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(number, number, number), { minLength: 3, maxLength: 6 }),
        fc.tuple(number, number),
        (rows, at) => {
          const fit: LinearFit = {
            slopes: [rows.map(([a]) => a), rows.map(([, b]) => b)],
            weights: rows.map(() => 1),
            gaps: rows.map(([, , gap]) => gap),
            at,
            beliefs: [
              { sd: 1, least: Math.min(0, at[0]) },
              { sd: 2, least: Number.NEGATIVE_INFINITY },
            ],
            pulls: [0, 0],
            most: [0.5, 0.5],
          }
          const step = boundedStep(fit)
          step.forEach((by, i) => {
            expect(Math.abs(by)).toBeLessThanOrEqual(0.5 + 1e-9)
            expect(at[i]! + by).toBeGreaterThanOrEqual((fit.beliefs[i]?.least ?? 0) - 1e-9)
          })
          const cost = costOf(fit, step)
          step.forEach((by, i) => {
            const isAtBound =
              Math.abs(by) > 0.5 - 1e-6 || at[i]! + by < (fit.beliefs[i]?.least ?? 0) + 1e-6
            if (isAtBound) return
            for (const nudge of [-1e-3, 1e-3]) {
              expect(costOf(fit, step.with(i, by + nudge))).toBeGreaterThanOrEqual(cost - 1e-9)
            }
          })
        },
      ),
      { numRuns: 200 },
    )
  })
})
