import type { RunRecord } from '../record/run.ts'
import { simulateAll, type Finished } from '../engine/simulate-scenario.ts'
import type { SimJob } from '../engine/worker.ts'
import { formats } from '../report/format.ts'
import type { ReportRun } from '../report/types.ts'
import type { Environment } from './environment.ts'
import { ExitCode, exitCodeOfAll } from './exit.ts'
import { printable } from './printable.ts'
import { startSimulationProgress, type SimulationProgress } from './progress.ts'

export interface SimulationsView {
  readonly quiet: boolean
  /** Called in the order in which the simulations end; `progress.say` keeps the screen whole. */
  readonly onFinished?: (finished: Finished, progress: SimulationProgress) => void
}

/** Runs simulations with progress on standard error. */
export async function simulateWithProgress(
  jobs: readonly SimJob[],
  environment: Environment,
  { quiet, onFinished }: SimulationsView,
): Promise<Finished[]> {
  const progress = startSimulationProgress(environment, quiet)
  try {
    return await simulateAll(jobs, {
      threads: environment.cores,
      signal: environment.signal,
      onProgress: progress.update,
      onFinished: (one) => {
        progress.done(one.job)
        onFinished?.(one, progress)
      },
    })
  } finally {
    progress.end()
  }
}

/** Exit code of runs that were simulated and written. */
export function exitCodeOfRuns(runs: readonly RunRecord[], gate: boolean): ExitCode {
  return exitCodeOfAll(
    runs.flatMap(({ verdict }) => [
      ...(verdict.ending.kind === 'interrupted' ? [ExitCode.interrupted] : []),
      ...(verdict.ending.kind === 'failed' ? [ExitCode.failure] : []),
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
