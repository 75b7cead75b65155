import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { msToSec, usToSec } from '../../core/units.ts'
import { Pool } from '../../engine/pool.ts'
import { findEnsemble } from '../../fit/ensemble-file.ts'
import { middleOf, valuesOf, type Ensemble } from '../../fit/ensemble.ts'
import { drawsOf, isWithin, unstated } from '../../plan/draws.ts'
import { applicableLevers, parseLevers, readLevers, requireLevers } from '../../plan/lever-file.ts'
import type { Lever } from '../../plan/lever.ts'
import { builtInLevers } from '../../plan/levers.ts'
import type { Outcome } from '../../plan/outcome.ts'
import type { Plan } from '../../plan/plan-record.ts'
import { makePlan, type PlanInput } from '../../plan/plan.ts'
import { grain, scenarioOf } from '../../plan/run-trial.ts'
import { jobOf, type Replicate, type TrialBase, type TrialJob } from '../../plan/trial.ts'
import { planText } from '../../report/plan/plan-text.ts'
import type { ReportFormat } from '../../report/types.ts'
import type { ScenarioSource } from '../../scenario/load/load.ts'
import { sizeLimits } from '../../scenario/schema/limits.ts'
import { parametersOf, pricesOf } from '../../scenario/schema/parameters.ts'
import type { LoadedScenario } from '../../scenario/load/parse.ts'
import { expectedTickets, ticketsText } from '../../scenario/size.ts'
import { planThread } from '../../plan/plan-threads.ts'
import { defaultSimEnvironment } from '../../engine/sim-environment.ts'
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
import { defaultOutput, openOutput, type Files } from '../output.ts'
import { expectedTrials, startPlanProgress } from '../plan-progress.ts'
import { printable, printableLines } from '../printable.ts'
import { parseArgument, readArgument } from '../scenario-argument.ts'

type PlanOptions = OptionsOf<typeof definition>

/** The command line as a plan's input. Throws where it, or the scenario, cannot be planned. */
async function inputOf(
  source: ScenarioSource,
  options: PlanOptions,
  environment: Environment,
): Promise<PlanInput> {
  const { instances, seed, population, probability, replications, budget } = options
  const { set, variant, keepTimeline = false } = options
  const loaded = parseArgument(source, { set, ...(variant === undefined ? {} : { variant }) })
  requirePlannable(loaded, source.path, options)
  // The count is what a plan chooses, however uncertain the scenario is of it.
  const parameters = parametersOf(loaded.document).filter(({ name }) => name !== 'stack.instances')
  const ensemble = await ensembleOf(source, options, environment)
  const stated = set.map((one) => one.slice(0, one.indexOf('=')).trim())
  if (ensemble !== null) tellStated(ensemble, stated, { options, environment })
  const draws = drawsOf([...parameters, ...pricesOf(loaded.document)], {
    seed,
    points: replications.most,
    ...(ensemble === null
      ? {}
      : { memberOf: (draw) => unstated(valuesOf(ensemble, draw, seed), stated) }),
  })
  const base: TrialBase = {
    document: loaded.document,
    parameters,
    draws,
    ...(ensemble === null ? {} : { middle: unstated(middleOf(ensemble), stated) }),
    seed,
    keepTimeline,
  }
  return {
    loaded,
    base,
    counts: instances,
    probability,
    ...replications,
    levers: await leversOf(base, options),
    withMap: options.map ?? false,
    budgetPerHour: budget ?? null,
    population,
    from: {
      from: ensemble !== null ? 'ensemble' : parameters.length === 0 ? 'fixed' : 'intervals',
      count: parameters.length,
      members: ensemble?.members.length ?? null,
    },
  }
}

/** The ensemble beside the scenario; one that speaks of another scenario is passed over, and said so. */
async function ensembleOf(
  source: ScenarioSource,
  { quiet }: PlanOptions,
  { err }: Environment,
): Promise<Ensemble | null> {
  const found = await findEnsemble(source)
  if (found.kind === 'fits') return found.ensemble
  if (found.kind === 'stale' && quiet !== true) {
    const why = found.reasons.join('; ')
    const text = `${found.path} is out of date (${why}): drawing from intervals; run ${found.remedy}`
    err(`${printable(text)}\n`)
  }
  return null
}

/** Says which values are drawn from what `--set` states, though the ensemble has them. */
function tellStated(
  { parameters }: Ensemble,
  stated: readonly string[],
  { options, environment }: { options: PlanOptions; environment: Environment },
): void {
  const names = parameters
    .map(({ name }) => name)
    .filter((name) => stated.some((path) => isWithin(name, path)))
  if (names.length === 0 || options.quiet === true) return
  const text = `--set comes before the ensemble: ${names.join(', ')} as stated, apart from what ties the rest together`
  environment.err(`${printable(text)}\n`)
}

function requirePlannable(
  { scenario }: LoadedScenario,
  path: string,
  { budget, population }: PlanOptions,
): void {
  if (scenario.slo.length === 0) {
    const message = 'is empty: a plan needs to know what is enough, such as "waitSec.p95 < 1800"'
    throw new DambreakError('scenario', `the scenario ${path} cannot be planned`, [
      { path: 'slo', message },
    ])
  }
  if (budget !== undefined && scenario.cost?.instancePerHour === undefined) {
    const message = '--budget needs the price of an instance: state cost.instancePerHour'
    throw new DambreakError('usage', message)
  }
  const tickets = expectedTickets(scenario) * population
  if (tickets > sizeLimits.tickets) {
    throw new DambreakError('usage', `--population ${population} ${ticketsText(tickets)}`)
  }
}

