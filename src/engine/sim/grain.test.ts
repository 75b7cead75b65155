import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { simulate } from './simulate.ts'
import { expectLaws, finish } from './testing/laws.ts'
import { randomScenario } from './testing/random-scenario.ts'

const seed = fc.nat({ max: 1_000_000 })

describe('bundles of tickets', { timeout: 120_000 }, () => {
  test('a crowd of fewer tickets than rows is simulated as ever, to the last digit', () => {
    fc.assert(
      fc.property(randomScenario, seed, (scenario, seed) => {
        const coarse = simulate(scenario, { seed, grain: { rows: 10_000, skip: true } })
        expect(coarse.grain).toEqual({ ticketsPerRow: 1, skippedShare: 0, skips: 0 })
        expect(finish(coarse)).toEqual(finish(simulate(scenario, { seed })))
      }),
      { numRuns: 25 },
    )
  })

  test('every law of a run holds of a coarse one', () => {
    let bundled = 0
    fc.assert(
      fc.property(
        randomScenario,
        seed,
        fc.integer({ min: 10, max: 100 }),
        (scenario, seed, rows) => {
          const result = simulate(scenario, { seed, grain: { rows } })
          if (result.grain.ticketsPerRow > 1) bundled++
          expectLaws(scenario, result)
        },
      ),
      { numRuns: 300 },
    )
    expect(bundled).toBeGreaterThan(60)
  })
})
