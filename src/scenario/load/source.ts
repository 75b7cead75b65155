import { isMapping, type Mapping } from '../plain.ts'
import type { Origin } from './origin.ts'
import type { ReadTables } from './tables.ts'

/** A document that was read once, to be parsed as often as there are variants to look at. */
export interface ScenarioSource {
  /** As it was asked for. */
  readonly path: string
  /** The file it was read from, absolute. */
  readonly file: string
  /** Merged with all that it extends. */
  readonly document: Mapping
  /** The data files that it names, or a variant of it. */
  readonly tables: ReadTables
  readonly statements: Statements
}

/** One file of a chain of `extends`. */
export interface ChainLink {
  /** As faults call it: as it was asked for, or relative to where that is. */
  readonly path: string
  /** As records call it: relative to the scenario's own file, or the name of a shipped scenario. */
  readonly name: string
  /** Absolute. */
  readonly file: string
  /** What it states, without `extends`; names of data files are relative to the scenario's file. */
  readonly document: Mapping
  /** As it was read; `null` of a module. */
  readonly text: string | null
}

/** Where the parts of a merged document are stated. */
export interface Statements {
  /** The outermost base first, the scenario's own file last. */
  readonly links: readonly ChainLink[]
  /** The document before any change, which `origin` describes. */
  readonly merged: Mapping
  readonly origin: Origin
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
