import { Command } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import type { ExitCode } from '../exit.ts'
import { outputOptions, runOptions, scenarioOptions } from '../options.ts'
import { defaultOutput, openOutput } from '../output.ts'
import { loadArgument } from '../scenario-argument.ts'
import { exitCodeOfRuns, simulateWithProgress } from '../simulations.ts'
import { reportRun } from '../report-run.ts'

type SimulateOptions = OptionsOf<typeof definition>

async function simulate(
  argument: string,
  options: SimulateOptions,
  environment: Environment,
): Promise<ExitCode> {
  const loaded = await loadArgument(argument, options, environment.signal)
  const { name } = loaded.scenario
  const output = await openOutput(
    options.out ?? defaultOutput(environment, name, 'sim'),
    environment,
  )
  const { seed, population, speed, quiet = false } = options
  const job = { id: name, loaded, seed, population, speed }
  const [finished] = await simulateWithProgress([job], environment, { quiet })
  if (finished === undefined) {
    throw new DambreakError('interrupted', 'stopped before anything was recorded')
  }
  const { run } = finished
  await reportRun({ run, loaded, output, options, environment })
  return exitCodeOfRuns([run], options.gate ?? false)
}

function definition() {
  const command = new Command('simulate')
    .description('run a scenario in the simulated engine and write a report')
    .argument('<scenario>', 'a scenario file, or the name of a shipped scenario')
  return outputOptions(runOptions(scenarioOptions(command)))
}

export const simulateCommand = defineCommand(definition, simulate)
