import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Command, Option } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { findRun, importK6 } from '../../engine/k6/import/import-k6.ts'
import { judge } from '../../objectives/verdict.ts'
import { importAccessLogs, logName } from '../../logs/import-access-logs.ts'
import type { Replay } from '../../logs/replay.ts'
import { parseScenario, type LoadedScenario } from '../../scenario/load/parse.ts'
import { baseVariant } from '../../scenario/load/variants.ts'
import { defaultSimEnvironment } from '../../engine/sim-environment.ts'
import { defineCommand } from '../command.ts'
import type { Environment } from '../environment.ts'
import type { ExitCode } from '../exit.ts'
import type { ImportOptions } from '../import-options.ts'
import { k6Files } from '../k6-files.ts'
import { gateOption, outputOptions, scenarioOptions } from '../options.ts'
import { defaultOutput, openOutput, type Files } from '../output.ts'
import { loadArgument } from '../scenario-argument.ts'
import { exitCodeOfRuns } from '../simulations.ts'
import { reportRun } from '../report-run.ts'

/** The scenario that an export left beside what its runners wrote, or in the directory above. */
function scenarioBeside(path: string): string {
  const folder = dirname(path)
  const found = [folder, dirname(folder)]
    .map((place) => join(place, 'scenario.json'))
    .find((place) => existsSync(place))
  if (found !== undefined) return found
  const text = `there is no scenario.json beside ${path}: give the scenario that k6 ran by --scenario`
  throw new DambreakError('usage', text)
}

async function importFromK6(
  paths: readonly string[],
  options: ImportOptions,
  environment: Environment,
): Promise<ExitCode> {
  const files = k6Files(paths, environment.signal)
  const { tags } = await findRun(files)
  const argument = options.scenario ?? scenarioBeside(paths[0] ?? '.')
  const chosen = await ofVariant(argument, options, { environment, variant: tags.variant })
  const loaded = await loadArgument(argument, chosen, environment.signal)
  const output = await openOutput(
    options.out ?? defaultOutput(environment, loaded.scenario.name, 'k6'),
    environment,
  )
  const { versions, host } = defaultSimEnvironment()
  const { signal } = environment
  const run = await importK6(files, loaded, { versions, host, signal })
  const judged = judge(run, loaded.scenario)
  await reportRun({ run: judged, loaded, output, options, environment })
  return exitCodeOfRuns([judged], options.gate ?? false)
}

/** The options with the variant that k6 ran, where the scenario knows it and none was given. */
async function ofVariant(
  argument: string,
  options: ImportOptions,
  { environment, variant }: { environment: Environment; variant: string },
): Promise<ImportOptions> {
  if (options.variant !== undefined || variant === baseVariant) return options
  const { scenario } = await loadArgument(argument, options, environment.signal)
  const isKnown = scenario.variants.some(({ name }) => name === variant)
  return isKnown ? { ...options, variant } : options
}

async function importFromLogs(
  paths: readonly string[],
  options: ImportOptions,
  environment: Environment,
): Promise<ExitCode> {
  const { scenario: argument, entry = null } = options
  const { signal } = environment
  const loaded = argument === undefined ? null : await loadArgument(argument, options, signal)
  const name = loaded?.scenario.name ?? logName(paths)
  const output = await openOutput(
    options.out ?? defaultOutput(environment, name, 'log'),
    environment,
  )
  const { versions, host } = defaultSimEnvironment()
  const { run, replay } = await importAccessLogs(
    paths,
    { loaded, entry },
    { versions, host, signal },
  )
  const extra = replay === null ? new Map<string, string>() : replayFiles(replay, loaded)
  await reportRun({ run, loaded, output, options, environment, extra })
  return exitCodeOfRuns([run], options.gate ?? false)
}

/** `arrivals.json`, for the field `arrivals`; and the scenario with it, where there is one. */
function replayFiles(replay: Replay, loaded: LoadedScenario | null): Files {
  const files: Files = new Map([['arrivals.json', `${JSON.stringify([replay])}\n`]])
  if (loaded === null) return files
  const document = { ...loaded.document, arrivals: [replay] }
  const parsed = parseScenario(document)
  // Evidence that others fill in may be missing then; a scenario that does not load helps nobody.
  if (parsed.ok) files.set('scenario.json', `${JSON.stringify(document, null, 1)}\n`)
  return files
}

function importRuns(
  paths: readonly string[],
  options: ImportOptions,
  environment: Environment,
): Promise<ExitCode> {
  return (options.from === 'k6' ? importFromK6 : importFromLogs)(paths, options, environment)
}

function definition() {
  const command = new Command('import')
    .description('make a run from the output of k6 or from access logs')
    .argument(
      '<file...>',
      'files that k6 wrote with --out json=…, of all runners of one run; or access logs',
    )
    .addOption(
      new Option('--from <what>', 'format of the files')
        .choices(['k6', 'access-log'])
        .makeOptionMandatory(),
    )
    .option(
      '--scenario <file>',
      'scenario of the run (k6 default: scenario.json beside the first file, or in the directory above)',
    )
    .option('--entry <path>', 'access-log: path prefix of the requests that are first contacts')
    .addOption(gateOption())
  return outputOptions(scenarioOptions(command))
}

export const importCommand = defineCommand(definition, importRuns)
