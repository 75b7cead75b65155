import type { Command } from 'commander'
import { DambreakError } from '../../core/errors.ts'
import { serialiseRun } from '../../record/store.ts'
import { runsText } from '../../report/text.ts'
import type { ReportRun } from '../../report/types.ts'
import type { LoadedScenario } from '../../scenario/parse.ts'
import type { Environment } from '../environment.ts'
import type { ExitCode } from '../exit.ts'
import { labelAlone, type BaseScenario } from '../label.ts'
import {
  addOutputOptions,
  addRunOptions,
  addScenarioOptions,
  type OutputOptions,
  type RunOptions,
  type ScenarioOptions,
} from '../options.ts'
import { defaultOutput, openOutput } from '../output.ts'
import { renderLazily } from '../render.ts'
import { printable } from '../printable.ts'
import { loadArgument } from '../scenario-argument.ts'
import { exitCodeOfRuns, simulateAll, unmetText } from '../simulations.ts'

export type SimulateOptions = ScenarioOptions & RunOptions & OutputOptions

/** The scenario that describes the variant which runs: that of a variant knows of none any more. */
async function describedBase(
  argument: string,
  { variant, code }: ScenarioOptions,
  loaded: LoadedScenario,
): Promise<BaseScenario> {
  if (variant === undefined) return loaded.scenario
  try {
    return (await loadArgument(argument, { code })).scenario
  } catch (error) {
    // What the command line mends is no reason to fail: the variant then goes by its name.
    if (error instanceof DambreakError) return loaded.scenario
    throw error
  }
}

async function simulate(
  argument: string,
  options: SimulateOptions,
  environment: Environment,
): Promise<ExitCode> {
  const loaded = await loadArgument(argument, options, environment.signal)
  const { name } = loaded.scenario
  const base = await describedBase(argument, options, loaded)
  const output = await openOutput(
    options.out ?? defaultOutput(environment, name, 'sim'),
    environment,
  )
  const { seed, population, speed, format, quiet = false } = options
  const job = { id: name, loaded, seed, population, speed }
  const [finished] = await simulateAll([job], environment, { quiet })
  if (finished === undefined) {
    throw new DambreakError('interrupted', 'stopped before anything was recorded')
  }
  const { run } = finished
  const reported: ReportRun = {
    run,
    evidence: loaded.evidence,
    label: labelAlone(run.header, base),
  }
  const files = await renderLazily([reported], { formats: format })
  if (format.includes('json')) files.set('run.json', serialiseRun(run))
  await output.write(files)
  if (options.json === true) {
    const { header, verdict, summary } = run
    environment.out(`${JSON.stringify({ out: output.path, header, verdict, summary }, null, 2)}\n`)
  } else {
    environment.out(`${runsText(reported, environment.outColumns?.())}\n`)
    if (!quiet) environment.err(`written to ${printable(output.path)}\n`)
  }
  if (options.gate === true) environment.err(unmetText([reported]))
  return exitCodeOfRuns([run], options.gate ?? false)
}

export function addSimulate(
  program: Command,
  environment: Environment,
  end: (code: ExitCode) => void,
): void {
  const command = program
    .command('simulate')
    .description('run a scenario in the simulated engine and write a report')
    .argument('<scenario>', 'a scenario file, or the name of a shipped scenario')
  addScenarioOptions(command)
  addRunOptions(command)
  addOutputOptions(command)
  command.action(async (argument: string, options: SimulateOptions) => {
    end(await simulate(argument, options, environment))
  })
}
