/**
 * A generator thread as `live-worker.ts` has it, but on the clock that the server logs by. If it is
 * to starve, somebody else has its processor for a fifth of a second, again and again.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../core/assert.ts'
import { serveRehearsal } from '../../engine/live/live-worker.ts'
import { transports } from '../../engine/live/transport/transports.ts'
import { processMs, threadCpuMs } from '../../core/host.ts'
import { monotonicMs, truthClock } from './truth-clock.ts'

export interface TruthWorkerData {
  readonly stop: Int32Array
  readonly starves: boolean
}

const { stop, starves } = workerData as TruthWorkerData
const busyMs = 200
const idleMs = 400

function starve(): void {
  const untilMs = monotonicMs() + busyMs
  while (monotonicMs() < untilMs);
  setTimeout(starve, idleMs).unref()
}

serveRehearsal(must(parentPort, 'the port of a generator thread'), stop, {
  clock: truthClock,
  processMs,
  turns: {
    soon: (act) => void setImmediate(act),
    after: (ms, act) => void setTimeout(act, ms),
  },
  connect: (name, options) => transports[name](options),
  cpuMs: threadCpuMs,
})
if (starves) starve()
