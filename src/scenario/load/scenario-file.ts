import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Fault } from '../../core/errors.ts'
import { isMapping, toPlain } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { nearest, show } from '../schema/words.ts'
import { readModule } from './module.ts'
import { readJson, readYaml } from './read-text.ts'

const maxBytes = 8 * 1024 * 1024
const codeExtensions = new Set(['.ts', '.mts', '.js', '.mjs'])
/** Beside `src/` and beside `dist/` alike. */
const shippedUrl = new URL('../../../scenarios/', import.meta.url)

export interface FileOptions {
  /** Whether a TypeScript or JavaScript module may be run. */
  readonly allowCode: boolean
  /** Aborting it stops the reading. */
  readonly signal?: AbortSignal | undefined
}

/** What one file states, or its faults. */
export type ScenarioFile =
  | {
      readonly ok: true
      readonly document: Mapping
      /** As it was read; `null` of a module. */
      readonly text: string | null
    }
  | { readonly ok: false; readonly faults: readonly Fault[] }

/** Whether a scenario is asked for by a name, not by a path. */
export function isBareName(path: string): boolean {
  return /^[\w-]+$/.test(path)
}

/** The file of a shipped scenario, `null` where none has that name. */
export async function shippedFile(name: string): Promise<string | null> {
  if (!isBareName(name)) return null
  const file = fileURLToPath(new URL(`${name}.yaml`, shippedUrl))
  return stat(file).then(
    () => file,
    () => null,
  )
}

/** A shipped scenario by its bare name, else the path itself. */
export async function fileOf(path: string): Promise<string> {
  return (await shippedFile(path)) ?? resolve(path)
}

/** Reads one file: YAML, JSON or a module's default export. `path` is how faults call it. */
export async function readScenarioFile(
  path: string,
  file: string,
  { allowCode, signal }: FileOptions,
): Promise<ScenarioFile> {
  const fault = (message: string): ScenarioFile => ({ ok: false, faults: [{ path, message }] })
  const isCode = codeExtensions.has(extname(file).toLowerCase())
  if (isCode && !allowCode) {
    return fault('is a code scenario, which --no-code forbids; give YAML or JSON')
  }
  const unreadable = await statFault(file, path)
  if (unreadable !== null) return fault(unreadable)
  if (isCode) {
    const read = await readModule(file, signal === undefined ? {} : { signal })
    if ('value' in read) return plainFile(path, read.value, null)
    const faults = read.faults.map((one) => (one.path === '' ? { ...one, path } : one))
    return { ok: false, faults }
  }
  const bytes = await readFile(file).catch((cause: unknown) => errorCode(cause))
  if (typeof bytes === 'string') return fault(`cannot be read (${bytes})`)
  const text = decode(bytes)
  if (text === null) return fault(notUtf8(bytes))
  if (text.trim() === '') return fault('is empty')
  const read = extname(file).toLowerCase() === '.json' ? readJson(text) : readYaml(text)
  return 'fault' in read ? fault(read.fault) : plainFile(path, read.value, text)
}

function plainFile(path: string, value: unknown, text: string | null): ScenarioFile {
  const plain = toPlain(value)
  if (!plain.ok) return plain
  if (isMapping(plain.value)) return { ok: true, document: plain.value, text }
  // A file that somebody else's scenario extends may be anything: its text is not shown.
  const got = typeof plain.value === 'string' ? 'text' : show(plain.value)
  const message = `must hold a mapping (name: …, arrivals: …), got ${got}`
  return { ok: false, faults: [{ path, message }] }
}

async function statFault(file: string, path: string): Promise<string | null> {
  const found = await stat(file).catch((cause: unknown) => errorCode(cause))
  if (found === 'ENOENT' || found === 'ENOTDIR') {
    return isBareName(path) ? `no such file, and ${await unknownShipped(path)}` : 'no such file'
  }
  if (found === 'EACCES') return 'cannot be read: permission denied'
  if (typeof found === 'string') return `cannot be read (${found})`
  if (found.isDirectory()) return 'is a directory, not a scenario file'
  if (!found.isFile()) return 'is not a regular file'
  if (found.size === 0) return 'is empty'
  if (found.size <= maxBytes) return null
  const mebibytes = (found.size / 1024 / 1024).toFixed(1)
  return `is larger than 8 MiB (${mebibytes} MiB); a scenario is a few kilobytes`
}

/** The fault of a name that no shipped scenario has. */
export async function unknownShipped(name: string): Promise<string> {
  const files = await readdir(shippedUrl).catch((): string[] => [])
  const names = files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => basename(file, '.yaml'))
  const near = nearest(name, names)
  const hint = near === null ? `shipped are ${names.join(', ')}` : `did you mean ${near}?`
  return `no shipped scenario of that name; ${hint}`
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
