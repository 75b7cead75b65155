import { DambreakError } from '../core/errors.ts'
import { defaultThreads } from '../core/host.ts'
import { judge } from '../objectives/verdict.ts'
import type { RunRecord } from '../record/run.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import { runJobs } from './pool.ts'
import { simThread } from './sim-environment.ts'
import type { JobProgress, SimJob } from './worker.ts'

/** A simulation that has run and been judged. */
export interface Finished {
  readonly job: SimJob
  readonly run: RunRecord
  /** Stopped before its end. */
  readonly stopped: boolean
}

export interface SimulationsOptions {
  /** How many run at once; default: one per core. */
  readonly threads?: number
  /** Aborting it stops what runs and starts nothing more. */
  readonly signal?: AbortSignal
  readonly onProgress?: (job: SimJob, progress: JobProgress) => void
  /** Called in the order in which the simulations end. */
  readonly onFinished?: (finished: Finished) => void
}

/**
 * Runs simulations over threads and judges each. The result has the jobs' order and is the same on
 * any number of threads; after an abort it holds those that had started.
 */
export async function simulateAll(
  jobs: readonly SimJob[],
  { threads = defaultThreads(), signal, onProgress, onFinished }: SimulationsOptions = {},
): Promise<Finished[]> {
  const finished = new Map<SimJob, Finished>()
  const results = await runJobs(jobs, {
    entry: simThread,
    workers: threads,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress }),
    onResult: ({ job, run, stopped }) => {
      const one = { job, run: judge(run, job.loaded.scenario), stopped }
      finished.set(job, one)
      onFinished?.(one)
    },
  })
  return results.flatMap(({ job }) => finished.get(job) ?? [])
}

export interface SimulateOptions {
  /** Of all chance, a whole number from 0 to 2³² − 1; default 1. The same seed gives the same run. */
  readonly seed?: number
  /** Scales counts and rates; default 1. */
  readonly population?: number
  /** The scenario's clock runs so many times as fast; default 1. */
  readonly speed?: number
  /** Ends the run so many seconds after the opening, scenario time; default: the scenario's end. */
  readonly untilSec?: number
  /** Aborting it stops the run, which is then marked invalid. */
  readonly signal?: AbortSignal
  /** Called about ten times a second. */
  readonly onProgress?: (progress: JobProgress) => void
}

/**
 * Simulates a scenario in a thread of its own and judges the run by the scenario's objectives.
 *
 * @returns the record that `run.json` holds: counts, percentiles in ms or s as their names say, a
 * timeline, and the verdict on every objective and reported figure
 * @throws DambreakError of kind `usage` where `population` makes too many tickets, `interrupted`
 * where `signal` was aborted before anything was recorded, `engine` where memory ran out
 * @example
 * ```ts
 * import { loadScenario, simulate } from 'dambreak'
 *
 * const run = await simulate(await loadScenario('smoke'), { seed: 7 })
 * console.log(run.summary.people.booked, run.verdict.slo)
 * ```
 */
export async function simulateScenario(
  loaded: LoadedScenario,
  options: SimulateOptions = {},
): Promise<RunRecord> {
  const { seed = 1, population = 1, speed = 1, untilSec, signal, onProgress } = options
  const { name } = loaded.scenario
  const until = untilSec === undefined ? {} : { untilSec }
  const [finished] = await simulateAll([{ id: name, loaded, seed, population, speed, ...until }], {
    threads: 1,
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined ? {} : { onProgress: (_job, progress) => onProgress(progress) }),
  })
  if (finished !== undefined) return finished.run
  throw new DambreakError('interrupted', 'stopped before anything was recorded')
}
