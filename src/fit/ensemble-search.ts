import { must } from '../core/assert.ts'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { allowed } from '../scenario/schema/parameters.ts'
import type { Parameter, Values } from '../scenario/schema/parameters.ts'
import { sampleValues } from '../scenario/request/sample.ts'
import { rounded } from './ensemble.ts'
import type { Ensemble, EnsembleMethod, EnsembleRow } from './ensemble.ts'
import { boundsOfRow, isWithin } from './reported-rows.ts'
import { fitForecast, forecastWithin, type RowForecast } from './row-forecast.ts'

/**
 * The search for sets of values that reproduce reported rows: approximate Bayesian computation by
 * rejection. Sets are proposed from the intervals (the prior) and kept where one simulation with the
 * values holds every row.
 *
 * Most proposals miss a row, and which ones can be guessed from those that were run. So that fewer
 * runs are wasted and the prior is still kept, a proposal that is unlikely to hold is run with a
 * probability α < 1 only, and counts 1/α where it is kept (early rejection by random survival: Prescott
 * and Baker, "Multifidelity approximate Bayesian computation", SIAM/ASA J. Uncertainty Quantification
 * 8(1), 2020). A poor guess costs runs, never the answer. A kernel around what was kept (sequential
 * Monte Carlo: Toni et al., J. R. Soc. Interface 6, 2009; Beaumont et al., Biometrika 96(4), 2009) was
 * left aside: with some forty parameters, of which the rows constrain a few, its importance weights
 * are spread so widely that a handful of members would carry the whole ensemble.
 */
export interface SearchProblem {
  readonly parameters: readonly Parameter[]
  readonly rows: readonly EnsembleRow[]
  readonly seed: number
}

export interface Proposal {
  /** Number of the draw, from 0. */
  readonly index: number
  /** Of its run. */
  readonly seed: number
  /** 1/α. */
  readonly weight: number
  readonly values: Values
}

/** A proposal that was run. */
export interface Trial {
  readonly index: number
  readonly seed: number
  readonly weight: number
  readonly values: Readonly<Record<string, number>>
  /** By id, the rows that its run could tell; `null`: no data. A run that missed one may end early. */
  readonly observed: Readonly<Record<string, number | null>>
}

/** Sets of values that are drawn together, one from each of so many parts of every interval. */
const blockDraws = 64
/** Before so many trials every proposal is run: there is nothing to guess from. */
const untriedTrials = 20
/** The least α: bounds the weights, and keeps looking where nothing is expected. */
const minSurvival = 0.1

/**
 * The next `count` proposals that are to be run, from draw number `from` on, and the draw after the
 * last of them. The same trials give the same proposals.
 */
export function nextProposals(
  problem: SearchProblem,
  trials: readonly Trial[],
  { from, count }: { readonly from: number; readonly count: number },
): { proposals: Proposal[]; next: number } {
  const survival = survivalOf(problem, trials)
  const key = streamKey(problem.seed, streams.ensembleScreen)
  const proposals: Proposal[] = []
  let block = -1
  let drawn: Values[] = []
  let index = from
  for (; proposals.length < count; index++) {
    if (Math.floor(index / blockDraws) !== block) {
      block = Math.floor(index / blockDraws)
      drawn = blockOf(problem, block)
    }
    const values = must(drawn[index % blockDraws], 'a draw of the block')
    const alpha = survival(values)
    if (uniform(key, index) >= alpha) continue
    const seed = (problem.seed + index) % 2 ** 32
    proposals.push({ index, seed, weight: rounded(1 / alpha), values })
  }
  return { proposals, next: index }
}

/** As the run and the file will have them: within what the field allows, to a few digits. */
function blockOf({ parameters, seed }: SearchProblem, block: number): Values[] {
  const blockSeed = (seed + Math.imul(block, 0x9e3779b1)) >>> 0
  return sampleValues(parameters, { seed: blockSeed, points: blockDraws }).map(
    (values) =>
      new Map(
        parameters.map((parameter) => {
          const value = must(values.get(parameter.name), parameter.name)
          return [parameter.name, allowed(parameter, rounded(value))]
        }),
      ),
  )
}

/**
 * The probability of being run: the square root of the forecast probability of holding, which makes
 * the variance for a given number of runs least (a draw's contribution to the variance goes with
 * p/α, its cost with α).
 */
