import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../core/assert.ts'
import { serveJobs } from '../worker.ts'
import { timeless } from './timeless.ts'

/** A simulation thread on a machine where time stands still. */
const { stop } = workerData as { stop: Int32Array }
serveJobs(must(parentPort, 'the port of a simulation thread'), stop, timeless)
