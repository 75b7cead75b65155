import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseSource, readSource } from '../scenario/load/load.ts'
import { parametersOf } from '../scenario/schema/parameters.ts'
import { smallDocument } from '../scenario/testing/small-document.ts'
import { serialiseEnsemble } from './ensemble.ts'
import type { Ensemble } from './ensemble.ts'
import { ensemblePath, findEnsemble } from './ensemble-file.ts'
import { constrainingRows } from './reported-rows.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ensemble-'))
})
afterAll(() => rm(folder, { recursive: true }))

const people = (mid: number) => ({ low: 500, mid, high: 2000, evidence: 'assumed', source: 'x' })
const rows = [
  { id: 'V1', label: 'came', expr: 'people.came', target: 900, tolerance: 0.1, source: 's' },
  { id: 'V2', label: 'a', expr: 'errorShare', target: { max: 1 }, source: 's', variant: 'other' },
  {
    id: 'V3',
    label: 'b',
    expr: 'errorShare',
    target: { max: 1 },
    source: 's',
    byConstruction: true,
  },
]

async function write(name: string, mid: number, over: object = {}) {
  const file = join(folder, `${name}.json`)
  const document = {
    ...smallDocument(),
    name,
    population: { people: people(mid) },
    reported: rows,
    variants: [{ name: 'other', set: { 'stack.instances': 7 } }],
    ...over,
  }
  await writeFile(file, JSON.stringify(document))
  return readSource(file, { allowCode: false })
}

async function ensembleOf(source: Awaited<ReturnType<typeof write>>): Promise<Ensemble> {
  const { scenario, workloadHash, stackHash } = parseSource(source, {})
  const parameters = parametersOf(source.document)
  return {
    schemaVersion: 1,
    scenarioName: scenario.name,
    workloadHash,
    stackHash,
    seed: 1,
    method: 'by hand',
    drawn: 1,
    simulated: 1,
    kept: 1,
    acceptance: 1,
    effective: 1,
    rows: constrainingRows(scenario),
    parameters: parameters.map(({ name, low, mid, high }) => ({ name, low, mid, high })),
    members: [
      {
        seed: 1,
        weight: 1,
        values: Object.fromEntries(parameters.map(({ name, mid }) => [name, mid])),
        observed: { V1: 900 },
      },
    ],
    predictions: [],
  }
}

test('there need be none', async () => {
  expect(await findEnsemble(await write('alone', 1000))).toEqual({ kind: 'none' })
})

test('it is found beside its scenario, and speaks of the base alone', async () => {
  const source = await write('fits', 1000)
  const ensemble = await ensembleOf(source)
  expect(ensemble.rows.map(({ id }) => id)).toEqual(['V1'])
  const path = join(folder, 'fits.ensemble.json')
  expect(ensemblePath(source.file)).toBe(path)
  await writeFile(path, serialiseEnsemble(ensemble))
  expect(await findEnsemble(source)).toEqual({ kind: 'fits', path, ensemble })
})

test('a scenario that has changed since makes it stale, with all that has changed', async () => {
  const source = await write('stale', 1000)
  await writeFile(ensemblePath(source.file), serialiseEnsemble(await ensembleOf(source)))
  const changed = await write('stale', 1100, {
    stack: {
      ...(smallDocument()['stack'] as object),
      bootSec: { low: 1, mid: 2, high: 3, evidence: 'assumed' },
    },
    reported: rows.map((row) => ({ ...row, tolerance: 0.2 })),
  })
  expect(await findEnsemble(changed)).toEqual({
    kind: 'stale',
    path: ensemblePath(source.file),
    basis: 'reported',
    reasons: [
      { code: 'WorkloadChanged' },
      { code: 'StackChanged' },
      { code: 'IntervalChanged', path: 'population.people' },
      { code: 'IntervalAdded', path: 'stack.bootSec' },
      { code: 'ReportedChanged' },
    ],
  })
})

test.each([
  ['{', 'JSON, line 1'],
  ['[]', 'a fault'],
  [Buffer.from([0xff, 0xfe, 0x00]), 'UTF-8'],
])('what is no ensemble is a fault: %s', async (text, words) => {
  const source = await write('broken', 1000)
  await writeFile(ensemblePath(source.file), text)
  await expect(findEnsemble(source)).rejects.toMatchObject({
    kind: 'scenario',
    message: expect.stringContaining(words) as string,
  })
})
