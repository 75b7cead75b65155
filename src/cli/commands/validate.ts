import { Command } from '@commander-js/extra-typings'
import { DambreakError, type Fault } from '../../core/errors.ts'
import { formats } from '../../report/format.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode, exitCodeOf } from '../exit.ts'
import { scenarioOptions } from '../options.ts'
import { printable } from '../printable.ts'
import { parseArgument, readArgument } from '../scenario-argument.ts'

type ValidateOptions = OptionsOf<typeof definition>

/** Loads the scenario and all its variants, or only the variant that is asked for. */
async function checkAll(
  argument: string,
  options: ValidateOptions,
  environment: Environment,
): Promise<ExitCode> {
  const source = await readArgument(argument, options, environment.signal)
  const { scenario } = parseArgument(source, options)
  if (options.variant === undefined) {
    for (const { name } of scenario.variants) {
      parseArgument(source, { ...options, variant: name })
    }
  }
  const variants = scenario.variants.map(({ name }) => name)
  const tickets =
    scenario.population.people *
    scenario.population.participation *
    scenario.population.devicesPerPerson
  if (options.json === true) {
    environment.out(`${JSON.stringify({ valid: true, name: scenario.name, tickets, variants })}\n`)
  } else {
    const others = variants.length === 0 ? 'no variants' : `variants ${variants.join(', ')}`
    environment.out(
      `${printable(`${scenario.name} is valid: ${formats.compact(tickets)} tickets at first, ${others}`)}\n`,
    )
  }
  return ExitCode.done
}

/** With `--json` the faults go to standard output, for editors and CI. */
function faultsAsJson(error: unknown, environment: Environment): ExitCode {
  if (!(error instanceof DambreakError) || error.kind === 'interrupted') throw error
  const faults: readonly Fault[] =
    error.faults.length > 0 ? error.faults : [{ path: '', message: error.message }]
  environment.out(`${JSON.stringify({ valid: false, faults }, null, 2)}\n`)
  return exitCodeOf(error.kind)
}

async function validate(
  argument: string,
  options: ValidateOptions,
  environment: Environment,
): Promise<ExitCode> {
  const result = checkAll(argument, options, environment)
  if (options.json !== true) return result
  return result.catch((error: unknown) => faultsAsJson(error, environment))
}

function definition() {
  const command = new Command('validate')
    .description('check a scenario and its variants; every fault is listed with its path')
    .argument('<scenario>', 'a scenario file, or the name of a shipped scenario')
  return scenarioOptions(command).option('--json', 'print the result as JSON on standard output')
}

export const validateCommand = defineCommand(definition, validate)
