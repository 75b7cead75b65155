import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { must } from '../../core/assert.ts'
import { sweep } from '../../core/testing/sweep.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { simFigures } from './figures.ts'
import type { Grain } from './grain.ts'
import { simulate } from './simulate.ts'
import { brink } from './testing/brink.ts'
import { expectLaws, finish } from './testing/laws.ts'
import { randomScenario } from '../testing/random-scenario.ts'

const seed = fc.nat({ max: 1_000_000 })
/** Thirty tickets a row: far coarser for this crowd than a plan ever is. */
const coarse: Grain = { rows: 2000, skip: true }

describe('bundles of tickets', { timeout: 120_000 }, () => {
  test('a crowd of fewer tickets than rows is simulated as ever, to the last digit', () => {
    fc.assert(
      fc.property(randomScenario, seed, (scenario, seed) => {
        const result = simulate(scenario, { seed, grain: { rows: 10_000, skip: true } })
        expect(result.grain).toEqual({ ticketsPerRow: 1, skippedShare: 0, skips: 0 })
        expect(finish(result)).toEqual(finish(simulate(scenario, { seed })))
      }),
      { numRuns: sweep(5, 15) },
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
          const result = simulate(scenario, { seed, grain: { rows, skip: true } })
          if (result.grain.ticketsPerRow > 1) bundled++
          expectLaws(scenario, result)
        },
      ),
      { numRuns: sweep(20, 150) },
    )
    expect(bundled).toBeGreaterThan(sweep(4, 40))
  })
})

describe('a stack that stands still', { timeout: 120_000 }, () => {
  test('every law holds of an evening that is skipped through, calm or collapsed', () => {
    const seen = [0, 1].map((k) => {
      const scenario = brink(k)
      const result = simulate(scenario, { seed: k, grain: coarse })
      expect(result.grain.ticketsPerRow).toBe(30)
      expect(result.grain.skippedShare).toBeGreaterThan(0.25)
      expectLaws(scenario, result)
      return finish(result).summary.collapse !== null
    })
    expect(seen).toEqual([false, true])
  })

  test('what is on the timeline happens at its time, and findings are counted or repeated', () => {
    const scenario = brink(CALM, {
      inventory: { offers: [{ place: 'nationwide', date: 'all', slots: 9000 }] },
      timeline: [
        {
          at: '12:20',
          kind: 'eligibility-fault',
          until: '2021-01-01T12:35:00Z',
          effect: 'refuse-eligible',
        },
        { at: '12:50', kind: 'halt', tickets: 'void', restartInstances: true },
        { at: '13:00', kind: 'resume' },
      ],
      behaviour: { comeBack: { probability: 0.5, delaySec: 60 } },
    })
    const [full, skipped] = [undefined, coarse].map((grain) => run(scenario, 1, grain))
    for (const { summary, result } of [full!, skipped!]) {
      // Sold out in the end, and not one more.
      expect(summary.people.booked).toBe(9000)
      expect(summary.findings.doubleBooking).toBe(0)
      expectLaws(scenario, result)
    }
    const refused = (one: typeof full) => must(one!.summary.findings.eligibleRefused, 'finding')
    expect(refused(skipped) / refused(full)).toBeCloseTo(1, 1)
    expect(skipped!.summary.visitors.soldOut / full!.summary.visitors.soldOut).toBeCloseTo(1, 1)
    expect(skipped!.summary.visitors.arrived / full!.summary.visitors.arrived).toBeCloseTo(1, 1)
    expect(skipped!.result.events).toEqual(full!.result.events)
  })

  test('further doors take as many in, at the same time, whose journeys are their own', () => {
    const ends = [1, 3].map((k) => {
      const scenario = brink(k, { doors: [{ name: 'app', share: 0.3, perSec: 4, delaySec: 10 }] })
      const [full, skipped] = [run(scenario, k), run(scenario, k, coarse)]
      expect(skipped.result.grain.skippedShare).toBeGreaterThan(0.25)
      expect(Math.abs(waitP95(skipped) / waitP95(full) - 1)).toBeLessThan(0.02)
      for (const { visitors, people } of [skipped.summary, full.summary]) {
        expect(visitors.admitted / full.summary.visitors.admitted).toBeCloseTo(1, 1.5)
        expect(people.booked / full.summary.people.booked).toBeCloseTo(1, 1.5)
      }
      expect(skipped.summary.findings.doubleBooking).toBe(0)
      expect(skipped.summary.collapse === null).toBe(full.summary.collapse === null)
      return skipped.summary.collapse !== null
    })
    expect(ends).toEqual([true, false])
  })
})

/** A draw of `brink` in which the stack holds easily. */
const CALM = 0

function run(scenario: Scenario, seed: number, grain?: Grain) {
  const result = simulate(scenario, { seed, ...(grain === undefined ? {} : { grain }) })
  return { result, summary: simFigures(scenario, result).summary }
}

function waitP95({ summary }: ReturnType<typeof run>): number {
  return must(summary.waitSec.p95, 'wait')
}
