import { must } from '../core/assert.ts'
import { DambreakError } from '../core/errors.ts'
import { runJobs } from '../engine/pool.ts'
import type { CountCheck } from '../engine/sim/count-check.ts'
import { defaultGrainRows } from '../engine/sim/grain.ts'
import type { JobProgress, SimJob } from '../engine/worker.ts'
import type { EnsembleMember, EnsemblePrediction } from './ensemble.ts'
import { holdsRow, type Proposal, type SearchProblem, type Trial } from './ensemble-search.ts'
import {
  boundsOfRow,
  checkOf,
  isWithin,
  knownAtSec,
  observedIn,
  type VariantRow,
} from './reported-rows.ts'
import type { RunRecord } from '../record/run.ts'
import { parseSource } from '../scenario/load/load.ts'
import type { ScenarioSource } from '../scenario/load/source.ts'
import { withValues } from '../scenario/schema/parameters.ts'
import type { Values } from '../scenario/schema/parameters.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import { expectedTickets } from '../scenario/size.ts'
import { baseVariant } from '../scenario/load/variants.ts'
import { simThread } from '../engine/sim-environment.ts'

/** Where trials are run. */
export interface TrialEnvironment {
  /** Simulations at once. */
  readonly cores: number
  readonly signal: AbortSignal
  readonly onProgress?: (job: SimJob, progress: JobProgress) => void
  readonly onDone?: (job: SimJob) => void
}

/** What trials are run with. */
export interface TrialBench {
  readonly source: ScenarioSource
  readonly base: LoadedScenario
  readonly problem: SearchProblem
  readonly environment: TrialEnvironment
}

/** A crowd that is not this many times the rows of a coarse run is run in full at once. */
const coarseCrowd = 4
/** A coarse run must miss a row by more than this share of its bound for the full run to be spared. */
const coarseMargin = 0.02

/**
 * Runs proposals: a coarse run of each first where the crowd is large, then in full those that hold
 * all rows in it, or miss one by little. Runs end early where a count is missed. Values that make no
 * valid scenario have no trial. After a Ctrl-C `unfinished` is the first draw whose run did not end:
 * trials from there on are left out, so that those that end late have the same chance.
 */
export async function runTrials(
  bench: TrialBench,
  proposals: readonly Proposal[],
): Promise<{ trials: Trial[]; unfinished: number | null }> {
  const { problem } = bench
  const loaded = new Map<Proposal, LoadedScenario>()
  for (const proposal of proposals) {
    const found = loadedWith(bench, proposal.values, baseVariant)
    if (found !== null) loaded.set(proposal, found)
  }
  const trials = new Map<number, Trial>()
  const take = (proposal: Proposal, run: RunRecord) => {
    trials.set(proposal.index, trialOf(problem, proposal, run))
  }
  const large = new Map([...loaded].filter(([, one]) => isLarge(one)))
  await runAll(bench, large, { grain: { skip: true }, checks: checksOf(bench, coarseMargin) }, take)
  const hopeful = new Map(
    [...loaded].filter(([proposal]) => {
      if (!large.has(proposal)) return true
      const observed = trials.get(proposal.index)?.observed ?? {}
      return problem.rows.every((row) =>
        isWithin(boundsOfRow(row, coarseMargin), observed[row.id] ?? null),
      )
    }),
  )
  for (const { index } of hopeful.keys()) trials.delete(index)
  await runAll(bench, hopeful, { checks: checksOf(bench, 0) }, take)
  const unfinished = [...loaded.keys()].find(({ index }) => !trials.has(index))?.index ?? null
  const ended = [...trials.values()].filter(
    ({ index }) => unfinished === null || index < unfinished,
  )
  return { trials: ended.toSorted((a, b) => a.index - b.index), unfinished }
}

function isLarge({ scenario }: LoadedScenario): boolean {
  return expectedTickets(scenario) > coarseCrowd * defaultGrainRows
}

