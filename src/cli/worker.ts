/** What a simulation thread starts with: it may use `process`, the engine may not. */
import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../core/assert.ts'
import { serveJobs } from '../engine/worker.ts'
import { simEnvironment } from './environment.ts'

const { stop } = workerData as { stop: Int32Array }
serveJobs(must(parentPort, 'the port of a simulation thread'), stop, simEnvironment())
