import { Worker } from 'node:worker_threads'
import { streamKey, uniform } from '../../core/chance.ts'
import { systemClock } from '../../core/clock.ts'
import { nodeFlagsFor } from '../../core/start-thread.ts'
import { must } from '../../core/assert.ts'
import { secToMs, msToSec } from '../../core/units.ts'
import type { FuzzBatch, FuzzFault, FuzzJob } from './fuzz-worker.ts'
import { fuzzedReaders } from './readers.ts'

export interface FuzzOptions {
  readonly seed: number
  /** How long inputs are made. */
  readonly sec: number
  readonly from?: number
}

export interface FuzzResult {
  readonly reader: string
  readonly inputs: number
  readonly refused: number
  readonly inputsPerSec: number
  readonly faults: readonly FuzzFault[]
}

/** An input that takes this long hangs, on the slowest machine that runs the tests. */
const hangSec = 60
/** More of one kind are not worth the time. */
const maxFaults = 10

const entry = new URL('fuzz-worker.ts', import.meta.url)

/** Runs one thread until `untilMs`, or to an input that hangs or ends the thread. */
function runThread(
  job: Omit<FuzzJob, 'at'>,
  untilMs: number,
  onBatch: (batch: FuzzBatch) => void,
): Promise<FuzzFault | null> {
  const at = new Int32Array(new SharedArrayBuffer(4))
  at[0] = job.from
  const worker = new Worker(entry, {
    workerData: { ...job, at },
    execArgv: nodeFlagsFor(entry),
    resourceLimits: { maxOldGenerationSizeMb: 1024 },
  })
  return new Promise((resolve) => {
    let seen = { input: -1, sinceMs: systemClock.monotonicMs() }
    const end = (fault: FuzzFault | null) => {
      clearInterval(watch)
      void worker.terminate().then(() => resolve(fault))
    }
    const watch = setInterval(() => {
      const nowMs = systemClock.monotonicMs()
      const input = Atomics.load(at, 0)
      if (input !== seen.input) seen = { input, sinceMs: nowMs }
      if (nowMs - seen.sinceMs > secToMs(hangSec)) end({ input, message: `hangs for ${hangSec} s` })
      else if (nowMs > untilMs) end(null)
    }, 200)
    worker.on('message', onBatch)
    worker.once('error', (error) => end({ input: Atomics.load(at, 0), message: String(error) }))
  })
}

/** Feeds a reader with changed inputs for some seconds; what it neither took nor refused is a fault. */
export async function fuzzReader(
  reader: string,
  { seed, sec, from = 0 }: FuzzOptions,
): Promise<FuzzResult> {
  const startMs = systemClock.monotonicMs()
  const untilMs = startMs + secToMs(sec)
  const faults: FuzzFault[] = []
  let [inputs, refused] = [0, 0]
  const onBatch = (batch: FuzzBatch) => {
    inputs += batch.inputs
    refused += batch.refused
    faults.push(...batch.faults)
  }
  let next = from
  while (systemClock.monotonicMs() < untilMs && faults.length < maxFaults) {
    const fault = await runThread({ reader, seed, from: next }, untilMs, onBatch)
    if (fault === null) break
    faults.push(fault)
    next = fault.input + 1
  }
  const tookSec = msToSec(systemClock.monotonicMs() - startMs)
  return { reader, inputs, refused, inputsPerSec: Math.round(inputs / tookSec), faults }
}

/** The text of one input, to look at a fault. */
export function fuzzedInput(reader: string, seed: number, input: number): string {
  const key = streamKey(seed, 0)
  let draw = 0
  return must(fuzzedReaders[reader], 'a reader')().input(() => uniform(key, input, draw++))
}
