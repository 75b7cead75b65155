import { EventEmitter } from 'node:events'
import type { Clock } from '../../../core/clock.ts'
import type { RunRecord } from '../../../record/run.ts'
import type { LoadedScenario } from '../../../scenario/load/parse.ts'
import type { StartThread } from '../crew.ts'
import {
  serveRehearsal,
  type FromLiveWorker,
  type LiveWorkerEnvironment,
  type ToLiveWorker,
} from '../live-worker.ts'
import { runRehearsal, type Accompanied, type Companions, type RunPlan } from '../run.ts'
import type { Ceiling } from '../../client/state.ts'
import { VirtualTime } from '../../client/testing/virtual-time.ts'
import { VirtualTransport, type Serve } from '../../client/testing/virtual-transport.ts'

/** What the engine's visitors meet; made once it is known when the run begins. */
interface FarSide {
  readonly serve: Serve
  /** What goes along with the run has done and seen, as it is asked at the end. */
  readonly accompanied: () => Partial<Accompanied>
}

export interface VirtualRehearsal {
  readonly seed: number
  readonly population?: number
  readonly speed?: number
  readonly workers?: number
  readonly forSec?: number
  readonly ceiling?: Ceiling
  /** How long event loops sleep at least, ms; the real one's is 1. */
  readonly turnMs?: number
  readonly cleansUp?: boolean
  /** `originMs`: when the window's time 0 is, in the far side's time. */
  readonly meet: (time: VirtualTime, plan: RunPlan & { readonly originMs: number }) => FarSide
}

/** From anywhere: only differences mean something. */
const startedEpochMs = Date.parse('2026-01-01T00:00:00Z')

/**
 * Performs a scenario as `dambreak rehearse` does, but for threads, sockets and clocks: its workers
 * live in this thread, and in a time that passes only when there is nothing left to do in it.
 */
export async function rehearseVirtually(
  loaded: LoadedScenario,
  given: VirtualRehearsal,
): Promise<RunRecord> {
  const { seed, population = 1, speed = 1, workers = 1, forSec } = given
  const time = new VirtualTime()
  const clock: Clock = {
    epochMs: () => startedEpochMs + time.nowMs,
    monotonicMs: () => 98_765.25 + time.nowMs,
  }
  let farSide: FarSide | null = null
  const serve: Serve = (...request) => {
    if (farSide === null) throw new Error('a request before the run has begun')
    return farSide.serve(...request)
  }
  const companions: Companions = {
    start: (plan) => {
      const originMs = plan.originEpochMs - startedEpochMs
      farSide = given.meet(time, { ...plan, originMs })
      return Promise.resolve()
    },
    look: () => undefined,
    abandon: () => Promise.resolve(),
    finish: () => Promise.resolve({ ...unaccompanied, ...farSide?.accompanied() }),
    undo: () => Promise.resolve([]),
  }
  const startThread = virtualThreads(time, workers, environmentIn(time, clock, { serve, ...given }))
  return runRehearsal(
    loaded,
    {
      seed,
      population,
      speed,
      workers,
      ...(forSec === undefined ? {} : { forSec }),
      target,
      transport: 'wire',
      connections: { mode: 'per-visitor', connections: 1e6, localAddresses: [] },
      ceiling: given.ceiling ?? { inFlight: 1e6, perSec: 1e9 },
      permits: null,
      calls: { runCode: 'virtual', environment: {}, tables: new Map() },
      stations: [],
      cleansUp: given.cleansUp ?? false,
    },
    {
      environment: {
        clock,
        startThread,
        versions: {},
        host: {},
        rssBytes: () => 0,
        signal: new AbortController().signal,
      },
      companions,
    },
  )
}

const unaccompanied: Accompanied = {
  events: [],
  findings: null,
  observed: null,
  stoppedBy: null,
  notes: [],
}

const target = {
  protocol: 'http:',
  host: 'virtual.test',
  serverName: 'virtual.test',
  address: '127.0.0.1',
  port: 80,
  basePath: '',
  isLoopback: true,
}

function environmentIn(
  time: VirtualTime,
  clock: Clock,
  { serve, turnMs = 1 }: { serve: Serve; turnMs?: number },
): LiveWorkerEnvironment {
  return {
    clock,
    processMs: () => time.nowMs,
    turns: {
      soon: (act) => time.after(0, act),
      after: (ms, act) => time.after(Math.max(ms, turnMs), act),
    },
    connect: (_name, { onReply, nowMs }) => new VirtualTransport({ time, serve, onReply, nowMs }),
    cpuMs: () => 0,
  }
}

/**
 * Workers in this thread. What goes between them and their crew is copied, as it is between
 * threads; once the last of them has been told to go, time passes.
 */
function virtualThreads(
  time: VirtualTime,
  workers: number,
  environment: LiveWorkerEnvironment,
): StartThread {
  let going = 0
  return (stop) => {
    const outside = new EventEmitter<{ message: [FromLiveWorker]; error: [unknown] }>()
    const inside = new EventEmitter<{ message: [ToLiveWorker] }>()
    serveRehearsal(
      Object.assign(inside, {
        postMessage: (message: FromLiveWorker) => {
          outside.emit('message', structuredClone(message))
        },
      }),
      stop,
      environment,
    )
    const passTime = () => {
      try {
        time.run()
      } catch (error) {
        outside.emit('error', error)
      }
    }
    return Object.assign(outside, {
      postMessage: (message: ToLiveWorker) => {
        inside.emit('message', structuredClone(message))
        if (message.kind === 'go' && ++going === workers) queueMicrotask(passTime)
      },
      terminate: () => Promise.resolve(),
    })
  }
}
