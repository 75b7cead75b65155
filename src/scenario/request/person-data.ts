import type { Fault } from '../../core/errors.ts'
import { maxPersons, readGenerator } from './generate.ts'
import type { Scenario } from '../schema/schema.ts'

/**
 * A data file that was read: row n belongs to person n. Text and its ends are shared memory, so
 * that workers are handed it and not copies.
 */
export interface PersonTable {
  readonly columns: readonly string[]
  readonly rows: number
  /** Of the file's bytes, in hex. */
  readonly sha256: string
  /** All cells, row by row, in UTF-8. */
  readonly text: Uint8Array
  /** Where each cell ends. */
  readonly ends: Uint32Array
}

/** Data files by `tableKeyOf`. */
export type PersonTables = ReadonlyMap<string, PersonTable>

/** By what a data file is looked up: its name, and what its columns are called. */
export function tableKeyOf({ csv, columns }: { csv?: unknown; columns?: unknown }): string {
  return JSON.stringify([csv, columns ?? null])
}

export function cellOf({ columns, text, ends }: PersonTable, row: number, column: number): string {
  const i = row * columns.length + column
  const from = i === 0 ? 0 : (ends[i - 1] ?? 0)
  return Buffer.from(text.buffer, text.byteOffset + from, (ends[i] ?? from) - from).toString()
}

/** What is short of a row for each of the persons who come. */
export function shortageFaults(
  { journey }: Pick<Scenario, 'journey'>,
  tables: PersonTables,
  came: number,
): Fault[] {
  return journey.flatMap(({ data }, i): Fault[] => {
    if (data?.csv !== undefined) {
      const rows = tables.get(tableKeyOf(data))?.rows ?? 0
      if (rows >= came) return []
      const message = `has ${count(rows, 'row')}, but ${count(came, 'person')} come: each needs its own`
      return [{ path: `journey[${i}].data.csv`, message: `${data.csv} ${message}` }]
    }
    return Object.entries(data?.generate ?? {}).flatMap(([name, text]): Fault[] => {
      const generator = readGenerator(text)
      const persons = typeof generator === 'string' ? Infinity : maxPersons(generator)
      if (persons >= came) return []
      const message = `has digits for ${persons} different persons, but ${came} come`
      return [{ path: `journey[${i}].data.generate.${name}`, message }]
    })
  })
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