function survivalOf(
  { parameters, rows }: SearchProblem,
  trials: readonly Trial[],
): (values: Values) => number {
  if (trials.length < untriedTrials) return () => 1
  const scaledValues = (of: (name: string) => number) =>
    parameters.map((parameter) => scaledValue(parameter, of(parameter.name)))
  const forecasts = rows.flatMap((row) => {
    const examples = trials.flatMap(({ values, observed }) => {
      const y = observed[row.id]
      if (typeof y !== 'number') return []
      return [{ x: scaledValues((name) => must(values[name], name)), y }]
    })
    const forecast = examples.length < untriedTrials / 2 ? null : fitForecast(examples)
    return forecast === null ? [] : [{ forecast, bounds: boundsOfRow(row) }]
  })
  return (values) => {
    const x = scaledValues((name) => must(values.get(name), name))
    const holds = forecasts.reduce(
      (product: number, one: { forecast: RowForecast; bounds: { min: number; max: number } }) =>
        product * forecastWithin(one.forecast, x, one.bounds),
      1,
    )
    return Math.max(minSurvival, Math.sqrt(holds))
  }
}

/** −1 at the 5th percentile, 1 at the 95th. */
function scaledValue({ low, high }: Parameter, value: number): number {
  return high > low ? (2 * value - low - high) / (high - low) : 0
}

/** Whether the run of a trial held every row. */
export function holdsAll({ rows }: Pick<SearchProblem, 'rows'>, { observed }: Trial): boolean {
  return rows.every((row) => holdsRow(row, observed[row.id] ?? null))
}

export function holdsRow(row: EnsembleRow, observed: number | null): boolean {
  return isWithin(boundsOfRow(row), observed)
}

/** What of a scenario an ensemble is tied to. */
export type EnsembleOf = Pick<Ensemble, 'scenarioName' | 'workloadHash' | 'stackHash'>

/** The trials that held, as an ensemble; `null` where none did. `drawn`: proposals so far. */
export function ensembleFrom(
  problem: SearchProblem,
  { trials, drawn }: { readonly trials: readonly Trial[]; readonly drawn: number },
  of: EnsembleOf,
): Ensemble | null {
  const { parameters, rows, seed } = problem
  const kept = trials.filter((trial) => holdsAll(problem, trial))
  if (kept.length === 0) return null
  const total = kept.reduce((sum, { weight }) => sum + weight, 0)
  const squares = kept.reduce((sum, { weight }) => sum + weight ** 2, 0)
  return {
    schemaVersion: 1,
    ...of,
    seed,
    method: methodOf(trials.length),
    drawn,
    simulated: trials.length,
    kept: kept.length,
    acceptance: rounded(Math.min(1, total / drawn)),
    effective: rounded(total ** 2 / squares),
    rows,
    parameters: parameters.map(({ name, low, mid, high }) => ({ name, low, mid, high })),
    members: kept.map((trial) => ({
      seed: trial.seed,
      weight: trial.weight,
      values: trial.values,
      observed: Object.fromEntries(
        rows.map(({ id }) => [id, rounded(must(trial.observed[id], `row ${id} of a member`))]),
      ),
    })),
    predictions: [],
  }
}

const methodOf = (trials: number): EnsembleMethod =>
  trials <= untriedTrials ? 'Rejection' : 'ForecastRejection'

/** How a row fared among the trials whose runs could tell it. */
export interface RowTally {
  readonly row: EnsembleRow
  readonly told: number
  readonly held: number
  /** Observed, the nearest to the bounds of those that missed; `null` where none did or had data. */
  readonly nearestMiss: number | null
}

/** Every row, the one that was held least often first. */
export function tallyRows({ rows }: SearchProblem, trials: readonly Trial[]): RowTally[] {
  const tallies = rows.map((row): RowTally => {
    const { min, max } = boundsOfRow(row)
    const told = trials.flatMap(({ observed }) =>
      observed[row.id] === undefined ? [] : [observed[row.id] ?? null],
    )
    const held = told.filter((value) => holdsRow(row, value)).length
    const apart = (value: number) => Math.max(min - value, value - max)
    const misses = told.filter((value) => value !== null && !holdsRow(row, value))
    const sorted = misses.flatMap((value) => (value === null ? [] : [value]))
    sorted.sort((a, b) => apart(a) - apart(b))
    return { row, told: told.length, held, nearestMiss: sorted[0] ?? null }
  })
  const share = ({ told, held }: RowTally) => (told === 0 ? 1 : held / told)
  return tallies.sort((a, b) => share(a) - share(b))
}
