/** What a thread of the live engine starts with: it may use `process` and timers, the engine may not. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../core/clock.ts'
import { must } from '../core/assert.ts'
import { serveRehearsal } from '../engine/live/live-worker.ts'
import { transports } from '../engine/live/transports.ts'
import { threadCpuMs } from './environment.ts'

const { stop } = workerData as { stop: Int32Array }
serveRehearsal(must(parentPort, 'the port of a generator thread'), stop, {
  clock: systemClock,
  turns: {
    soon: (act) => void setImmediate(act),
    after: (ms, act) => void setTimeout(act, ms),
  },
  connect: (name, options) => transports[name](options),
  cpuMs: threadCpuMs,
})
