import { DambreakError } from '../core/errors.ts'
import { checkExpressions } from '../objectives/slo.ts'
import { parseSource, readSource, type ScenarioSource } from '../scenario/load/load.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import type { ScenarioOptions } from './options.ts'

/** Reads a scenario once: a file, or a shipped one by its name. Throws as `readSource` does. */
export function readArgument(
  argument: string,
  { code = true, set = [] }: Partial<ScenarioOptions>,
  signal?: AbortSignal,
): Promise<ScenarioSource> {
  return readSource(argument, { allowCode: code, set, ...(signal === undefined ? {} : { signal }) })
}

/**
 * The scenario with what the command line asks for, the expressions in it checked. Throws a
 * `scenario` error with every fault.
 */
export function parseArgument(
  source: ScenarioSource,
  options: Partial<ScenarioOptions>,
): LoadedScenario {
  const { set = [], variant, instances, keepTimeline = false } = options
  if (keepTimeline && instances === undefined) {
    throw new DambreakError('usage', '--keep-timeline says nothing without --instances')
  }
  const start = instances === undefined || !keepTimeline ? [] : [`stack.instances=${instances}`]
  const loaded = parseSource(source, {
    set: [...set, ...start],
    ...(variant === undefined ? {} : { variant }),
    ...(instances === undefined || keepTimeline ? {} : { instances }),
  })
  const faults = checkExpressions(loaded.scenario)
  if (faults.length === 0) return loaded
  throw new DambreakError('scenario', `the scenario ${source.path} cannot be judged`, faults)
}

/** Both at once, where one reading is for one scenario. */
export async function loadArgument(
  argument: string,
  options: Partial<ScenarioOptions>,
  signal?: AbortSignal,
): Promise<LoadedScenario> {
  return parseArgument(await readArgument(argument, options, signal), options)
}
