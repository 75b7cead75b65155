import { must } from '../../core/assert.ts'
import { DambreakError } from '../../core/errors.ts'
import type { Fault } from '../../core/errors.ts'
import { isMapping, toPlain } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { withFiles } from '../schema/evidence.ts'
import { failure, mergeChain, readChain } from './chain.ts'
import { inheritedOf, locateFaults } from './locate.ts'
import { parseScenario } from './parse.ts'
import type { LoadedScenario } from './parse.ts'
import { applySets } from './set.ts'
import type { ScenarioSource } from './source.ts'
import { readTables, tablesOf, withTables } from './tables.ts'
import { baseVariant, holdInstances, variantDocument } from './variants.ts'

export interface ReadOptions {
  /** Whether a TypeScript or JavaScript module may be run. */
  readonly allowCode: boolean
  /** Aborting it stops the reading. */
  readonly signal?: AbortSignal
  /** `path=value` texts that will be set: they may name other data files. */
  readonly set?: readonly string[]
}

export interface ChangeOptions {
  /** `path=value` texts, applied after the variant. */
  readonly set?: readonly string[]
  readonly variant?: string
  /** Hold this many instances from beginning to end. */
  readonly instances?: number
}

export type LoadOptions = ReadOptions & ChangeOptions

/**
 * Loads a scenario from YAML, JSON or a module's default export, or a shipped one by its bare name;
 * then applies the variant, the sets and the held number of instances, in this order.
 * @throws DambreakError of kind `scenario` with every fault, `interrupted` where `signal` was aborted
 */
export async function loadScenario(path: string, options: LoadOptions): Promise<LoadedScenario> {
  return parseSource(await readSource(path, options), options)
}

/** The first half of `loadScenario`: what the files hold, which runs a module once. */
export async function readSource(path: string, options: ReadOptions): Promise<ScenarioSource> {
  const { links, homes } = await readChain(path, options)
  throwIfAborted(options.signal)
  const { value, origin, faults } = mergeChain(links)
  if (faults.length > 0) throw failure(path, faults)
  // Parts that are small may be large together: the limits hold for the merged document.
  const plain = links.length === 1 ? { ok: true as const, value } : toPlain(value)
  if (!plain.ok) throw failure(path, plain.faults)
  const document = isMapping(plain.value) ? plain.value : {}
  const file = must(links.at(-1), 'the file of a scenario').file
  const documents = variantsOf(document, options.set)
  const tables = await readTables(documents, { file, homes, signal: options.signal })
  throwIfAborted(options.signal)
  return { path, file, document, tables, statements: { links, merged: document, origin } }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return
  throw new DambreakError('interrupted', 'stopped while the scenario was being loaded')
}

/** Each document that may yet be asked for, as far as it can be made: the base, then its variants. */
function variantsOf(document: Mapping, set: readonly string[] = []): Mapping[] {
  const variants: unknown[] = Array.isArray(document['variants']) ? document['variants'] : []
  const names = variants.flatMap((variant) =>
    isMapping(variant) && typeof variant['name'] === 'string' ? [variant['name']] : [],
  )
  return [baseVariant, ...names].map((variant) => prepare(document, { variant, set }).document)
}

/** The second half of `loadScenario`: the changes, and every fault of the outcome. */
export function parseSource(source: ScenarioSource, options: ChangeOptions): LoadedScenario {
  const { path, statements } = source
  const prepared = prepare(source.document, options)
  const { document, faults: dataFaults } = withTables(prepared.document, source.tables)
  const fail = (faults: readonly Fault[]) =>
    failure(path, locateFaults(statements, document, [...prepared.faults, ...faults]))
  const parsed = parseScenario(document)
  if (!parsed.ok) throw fail([...dataFaults, ...parsed.faults])
  const { loaded } = parsed
  const { tables, faults: tableFaults } = tablesOf(loaded.scenario, source.tables)
  const faults = [...prepared.faults, ...dataFaults, ...tableFaults]
  if (faults.length > 0) throw fail([...dataFaults, ...tableFaults])
  const { variant = baseVariant, set = [] } = options
  const inherited = inheritedOf(statements, document)
  return {
    ...loaded,
    ...(inherited === null ? {} : { inherited, evidence: withFiles(loaded.evidence, inherited) }),
    tables,
    variant,
    origin: { source, set },
  }
}

/** The document with variant, sets and instances applied as far as they can be. */
function prepare(base: Mapping, options: ChangeOptions): { document: Mapping; faults: Fault[] } {
  const { variant = baseVariant, set = [], instances } = options
  const chosen = variantDocument(base, variant)
  const { document, faults } = applySets(chosen.ok ? chosen.document : base, set)
  if (!chosen.ok) faults.unshift(...chosen.faults)
  if (instances === undefined) return { document, faults }
  if (Number.isSafeInteger(instances) && instances >= 1) {
    return { document: holdInstances(document, instances), faults }
  }
  const message = `must be a whole number, 1 or more, got ${instances}`
  return { document, faults: [...faults, { path: '--instances', message }] }
}
