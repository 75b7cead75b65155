import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Command, Option } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { importMeasured } from '../../engine/import-run.ts'
import { findRun } from '../../engine/k6/import/import-k6.ts'
import { logName } from '../../logs/import-access-logs.ts'
import type { Replay } from '../../logs/replay.ts'
import { parseScenario, type LoadedScenario } from '../../scenario/load/parse.ts'
import type { ScenarioSource } from '../../scenario/load/source.ts'
import { baseVariant } from '../../scenario/load/variants.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { fieldOption } from '../field-option.ts'
import type { ExitCode } from '../exit.ts'
import { k6Files } from '../../engine/k6/import/k6-files.ts'
import { gateOption, outputOptions, scenarioOptions } from '../options.ts'
import { defaultOutput, openOutput, type Files } from '../output.ts'
import { loadArgument, parseArgument, readArgument } from '../scenario-argument.ts'
import { exitCodeOfRuns } from '../simulations.ts'
import { reportRun } from '../report-run.ts'

type ImportOptions = OptionsOf<typeof definition>

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
  const { signal } = environment
  const { tags } = await findRun(k6Files(paths, signal))
  const argument = options.scenario ?? scenarioBeside(paths[0] ?? '.')
  const source = await readArgument(argument, options, signal)
  const loaded = ofVariant(source, options, tags.variant)
  const output = await openOutput(
    options.out ?? defaultOutput(environment, loaded.scenario.name, 'k6'),
    environment,
  )
  const { run } = await importMeasured(paths, { from: 'k6', scenario: loaded, signal })
  await reportRun({ run, loaded, output, options, environment })
  return exitCodeOfRuns([run], options.gate ?? false)
}

/** The variant that k6 ran, where the scenario has it and no other was given. */
function ofVariant(source: ScenarioSource, options: ImportOptions, variant: string) {
  const loaded = parseArgument(source, options)
  if (options.variant !== undefined || variant === baseVariant) return loaded
  const isKnown = loaded.scenario.variants.some(({ name }) => name === variant)
  return isKnown ? parseArgument(source, { ...options, variant }) : loaded
}

async function importFromLogs(
  paths: readonly string[],
  options: ImportOptions,
  environment: Environment,
): Promise<ExitCode> {
  const { scenario: argument, entry, field: fields } = options
  const { signal } = environment
  const loaded = argument === undefined ? null : await loadArgument(argument, options, signal)
  const name = loaded?.scenario.name ?? logName(paths)
  const output = await openOutput(
    options.out ?? defaultOutput(environment, name, 'log'),
    environment,
  )
  const { run, replay } = await importMeasured(paths, {
    from: 'access-log',
    ...(loaded === null ? {} : { scenario: loaded }),
    ...(entry === undefined ? {} : { entry }),
    fields,
    signal,
  })
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
  // Evidence may be missing from the document. Then it does not load, and is not written.
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
    .addOption(fieldOption())
    .addOption(gateOption())
  return outputOptions(scenarioOptions(command))
}

export const importCommand = defineCommand(definition, importRuns)
