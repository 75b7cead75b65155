import { systemClock } from '../core/clock.ts'
import { DambreakError } from '../core/errors.ts'
import { defaultThreads, processCpuMs, versions } from '../core/host.ts'
import { msToSec } from '../core/units.ts'
import { Pool } from '../engine/pool.ts'
import { findEnsemble, type StaleReason } from '../fit/ensemble-file.ts'
import { middleOf, valuesOf, type Ensemble } from '../fit/ensemble.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import { sizeLimits } from '../scenario/schema/limits.ts'
import { parametersOf, pricesOf } from '../scenario/schema/parameters.ts'
import { expectedTickets, ticketsText } from '../scenario/size.ts'
import { drawsOf, isWithin, unstated } from './draws.ts'
import { expectedTrials, trialCounter, type PlanProgress } from './expected-trials.ts'
import { applicableLevers, readLevers, requireLevers } from './lever-file.ts'
import type { Lever } from './lever.ts'
import { builtInLevers } from './levers.ts'
import type { Outcome } from './outcome.ts'
import type { Plan } from './plan-record.ts'
import { planThread } from './plan-threads.ts'
import { makePlan, type PlanInput } from './plan.ts'
import { scenarioOf, trialGrain } from './run-trial.ts'
import { jobOf, type Replicate, type TrialBase, type TrialJob } from './trial.ts'

/** What a plan does with the ensemble beside its scenario, where that is not plain use. */
export type PlanNotice =
  | {
      /** The ensemble is of another state of the scenario: parameters are drawn from intervals. */
      readonly code: 'EnsembleStale'
      readonly path: string
      readonly reasons: readonly StaleReason[]
      /** What the ensemble was found from. */
      readonly basis: 'measured' | 'reported'
    }
  | {
      /** These parameters keep the value that `set` gave them. */
      readonly code: 'SetOverridesEnsemble'
      readonly parameters: readonly string[]
    }

export interface PlanOptions {
  /** Instance counts to try, ascending; default 1 to 20. */
  readonly counts?: readonly number[]
  /** How likely every objective must hold, above 0 and below 1; default 0.95. */
  readonly probability?: number
  /** Simulated openings of a candidate; default from 1 to 100. */
  readonly replications?: { readonly min: number; readonly max: number }
  /** A YAML file of levers beside servers, or `false` for none; default: the built-in ones. */
  readonly levers?: string | false
  /** Also the collapse map, instances × crowd; default false. */
  readonly withMap?: boolean
  /** Limit of what instances may cost an hour, in the scenario's currency. */
  readonly budgetPerHour?: number
  /** Keep the halts and scale-outs of the timeline; default false. */
  readonly keepTimeline?: boolean
  /** Of all chance; default 1. The same seed gives the same plan on any number of threads. */
  readonly seed?: number
  /** Scales counts and rates; default 1. */
  readonly population?: number
  /** How many simulations run at once; default: one per core. */
  readonly threads?: number
  /** Aborting it ends the plan: what was found by then is given, marked incomplete. */
  readonly signal?: AbortSignal
  /** Called after every trial. */
  readonly onProgress?: (progress: PlanProgress) => void
  readonly onNotice?: (notice: PlanNotice) => void
}

const defaultCounts: readonly number[] = Array.from({ length: 20 }, (_, i) => i + 1)
const defaultReplications = { min: 1, max: 100 } as const

/**
 * Plans an opening: how many instances meet every objective, how sure that is, and which other
 * levers do as well. Uncertain numbers are drawn from their intervals, or from the ensemble that
 * stands beside the scenario's file.
 *
 * @returns the plan that `plan.json` holds; shares and probabilities are from 0 to 1, times in s
 * @throws DambreakError of kind `scenario` where the scenario has no objective, `usage` where a
 * budget has no price or a lever fits nowhere, `interrupted` where `signal` was aborted before a
 * candidate was tried
 * @example
 * ```ts
 * import { loadScenario, plan } from 'dambreak'
 *
 * const loaded = await loadScenario('smoke')
 * const made = await plan(loaded, { counts: [1, 2], replications: { min: 1, max: 2 }, levers: false })
 * console.log(made.recommendation)
 * ```
 */
