import { DambreakError } from '../core/errors.ts'
import { parseSource, readSource, type ChangeOptions } from '../scenario/load/load.ts'
import { locateFaults } from '../scenario/load/locate.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import type { ScenarioSource } from '../scenario/load/source.ts'
import { checkExpressions } from './slo.ts'

export interface ScenarioChanges extends ChangeOptions {
  /** With `instances`: the count is where the scenario starts; its timeline stays. */
  readonly keepTimeline?: boolean
}

export interface LoadScenarioOptions extends ScenarioChanges {
  /** Whether a TypeScript or JavaScript module may be run; default true. */
  readonly allowCode?: boolean
  /** Aborting it stops the reading. */
  readonly signal?: AbortSignal
}

/**
 * Reads a scenario from a file, or a shipped one by its name, and checks all of it: fields, rules
 * across fields, and the expressions in `slo`, `reported` and `stopWhen`. A TypeScript scenario runs
 * once. Changes are applied in this order: `variant`, `set`, `instances`.
 *
 * @param path a `.yaml`, `.json` or `.ts` file, or the name of a shipped scenario such as `smoke`
 * @returns the scenario with its hashes, evidence and data files; plain data
 * @throws DambreakError of kind `scenario` with every fault and its path, `usage` for options that
 * contradict each other, `interrupted` where `signal` was aborted
 * @example
 * ```ts
 * import { loadScenario } from 'dambreak'
 *
 * const loaded = await loadScenario('smoke', { set: ['stack.instances=4'] })
 * console.log(loaded.scenario.name, loaded.scenario.stack.instances)
 * ```
 */
export async function loadJudgeable(
  path: string,
  options: LoadScenarioOptions = {},
): Promise<LoadedScenario> {
  return parseJudgeable(await readJudgeable(path, options), options)
}

/** The first half of `loadJudgeable`: reads the files, and runs a module once. */
export function readJudgeable(
  path: string,
  { allowCode = true, set = [], signal }: LoadScenarioOptions,
): Promise<ScenarioSource> {
  return readSource(path, { allowCode, set, ...(signal === undefined ? {} : { signal }) })
}

/** The second half of `loadJudgeable`: applies the changes and gives every fault of the outcome. */
export function parseJudgeable(source: ScenarioSource, options: ScenarioChanges): LoadedScenario {
  const { set = [], variant, instances, keepTimeline = false } = options
  if (keepTimeline && instances === undefined) {
    throw new DambreakError('usage', '--keep-timeline requires --instances')
  }
  const start = instances === undefined || !keepTimeline ? [] : [`stack.instances=${instances}`]
  const loaded = parseSource(source, {
    set: [...set, ...start],
    ...(variant === undefined ? {} : { variant }),
    ...(instances === undefined || keepTimeline ? {} : { instances }),
  })
  const faults = checkExpressions(loaded.scenario)
  if (faults.length === 0) return loaded
  const located = locateFaults(source.statements, loaded.document, faults)
  throw new DambreakError('scenario', `the scenario ${source.path} cannot be judged`, located)
}
