import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readCsv } from './csv.ts'
import { cellOf, type PersonTable } from '../request/person-data.ts'

let folder = ''
let scenario = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dambreak-csv-'))
  await mkdir(join(folder, 'in', 'below'), { recursive: true })
  scenario = join(folder, 'in', 'night.yaml')
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

async function read(content: string | Uint8Array, columns?: readonly string[]) {
  await writeFile(join(folder, 'in', 'people.csv'), content)
  return readCsv(scenario, 'people.csv', { columns })
}

function rowsOf(table: PersonTable | string): string[][] {
  if (typeof table === 'string') throw new Error(table)
  return Array.from({ length: table.rows }, (_, row) =>
    table.columns.map((_name, column) => cellOf(table, row, column)),
  )
}

describe('a data file', () => {
  test('has a row for each person, and is shared, not copied', async () => {
    const text = '\uFEFFname, code\r\n"김, ""철수""",01\r\n\r\n,\r\n'
    const table = await read(text)
    expect(rowsOf(table)).toEqual([
      ['김, "철수"', '01'],
      ['', ''],
    ])
    expect(table).toMatchObject({
      columns: ['name', 'code'],
      rows: 2,
      sha256: createHash('sha256').update(text).digest('hex'),
    })
    if (typeof table === 'string') throw new Error(table)
    const copy = structuredClone(table)
    expect(copy.text.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(copy.ends.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(rowsOf(copy)).toEqual(rowsOf(table))
  })

  test('need not name its columns', async () => {
    const table = await read('a,1\nb,2', ['name', 'code'])
    expect(rowsOf(table)).toEqual([
      ['a', '1'],
      ['b', '2'],
    ])
  })

  test.each([
    ['semicolons', 'name;phone\nA, B;010\n', undefined],
    ['tabs', 'name\tphone\nA, B\t010\n', undefined],
    ['bars', 'name|phone\nA, B|010\n', undefined],
    ['semicolons without a first line', 'A, B;010\nC;011\n', ['name', 'phone']],
  ])('may be cut by %s', async (_name, content, columns) => {
    const table = await read(content, columns)
    if (typeof table === 'string') throw new Error(table)
    expect(table.columns).toEqual(['name', 'phone'])
    expect([cellOf(table, 0, 0), cellOf(table, 0, 1)]).toEqual(['A, B', '010'])
  })

  test('law: whatever was written, quoted, is read', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(cell, cell), { maxLength: 20 }), async (rows) => {
        const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
        const lines = rows.map((row) => row.map(quoted).join(','))
        expect(rowsOf(await read(['a,b', ...lines].join('\n')))).toEqual(rows)
      }),
      { numRuns: 40 },
    )
  })

  test('of many rows grows as it is read', async () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${i},p${i}`)
    const table = await read(`n,name\n${lines.join('\n')}\n`)
    expect(rowsOf(table)[4999]).toEqual(['4999', 'p4999'])
  })
})

describe('a file that is no table', () => {
  test.each<[string | Uint8Array, string]>([
    ['', 'is empty'],
    ['a,b\n1\n', 'CSV, line 2: must have as many cells as the lines above'],
    ['a,b\n1,"2\n', 'CSV, line 2: a quote is not closed'],
    [
      'a,b\n1,x"2\n',
      'CSV, line 2: a quote within a cell; quote the whole cell, and double quotes in it',
    ],
    ['a,b\n1,"x"2\n', 'CSV, line 2: text after the quote that closes a cell'],
    [`a\n"${'x'.repeat(70_000)}"\n`, 'CSV, line 2: a line of more than 65536 characters'],
    [`${'a,'.repeat(256)}a\n`, 'has more than 256 columns'],
    [Uint8Array.of(0x61, 0x0a, 0xb1, 0xe8), 'is not UTF-8 text; save it as UTF-8'],
    [Uint8Array.of(0x61, 0x0a, 0xea, 0xb9), 'is not UTF-8 text; save it as UTF-8'],
  ])('%j', async (content, words) => {
    expect(await read(content)).toBe(words)
  })

  test('with other columns than are named', async () => {
    expect(await read('a,b\n', ['x'])).toBe('has 2 columns, but 1 are named')
  })

  test('tells nothing of what it holds', async () => {
    for (const content of ['kim,"secret\n', 'kim,se"cret\n', 'kim\nsecret,1\n']) {
      expect(await read(content)).not.toMatch(/kim|secret/)
    }
  })
})

describe('where a data file may lie', () => {
  test('below the scenario, not beside its folder, whatever links say', async () => {
    await writeFile(join(folder, 'outside.csv'), 'a\n1\n')
    await writeFile(join(folder, 'in', 'below', 'b.csv'), 'a\n1\n')
    await symlink(join(folder, 'outside.csv'), join(folder, 'in', 'link.csv'))
    const inside = 'must lie in the folder of the scenario file, or below it'
    expect(rowsOf(await readCsv(scenario, 'below/../below/b.csv'))).toEqual([['1']])
    expect(await readCsv(scenario, '../outside.csv')).toBe(inside)
    expect(await readCsv(scenario, 'link.csv')).toBe(inside)
    expect(await readCsv(scenario, join(folder, 'in', 'below', 'b.csv'))).toBe(
      'must be relative to the scenario file',
    )
    expect(await readCsv(scenario, 'below')).toBe('is not a regular file')
    expect(await readCsv(scenario, 'nowhere.csv')).toBe('no such file')
  })
})