function checksOf({ base, problem }: TrialBench, margin: number): CountCheck[] {
  return problem.rows.flatMap((row) => checkOf(row, base.scenario, margin) ?? [])
}

/** `null` where these values make no valid scenario. */
function loadedWith(
  { source, problem }: TrialBench,
  values: Values,
  variant: string,
): LoadedScenario | null {
  try {
    const document = withValues(source.document, problem.parameters, values)
    return parseSource({ ...source, document }, { variant })
  } catch (error) {
    if (error instanceof DambreakError && error.kind === 'scenario') return null
    throw error
  }
}

async function runAll(
  { environment }: TrialBench,
  loaded: ReadonlyMap<Proposal, LoadedScenario>,
  how: Pick<SimJob, 'grain' | 'checks'>,
  take: (proposal: Proposal, run: RunRecord) => void,
): Promise<void> {
  const jobs = new Map<SimJob, Proposal>()
  for (const [proposal, one] of loaded) {
    const { index, seed } = proposal
    jobs.set({ id: `draw ${index}`, loaded: one, seed, population: 1, speed: 1, ...how }, proposal)
  }
  await runThreads([...jobs.keys()], environment, (job, run) => {
    take(must(jobs.get(job), 'proposal of a job'), run)
  })
}

/** `take` gets the runs that were not stopped. */
async function runThreads(
  jobs: readonly SimJob[],
  { cores, signal, onProgress, onDone }: TrialEnvironment,
  take: (job: SimJob, run: RunRecord) => void,
): Promise<void> {
  await runJobs(jobs, {
    entry: simThread,
    workers: cores,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
    onResult: ({ job, run, stopped }) => {
      onDone?.(job)
      if (!stopped) take(job, run)
    },
  })
}

function trialOf(problem: SearchProblem, proposal: Proposal, run: RunRecord): Trial {
  const { index, seed, weight, values } = proposal
  const observed = problem.rows.flatMap((row): [string, number | null][] => {
    const value = observedIn(row, run)
    return value === undefined ? [] : [[row.id, value]]
  })
  return {
    index,
    seed,
    weight,
    values: Object.fromEntries(values),
    observed: Object.fromEntries(observed),
  }
}

/** Runs the variants that something was reported of with the members' values, coarse for a large crowd. */
export async function predict(
  bench: TrialBench,
  members: readonly EnsembleMember[],
  rows: readonly VariantRow[],
): Promise<EnsemblePrediction[]> {
  const variants = [...new Set(rows.map(({ variant }) => variant))]
  const observed = new Map<string, (number | null)[]>(rows.map(({ id }) => [id, []]))
  for (const variant of variants) {
    const own = rows.filter((row) => row.variant === variant)
    const jobs = members.flatMap((member, i): SimJob[] => {
      const loaded = loadedWith(bench, new Map(Object.entries(member.values)), variant)
      if (loaded === null) return []
      const { seed } = member
      const untilSec = Math.max(...own.map((row) => knownAtSec(row, loaded.scenario)))
      const coarse = isLarge(loaded) ? { grain: { skip: true } } : {}
      const id = `${variant} ${i + 1}`
      return [{ id, loaded, seed, population: 1, speed: 1, untilSec, ...coarse }]
    })
    await runThreads(jobs, bench.environment, (_job, run) => {
      for (const row of own) observed.get(row.id)?.push(observedIn(row, run) ?? null)
    })
  }
  return rows.map((row) => {
    const { id, variant, expr, target, tolerance } = row
    const values = observed.get(row.id) ?? []
    const known = values.filter((value) => value !== null)
    return {
      id,
      variant,
      expr,
      target,
      tolerance,
      checked: values.length,
      held: values.filter((value) => holdsRow(row, value)).length,
      least: known.length === 0 ? null : Math.min(...known),
      most: known.length === 0 ? null : Math.max(...known),
    }
  })
}
