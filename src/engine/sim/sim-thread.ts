/** What a simulation thread starts with. */
import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../core/assert.ts'
import { defaultSimEnvironment } from '../sim-environment.ts'
import { serveJobs } from '../worker.ts'

const { stop } = workerData as { stop: Int32Array }
serveJobs(must(parentPort, 'the port of a simulation thread'), stop, defaultSimEnvironment())
