import { expect, test } from 'vitest'
import { faultText } from '../../core/errors.ts'
import { shortageFaults, tableKeyOf, type PersonTable } from './person-data.ts'
import { parseScenario } from '../load/parse.ts'
import { editedDocument } from '../testing/small-document.ts'

function faults(data: object, came: number, rows = 0): string[] {
  const parsed = parseScenario(editedDocument({ 'journey[0].data': data }))
  if (!parsed.ok) throw new Error(parsed.faults.map(faultText).join('\n'))
  const table: PersonTable = {
    columns: ['a'],
    rows,
    sha256: '',
    text: new Uint8Array(0),
    ends: new Uint32Array(rows),
  }
  const tables = new Map([[tableKeyOf({ csv: 'people.csv' }), table]])
  return shortageFaults(parsed.loaded.scenario, tables, came).map(faultText)
}

test('each person who comes needs a row', () => {
  expect(faults({ csv: 'people.csv' }, 50, 50)).toEqual([])
  expect(faults({ csv: 'people.csv' }, 51, 50)).toEqual([
    'journey[0].data.csv: people.csv has 50 rows, but 51 persons come: each needs its own',
  ])
  expect(faults({ csv: 'people.csv' }, 1, 0)).toEqual([
    'journey[0].data.csv: people.csv has 0 rows, but 1 person come: each needs its own',
  ])
})

test('each person who comes needs digits', () => {
  const generate = { phone: '010-${digits(2)}-${digits(1)}', city: '${pick(["x"])}' }
  expect(faults({ generate }, 1000)).toEqual([])
  expect(faults({ generate }, 1001)).toEqual([
    'journey[0].data.generate.phone: has digits for 1000 different persons, but 1001 come',
  ])
})
