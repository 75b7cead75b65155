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

/**
 * What stands beside a scenario. `stale`: the scenario has changed since, so that it must not be used;
 * `reasons` says in what, `remedy` what to run.
 */
export type FoundEnsemble =
  | { readonly kind: 'none' }
  | { readonly kind: 'fits'; readonly path: string; readonly ensemble: Ensemble }
  | {
      readonly kind: 'stale'
      readonly path: string
      readonly reasons: readonly string[]
      readonly remedy: string
    }

/**
 * The ensemble beside a scenario, held against the scenario as it is written: what variants and
 * `--set` change comes on top of a member's values.
 * @throws DambreakError 'scenario' where there is a file that is no ensemble, 'disk' where it cannot
 * be read
 */
export function findEnsemble(source: ScenarioSource): Promise<FoundEnsemble> {
  return ensembleAt(ensemblePath(source.file), source)
}

/** As `findEnsemble`, of a file that stands elsewhere. */
export async function ensembleAt(path: string, source: ScenarioSource): Promise<FoundEnsemble> {
  const text = await textOf(path)
  if (text === null) return { kind: 'none' }
  const read = readJson(text)
  if ('fault' in read) {
    throw new DambreakError('scenario', `the ensemble ${path} cannot be read: ${read.fault}`)
  }
  const ensemble = parseEnsemble(read.value, path)
  const reasons = staleReasons(ensemble, source)
  if (reasons.length === 0) return { kind: 'fits', path, ensemble }
  const remedy = isMeasured(ensemble)
    ? `dambreak fit --steps <run> --scenario ${source.path} --out ${source.path} --force`
    : `dambreak fit ${source.path} --reported`
  return { kind: 'stale', path, reasons, remedy }
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
export function staleReasons(ensemble: Ensemble, source: ScenarioSource): string[] {
  const { scenario, workloadHash, stackHash } = parseSource(source, {})
  const reasons: string[] = []
  if (workloadHash !== ensemble.workloadHash) {
    reasons.push('crowd, behaviour, journey or opening hours have changed')
  }
  if (stackHash !== ensemble.stackHash) {
    reasons.push('waiting room, stack, inventory or timeline have changed')
  }
  const now = new Map(parametersOf(source.document).map((one) => [one.name, one]))
  const then = new Map(ensemble.parameters.map((one) => [one.name, one]))
  for (const { name, low, mid, high } of ensemble.parameters) {
    const known = now.get(name)
    if (known === undefined) reasons.push(`${name} is no interval any more`)
    else if (known.low !== low || known.mid !== mid || known.high !== high) {
      reasons.push(`the interval of ${name} has changed`)
    }
  }
  if (isMeasured(ensemble)) return reasons
  for (const name of now.keys()) {
    if (!then.has(name)) reasons.push(`${name} has become an interval`)
  }
  const claim = ({ id, expr, target, tolerance }: Ensemble['rows'][number]) =>
    JSON.stringify([id, expr, target, tolerance])
  const claimed = constrainingRows(scenario).map(claim).toSorted().join()
  if (claimed !== ensemble.rows.map(claim).toSorted().join()) {
    reasons.push('the reported rows have changed')
  }
  return reasons
}