export async function planScenario(
  loaded: LoadedScenario,
  options: PlanOptions = {},
): Promise<Plan> {
  const input = await inputOf(loaded, options)
  const { threads = defaultThreads(), signal, onProgress = () => undefined } = options
  const counter = trialCounter(expectedTrials(input), onProgress)
  const pool = new Pool<TrialJob, Outcome>({
    entry: planThread,
    workers: threads,
    ...(signal === undefined ? {} : { signal }),
  })
  const startMs = systemClock.monotonicMs()
  const cpuBeforeMs = processCpuMs()
  try {
    return await makePlan(input, {
      replicate: replicateOn(pool, input, counter.ended),
      middle: (instances) =>
        scenarioOf(jobOf(input.base, { instances, draw: null }, input.population)),
      onPhase: counter.begin,
      startedAt: new Date(systemClock.epochMs()).toISOString(),
      versions,
      grain: trialGrain,
      spent: () => ({
        wallSec: msToSec(systemClock.monotonicMs() - startMs),
        cpuSec: msToSec(processCpuMs() - cpuBeforeMs),
      }),
    })
  } finally {
    await pool.close()
  }
}

async function inputOf(loaded: LoadedScenario, options: PlanOptions): Promise<PlanInput> {
  const { counts = defaultCounts, seed = 1, population = 1, probability = 0.95 } = options
  const { replications = defaultReplications, keepTimeline = false } = options
  requirePlannable(loaded, options)
  // The count is what a plan chooses, however uncertain the scenario is of it.
  const parameters = parametersOf(loaded.document).filter(({ name }) => name !== 'stack.instances')
  const ensemble = await ensembleOf(loaded, options)
  const stated = statedPaths(loaded)
  const draws = drawsOf([...parameters, ...pricesOf(loaded.document)], {
    seed,
    points: replications.max,
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
    counts,
    probability,
    minReplications: replications.min,
    maxReplications: replications.max,
    levers: await leversOf(base, options),
    withMap: options.withMap ?? false,
    budgetPerHour: options.budgetPerHour ?? null,
    population,
    from: {
      from: ensemble !== null ? 'ensemble' : parameters.length === 0 ? 'fixed' : 'intervals',
      count: parameters.length,
      members: ensemble?.members.length ?? null,
    },
  }
}

/** Paths of the fields that were set when the scenario was loaded. */
function statedPaths({ origin }: LoadedScenario): string[] {
  return (origin?.set ?? []).map((one) => one.slice(0, one.indexOf('=')).trim())
}

async function ensembleOf(
  loaded: LoadedScenario,
  { onNotice }: PlanOptions,
): Promise<Ensemble | null> {
  if (loaded.origin === null) return null
  const found = await findEnsemble(loaded.origin.source)
  if (found.kind === 'stale') {
    const { path, reasons, basis } = found
    onNotice?.({ code: 'EnsembleStale', path, reasons, basis })
  }
  if (found.kind !== 'fits') return null
  const stated = statedPaths(loaded)
  const parameters = found.ensemble.parameters
    .map(({ name }) => name)
    .filter((name) => stated.some((path) => isWithin(name, path)))
  if (parameters.length > 0) onNotice?.({ code: 'SetOverridesEnsemble', parameters })
  return found.ensemble
}

function requirePlannable(
  { scenario, origin }: LoadedScenario,
  { budgetPerHour, population = 1 }: PlanOptions,
): void {
  if (scenario.slo.length === 0) {
    const path = origin?.source.path ?? scenario.name
    throw new DambreakError('scenario', `the scenario ${path} cannot be planned`, [
      {
        path: 'slo',
        message: 'is empty: a plan requires an objective, such as "waitSec.p95 < 1800"',
      },
    ])
  }
  if (budgetPerHour !== undefined && scenario.cost?.instancePerHour === undefined) {
    throw new DambreakError(
      'usage',
      'a budget requires the price of an instance: state cost.instancePerHour',
    )
  }
  const tickets = expectedTickets(scenario) * population
  if (tickets > sizeLimits.tickets) {
    throw new DambreakError('usage', `--population ${population} ${ticketsText(tickets)}`)
  }
}

async function leversOf(base: TrialBase, { levers }: PlanOptions): Promise<Lever[]> {
  if (levers === false) return []
  const { document } = jobOf(base, { instances: 1, draw: null }, 1)
  if (levers === undefined) return applicableLevers(builtInLevers, document)
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
