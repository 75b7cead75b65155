import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { DambreakError, faultText } from '../../core/errors.ts'
import { loadScenario, parseSource, readSource, type LoadOptions } from './load.ts'
import { parseScenario } from './parse.ts'
import { cellOf, tableKeyOf } from '../request/person-data.ts'
import { editedDocument } from '../testing/small-document.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dambreak-tables-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})
beforeEach(async () => {
  await write('people.csv', 'name,phone\nkim,1\nlee,2\n')
  await write('others.csv', 'name,phone\npark,3\n')
})

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}

const asking = { path: '/${name}?p=${phone}' }
const scenario = (edits: Record<string, unknown> = {}) =>
  write(
    'night.json',
    JSON.stringify(
      editedDocument({
        'journey[0].request': asking,
        'journey[0].data': { csv: 'people.csv' },
        ...edits,
      }),
    ),
  )

async function load(edits: Record<string, unknown> = {}, options: Partial<LoadOptions> = {}) {
  return loadScenario(await scenario(edits), { allowCode: false, ...options })
}

async function faultsOf(edits: Record<string, unknown>, options: Partial<LoadOptions> = {}) {
  try {
    await load(edits, options)
    return []
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    return error.faults.map(({ path, message }) => faultText({ path, message }))
  }
}

test('a data file is read; its rows and hash are recorded, its text is not', async () => {
  const loaded = await load()
  const table = loaded.tables.get(tableKeyOf({ csv: 'people.csv' }))
  if (table === undefined) throw new Error('no table')
  expect([cellOf(table, 0, 0), cellOf(table, 1, 1)]).toEqual(['kim', '2'])
  const data = { csv: 'people.csv', rows: 2, sha256: table.sha256 }
  expect(loaded.document).toMatchObject({ journey: [{ data }] })
  expect(JSON.stringify(loaded.document)).not.toMatch(/kim|lee/)
  const again = parseScenario(loaded.document)
  expect(again).toMatchObject({ ok: true, loaded: { workloadHash: loaded.workloadHash } })
})

test('the hash of the workload changes with what the file holds', async () => {
  const before = await load()
  await write('people.csv', 'name,phone\nkim,1\nlee,3\n')
  const after = await load()
  expect(after.workloadHash).not.toBe(before.workloadHash)
  expect(after.stackHash).toBe(before.stackHash)
})

test('a variant and a set may name another file', async () => {
  const edits = { 'variants[0].set': { 'journey[0].data.csv': 'others.csv' } }
  const rows = async (options: Partial<LoadOptions>) =>
    (await load(edits, options)).scenario.journey[0]?.data?.rows
  expect(await rows({})).toBe(2)
  expect(await rows({ variant: 'ten' })).toBe(1)
  expect(await rows({ set: ['journey[0].data.csv=others.csv'] })).toBe(1)
  const source = await readSource(await scenario(), { allowCode: false })
  expect(() => parseSource(source, { set: ['journey[0].data.csv=others.csv'] })).toThrow(
    expect.objectContaining({
      faults: [{ path: 'journey[0].data.csv', message: 'was not read with the scenario' }],
    }),
  )
})

test('a variant that nobody asked for may name a file that is not there', async () => {
  const edits = { 'variants[0].set': { 'journey[0].data.csv': 'none.csv' } }
  expect(await faultsOf(edits)).toEqual([])
  expect(await faultsOf(edits, { variant: 'ten' })).toEqual(['journey[0].data.csv: no such file'])
})

test('what is stated of a file must be right', async () => {
  const data = { csv: 'people.csv', rows: 3, sha256: 'ab' }
  const [rows, sha256] = await faultsOf({ 'journey[0].data': data })
  expect(rows).toBe('journey[0].data.rows: must be 2, as in the file')
  expect(sha256).toMatch(/^journey\[0\]\.data\.sha256: must be [0-9a-f]{64}, as in the file$/)
})

test('names are held against the columns, and no column is shown', async () => {
  const edits = { 'journey[0].request': { path: '/${nam}/${fone}' } }
  expect(await faultsOf(edits)).toEqual([
    'journey[0].request.path: unknown name "nam"; known here: person, birthYear, place, date, ticket',
    'journey[0].request.path: unknown name "fone"; known here: person, birthYear, place, date, ticket',
  ])
  await write('people.csv', 'kim,kim\nlee,1\n')
  expect(await faultsOf({ 'journey[0].request': undefined })).toEqual([
    'journey[0].data.csv: a column is given twice: choose another',
  ])
  expect(
    await faultsOf({ 'journey[0].data': { csv: 'people.csv', columns: ['name', 'phone'] } }),
  ).toEqual([])
})

test('faults of the file and of the scenario come together', async () => {
  expect(await faultsOf({ slo: 'none', 'journey[0].data': { csv: '../people.csv' } })).toEqual([
    'journey[0].data.csv: no such file',
    'slo: must be a list, got "none"',
  ])
})

test('reading stops when it is told to', async () => {
  const path = await scenario()
  const aborted = AbortSignal.abort()
  await expect(loadScenario(path, { allowCode: false, signal: aborted })).rejects.toMatchObject({
    kind: 'interrupted',
  })
})
