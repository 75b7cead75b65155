/** What a thread of the live engine starts with. */
import { parentPort, workerData } from 'node:worker_threads'
import { systemClock, systemEventLoop } from '../../core/clock.ts'
import { must } from '../../core/assert.ts'
import { serveRehearsal } from './live-worker.ts'
import { transports } from './transport/transports.ts'
import { processMs, threadCpuMs } from '../../core/host.ts'

const { stop } = workerData as { stop: Int32Array }
serveRehearsal(must(parentPort, 'the port of a generator thread'), stop, {
  clock: systemClock,
  processMs,
  turns: systemEventLoop,
  connect: (name, options) => transports[name](options),
  cpuMs: threadCpuMs,
})
