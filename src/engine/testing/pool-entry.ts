import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../core/assert.ts'
import { serveJobs } from '../worker.ts'

/** A simulation thread on a machine where time stands still: its runs hold nothing of this one. */
const { stop } = workerData as { stop: Int32Array }
serveJobs(must(parentPort, 'the port of a simulation thread'), stop, {
  clock: { epochMs: () => 0, monotonicMs: () => 0 },
  versions: {},
  host: {},
  rssBytes: () => 0,
  cpuMs: () => 0,
})
