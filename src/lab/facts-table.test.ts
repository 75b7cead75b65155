import { describe, expect, test } from 'vitest'
import type { FactKind, NightFacts, Observation } from './facts.ts'
import { markdownTable, tabulate, type CaseFacts } from './facts-table.ts'

function row(id: string, observed: number | null, mark: FactKind = 'free'): Observation {
  return {
    id,
    label: `the row ${id}`,
    expr: 'people.booked',
    target: { min: 10 },
    tolerance: null,
    observed,
    ok: observed !== null && observed >= 10,
    inSample: mark === 'in sample',
    byConstruction: mark === 'by construction',
    source: 'made up',
    mark,
  }
}

const midnight = (waitingAtMidnight: number): NightFacts => ({
  key: '10-tight',
  rows: [],
  bookedBy22: null,
  waitingAtMidnight,
})

function point(index: number, rows: readonly Observation[], more: Partial<CaseFacts> = {}) {
  const one: CaseFacts = { kind: 'point', index, complete: true, rows, ended: [], ...more }
  return one
}

describe('the table of facts', () => {
  test('counts for each row the cases that hold, seeds and points apart', () => {
    const { rows } = tabulate([
      point(2, [row('V10', 12), row('V2', 20, 'in sample')], { kind: 'seed' }),
      point(1, [row('V10', 12), row('V2', 9, 'in sample')]),
      point(2, [row('V10', 9), row('V2', 10, 'in sample')]),
      point(3, [row('V10', null)]),
    ])
    expect(rows.map(({ id, mark, seeds, points }) => ({ id, mark, seeds, points }))).toEqual([
      { id: 'V2', mark: 'in sample', seeds: { held: 1, of: 1 }, points: { held: 1, of: 2 } },
      { id: 'V10', mark: 'free', seeds: { held: 1, of: 1 }, points: { held: 1, of: 3 } },
    ])
  })

  test('gives the quantiles of what was observed, leaving out what was not', () => {
    const observed = [...Array.from({ length: 100 }, (_, i) => 100 - i), null]
    const { rows } = tabulate(observed.map((value, i) => point(i, [row('V1', value)])))
    // Of 1…n the p-quantile is 1 + p·(n − 1): type 7 of Hyndman and Fan (1996).
    expect(rows[0]?.overPoints).toEqual({ p05: 5.95, p50: 50.5, p95: 95.05 })
    expect(rows[0]?.overSeeds).toBeNull()
  })

  test('free rows hold at once only where all of a complete case do', () => {
    const table = tabulate([
      point(1, [row('V1', 0, 'in sample'), row('V5', 10), row('V7', 10)]),
      point(2, [row('V1', 10, 'in sample'), row('V5', 10), row('V7', 9)]),
      point(3, [row('V5', 10)], { complete: false }),
    ])
    expect(table.freeTogether).toEqual({
      seeds: { held: 0, of: 0 },
      points: { held: 1, of: 2 },
    })
  })

  test('writes it in Markdown, a line a row', () => {
    const text = markdownTable(
      tabulate([
        point(1, [row('V5', 12)], { ended: [midnight(2_500_000)] }),
        point(2, [row('V5', 8)], { ended: [midnight(2_500_000)] }),
      ]),
    )
    const lines = text.split('\n')
    expect(lines).toHaveLength(5)
    expect(new Set(lines.map((line) => line.split('|').length))).toEqual(new Set([10]))
    expect(lines[2]).toBe(
      '| V5 | the row V5 | at least 10 | free | – | 1 of 2 (50%) | – | 8.2 · 10 · 11.8 |',
    )
    expect(lines[3]).toContain('| every free row at once |')
    expect(lines[4]).toContain('| 2.5 M · 2.5 M · 2.5 M |')
  })
})
