import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DambreakError } from '../../core/errors.ts'
import type { Fault } from '../../core/errors.ts'
import { readModule, type ModuleRead } from './module.ts'
import { parseScenario } from './parse.ts'
import type { LoadedScenario } from './parse.ts'
import { isMapping, toPlain } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { readJson, readYaml } from './read-text.ts'
import type { Read } from './read-text.ts'
import { applySetsPartly } from './set.ts'
import type { ScenarioSource } from './source.ts'
import { readTables, tablesOf, withTables } from './tables.ts'
import { baseVariant, holdInstances, variantDocument } from './variants.ts'
import { nearest, show } from '../schema/words.ts'

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

const largestBytes = 8 * 1024 * 1024
const codeExtensions = new Set(['.ts', '.mts', '.js', '.mjs'])
/** Beside `src/` and beside `dist/` alike. */
const shippedUrl = new URL('../../../scenarios/', import.meta.url)

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
  const file = await fileOf(path)
  const document = plainDocument(path, await readDocument(path, file, options))
  throwIfAborted(options.signal)
  const tables = await readTables(variantsOf(document, options.set), file, options.signal)
  throwIfAborted(options.signal)
  return { path, file, document, tables }
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

function plainDocument(path: string, read: Read | ModuleRead): Mapping {
  if ('fault' in read) throw failure(path, [{ path, message: read.fault }])
  if ('faults' in read) {
    throw failure(
      path,
      read.faults.map((fault) => (fault.path === '' ? { ...fault, path } : fault)),
    )
  }
  const plain = toPlain(read.value)
  if (!plain.ok) throw failure(path, plain.faults)
  if (isMapping(plain.value)) return plain.value
  const message = `must hold a mapping (name: …, arrivals: …), got ${show(plain.value)}`
  throw failure(path, [{ path, message }])
}

/** The second half of `loadScenario`: the changes, and every fault of the outcome. */
export function parseSource(source: ScenarioSource, options: ChangeOptions): LoadedScenario {
  const { path } = source
  const prepared = prepare(source.document, options)
  const { document, faults: dataFaults } = withTables(prepared.document, source.tables)
  const faults = [...prepared.faults, ...dataFaults]
  const parsed = parseScenario(document)
  if (!parsed.ok) throw failure(path, [...faults, ...parsed.faults])
  const { tables, faults: tableFaults } = tablesOf(parsed.loaded.scenario, source.tables)
  faults.push(...tableFaults)
  if (faults.length > 0) throw failure(path, faults)
  const { variant = baseVariant, set = [] } = options
  return { ...parsed.loaded, tables, variant, origin: { source, set } }
}

function failure(path: string, faults: readonly Fault[]): DambreakError {
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`
  return new DambreakError('scenario', `the scenario ${path} has ${count}`, faults)
}

/** The document with variant, sets and instances applied as far as they can be. */
function prepare(base: Mapping, options: ChangeOptions): { document: Mapping; faults: Fault[] } {
  const { variant = baseVariant, set = [], instances } = options
  const chosen = variantDocument(base, variant)
  const { document, faults } = applySetsPartly(chosen.ok ? chosen.document : base, set)
  if (!chosen.ok) faults.unshift(...chosen.faults)
  if (instances === undefined) return { document, faults }
  if (Number.isSafeInteger(instances) && instances >= 1) {
    return { document: holdInstances(document, instances), faults }
  }
  const message = `must be a whole number, 1 or more, got ${instances}`
  return { document, faults: [...faults, { path: '--instances', message }] }
}

/** A shipped scenario by its bare name, else the path itself. */
async function fileOf(path: string): Promise<string> {
  const isBare = /^[\w-]+$/.test(path)
  const shipped = isBare ? fileURLToPath(new URL(`${path}.yaml`, shippedUrl)) : null
  return shipped !== null && (await exists(shipped)) ? shipped : resolve(path)
}

async function readDocument(
  path: string,
  file: string,
  { allowCode, signal }: ReadOptions,
): Promise<Read | ModuleRead> {
  const isCode = codeExtensions.has(extname(file).toLowerCase())
  if (isCode && !allowCode) {
    return { fault: 'is a code scenario, which --no-code forbids; give YAML or JSON' }
  }
  const fault = await statFault(file, path)
  if (fault !== null) return { fault }
  if (isCode) return readModule(file, { signal })
  const bytes = await readFile(file).catch((cause: unknown) => errorCode(cause))
  if (typeof bytes === 'string') return { fault: `cannot be read (${bytes})` }
  const text = decode(bytes)
  if (text === null) return { fault: notUtf8(bytes) }
  if (text.trim() === '') return { fault: 'is empty' }
  return extname(file).toLowerCase() === '.json' ? readJson(text) : readYaml(text)
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}

async function statFault(file: string, path: string): Promise<string | null> {
  const found = await stat(file).catch((cause: unknown) => errorCode(cause))
  if (found === 'ENOENT' || found === 'ENOTDIR') return missingText(path)
  if (found === 'EACCES') return 'cannot be read: permission denied'
  if (typeof found === 'string') return `cannot be read (${found})`
  if (found.isDirectory()) return 'is a directory, not a scenario file'
  if (!found.isFile()) return 'is not a regular file'
  if (found.size === 0) return 'is empty'
  if (found.size <= largestBytes) return null
  const mebibytes = (found.size / 1024 / 1024).toFixed(1)
  return `is larger than 8 MiB (${mebibytes} MiB); a scenario is a few kilobytes`
}

async function missingText(path: string): Promise<string> {
  if (!/^[\w-]+$/.test(path)) return 'no such file'
  const files = await readdir(shippedUrl).catch((): string[] => [])
  const names = files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
  const near = nearest(path, names)
  const hint = near === null ? `shipped are ${names.join(', ')}` : `did you mean ${near}?`
  return `no such file, and no shipped scenario of that name; ${hint}`
}

function errorCode(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

function notUtf8(bytes: Uint8Array): string {
  const [first, second] = bytes
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return `is not UTF-8 text${isUtf16 ? ' (it looks like UTF-16)' : ''}; save it as UTF-8`
}
