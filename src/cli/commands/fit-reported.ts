import type { Command, OptionValues } from '@commander-js/extra-typings'
import { DambreakError } from '../../core/errors.ts'
import { minutesToSec, msToMinutes } from '../../core/units.ts'
import { memberOf, serialiseEnsemble, type Ensemble } from '../../fit/ensemble.ts'
import { ensemblePath } from '../../fit/ensemble-file.ts'
import { ensembleFrom, holdsAll, nextProposals, type Trial } from '../../fit/ensemble-search.ts'
import { constrainingRows, variantRows } from '../../fit/reported-rows.ts'
import { formats } from '../../report/format.ts'
import { parametersOf } from '../../scenario/schema/parameters.ts'
import { tryEnsemblePlace } from '../../fit/ensemble-place.ts'
import { ensembleText, missText } from '../ensemble-text.ts'
import type { Environment } from '../environment.ts'
import { ExitCode } from '../exit.ts'
import { factor, wholeNumber } from '../options.ts'
import { printable, printableLines } from '../printable.ts'
import { startSimulationProgress, type SimulationProgress } from '../progress.ts'
import { predict, runTrials, type TrialBench } from '../reported-trials.ts'
import { parseArgument, readArgument } from '../scenario-argument.ts'
import { openTrials, type TrialLog } from '../../fit/trial-log.ts'
import { writeWholeFile } from '../../core/files/whole-file.ts'

export interface FitReportedOptions {
  /** Sets of values to run at most. */
  readonly draws: number
  readonly minutes: number
  readonly seed: number
  readonly predict: number
  readonly out?: string
  readonly trials?: string
  readonly code: boolean
  readonly quiet?: boolean
  readonly json?: boolean
}

/** Adds what `fit --reported` takes beside `--seed`, `--out`, `--no-code`, `--quiet` and `--json`. */
export function reportedOptions<Args extends unknown[], Opts extends OptionValues>(
  command: Command<Args, Opts>,
) {
  return command
    .option(
      '--draws <n>',
      'with --reported: maximum number of sets of values to run',
      wholeNumber(1, 1_000_000),
      400,
    )
    .option('--minutes <m>', 'with --reported: start no run after this many minutes', factor, 30)
    .option(
      '--predict <n>',
      'with --reported: number of members that predict the reported figures of variants',
      wholeNumber(0, 10_000),
      8,
    )
    .option('--trials <file>', 'with --reported: file to keep every run in, and to resume from')
}

/** The scenario and what is asked of it, or a `usage` error where there is nothing to ask. */
async function benchOf(
  argument: string,
  { seed, code }: FitReportedOptions,
  { environment, progress }: Pick<TrialBench, 'environment' | 'progress'>,
): Promise<TrialBench> {
  const source = await readArgument(argument, { code }, environment.signal)
  const base = parseArgument(source, { code })
  const rows = constrainingRows(base.scenario)
  const parameters = parametersOf(source.document)
  if (rows.length === 0) {
    const text =
      `${argument} reports no figure that a set of values could be held against: ` +
      'state what is known under reported, not byConstruction and of no variant'
    throw new DambreakError('usage', text)
  }
  if (parameters.length === 0) {
    const text = `${argument} has no uncertain number: give one as { low, mid, high, evidence }`
    throw new DambreakError('usage', text)
  }
  return { source, base, problem: { parameters, rows, seed }, environment, progress }
}

/** What a log of trials is of, and an ensemble beside its members. */
function identityOf({ base, problem }: TrialBench) {
  const { scenario, workloadHash, stackHash } = base
  const { seed, rows } = problem
  const parameters = problem.parameters.map(({ name, low, mid, high }) => ({
    name,
    low,
    mid,
    high,
  }))
  return {
    of: { scenarioName: scenario.name, workloadHash, stackHash },
    key: { scenarioName: scenario.name, workloadHash, stackHash, seed, rows, parameters },
  }
}

interface Found {
  readonly trials: readonly Trial[]
  readonly drawn: number
}

/** A batch is to take about so long: its threads start anew, and a Ctrl-C may cost half of it. */
const batchMinutes = 0.25
const maxInBatch = 64

