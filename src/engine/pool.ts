import type { Worker } from 'node:worker_threads'
import { DambreakError } from '../core/errors.ts'
import { startThread } from '../core/start-thread.ts'
import type { RunRecord } from '../record/run.ts'
import { reviveError, type JobProgress, type SimJob, type WorkerMessage } from './worker.ts'

/** What a job came to; `stopped`: it was asked to stop, and the result holds what there was by then. */
export interface Ended<Job, Result> {
  readonly job: Job
  readonly result: Result
  readonly stopped: boolean
}

/** What a pool can be told of while its jobs run. */
export interface JobHandlers<Job, Result> {
  readonly onProgress?: (job: Job, progress: JobProgress) => void
  /** Called as soon as a job is done, in the order in which they end. */
  readonly onEnd?: (ended: Ended<Job, Result>) => void
}

export interface WorkersOptions {
  /** The module a worker starts with; it calls `serveJobs` or `serve`. */
  readonly entry: URL
  /** How many jobs run at once, at least 1. */
  readonly workers: number
  /** Aborting it stops what runs, as soon as it next looks, and starts nothing more. */
  readonly signal?: AbortSignal
}

/** Jobs are told apart by their `id` in messages of errors. */
interface Named {
  readonly id: string
}

function outOfMemoryError(cause: Error): DambreakError {
  return new DambreakError(
    'engine',
    'the simulation ran out of memory: lower --population',
    [],
    cause,
  )
}

function endedEarlyError(id: string, code: number): DambreakError {
  return new DambreakError('engine', `a simulation thread ended early (code ${code}) in job ${id}`)
}

/** Hands one job to an idle worker and waits for its end. */
function runOn<Job extends Named, Result>(
  worker: Worker,
  job: Job,
  onProgress: JobHandlers<Job, Result>['onProgress'],
): Promise<Ended<Job, Result>> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      act()
    }
    const onMessage = (message: WorkerMessage<Result>) => {
      if (message.kind === 'progress') onProgress?.(job, message.progress)
      else if (message.kind === 'failed') settle(() => reject(reviveError(message.error)))
      else settle(() => resolve({ job, result: message.result, stopped: message.stopped }))
    }
    const onError = (error: unknown) => {
      const cause = error instanceof Error ? error : new Error(String(error))
      const outOfMemory = 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
      settle(() => reject(outOfMemory ? outOfMemoryError(cause) : cause))
    }
    const onExit = (code: number) => {
      settle(() => reject(endedEarlyError(job.id, code)))
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    worker.postMessage(job)
  })
}

/**
 * Threads that take jobs, one batch after another. They start with the first job that needs them and
 * live until `close`.
 */
export class Pool<Job extends Named, Result> {
  private readonly options: WorkersOptions
  private readonly stop = new Int32Array(new SharedArrayBuffer(4))
  private readonly workers: Worker[] = []
  private readonly onAbort = () => {
    Atomics.store(this.stop, 0, 1)
  }

  constructor(options: WorkersOptions) {
    this.options = options
    if (options.signal?.aborted === true) this.onAbort()
    options.signal?.addEventListener('abort', this.onAbort, { once: true })
  }

  /**
   * Runs a batch. Jobs are taken in the order given; the results are those of the jobs that ran, in
   * that order, the same for any number of workers. The first failure stops the rest and is thrown.
   */
  async run(
    jobs: readonly Job[],
    handlers: JobHandlers<Job, Result> = {},
  ): Promise<Ended<Job, Result>[]> {
    const results: (Ended<Job, Result> | undefined)[] = jobs.map(() => undefined)
    let next = 0
    const lane = async (n: number) => {
      const worker = (this.workers[n] ??= startThread(this.options.entry, this.stop))
      try {
        for (let i = next++; i < jobs.length && !this.isStopped(); i = next++) {
          const job = jobs[i]
          if (job === undefined) break
          const ended = await runOn<Job, Result>(worker, job, handlers.onProgress)
          results[i] = ended
          handlers.onEnd?.(ended)
        }
      } catch (error) {
        this.onAbort()
        throw error
      }
    }
    const lanes = Math.max(1, Math.min(this.options.workers, jobs.length))
    const ends = await Promise.allSettled(Array.from({ length: lanes }, (_, n) => lane(n)))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    return results.filter((result) => result !== undefined)
  }

  async close(): Promise<void> {
    this.options.signal?.removeEventListener('abort', this.onAbort)
    await Promise.all(this.workers.map((worker) => worker.terminate()))
  }

  private isStopped(): boolean {
    return Atomics.load(this.stop, 0) !== 0
  }
}

export interface JobResult {
  readonly job: SimJob
  readonly run: RunRecord
  /** It was asked to stop before its end: the run holds what happened until then. */
  readonly stopped: boolean
}

export interface PoolOptions extends WorkersOptions {
  readonly onProgress?: (job: SimJob, progress: JobProgress) => void
  /** Called as soon as a job is done, in the order in which they end. */
  readonly onResult?: (result: JobResult) => void
}

/** Runs simulations over worker threads, as one batch of a `Pool`. */
export async function runJobs(jobs: readonly SimJob[], options: PoolOptions): Promise<JobResult[]> {
  const { onProgress, onResult } = options
  const pool = new Pool<SimJob, RunRecord>(options)
  const resultOf = ({ job, result, stopped }: Ended<SimJob, RunRecord>): JobResult => ({
    job,
    run: result,
    stopped,
  })
  try {
    const ended = await pool.run(jobs, {
      ...(onProgress === undefined ? {} : { onProgress }),
      onEnd: (one) => onResult?.(resultOf(one)),
    })
    return ended.map(resultOf)
  } finally {
    await pool.close()
  }
}
