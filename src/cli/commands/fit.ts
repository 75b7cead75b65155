import { existsSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { tryWholeFile, writeWholeFile } from '../../core/files/whole-file.ts'
import { serialiseEnsemble } from '../../fit/ensemble.ts'
import { ensemblePath } from '../../fit/ensemble-file.ts'
import { tryEnsemblePlace } from '../../fit/ensemble-place.ts'
import type { FitResult } from '../../fit/fit.ts'
import { readScreen, type Screen } from '../../logs/screen.ts'
import { fitScenario } from '../../report/fit/fit-scenario.ts'
import { fitText } from '../../report/fit/fit-text.ts'
import { fittedYaml } from '../../report/fit/fitted-yaml.ts'
import { reportFiles } from '../../report/report-files.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import { fieldOption } from '../field-option.ts'
import { formatOption, noCodeOption, seedOption } from '../options.ts'
import { openOutput } from '../output.ts'
import { printable } from '../printable.ts'
import { loadArgument } from '../scenario-argument.ts'
import { performFitReported, reportedOptions } from './fit-reported.ts'

type FitOptions = OptionsOf<typeof definition>

function checkUsage(inputs: readonly string[], options: FitOptions): void {
  const { screen, steps, scenario, out, force } = options
  if (inputs.length + screen.length + steps.length === 0) {
    const what = 'give runs, logs or CSV files, --screen or --steps'
    throw new DambreakError('usage', `nothing to fit: ${what}`)
  }
  if (steps.length > 0 && scenario === undefined) {
    throw new DambreakError('usage', '--steps requires --scenario, whose stations are fitted')
  }
  if (out === undefined) return
  if (!/\.ya?ml$/i.test(out)) {
    throw new DambreakError('usage', `${out} must end in .yaml: that is what is written`)
  }
  if (existsSync(out) && force !== true) {
    throw new DambreakError('usage', `${out} exists already: --force replaces it`)
  }
  tryWholeFile(out)
  if (steps.length > 0) tryEnsemblePlace(ensemblePath(out), 'measured')
}

async function fitMeasured(
  paths: readonly string[],
  options: FitOptions,
  environment: Environment,
): Promise<ExitCode> {
  checkUsage(paths, options)
  const { seed, entry, opensAt, out, code, format, screen: screens, steps, field: fields } = options
  const scenario =
    options.scenario === undefined
      ? {}
      : { scenario: await loadArgument(options.scenario, { code }, environment.signal) }
  const page = options.report === undefined ? null : await openOutput(options.report, environment)
  const result = await fitScenario(
    { paths, screens, steps, ...scenario },
    {
      seed,
      fields,
      signal: environment.signal,
      ...(entry === undefined ? {} : { entry }),
      ...(opensAt === undefined ? {} : { opensAt }),
      ...(out === undefined ? {} : { name: basename(out, extname(out)) }),
    },
  )
  if (page !== null) {
    // `fit.json` whatever the formats: it is what a fit is.
    const formats = [...new Set([...format, 'json' as const])]
    await page.write(await reportFiles({ fit: result }, { formats }))
  }
  const files = out === undefined ? [] : scenarioFiles(out, result)
  for (const [path, content] of files) await environment.hold(writeWholeFile(path, content))
  print(result, { options, report: page?.path ?? null, files }, environment)
  return ExitCode.done
}

type WrittenFile = [path: string, content: string]

interface Written {
  readonly options: FitOptions
  readonly report: string | null
  readonly files: readonly WrittenFile[]
}

function print(result: FitResult, { options, report, files }: Written, environment: Environment) {
  if (options.json === true) {
    const { fitted, notes } = result
    const { estimates, settings, notIdentified } = fitted
    const found = { out: options.out ?? null, report, estimates, settings, notIdentified, notes }
    environment.out(`${JSON.stringify(found, null, 2)}\n`)
    return
  }
  environment.out(`${fitText(result, environment.outColumns?.())}\n`)
  if (options.quiet === true) return
  for (const path of [...files.map(([file]) => file), ...(report === null ? [] : [report])]) {
    environment.err(`written to ${printable(path)}\n`)
  }
}

/** The scenario's file, and that of the sets of values that go with its intervals. */
function scenarioFiles(out: string, result: FitResult): WrittenFile[] {
  const { ensemble } = result
  const scenario: WrittenFile = [out, fittedYaml(result)]
  return ensemble === null
    ? [scenario]
    : [[ensemblePath(out), serialiseEnsemble(ensemble)], scenario]
}

const collectPath = (text: string, before: readonly string[]): string[] => [...before, text]

function collectScreen(text: string, before: readonly Screen[]): Screen[] {
  try {
    return [...before, readScreen(text)]
  } catch (error) {
    if (error instanceof DambreakError) throw new InvalidArgumentError(`${error.message}.`)
    throw error
  }
}

async function reported(
  inputs: readonly string[],
  options: FitOptions,
  environment: Environment,
): Promise<ExitCode> {
  const [scenario = options.scenario, ...others] = inputs
  if (scenario !== undefined && others.length === 0) {
    return performFitReported(scenario, options, environment)
  }
  throw new DambreakError(
    'usage',
    '--reported takes one scenario: dambreak fit <scenario> --reported',
  )
}

function performFit(
  inputs: readonly string[],
  options: FitOptions,
  environment: Environment,
): Promise<ExitCode> {
  return (options.reported === true ? reported : fitMeasured)(inputs, options, environment)
}

function definition() {
  const command = new Command('fit')
    .description("estimate a scenario's parameters from measurements")
    .argument(
      '[inputs...]',
      'runs, access logs and CSV files (gzip too); the format is detected from the content',
    )
    .option('--scenario <base>', 'scenario to put the estimates into')
    .option('--out <scenario.yaml>', 'file to write the scenario to (default: only print)')
    .option('--force', 'replace an existing file')
    .addOption(
      new Option(
        '--screen <text>',
        'what a waiting room showed, "ahead=30410 eta=845s at=20:00:00"; repeatable',
      )
        .argParser(collectScreen)
        .default([], 'none'),
    )
    .addOption(
      new Option('--steps <run>', 'rehearsal in steps of load, made with --observe; repeatable')
        .argParser(collectPath)
        .default([], 'none'),
    )
    .addOption(
      new Option(
        '--reported',
        'find sets of values that reproduce the reported figures of <scenario>',
      ).conflicts(['screen', 'steps', 'entry', 'field', 'opensAt', 'report', 'format', 'force']),
    )
    .option(
      '--entry <target>',
      'requests with this path prefix draw a ticket (default: the first request of each client)',
    )
    .addOption(fieldOption())
    .option('--opens-at <clock>', 'opening time, if the scenario has another or there is none')
    .option('--report <dir>', 'directory for a report that shows each fit against its data')
    .addOption(formatOption())
    .option('--quiet', 'no messages')
    .option('--json', 'print the result as JSON, and nothing else, on standard output')
    .addOption(seedOption())
    .addOption(noCodeOption())
  return reportedOptions(command)
}

export const fitCommand = defineCommand(definition, performFit)
