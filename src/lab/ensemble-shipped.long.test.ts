import { statSync } from 'node:fs'
import { expect, test } from 'vitest'
import { must } from '../core/assert.ts'
import { runJobs } from '../engine/pool.ts'
import type { EnsembleMember } from '../fit/ensemble.ts'
import { findEnsemble } from '../fit/ensemble-file.ts'
import { holdsRow } from '../fit/ensemble-search.ts'
import { boundsOfRow, observedIn } from '../fit/reported-rows.ts'
import { parseSource, readSource } from '../scenario/load/load.ts'
import { allowed, parametersOf, withValues } from '../scenario/schema/parameters.ts'
import { simThread } from '../engine/sim-environment.ts'

/**
 * The ensemble that stands beside 19 July, held against the scenario and one coarse run of the night,
 * which costs a tenth of a full one and comes within a percent of it (`npm run validate:grain`).
 */
const source = await readSource('2021-07-19-ages-53-54', { allowCode: false })
const found = await findEnsemble(source)
if (found.kind !== 'fits') throw new Error(`the shipped ensemble: ${JSON.stringify(found)}`)
const { path, ensemble } = found
const parameters = parametersOf(source.document)

test('it is of the scenario as it is, small, and of enough members', () => {
  expect(statSync(path).size).toBeLessThan(200_000)
  expect(ensemble.members.length).toBeGreaterThanOrEqual(40)
  expect(ensemble.effective).toBeGreaterThan(35)
  expect(ensemble.rows.map(({ id }) => id)).toEqual(['V1', 'V3', 'V4', 'V5', 'V7a', 'V7b'])
})

test('every member holds every row, with values that its fields allow', () => {
  for (const { values, observed } of ensemble.members) {
    for (const row of ensemble.rows) expect(holdsRow(row, observed[row.id] ?? null)).toBe(true)
    for (const parameter of parameters) {
      const value = must(values[parameter.name], parameter.name)
      expect(allowed(parameter, value)).toBe(value)
    }
  }
  const sets = ensemble.members.map(({ values }) => JSON.stringify(values))
  expect(new Set(sets).size).toBe(sets.length)
})

/** How far a member stays from every bound, as a share of it: one at the edge may fall off it. */
function distance({ observed }: EnsembleMember): number {
  const distances = ensemble.rows.map((row) => {
    const { min, max } = boundsOfRow(row)
    const value = observed[row.id] ?? 0
    return Math.min(value / Math.max(1, min) - 1, 1 - value / max)
  })
  return Math.min(...distances)
}

test('a member comes to what the file says, within every tolerance', async () => {
  const [member] = ensemble.members.toSorted((a, b) => distance(b) - distance(a))
  const { values, observed, seed } = must(member, 'member')
  const document = withValues(source.document, parameters, new Map(Object.entries(values)))
  const loaded = parseSource({ ...source, document }, {})
  const job = { id: 'member', loaded, seed, population: 1, speed: 1, grain: { skip: true } }
  const [ended] = await runJobs([job], { entry: simThread, workers: 1 })
  const { run } = must(ended, 'run of a member')
  for (const row of ensemble.rows) {
    const value = observedIn(row, run) ?? null
    expect(holdsRow(row, value), `${row.id} came to ${value}`).toBe(true)
    if (row.inSample) expect(must(value, row.id) / must(observed[row.id], row.id)).toBeCloseTo(1, 2)
  }
}, 300_000)
