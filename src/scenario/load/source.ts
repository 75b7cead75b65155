import { isMapping, type Mapping } from '../plain.ts'
import type { ReadTables } from './tables.ts'

/** A document that was read once, to be parsed as often as there are variants to look at. */
export interface ScenarioSource {
  /** As it was asked for. */
  readonly path: string
  /** The file it was read from, absolute. */
  readonly file: string
  readonly document: Mapping
  /** The data files that it names, or a variant of it. */
  readonly tables: ReadTables
}

/** Where a loaded scenario comes from: what its files hold, and what was changed by `set`. */
export interface ScenarioOrigin {
  readonly source: ScenarioSource
  /** `path=value` texts that were applied. */
  readonly set: readonly string[]
}

/** Names and descriptions of the variants that a document has, as far as they can be read. */
export function variantsIn(document: Mapping): { name: string; description: string }[] {
  const variants: unknown[] = Array.isArray(document['variants']) ? document['variants'] : []
  const text = (value: unknown) => (typeof value === 'string' ? value : '')
  return variants
    .filter(isMapping)
    .map(({ name, description }) => ({ name: text(name), description: text(description) }))
}