/** Batch after batch, until there are enough, or the time is up. */
async function search(
  bench: TrialBench,
  earlier: Pick<TrialLog, 'trials' | 'drawn' | 'add'>,
  { draws, minutes }: FitReportedOptions,
): Promise<Found> {
  const { environment, problem, progress } = bench
  const { clock, signal } = environment
  const startMs = clock.monotonicMs()
  const elapsed = () => msToMinutes(clock.monotonicMs() - startMs)
  const trials = [...earlier.trials]
  let { drawn } = earlier
  let ran = 0
  let batch = 2 * environment.cores
  let perTrial = 0
  // A batch is not cut off: half of what one takes is what the end may be missed by.
  while (trials.length < draws && !signal.aborted && elapsed() + (batch / 2) * perTrial < minutes) {
    const count = Math.min(draws - trials.length, batch)
    const { proposals, next } = nextProposals(problem, trials, { from: drawn, count })
    const { trials: ended, unfinished } = await runTrials(bench, proposals)
    drawn = unfinished ?? next
    trials.push(...ended)
    earlier.add(ended, drawn)
    ran += proposals.length
    perTrial = elapsed() / ran
    const fitting = Math.round(batchMinutes / perTrial)
    batch = Math.min(maxInBatch, Math.max(2 * environment.cores, fitting))
    const left = Math.min(minutes - elapsed(), perTrial * (draws - trials.length))
    tellBatch(bench, { trials, drawn }, minutesToSec(Math.max(0, left)))
  }
  progress.end()
  return { trials, drawn }
}

function tellBatch({ problem, progress, environment }: TrialBench, found: Found, leftSec: number) {
  const kept = found.trials.filter((trial) => holdsAll(problem, trial)).length
  const counted = `${found.trials.length} run, ${found.drawn} drawn`
  const left = formats.duration(Math.round(leftSec))
  progress.above(() => environment.err(`${kept} kept of ${counted}; about ${left} left\n`))
}

function silent(progress: SimulationProgress): SimulationProgress {
  return { ...progress, above: () => undefined, say: () => undefined }
}

/**
 * Finds the ensemble of a scenario and writes it beside the scenario, or to `--out`.
 *
 * Ends with 0 where there is one. Where no set of values holds what was reported nothing is written
 * and it ends with 1, as a gate does: what was asked to hold does not. After a Ctrl-C what was found
 * is written, and it ends with 130.
 */
export async function fitReported(
  argument: string,
  options: FitReportedOptions,
  environment: Environment,
): Promise<ExitCode> {
  const { quiet = false, json = false } = options
  const live = startSimulationProgress(environment, quiet || !environment.errIsTerminal)
  const progress = quiet ? silent(live) : live
  const bench = await benchOf(argument, options, { environment, progress })
  const path = options.out ?? ensemblePath(bench.source.file)
  tryEnsemblePlace(path, 'reported')
  const { of, key } = identityOf(bench)
  const log = options.trials === undefined ? noLog : openTrials(options.trials, key)
  const found = await search(bench, log, options)
  const ensemble = ensembleFrom(bench.problem, found, of)
  const codeOr = (code: ExitCode) => (environment.signal.aborted ? ExitCode.interrupted : code)
  if (ensemble === null) {
    environment.err(printableLines(missText(bench.problem, found)))
    return codeOr(ExitCode.gateFailed)
  }
  const whole = { ...ensemble, predictions: await predictionsOf(bench, ensemble, options) }
  await environment.hold(writeWholeFile(path, serialiseEnsemble(whole)))
  const { members: _members, parameters: _parameters, ...told } = whole
  environment.out(
    json
      ? `${JSON.stringify({ out: path, ...told }, null, 2)}\n`
      : `${printableLines(ensembleText(whole))}\nwritten to ${printable(path)}\n`,
  )
  return codeOr(ExitCode.done)
}

const noLog: TrialLog = { trials: [], drawn: 0, add: () => undefined }

async function predictionsOf(
  bench: TrialBench,
  ensemble: Ensemble,
  options: FitReportedOptions,
): Promise<Ensemble['predictions']> {
  const rows = variantRows(bench.base.scenario)
  const count = Math.min(options.predict, ensemble.members.length)
  if (count === 0 || rows.length === 0 || bench.environment.signal.aborted) return []
  const members = Array.from({ length: count }, (_, draw) => memberOf(ensemble, draw))
  try {
    return await predict(bench, [...new Set(members)], rows)
  } finally {
    bench.progress.end()
  }
}
