import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { DambreakError } from '../core/errors.ts'
import { diskError, errorCode } from '../core/files/disk-error.ts'
import { parseSource } from '../scenario/load/load.ts'
import type { ScenarioSource } from '../scenario/load/source.ts'
import { parametersOf } from '../scenario/schema/parameters.ts'
import { readJson } from '../scenario/load/read-text.ts'
import { isMeasured, parseEnsemble } from './ensemble.ts'
import type { Ensemble } from './ensemble.ts'
import { constrainingRows } from './reported-rows.ts'

/** Larger files are not read: a member is a few kilobytes. */
const largestBytes = 8 * 2 ** 20

/** Where the ensemble of a scenario file stands: beside it, `night.yaml` → `night.ensemble.json`. */
export function ensemblePath(scenarioFile: string): string {
  const name = basename(scenarioFile, extname(scenarioFile))
  return join(dirname(scenarioFile), `${name}.ensemble.json`)
}

/** What of a scenario has changed since an ensemble was found for it. */
export type StaleReason =
  /** Crowd, behaviour, journey or opening hours. */
  | { readonly code: 'WorkloadChanged' }
  /** Waiting room, stack, inventory or timeline. */
  | { readonly code: 'StackChanged' }
  | { readonly code: 'IntervalRemoved'; readonly path: string }
  | { readonly code: 'IntervalChanged'; readonly path: string }
  | { readonly code: 'IntervalAdded'; readonly path: string }
  | { readonly code: 'ReportedChanged' }

/**
 * What stands beside a scenario. `stale`: the scenario has changed since, so that it must not be used.
 */
export type FoundEnsemble =
  | { readonly kind: 'none' }
  | { readonly kind: 'fits'; readonly path: string; readonly ensemble: Ensemble }
  | {
      readonly kind: 'stale'
      readonly path: string
      readonly reasons: readonly StaleReason[]
      /** What it comes from, and what a new one has to be found from. */
      readonly basis: 'measured' | 'reported'
    }

/**
 * The ensemble beside a scenario, held against the scenario as it is written: what variants and
 * `--set` change comes on top of a member's values.
 * @throws DambreakError 'scenario' where there is a file that is no ensemble, 'disk' where it cannot
 * be read
 */
export async function findEnsemble(source: ScenarioSource): Promise<FoundEnsemble> {
  const path = ensemblePath(source.file)
  const text = await textOf(path)
  if (text === null) return { kind: 'none' }
  const read = readJson(text)
  if ('fault' in read) {
    throw new DambreakError('scenario', `the ensemble ${path} cannot be read: ${read.fault}`)
  }
  const ensemble = parseEnsemble(read.value, path)
  const reasons = staleReasons(ensemble, source)
  if (reasons.length === 0) return { kind: 'fits', path, ensemble }
  return { kind: 'stale', path, reasons, basis: isMeasured(ensemble) ? 'measured' : 'reported' }
}

/** The text of a file, `null` where there is none. */
async function textOf(path: string): Promise<string | null> {
  try {
    const { size } = await stat(path)
    if (size > largestBytes) {
      throw new DambreakError('scenario', `the ensemble ${path} is larger than 8 MiB`)
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return null
    if (error instanceof TypeError) {
      throw new DambreakError('scenario', `the ensemble ${path} is not UTF-8 text`, [], error)
    }
    throw error instanceof DambreakError ? error : diskError(error, `read ${path}`)
  }
}

/** What of the scenario is not as it was when the ensemble was found; empty where all is. */
function staleReasons(ensemble: Ensemble, source: ScenarioSource): StaleReason[] {
  const { scenario, workloadHash, stackHash } = parseSource(source, {})
  const reasons: StaleReason[] = []
  if (workloadHash !== ensemble.workloadHash) {
    reasons.push({ code: 'WorkloadChanged' })
  }
  if (stackHash !== ensemble.stackHash) {
    reasons.push({ code: 'StackChanged' })
  }
  const now = new Map(parametersOf(source.document).map((one) => [one.name, one]))
  const then = new Map(ensemble.parameters.map((one) => [one.name, one]))
  for (const { name, low, mid, high } of ensemble.parameters) {
    const known = now.get(name)
    if (known === undefined) reasons.push({ code: 'IntervalRemoved', path: name })
    else if (known.low !== low || known.mid !== mid || known.high !== high) {
      reasons.push({ code: 'IntervalChanged', path: name })
    }
  }
  if (isMeasured(ensemble)) return reasons
  for (const name of now.keys()) {
    if (!then.has(name)) reasons.push({ code: 'IntervalAdded', path: name })
  }
  const claim = ({ id, expr, target, tolerance }: Ensemble['rows'][number]) =>
    JSON.stringify([id, expr, target, tolerance])
  const claimed = constrainingRows(scenario).map(claim).toSorted().join()
  if (claimed !== ensemble.rows.map(claim).toSorted().join()) {
    reasons.push({ code: 'ReportedChanged' })
  }
  return reasons
}
