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
import { StopAt } from './stop-at.ts'

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
  /** Everything is recorded: it can be put in a safe place before bookings are taken back. */
  readonly onRecorded: (recorded: Recorded) => Promise<void>
  /** Aborting it ends taking bookings back. */
  readonly endCleanUp?: AbortSignal
  /** The latest of each worker, and the one that has just come in. */
  readonly onProgress: (all: readonly LiveProgress[], newest: LiveProgress) => void
}

/** What the workers did together. */
export interface Recorded {
  readonly recorder: Recorder
  readonly tally: LiveTally
  readonly tickets: number
  readonly stopped: boolean
  /** Why a thread did not come to its end; what the others had recorded is here. */
  readonly failure: string | null
  readonly lagMs: number
  readonly cpuMs: number
}

/**
 * Performs a rehearsal over worker threads: each has its own part of the plan, its own visitors and
 * connections; what they recorded is merged. The first failure stops the rest; it is thrown where
 * nobody has recorded anything. Gives what became of the bookings that were to be taken back; `null`:
 * none were.
 */
export async function runCrew(options: CrewOptions): Promise<CleanUpCount | null> {
  const stop = new Int32Array(new SharedArrayBuffer(4))
  const halt = () => void Atomics.compareExchange(stop, 0, StopAt.nowhere, StopAt.run)
  const haltAll = () => void Atomics.store(stop, 0, StopAt.cleanUp)
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
    const { recorded, present } = await gathered(members, halt, options.jobs)
    await options.onRecorded(recorded)
    options.endCleanUp?.addEventListener('abort', haltAll, { once: true })
    if (options.endCleanUp?.aborted === true) haltAll()
    return await cleanedUpBy(present)
  } finally {
    haltAll()
    options.endCleanUp?.removeEventListener('abort', haltAll)
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
): Promise<{ recorded: Recorded; present: readonly Member[] }> {
  const done: LiveDone[] = []
  const present: Member[] = []
  const ends = members.map(async (member) => {
    done.push(await member.done)
    present.push(member)
  })
  try {
    await allOrFirstFailure(ends)
    return { recorded: merged(done, jobs, null), present }
  } catch (error) {
    halt()
    await Promise.race([Promise.allSettled(ends), passed(lastWordsMs)])
    if (done.length === 0) throw error
    const failure = error instanceof Error ? error.message : String(error)
    return { recorded: merged(done, jobs, failure), present: [...present] }
  }
}

/** Those that are there take back what their visitors booked; one that fails meanwhile took back nothing. */
async function cleanedUpBy(members: readonly Member[]): Promise<CleanUpCount | null> {
  const settled = await Promise.allSettled(members.map((member) => member.cleanUp()))
  const counts = settled.map((one) => (one.status === 'fulfilled' ? one.value : noneUndone))
  if (counts.includes(null)) return null
  return {
    bookings: counts.reduce((sum, count) => sum + (count?.bookings ?? 0), 0),
    undone: counts.reduce((sum, count) => sum + (count?.undone ?? 0), 0),
  }
}

const noneUndone: CleanUpCount = { bookings: 0, undone: 0 }

function passed(ms: number): Promise<void> {
  const signal = deadline(ms)
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()))
}

function merged(
  all: readonly LiveDone[],
  jobs: readonly LiveJob[],
  failure: string | null,
): Recorded {
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
  private readonly cleanedUp: Promise<CleanUpCount | null>
  private readonly thread: CrewThread

  constructor(thread: CrewThread) {
    this.thread = thread
    const ready = Promise.withResolvers<void>()
    const done = Promise.withResolvers<LiveDone>()
    const cleanedUp = Promise.withResolvers<CleanUpCount | null>()
    this.ready = ready.promise
    this.done = done.promise
    this.cleanedUp = cleanedUp.promise
    const fail = (error: Error) => {
      ready.reject(error)
      done.reject(error)
      cleanedUp.reject(error)
    }
    thread.on('message', (message) => {
      if (message.kind === 'ready') ready.resolve()
      else if (message.kind === 'progress') this.onProgress(message.progress)
      else if (message.kind === 'done') done.resolve(message.done)
      else if (message.kind === 'cleanedUp') cleanedUp.resolve(message.count)
      else fail(reviveError(message.error))
    })
    thread.on('error', (error) => fail(inWords(error)))
    thread.on('exit', (code) => {
      fail(new DambreakError('engine', `a thread of the generator ended early (code ${code})`))
    })
    // Whoever awaits it is told; if nobody does any more, it is nobody's fault.
    this.done.catch(() => undefined)
    this.ready.catch(() => undefined)
    this.cleanedUp.catch(() => undefined)
  }

  cleanUp(): Promise<CleanUpCount | null> {
    this.send({ kind: 'cleanUp' })
    return this.cleanedUp
  }

  send(message: ToLiveWorker): void {
    this.thread.postMessage(message)
  }

  async end(): Promise<void> {
    await this.thread.terminate()
  }
}
