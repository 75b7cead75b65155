import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readSource } from '../scenario/load/load.ts'
import type { Mapping } from '../scenario/plain.ts'
import { ensemblePath, findEnsemble } from './ensemble-file.ts'
import { serialiseEnsemble, valuesOf } from './ensemble.ts'
import { correlations } from './ensemble-shape.ts'
import { stationEnsemble } from './station-ensemble.ts'
import { steppedScenario } from './testing/stepped-scenario.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stations-'))
})
afterAll(() => rm(folder, { recursive: true }))

const measured = (low: number, mid: number, high: number) => ({
  low,
  mid,
  high,
  evidence: 'measured',
  source: 'steps',
})
const numbers = {
  webMs: measured(180, 200, 220),
  webCv: 0.5,
  webSlots: measured(3, 3, 3),
  dbMs: measured(12, 15, 18),
  dbSlots: 20,
  contention: 0.01,
  coherency: 0,
}
const document: Mapping = {
  ...steppedScenario(numbers, [[1, 5]]),
  population: { people: { low: 2000, mid: 3000, high: 4000, evidence: 'assumed', source: 'x' } },
}
const webMean = 'journey[0].visits[0].serviceMs.mean'
const dbMean = 'journey[0].visits[1].serviceMs.mean'
/** What one visit takes longer the other takes less. */
const drawn = Array.from({ length: 40 }, (_, i) => {
  const apart = i / 39 - 0.5
  const values = [200 + 40 * apart, 3, 15 - 6 * apart, 0.02]
  const names = [webMean, 'stack.stations[0].slots', dbMean, 'stack.stations[1].contention']
  return new Map(names.map((name, k) => [name, values[k] ?? 0]))
})

async function written(name: string, of: Mapping) {
  const file = join(folder, name)
  await writeFile(file, stringify(of))
  return readSource(file, { allowCode: false })
}

test('stands beside its scenario, of what is an interval there, tied together as it was drawn', async () => {
  const ensemble = stationEnsemble(document, { ensemble: drawn }, 7)!
  const source = await written('fitted.yaml', document)
  await writeFile(ensemblePath(source.file), serialiseEnsemble(ensemble))
  expect(await findEnsemble(source)).toMatchObject({ kind: 'fits', ensemble })
  const names = ensemble.parameters.map(({ name }) => name)
  expect(new Set(names)).toEqual(new Set([webMean, dbMean, 'stack.stations[0].slots']))
  expect(correlations(ensemble, [webMean, dbMean])[0]![1]).toBeCloseTo(-1, 4)
  const [first, second] = [valuesOf(ensemble, 0), valuesOf(ensemble, 1)]
  expect(first.get(webMean)).not.toBe(second.get(webMean))
  const times = (values: ReadonlyMap<string, number>) =>
    [webMean, dbMean].map((name) => values.get(name)?.toPrecision(6))
  expect(drawn.map(times)).toContainEqual(times(first))
})

test('is stale once one of its intervals has changed, and says what it came from', async () => {
  const ensemble = stationEnsemble(document, { ensemble: drawn }, 7)!
  const { journey } = steppedScenario({ ...numbers, webMs: measured(190, 200, 220) }, [[1, 5]])
  const source = await written('later.yaml', { ...document, journey })
  await writeFile(ensemblePath(source.file), serialiseEnsemble(ensemble))
  expect(await findEnsemble(source)).toMatchObject({
    kind: 'stale',
    reasons: [{ code: 'IntervalChanged', path: webMean }],
    basis: 'measured',
  })
})

test('there is none of a scenario that has none of the numbers as an interval', () => {
  const other = steppedScenario({ ...numbers, webMs: 200, webSlots: 3, dbMs: 15 }, [[1, 5]])
  expect(stationEnsemble(other, { ensemble: drawn }, 7)).toBeNull()
})
