import { describe, expect, test } from 'vitest'
import { must } from '../../core/assert.ts'
import type { Scenario } from '../../scenario/schema/schema.ts'
import { simFigures } from './figures.ts'
import type { Grain } from './grain.ts'
import { simulate } from './simulate.ts'
import { brink } from './testing/brink.ts'

/** Thirty tickets a row: far coarser for this crowd than a plan ever is. */
const coarse: Grain = { rows: 2000, skip: true }
const DRAWS = 48

describe('a coarse run', { timeout: 120_000 }, () => {
  test('is held to full runs on the brink of collapse: probability, and the wait at p95', () => {
    const pairs = Array.from({ length: DRAWS }, (_, k) => {
      const scenario = brink(k)
      return { full: run(scenario, k), coarse: run(scenario, k, coarse) }
    })
    type Side = (pair: (typeof pairs)[number]) => ReturnType<typeof run>
    const share = (of: Side, holds: (one: ReturnType<typeof run>) => boolean) =>
      pairs.filter((pair) => holds(of(pair))).length / pairs.length
    const holds = ({ summary }: ReturnType<typeof run>) => summary.collapse === null
    const meets = ({ summary }: ReturnType<typeof run>) => (summary.errorShare ?? 1) < 0.01
    for (const isSo of [holds, meets]) {
      const probability = share(({ full }) => full, isSo)
      // Else the two would agree on what nobody doubts.
      expect(probability).toBeGreaterThan(0.3)
      expect(probability).toBeLessThan(0.7)
      expect(Math.abs(share(({ coarse }) => coarse, isSo) - probability)).toBeLessThanOrEqual(0.03)
    }
    const ratios = pairs
      .filter(({ full, coarse }) => holds(full) === holds(coarse))
      .map(({ full, coarse }) => waitP95(coarse) / waitP95(full))
      .toSorted((a, b) => a - b)
    const quantile = (q: number) => must(ratios[Math.floor(q * (ratios.length - 1))], 'ratio')
    expect(Math.abs(quantile(0.5) - 1)).toBeLessThan(0.005)
    expect(quantile(0.05)).toBeGreaterThan(0.98)
    expect(quantile(0.95)).toBeLessThan(1.02)
  })
})

function run(scenario: Scenario, seed: number, grain?: Grain) {
  const result = simulate(scenario, { seed, ...(grain === undefined ? {} : { grain }) })
  return simFigures(scenario, result)
}

function waitP95({ summary }: ReturnType<typeof run>): number {
  return must(summary.waitSec.p95, 'wait')
}
