import type { Fault } from '../../core/errors.ts'
import { readCsv } from './csv.ts'
import { pathText } from '../path.ts'
import { tableKeyOf, type PersonTable, type PersonTables } from '../request/person-data.ts'
import { isMapping } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { nameFaults } from '../request/rules-request.ts'
import type { Scenario } from '../schema/schema.ts'

/** Data files by `tableKeyOf`: what was read, or the message of its fault. */
export type ReadTables = ReadonlyMap<string, PersonTable | string>

/** A data file that a base names: it is read from that file's folder, by that file's rules. */
export interface DataHome {
  readonly file: string
  readonly csv: string
}

export interface TableOptions {
  /** The scenario's own file. */
  readonly file: string
  /** Where data files are that a base names. */
  readonly homes: ReadonlyMap<string, DataHome>
  readonly signal: AbortSignal | undefined
}

/** Reads every data file that one of the documents names, each once. */
export async function readTables(
  documents: readonly Mapping[],
  { file, homes, signal }: TableOptions,
): Promise<ReadTables> {
  const tables = new Map<string, PersonTable | string>()
  for (const data of documents.flatMap(dataOf)) {
    const { csv, columns } = data
    const key = tableKeyOf(data)
    if (typeof csv !== 'string' || tables.has(key)) continue
    const names = Array.isArray(columns) ? columns.map(String) : undefined
    const home = homes.get(csv) ?? { file, csv }
    tables.set(key, await readCsv(home.file, home.csv, { columns: names, signal }))
  }
  return tables
}

function dataOf({ journey }: Mapping): Mapping[] {
  if (!Array.isArray(journey)) return []
  return journey.flatMap((step: unknown) => {
    const data = isMapping(step) ? step['data'] : undefined
    return isMapping(data) ? [data] : []
  })
}

/**
 * The document with the rows and the hash of every data file filled in, so that they are recorded,
 * and that the hash of the workload changes with what the files hold.
 */
export function withTables(
  document: Mapping,
  read: ReadTables,
): { document: Mapping; faults: Fault[] } {
  const { journey } = document
  const faults: Fault[] = []
  if (!Array.isArray(journey)) return { document, faults }
  const steps = journey.map((step: unknown, i): unknown => {
    const data = isMapping(step) ? step['data'] : undefined
    if (!isMapping(step) || !isMapping(data) || typeof data['csv'] !== 'string') return step
    const table = read.get(tableKeyOf(data)) ?? 'was not read with the scenario'
    const fault = (field: string, message: string) => {
      faults.push({ path: pathText(['journey', i, 'data', field]), message })
    }
    if (typeof table === 'string') {
      fault('csv', table)
      return step
    }
    const { rows, sha256 } = table
    for (const [field, is] of Object.entries({ rows, sha256 })) {
      const stated = data[field] ?? is
      if (stated !== is) fault(field, `must be ${is}, as in the file`)
    }
    return { ...step, data: { ...data, rows, sha256 } }
  })
  const isSame = steps.every((step, i) => step === journey[i])
  return { document: isSame ? document : { ...document, journey: steps }, faults }
}

/** The tables that a scenario uses, and the faults of templates that use columns they do not have. */
export function tablesOf(
  scenario: Scenario,
  read: ReadTables,
): { tables: PersonTables; faults: Fault[] } {
  const tables = new Map<string, PersonTable>()
  for (const { data } of scenario.journey) {
    const table = data?.csv === undefined ? undefined : read.get(tableKeyOf(data))
    if (data !== undefined && typeof table === 'object') tables.set(tableKeyOf(data), table)
  }
  if (tables.size === 0) return { tables, faults: [] }
  const faults = nameFaults(scenario, (data) => {
    const columns = tables.get(tableKeyOf(data))?.columns ?? []
    return columns.filter((name) => name !== '')
  })
  return { tables, faults }
}
