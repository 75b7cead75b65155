import { DambreakError } from '../core/errors.ts'
import { checkExpressions } from '../model/slo.ts'
import { loadScenario } from '../scenario/load.ts'
import type { LoadedScenario } from '../scenario/parse.ts'
import type { ScenarioOptions } from './options.ts'

/**
 * Loads a scenario (a file, or a shipped one by its name) with what the command line asks for, and
 * checks the expressions in it. Throws a `scenario` error with every fault.
 */
export async function loadArgument(
  argument: string,
  options: Partial<ScenarioOptions>,
): Promise<LoadedScenario> {
  const { set = [], code = true, variant, instances, keepTimeline = false } = options
  const start = instances === undefined || !keepTimeline ? [] : [`stack.instances=${instances}`]
  const loaded = await loadScenario(argument, {
    set: [...set, ...start],
    allowCode: code,
    ...(variant === undefined ? {} : { variant }),
    ...(instances === undefined || keepTimeline ? {} : { instances }),
  })
  const faults = checkExpressions(loaded.scenario)
  if (faults.length === 0) return loaded
  throw new DambreakError('scenario', `the scenario ${argument} cannot be judged`, faults)
}
