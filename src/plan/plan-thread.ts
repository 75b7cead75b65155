/** What a planning thread starts with: trials in, a few numbers out. */
import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../core/assert.ts'
import { systemClock } from '../core/clock.ts'
import { serve } from '../engine/worker.ts'
import type { Outcome } from './outcome.ts'
import { runTrial } from './run-trial.ts'
import type { TrialJob } from './trial.ts'

const { stop } = workerData as { stop: Int32Array }
const port = must(parentPort, 'the port of a planning thread')
serve<TrialJob, Outcome>({ port, stop, clock: systemClock }, runTrial)
