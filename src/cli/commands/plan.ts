import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { planScenario, type PlanNotice } from '../../plan/plan-scenario.ts'
import { staleText } from '../../report/fit/ensemble-text.ts'
import { planText } from '../../report/plan/plan-text.ts'
import { reportFiles } from '../../report/report-files.ts'
import { defineCommand, type OptionsOf } from '../command.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import {
  amount,
  countSpan,
  factor,
  noCodeOption,
  openProbability,
  outputOptions,
  seedOption,
  setOption,
  variantOption,
  wholeNumber,
} from '../options.ts'
import { defaultOutput, openOutput } from '../output.ts'
import { printable, printableLines } from '../printable.ts'
import { startPlanProgress } from '../progress.ts'
import { loadArgument } from '../scenario-argument.ts'

type PlanOptions = OptionsOf<typeof definition>

function noticeText(notice: PlanNotice, scenarioPath: string): string {
  if (notice.code === 'EnsembleStale') {
    return `${staleText(notice, scenarioPath)}: drawing from intervals`
  }
  const names = notice.parameters.join(', ')
  return `--set comes before the ensemble: ${names} as stated, apart from what ties the rest together`
}

async function plan(
  argument: string,
  options: PlanOptions,
  environment: Environment,
): Promise<ExitCode> {
  const { code, set, variant, instances, probability, replications, seed, population } = options
  const { levers, budget, map = false, keepTimeline = false } = options
  const { quiet = false, json = false } = options
  const { cores, signal } = environment
  const changes = { code, set, ...(variant === undefined ? {} : { variant }) }
  const loaded = await loadArgument(argument, changes, signal)
  const output = await openOutput(
    options.out ?? defaultOutput(environment, loaded.scenario.name, 'plan'),
    environment,
  )
  const progress = startPlanProgress(environment, quiet)
  const made = await planScenario(loaded, {
    counts: instances,
    probability,
    replications,
    keepTimeline,
    seed,
    population,
    withMap: map,
    ...(levers === undefined ? {} : { levers }),
    ...(budget === undefined ? {} : { budgetPerHour: budget }),
    threads: cores,
    signal,
    onProgress: progress.update,
    onNotice: (notice) => {
      if (!quiet) environment.err(`${printable(noticeText(notice, argument))}\n`)
    },
  }).finally(progress.end)
  // `plan.json` whatever the formats: it is what a plan is.
  const formats = [...new Set([...options.format, 'json' as const])]
  await output.write(await reportFiles({ plan: made }, { formats }))
  if (json) environment.out(`${JSON.stringify({ out: output.path, ...made }, null, 2)}\n`)
  else environment.out(`${printableLines(planText(made, environment.outColumns?.()))}\n`)
  if (!quiet && !json) environment.err(`written to ${printable(output.path)}\n`)
  return made.audit.complete ? ExitCode.done : ExitCode.interrupted
}

/** `100`, or `12..100`: minimum and maximum. */
function replicationSpan(text: string): { min: number; max: number } {
  const [first = '', second] = text.split('..')
  const count = wholeNumber(1, 1000)
  const max = count(second ?? first)
  const min = second === undefined ? 1 : count(first)
  if (min <= max) return { min, max }
  throw new InvalidArgumentError(`There is no number from ${min} to ${max}.`)
}

function definition() {
  const command = new Command('plan')
    .description(
      'find how many instances meet the SLO, with what confidence and regret, and which other levers help',
    )
    .argument('<scenario>', 'a scenario file, or the name of a shipped scenario')
    .addOption(
      new Option('--instances <span>', 'the counts to try: 1..20, or 4,6,8')
        .argParser(countSpan)
        .default(countSpan('1..20'), '1..20'),
    )
    .addOption(
      new Option('--probability <p>', 'required probability that every objective holds')
        .argParser(openProbability)
        .default(0.95),
    )
    .addOption(
      new Option(
        '--replications <span>',
        'simulated openings per candidate: a maximum, or minimum and maximum as in 12..100',
      )
        .argParser(replicationSpan)
        .default(replicationSpan('100'), '100'),
    )
    .option('--levers <file>', 'YAML file of levers to try instead of the built-in ones')
    .option('--no-levers', 'try no levers')
    .option('--budget <money>', 'maximum cost of the instances per hour', amount)
    .option('--map', 'add the collapse map: instances × crowd')
    .option('--no-map', 'no collapse map (the default)')
    .option('--keep-timeline', 'keep the halts and scale-outs of the timeline')
    .addOption(seedOption())
    .option('--population <f>', 'scale counts and rates by f', factor, 1)
    .addOption(setOption())
    .addOption(variantOption())
    .addOption(noCodeOption())
  return outputOptions(command)
}

export const planCommand = defineCommand(definition, plan)
