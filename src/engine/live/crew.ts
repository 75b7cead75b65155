import { must } from '../../core/assert.ts'
import { deadline } from '../../core/clock.ts'
import { DambreakError } from '../../core/errors.ts'
import { startThread } from '../../core/start-thread.ts'
import { Recorder } from '../../record/recorder.ts'
import { errorParts, reviveError } from '../worker.ts'
import type { CleanUpCount } from './clean-up.ts'
import { addLiveTally, createLiveTally, liveTallyOf, type LiveTally } from '../client/live-tally.ts'
import type {
  FromLiveWorker,
  LiveDone,
  LiveJob,
  LiveProgress,
  ToLiveWorker,
} from './live-worker.ts'

/** What a crew needs of a thread that calls `serveRehearsal`; a `Worker` is one. */
interface CrewThread {
  on(event: 'message', listener: (message: FromLiveWorker) => void): unknown
  on(event: 'error', listener: (error: unknown) => void): unknown
  on(event: 'exit', listener: (code: number) => void): unknown
  postMessage(message: ToLiveWorker): void
  terminate(): Promise<unknown>
}

/** Starts a thread; `stop` is handed to it. */
export type StartThread = (stop: Int32Array) => CrewThread

/** Threads that begin with the module at `entry`, which finds `stop` in its `workerData`. */
export function threadsAt(entry: URL): StartThread {
  return (stop) => startThread(entry, stop)
}

export interface CrewOptions {
  readonly start: StartThread
  /** One a worker: the parts of one rehearsal. */
  readonly jobs: readonly LiveJob[]
  /** Aborting it stops the run where it is. */
  readonly signal: AbortSignal
  /** Called once all are ready; gives the epoch ms of the window's time 0. */
  readonly onReady: () => Promise<number>
  /** The latest of each worker, and the one that has just come in. */
  readonly onProgress: (all: readonly LiveProgress[], newest: LiveProgress) => void
}

/** What the workers did together. */
export interface CrewResult {
  readonly recorder: Recorder
  readonly tally: LiveTally
  readonly tickets: number
  readonly stopped: boolean
  /** Why a thread did not come to its end; what the others had recorded is here. */
  readonly failure: string | null
  readonly lagMs: number
  readonly cpuMs: number
  /** `null`: nothing was to be taken back. */
  readonly cleanedUp: CleanUpCount | null
}

/**
 * Performs a rehearsal over worker threads: each has its own part of the plan, its own visitors and
 * connections; what they recorded is merged. The first failure stops the rest; it is thrown where
 * nobody has recorded anything.
 */
export async function runCrew(options: CrewOptions): Promise<CrewResult> {
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const halt = () => void Atomics.store(stop, 0, 1)
  if (options.signal.aborted) halt()
  options.signal.addEventListener('abort', halt, { once: true })
  const latest: LiveProgress[] = []
  const members = options.jobs.map((job, i) => {
    const member = new Member(options.start(stop))
    member.onProgress = (progress) => {
      latest[i] = progress
      if (latest.filter(Boolean).length === options.jobs.length)
        options.onProgress(latest, progress)
    }
    member.send({ kind: 'job', job })
    return member
  })
  try {
    await allOrFirstFailure(members.map((member) => member.ready))
    const originEpochMs = await options.onReady()
    for (const member of members) member.send({ kind: 'go', originEpochMs })
    return await gathered(members, halt, options.jobs)
  } finally {
    halt()
    options.signal.removeEventListener('abort', halt)
    await Promise.all(members.map((member) => member.end()))
  }
}

async function allOrFirstFailure<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  // The others' failures are of no use once the first is known; nor are they unhandled.
  for (const promise of promises) promise.catch(() => undefined)
  return Promise.all(promises)
}

/** A thread that does not look whether it is to stop is not waited for. */
const lastWordsMs = 10_000

/** What all have done; where one failed, what the others had until then. */
async function gathered(
  members: readonly Member[],
  halt: () => void,
  jobs: readonly LiveJob[],
): Promise<CrewResult> {
  const done: LiveDone[] = []
  const ends = members.map(async (member) => void done.push(await member.done))
  try {
    await allOrFirstFailure(ends)
    return merged(done, jobs, null)
  } catch (error) {
    halt()
    await Promise.race([Promise.allSettled(ends), passed(lastWordsMs)])
    if (done.length === 0) throw error
    return merged(done, jobs, error instanceof Error ? error.message : String(error))
  }
}

function passed(ms: number): Promise<void> {
  const signal = deadline(ms)
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}

function merged(
  all: readonly LiveDone[],
  jobs: readonly LiveJob[],
  failure: string | null,
): CrewResult {
  const recorder = new Recorder(must(jobs[0], 'a job for the crew').recorder)
  const tally = createLiveTally()
  for (const { recorded, tally: parts } of all) {
    recorder.mergeParts(recorded)
    addLiveTally(tally, liveTallyOf(parts))
  }
  return {
    recorder,
    tally,
    tickets: all.reduce((sum, { tickets }) => sum + tickets, 0),
    stopped: all.some(({ stopped }) => stopped),
    failure,
    lagMs: Math.max(...all.map(({ lagMs }) => lagMs)),
    cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    cleanedUp: all.some(({ cleanedUp }) => cleanedUp === null)
      ? null
      : {
          bookings: all.reduce((sum, { cleanedUp }) => sum + (cleanedUp?.bookings ?? 0), 0),
          undone: all.reduce((sum, { cleanedUp }) => sum + (cleanedUp?.undone ?? 0), 0),
        },
  }
}

/** A thread without memory gives a `DambreakError`; every other fault is our own bug. */
function inWords(error: unknown): Error {
  const cause = error instanceof Error ? error : new Error(String(error))
  if (!('code' in cause) || cause.code !== 'ERR_WORKER_OUT_OF_MEMORY') {
    return reviveError(errorParts(cause))
  }
  const text = 'a thread of the generator ran out of memory: lower --population'
  return new DambreakError('engine', text, [], cause)
}

/** One worker thread, seen from outside. */
class Member {
  onProgress: (progress: LiveProgress) => void = () => undefined
  readonly ready: Promise<void>
  readonly done: Promise<LiveDone>
  private readonly thread: CrewThread

  constructor(thread: CrewThread) {
    this.thread = thread
    const ready = Promise.withResolvers<void>()
    const done = Promise.withResolvers<LiveDone>()
    this.ready = ready.promise
    this.done = done.promise
    const fail = (error: Error) => {
      ready.reject(error)
      done.reject(error)
    }
    thread.on('message', (message) => {
      if (message.kind === 'ready') ready.resolve()
      else if (message.kind === 'progress') this.onProgress(message.progress)
      else if (message.kind === 'done') done.resolve(message.done)
      else fail(reviveError(message.error))
    })
    thread.on('error', (error) => fail(inWords(error)))
    thread.on('exit', (code) => {
      fail(new DambreakError('engine', `a thread of the generator ended early (code ${code})`))
    })
    // Whoever awaits it is told; if nobody does any more, it is nobody's fault.
    this.done.catch(() => undefined)
    this.ready.catch(() => undefined)
  }

  send(message: ToLiveWorker): void {
    this.thread.postMessage(message)
  }

  async end(): Promise<void> {
    await this.thread.terminate()
  }
}
