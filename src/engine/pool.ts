import { Worker } from 'node:worker_threads'
import { DambreakError } from '../core/errors.ts'
import type { RunRecord } from '../record/run.ts'
import { reviveError, type JobProgress, type SimJob, type WorkerMessage } from './worker.ts'

export interface JobResult {
  readonly job: SimJob
  readonly run: RunRecord
  /** It was asked to stop before its end: the run holds what happened until then. */
  readonly stopped: boolean
}

export interface PoolOptions {
  /** The module a worker starts with; it calls `serveJobs`. */
  readonly entry: URL
  /** How many jobs run at once, at least 1. */
  readonly workers: number
  readonly onProgress?: (job: SimJob, progress: JobProgress) => void
  /** Called as soon as a job is done, in the order in which they end. */
  readonly onResult?: (result: JobResult) => void
  /** Aborting it stops what runs, as soon as it next looks, and starts nothing more. */
  readonly signal?: AbortSignal
}

function startWorker(entry: URL, stop: Int32Array): Worker {
  const fromSource = entry.pathname.endsWith('.ts')
  return new Worker(entry, {
    workerData: { stop },
    // Not those of the parent: a test runner's flags have no business here.
    execArgv: fromSource ? ['--disable-warning=ExperimentalWarning'] : [],
  })
}

/** Hands one job to an idle worker and waits for its end. */
function runOn(worker: Worker, job: SimJob, options: PoolOptions): Promise<JobResult> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit)
      act()
    }
    const onMessage = (message: WorkerMessage) => {
      if (message.kind === 'progress') options.onProgress?.(job, message.progress)
      else if (message.kind === 'failed') settle(() => reject(reviveError(message.error)))
      else settle(() => resolve({ job, run: message.run, stopped: message.stopped }))
    }
    const onError = (error: unknown) => {
      const cause = error instanceof Error ? error : new Error(String(error))
      const outOfMemory = 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
      const text = 'the simulation ran out of memory: lower --population'
      settle(() => reject(outOfMemory ? new DambreakError('engine', text, [], cause) : cause))
    }
    const onExit = (code: number) => {
      const text = `a simulation thread ended early (code ${code}) in job ${job.id}`
      settle(() => reject(new DambreakError('engine', text)))
    }
    worker.on('message', onMessage).on('error', onError).on('exit', onExit)
    worker.postMessage(job)
  })
}

/**
 * Runs simulations over worker threads. Jobs are taken in the order given; the results are those
 * of the jobs that ran, in that order, the same for any number of workers. The first failure
 * stops the rest and is thrown.
 */
export async function runJobs(jobs: readonly SimJob[], options: PoolOptions): Promise<JobResult[]> {
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const onAbort = () => Atomics.store(stop, 0, 1)
  if (options.signal?.aborted === true) onAbort()
  options.signal?.addEventListener('abort', onAbort, { once: true })

  const results: (JobResult | undefined)[] = jobs.map(() => undefined)
  let next = 0
  const lane = async () => {
    const worker = startWorker(options.entry, stop)
    try {
      for (let i = next++; i < jobs.length && Atomics.load(stop, 0) === 0; i = next++) {
        const job = jobs[i]
        if (job === undefined) break
        const result = await runOn(worker, job, options)
        results[i] = result
        options.onResult?.(result)
      }
    } catch (error) {
      onAbort()
      throw error
    } finally {
      await worker.terminate()
    }
  }
  try {
    const lanes = Math.max(1, Math.min(options.workers, jobs.length))
    const ends = await Promise.allSettled(Array.from({ length: lanes }, lane))
    for (const end of ends) if (end.status === 'rejected') throw end.reason
  } finally {
    options.signal?.removeEventListener('abort', onAbort)
  }
  return results.filter((result) => result !== undefined)
}