async function leversOf(base: TrialBase, { levers }: PlanOptions): Promise<Lever[]> {
  if (levers === false) return []
  const { document } = jobOf(base, { instances: 1, draw: null }, 1)
  if (levers === undefined) {
    return applicableLevers(parseLevers(builtInLevers, 'dambreak'), document)
  }
  const read = await readLevers(levers)
  requireLevers(read, document, levers)
  return read
}

/** Trials over threads; an interruption is thrown, so that no half batch decides anything. */
function replicateOn(
  pool: Pool<TrialJob, Outcome>,
  { base, population }: PlanInput,
  onEnd: () => void,
): Replicate {
  return async (trials) => {
    const jobs = trials.map((trial) => jobOf(base, trial, population))
    const ended = await pool.run(jobs, { onEnd })
    if (ended.length < jobs.length || ended.some(({ stopped }) => stopped)) {
      throw new DambreakError('interrupted', 'stopped before the plan was made')
    }
    return ended.map(({ result }) => result)
  }
}

async function runPlan(input: PlanInput, environment: Environment, quiet: boolean): Promise<Plan> {
  const { clock, cores, signal } = environment
  const progress = startPlanProgress(environment, expectedTrials(input), quiet)
  const pool = new Pool<TrialJob, Outcome>({ entry: planThread, workers: cores, signal })
  const startMs = clock.monotonicMs()
  const cpuBefore = process.cpuUsage()
  try {
    return await makePlan(input, {
      replicate: replicateOn(pool, input, progress.ended),
      middle: (instances) =>
        scenarioOf(jobOf(input.base, { instances, draw: null }, input.population)),
      onPhase: progress.begin,
      startedAt: new Date(clock.epochMs()).toISOString(),
      versions: defaultSimEnvironment().versions,
      grain,
      spent: () => {
        const { user, system } = process.cpuUsage(cpuBefore)
        return { wallSec: msToSec(clock.monotonicMs() - startMs), cpuSec: usToSec(user + system) }
      },
    })
  } finally {
    await pool.close()
    progress.end()
  }
}

/** The report, and `plan.json` whatever the formats: it is what a plan is. */
async function filesOf(plan: Plan, formats: readonly ReportFormat[]): Promise<Files> {
  // The drawing libraries take a while to load, which a command that fails need not wait for.
  const { renderPlan } = await import('../../report/plan/plan-report.ts')
  const files = await renderPlan(plan, { formats })
  return files.set('plan.json', `${JSON.stringify(plan, null, 1)}\n`)
}

async function plan(
  argument: string,
  options: PlanOptions,
  environment: Environment,
): Promise<ExitCode> {
  const { code, set } = options
  const source = await readArgument(argument, { code, set }, environment.signal)
  const input = await inputOf(source, options, environment)
  const { name } = input.loaded.scenario
  const output = await openOutput(
    options.out ?? defaultOutput(environment, name, 'plan'),
    environment,
  )
  const { quiet = false, json = false } = options
  const made = await runPlan(input, environment, quiet)
  await output.write(await filesOf(made, options.format))
  if (json) environment.out(`${JSON.stringify({ out: output.path, ...made }, null, 2)}\n`)
  else environment.out(`${printableLines(planText(made, environment.outColumns?.()))}\n`)
  if (!quiet && !json) environment.err(`written to ${printable(output.path)}\n`)
  return made.audit.complete ? ExitCode.done : ExitCode.interrupted
}

/** `100`, or `12..100`: fewest and most. */
function replicationSpan(text: string): { least: number; most: number } {
  const [first = '', second] = text.split('..')
  const count = wholeNumber(1, 1000)
  const most = count(second ?? first)
  const least = second === undefined ? 1 : count(first)
  if (least <= most) return { least, most }
  throw new InvalidArgumentError(`There is no number from ${least} to ${most}.`)
}

function definition() {
  const command = new Command('plan')
    .description('how many instances, with what confidence, at what regret; and which other levers')
    .argument('<scenario>', 'a scenario file, or the name of a shipped scenario')
    .addOption(
      new Option('--instances <span>', 'the counts to try: 1..20, or 4,6,8')
        .argParser(countSpan)
        .default(countSpan('1..20'), '1..20'),
    )
    .addOption(
      new Option('--probability <p>', 'how likely every objective must hold')
        .argParser(openProbability)
        .default(0.95),
    )
    .addOption(
      new Option(
        '--replications <span>',
        'simulated openings of a candidate: at most 100, or at least and at most, as in 12..100',
      )
        .argParser(replicationSpan)
        .default(replicationSpan('100'), '100'),
    )
    .option('--levers <file>', 'levers beside servers, in YAML, instead of the built-in ones')
    .option('--no-levers', 'servers alone')
    .option('--budget <money>', 'the most that instances may cost an hour', amount)
    .option('--map', 'the collapse map too: instances × crowd')
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
