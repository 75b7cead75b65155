import {
  loadJudgeable,
  parseJudgeable,
  readJudgeable,
  type LoadScenarioOptions,
} from '../objectives/load-judgeable.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import type { ScenarioSource } from '../scenario/load/source.ts'
import type { ScenarioOptions } from './options.ts'

function loadOptions(
  { code = true, ...changes }: Partial<ScenarioOptions>,
  signal?: AbortSignal,
): LoadScenarioOptions {
  return { ...changes, allowCode: code, ...(signal === undefined ? {} : { signal }) }
}

/** Reads a scenario once: a file, or a shipped one by its name. */
export function readArgument(
  argument: string,
  options: Partial<ScenarioOptions>,
  signal?: AbortSignal,
): Promise<ScenarioSource> {
  return readJudgeable(argument, loadOptions(options, signal))
}

/** The scenario with the changes of the command line. */
export function parseArgument(
  source: ScenarioSource,
  options: Partial<ScenarioOptions>,
): LoadedScenario {
  return parseJudgeable(source, loadOptions(options))
}

/** Reads and parses a scenario that is used with one set of changes only. */
export function loadArgument(
  argument: string,
  options: Partial<ScenarioOptions>,
  signal?: AbortSignal,
): Promise<LoadedScenario> {
  return loadJudgeable(argument, loadOptions(options, signal))
}
