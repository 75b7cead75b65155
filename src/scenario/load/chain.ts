import { realpath } from 'node:fs/promises'
import { dirname, isAbsolute, posix, relative, resolve, sep } from 'node:path'
import { must } from '../../core/assert.ts'
import { DambreakError } from '../../core/errors.ts'
import type { Fault } from '../../core/errors.ts'
import { isMapping } from '../plain.ts'
import type { Mapping } from '../plain.ts'
import { show } from '../schema/words.ts'
import { mergeDocuments, type Stated } from './merge.ts'
import type { Origin } from './origin.ts'
import { locate } from './locate.ts'
import {
  fileOf,
  isBareName,
  readScenarioFile,
  shippedFile,
  unknownShipped,
  type FileOptions,
  type ScenarioFile,
} from './scenario-file.ts'
import type { ChainLink } from './source.ts'
import type { DataHome } from './tables.ts'

/** Files that may stand on each other by `extends`, the scenario itself included. */
export const maxChain = 8

export interface Chain {
  /** The outermost base first, the scenario's own file last. */
  readonly links: readonly ChainLink[]
  /** By the names of data files in the merged document. */
  readonly homes: ReadonlyMap<string, DataHome>
}

/** Where a base is, as `extends` names it. */
type Target = Pick<ChainLink, 'path' | 'name' | 'file'>

/**
 * Reads a scenario's file and all that it extends, each once.
 * @throws DambreakError of kind `scenario` with the faults of the first file that cannot be used
 */
export async function readChain(path: string, options: FileOptions): Promise<Chain> {
  const links: ChainLink[] = []
  const homes = new Map<string, DataHome>()
  const own: Target = { path, name: path, file: await fileOf(path) }
  for (let target: Target | null = own; target !== null;) {
    const read: ScenarioFile = await readScenarioFile(target.path, target.file, options)
    if (!read.ok) throw failure(path, faultsOf(read.faults, target, links[0]))
    const { extends: base, ...stated }: Mapping = read.document
    const document = target === own ? stated : withDataHomes(stated, { own, target, homes })
    links.unshift({ ...target, document, text: read.text })
    target = base === undefined ? null : await targetOf(path, links, base)
  }
  return { links, homes }
}

/** Faults of a file that cannot be read; those of a base name the base and who extends it. */
function faultsOf(
  faults: readonly Fault[],
  { path }: Target,
  extending: ChainLink | undefined,
): Fault[] {
  return faults.map((fault) => {
    if (extending === undefined) return fault
    if (fault.path !== path) return { ...fault, file: path }
    return { ...fault, message: `${fault.message} (${extending.path} extends it)` }
  })
}

/** Where the base is that the first of the links extends. */
async function targetOf(
  asked: string,
  links: readonly ChainLink[],
  base: unknown,
): Promise<Target> {
  const from = must(links[0], 'the file that extends another')
  const fault = (message: string) =>
    failure(asked, [locate(from, ['extends'], { path: 'extends', message })])
  if (typeof base !== 'string' || base === '') {
    throw fault(`must be a file or the name of a shipped scenario, got ${show(base)}`)
  }
  const target = isBareName(base) ? await shippedTarget(base) : besideTarget(asked, from, base)
  if (target === null) throw fault(`${await unknownShipped(base)}; a file is written ./${base}`)
  const names = [...links.map(({ path }) => path).toReversed(), target.path].join(' extends ')
  const files = await Promise.all([target, ...links].map(({ file }) => realFile(file)))
  if (files.indexOf(files[0] ?? '', 1) > 0) throw fault(`goes in a circle: ${names}`)
  if (links.length < maxChain) return target
  throw fault(`more than ${maxChain} files extend each other: ${names}`)
}

const realFile = (file: string): Promise<string> => realpath(file).catch(() => file)

async function shippedTarget(name: string): Promise<Target | null> {
  const file = await shippedFile(name)
  return file === null ? null : { path: name, name, file }
}

function besideTarget(asked: string, from: ChainLink, base: string): Target {
  if (isAbsolute(base)) return { path: base, name: base, file: base }
  const beside = (path: string) => posix.join(posix.dirname(path.split(sep).join('/')), base)
  return {
    path: beside(from.path),
    name: from.path === asked ? posix.normalize(base) : beside(from.name),
    file: resolve(dirname(from.file), base),
  }
}

/**
 * The document with the names of its data files relative to the scenario's own file, and where each
 * of them is to be read. Not normalised: a name that leaves the base's folder must not turn into one
 * that is allowed.
 */
function withDataHomes(
  document: Mapping,
  { own, target, homes }: { own: Target; target: Target; homes: Map<string, DataHome> },
): Mapping {
  const folder = relative(dirname(own.file), dirname(target.file)).split(sep).join('/')
  if (folder === '') return document
  const csvOf = (csv: unknown): unknown => {
    if (typeof csv !== 'string' || isAbsolute(csv)) return csv
    const name = `${folder}/${csv}`
    homes.set(name, { file: target.file, csv })
    return name
  }
  const dataOf = (data: unknown): unknown =>
    isMapping(data) && 'csv' in data ? { ...data, csv: csvOf(data['csv']) } : data
  const stepOf = (step: unknown): unknown =>
    isMapping(step) && 'data' in step ? { ...step, data: dataOf(step['data']) } : step
  const settingOf = ([path, value]: [string, unknown]): [string, unknown] => {
    if (/^journey\[\d+\]\.data\.csv$/.test(path)) return [path, csvOf(value)]
    if (/^journey\[\d+\]\.data$/.test(path)) return [path, dataOf(value)]
    return [path, /^journey\[\d+\]$/.test(path) ? stepOf(value) : value]
  }
  const variantOf = (variant: unknown): unknown => {
    if (!isMapping(variant) || !isMapping(variant['set'])) return variant
    return { ...variant, set: Object.fromEntries(Object.entries(variant['set']).map(settingOf)) }
  }
  const { journey, variants } = document
  return {
    ...document,
    ...(Array.isArray(journey) ? { journey: journey.map(stepOf) } : {}),
    ...(Array.isArray(variants) ? { variants: variants.map(variantOf) } : {}),
  }
}

/** The documents of a chain as one, and where each part of it is stated. */
export function mergeChain(links: readonly ChainLink[]): Stated<Mapping> & { faults: Fault[] } {
  const faults: Fault[] = []
  const stated = links.map(({ document }, link): Stated<Mapping> => {
    const origin: Origin = { link, path: [] }
    return { value: document, origin }
  })
  const merged = stated.reduce((base, over, i) => {
    const result = mergeDocuments(base, over)
    const link = links[i]
    for (const { path, fault } of result.faults) {
      faults.push(link === undefined ? fault : locate(link, path, fault))
    }
    return result
  })
  return { ...merged, faults }
}

/** The error of a scenario with faults. */
export function failure(path: string, faults: readonly Fault[]): DambreakError {
  const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`
  return new DambreakError('scenario', `the scenario ${path} has ${count}`, faults)
}
