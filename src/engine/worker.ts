import type { MessagePort } from 'node:worker_threads'
import { DambreakError, type ErrorKind, type Fault } from '../core/errors.ts'
import type { RunRecord } from '../record/run.ts'
import type { LoadedScenario } from '../scenario/parse.ts'
import type { CountCheck } from './sim/count-check.ts'
import { runSimulation } from './sim/run.ts'

/** One simulation to run; plain data, so that it can be handed to another thread. */
export interface SimJob {
  readonly id: string
  readonly loaded: LoadedScenario
  readonly seed: number
  readonly population: number
  readonly speed: number
  /** Seconds after the opening at which to end the simulation; absent: the scenario's end. */
  readonly untilSec?: number
  /** A run that misses one of these ends there. */
  readonly checks?: readonly CountCheck[]
}

export interface JobProgress {
  /** Seconds after the opening on the scenario's clock. */
  readonly atSec: number
  readonly tickets: number
  readonly waiting: number
  readonly inside: number
  /** State changes simulated so far. */
  readonly events: number
}

export type SimEnvironment = Parameters<typeof runSimulation>[2]

/** What a worker tells the pool about the one job it is at. */
export type WorkerMessage =
  | { readonly kind: 'progress'; readonly progress: JobProgress }
  | { readonly kind: 'done'; readonly run: RunRecord; readonly stopped: boolean }
  | { readonly kind: 'failed'; readonly error: ErrorParts }

/** An error in parts that survive the way between threads. */
export interface ErrorParts {
  /** Absent: a bug of ours, not the world's fault. */
  readonly kind?: ErrorKind
  readonly message: string
  readonly faults: readonly Fault[]
  readonly stack: string
}

/** Often enough for a live line, seldom enough to cost nothing. */
const progressEveryMs = 100

export function errorParts(error: unknown): ErrorParts {
  if (error instanceof DambreakError) {
    return { kind: error.kind, message: error.message, faults: error.faults, stack: '' }
  }
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error))
  if (error instanceof RangeError && /allocation failed|invalid.*length/i.test(message)) {
    const text = 'there is not enough memory for so many visitors: lower --population'
    return { kind: 'engine', message: text, faults: [], stack: '' }
  }
  return { message, faults: [], stack }
}

/** The error a worker told of, as it was where it arose. */
export function reviveError({ kind, message, faults, stack }: ErrorParts): Error {
  if (kind !== undefined) return new DambreakError(kind, message, faults)
  const error = new Error(message)
  error.stack = stack
  return error
}

/**
 * Runs every job that comes in on the port, one after another, and answers each with progress and
 * one `done` or `failed`. `stop` is one shared 32-bit integer: not zero means stop where you are.
 */
export function serveJobs(port: MessagePort, stop: Int32Array, environment: SimEnvironment): void {
  const runOne = (job: SimJob): WorkerMessage => {
    let stopped = false
    let reportedMs = -Infinity
    const onProgress = (progress: JobProgress): boolean => {
      const nowMs = environment.clock.monotonicMs()
      if (nowMs - reportedMs >= progressEveryMs) {
        reportedMs = nowMs
        port.postMessage({ kind: 'progress', progress } satisfies WorkerMessage)
      }
      stopped = Atomics.load(stop, 0) !== 0
      return !stopped
    }
    const { seed, population, speed, untilSec, checks = [] } = job
    const until = untilSec === undefined ? {} : { untilSec }
    const options = { seed, population, speed, ...until, checks, onProgress }
    return { kind: 'done', run: runSimulation(job.loaded, options, environment), stopped }
  }
  port.on('message', (job: SimJob) => {
    try {
      port.postMessage(runOne(job))
    } catch (error) {
      port.postMessage({ kind: 'failed', error: errorParts(error) } satisfies WorkerMessage)
    }
  })
}
