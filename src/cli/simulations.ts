import type { RunRecord } from '../record/run.ts'
import { judge } from '../objectives/verdict.ts'
import { runJobs } from '../engine/pool.ts'
import type { SimJob } from '../engine/worker.ts'
import { formats } from '../report/format.ts'
import type { ReportRun } from '../report/types.ts'
import { simThread } from '../engine/sim-environment.ts'
import type { Environment } from './environment.ts'
import { ExitCode, exitCodeOfAll } from './exit.ts'
import { printable } from './printable.ts'
import { startProgress, type Progress } from './progress.ts'

/** A simulation that has run and been judged. */
export interface Finished {
  readonly job: SimJob
  readonly run: RunRecord
  /** Stopped by the user before its end. */
  readonly stopped: boolean
}

export interface SimulationOptions {
  readonly quiet: boolean
  /** Called in the order in which the simulations end; `progress.say` keeps the screen whole. */
  readonly onFinished?: (finished: Finished, progress: Progress) => void
}

/**
 * Runs simulations over as many threads as there are cores, with progress on standard error.
 * After a Ctrl-C the result holds what had started by then.
 */
export async function simulateAll(
  jobs: readonly SimJob[],
  environment: Environment,
  { quiet, onFinished }: SimulationOptions,
): Promise<Finished[]> {
  const progress = startProgress(environment, quiet)
  const finished = new Map<SimJob, Finished>()
  try {
    const results = await runJobs(jobs, {
      entry: simThread,
      workers: environment.cores,
      signal: environment.signal,
      onProgress: progress.update,
      onResult: (result) => {
        const { job, run, stopped } = result
        const one = { job, run: judge(run, job.loaded.scenario), stopped }
        progress.done(job)
        finished.set(job, one)
        onFinished?.(one, progress)
      },
    })
    return results.flatMap(({ job }) => finished.get(job) ?? [])
  } finally {
    progress.end()
  }
}

/** The reason that an engine gives for a run which it was asked to stop. */
const isInterruption = (reason: string): boolean => reason.startsWith('interrupted')
/** The same where a part of the engine failed. */
const isFailure = (reason: string): boolean => reason.startsWith('failed')

/** Exit code of runs that were simulated and written. */
export function exitCodeOfRuns(runs: readonly RunRecord[], gate: boolean): ExitCode {
  return exitCodeOfAll(
    runs.flatMap(({ verdict }) => [
      ...(verdict.reasons.some(isInterruption) ? [ExitCode.interrupted] : []),
      ...(verdict.reasons.some(isFailure) ? [ExitCode.failure] : []),
      ...(verdict.valid ? [] : [ExitCode.invalid]),
      ...(gate && verdict.slo.some((slo) => !slo.ok) ? [ExitCode.gateFailed] : []),
    ]),
  )
}

/** Why `--gate` ends with 1, a line an objective; nothing where all are met. */
export function unmetText(runs: readonly ReportRun[]): string {
  const lines = runs.flatMap(({ run, label }) =>
    run.verdict.slo
      .filter(({ ok }) => !ok)
      .map(({ expr, observed }) => {
        const name = runs.length === 1 ? '' : `${label}: `
        return `\n  ${printable(`${name}${expr}, observed ${formats.number(observed)}`)}`
      }),
  )
  return lines.length === 0 ? '' : `dambreak: the SLO is not met${lines.join('')}\n`
}
