import type { MessagePort } from 'node:worker_threads'
import type { Clock } from '../core/clock.ts'
import { DambreakError, type ErrorKind, type Fault } from '../core/errors.ts'
import type { RunRecord } from '../record/run.ts'
import type { LoadedScenario } from '../scenario/load/parse.ts'
import type { CountCheck } from './sim/count-check.ts'
import type { Grain } from './sim/grain.ts'
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
  /** How coarse it may be; absent: as fine as can be. */
  readonly grain?: Grain
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
export type WorkerMessage<Result> =
  | { readonly kind: 'progress'; readonly progress: JobProgress }
  | { readonly kind: 'done'; readonly result: Result; readonly stopped: boolean }
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
    return {
      kind: 'engine',
      message: 'there is not enough memory for so many visitors: lower --population',
      faults: [],
      stack: '',
    }
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

/** What a worker does with one job; it ends early where `onProgress` gives false. */
export type Perform<Job, Result> = (
  job: Job,
  onProgress: (progress: JobProgress) => boolean,
) => Result

export interface ServeOptions {
  readonly port: MessagePort
  /** One shared 32-bit integer: not zero means stop where you are. */
  readonly stop: Int32Array
  readonly clock: Clock
}

/**
 * Runs every job that comes in on the port, one after another, and answers each with progress and
 * one `done` or `failed`.
 */
export function serve<Job, Result>(options: ServeOptions, perform: Perform<Job, Result>): void {
  const { port, stop, clock } = options
  const post = (message: WorkerMessage<Result>) => port.postMessage(message)
  const runOne = (job: Job): WorkerMessage<Result> => {
    let stopped = false
    let reportedMs = -Infinity
    const result = perform(job, (progress) => {
      const nowMs = clock.monotonicMs()
      if (nowMs - reportedMs >= progressEveryMs) {
        reportedMs = nowMs
        post({ kind: 'progress', progress })
      }
      stopped = Atomics.load(stop, 0) !== 0
      return !stopped
    })
    return { kind: 'done', result, stopped }
  }
  port.on('message', (job: Job) => {
    try {
      post(runOne(job))
    } catch (error) {
      post({ kind: 'failed', error: errorParts(error) })
    }
  })
}

/** Serves simulations: jobs in, whole records out. */
export function serveJobs(port: MessagePort, stop: Int32Array, environment: SimEnvironment): void {
  serve<SimJob, RunRecord>({ port, stop, clock: environment.clock }, (job, onProgress) => {
    const { seed, population, speed, untilSec, grain, checks = [] } = job
    const until = untilSec === undefined ? {} : { untilSec }
    const coarse = grain === undefined ? {} : { grain }
    const options = { seed, population, speed, ...until, ...coarse, checks, onProgress }
    return runSimulation(job.loaded, options, environment)
  })
}
