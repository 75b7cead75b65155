import type { Clock } from '../core/clock.ts'
import { DambreakError } from '../core/errors.ts'
import { minutesToSec, msToMinutes } from '../core/units.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import type { ScenarioSource } from '../scenario/load/source.ts'
import { parametersOf } from '../scenario/schema/parameters.ts'
import { memberOf, type Ensemble } from './ensemble.ts'
import {
  ensembleFrom,
  holdsAll,
  nextProposals,
  tallyRows,
  type RowTally,
  type SearchProblem,
  type Trial,
} from './ensemble-search.ts'
import { constrainingRows, variantRows } from './reported-rows.ts'
import { predict, runTrials, type TrialBench, type TrialEnvironment } from './reported-trials.ts'
import { openTrials, type TrialLog } from './trial-log.ts'

export interface FitReportedOptions {
  /** Sets of values to simulate at most; default 400. */
  readonly draws?: number
  /** No simulation starts after so long; default 30. */
  readonly minutes?: number
  /** Default 1. */
  readonly seed?: number
  /** Members to simulate the reported variants with; default 8. */
  readonly predict?: number
  /** A file that keeps every trial, from which a later search goes on. */
  readonly trials?: string
}

export interface FitReportedEnvironment extends TrialEnvironment {
  readonly clock: Pick<Clock, 'monotonicMs'>
  /** Called after each batch of simulations. */
  readonly onBatch?: (batch: SearchBatch) => void
}

/** How far a search is. */
interface SearchBatch {
  readonly kept: number
  readonly simulated: number
  readonly drawn: number
  /** About how long it goes on. */
  readonly leftSec: number
}

export interface ReportedFit {
  /** `null`: no set of values reproduces what is reported. */
  readonly ensemble: Ensemble | null
  readonly simulated: number
  readonly drawn: number
  /** How each row fared, the one that was held least often first. */
  readonly tallies: readonly RowTally[]
}

/**
 * Searches for the sets of values of a scenario's uncertain numbers that reproduce the figures it
 * reports, then simulates the variants of which figures are reported with some of them. The same seed
 * and trials give the same ensemble on any number of threads. After an abort the result holds what was
 * found by then, without predictions.
 * @throws DambreakError 'usage' where the scenario was not loaded from a file, reports no figure or has
 *   no uncertain number, or `trials` is of another search; 'disk'
 */
export async function fitReported(
  loaded: LoadedScenario,
  options: FitReportedOptions,
  environment: FitReportedEnvironment,
): Promise<ReportedFit> {
  const { seed = 1, trials: path } = options
  const source = sourceOf(loaded)
  const problem = problemOf(source, loaded, seed)
  const bench: TrialBench = { source, base: loaded, problem, environment }
  const { of, key } = identityOf(bench)
  const found = await search(bench, path === undefined ? noLog : openTrials(path, key), {
    options,
    environment,
  })
  const ensemble = ensembleFrom(bench.problem, found, of)
  return {
    ensemble:
      ensemble === null
        ? null
        : { ...ensemble, predictions: await predictionsOf(bench, ensemble, options) },
    simulated: found.trials.length,
    drawn: found.drawn,
    tallies: tallyRows(bench.problem, found.trials),
  }
}

function sourceOf({ origin, scenario }: LoadedScenario): ScenarioSource {
  if (origin !== null) return origin.source
  throw new DambreakError(
    'usage',
    `the scenario ${scenario.name} was not loaded from a file, so that its variants cannot be simulated`,
  )
}

function problemOf(
  source: ScenarioSource,
  { scenario }: LoadedScenario,
  seed: number,
): SearchProblem {
  const rows = constrainingRows(scenario)
  const parameters = parametersOf(source.document)
  if (rows.length === 0) {
    throw new DambreakError(
      'usage',
      `${source.path} reports no figure to fit to: state it under reported, not byConstruction and not of a variant`,
    )
  }
  if (parameters.length === 0) {
    throw new DambreakError(
      'usage',
      `${source.path} has no uncertain number: give one as { low, mid, high, evidence }`,
    )
  }
  return { parameters, rows, seed }
}

/** What a log of trials belongs to, and what an ensemble says of its scenario. */
function identityOf({ base, problem }: TrialBench) {
  const { scenario, workloadHash, stackHash } = base
  const { seed, rows } = problem
  const parameters = problem.parameters.map(({ name, low, mid, high }) => ({
    name,
    low,
    mid,
    high,
  }))
  const of = { scenarioName: scenario.name, workloadHash, stackHash }
  return { of, key: { ...of, seed, rows, parameters } }
}

/** About how long a batch takes: its threads start anew, and an abort may cost half of it. */
const batchMinutes = 0.25
const maxInBatch = 64

/** Batch after batch, until there are enough, or the time is up. */
async function search(
  bench: TrialBench,
  earlier: TrialLog,
  given: { options: FitReportedOptions; environment: FitReportedEnvironment },
): Promise<{ readonly trials: readonly Trial[]; readonly drawn: number }> {
  const { problem } = bench
  const { draws = 400, minutes = 30 } = given.options
  const { clock, cores, signal, onBatch } = given.environment
  const startMs = clock.monotonicMs()
  const elapsed = () => msToMinutes(clock.monotonicMs() - startMs)
  const trials = [...earlier.trials]
  let { drawn } = earlier
  let ran = 0
  let batch = 2 * cores
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
    batch = Math.min(maxInBatch, Math.max(2 * cores, Math.round(batchMinutes / perTrial)))
    const left = Math.min(minutes - elapsed(), perTrial * (draws - trials.length))
    onBatch?.({
      kept: trials.filter((trial) => holdsAll(problem, trial)).length,
      simulated: trials.length,
      drawn,
      leftSec: minutesToSec(Math.max(0, left)),
    })
  }
  return { trials, drawn }
}

const noLog: TrialLog = { trials: [], drawn: 0, add: () => undefined }

async function predictionsOf(
  bench: TrialBench,
  ensemble: Ensemble,
  options: FitReportedOptions,
): Promise<Ensemble['predictions']> {
  const rows = variantRows(bench.base.scenario)
  const count = Math.min(options.predict ?? 8, ensemble.members.length)
  if (count === 0 || rows.length === 0 || bench.environment.signal.aborted) return []
  const members = Array.from({ length: count }, (_, draw) => memberOf(ensemble, draw))
  return predict(bench, [...new Set(members)], rows)
}
