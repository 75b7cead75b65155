/** Feeds one reader with changed inputs, in a thread that may be ended when an input never comes back. */
import { parentPort, workerData } from 'node:worker_threads'
import { must } from '../../core/assert.ts'
import { streamKey, uniform } from '../../core/chance.ts'
import { DambreakError } from '../../core/errors.ts'
import { fuzzedReaders } from './readers.ts'

export interface FuzzJob {
  readonly reader: string
  readonly seed: number
  /** The first input. Input `i` depends on the seed and `i` alone. */
  readonly from: number
  /** The number of the current input, for whoever watches over this thread. */
  readonly at: Int32Array
}

/** What a batch of inputs came to. */
export interface FuzzBatch {
  readonly inputs: number
  /** Of these, refused with a `DambreakError`. */
  readonly refused: number
  readonly faults: readonly FuzzFault[]
}

export interface FuzzFault {
  readonly input: number
  readonly message: string
}

const port = must(parentPort, 'the port of a fuzz thread')
const job = workerData as FuzzJob
const reader = must(fuzzedReaders[job.reader], 'a reader')()
const key = streamKey(job.seed, 0)
const batchSize = 20

async function read(input: number): Promise<'taken' | 'refused' | FuzzFault> {
  let draw = 0
  try {
    await reader.read(reader.input(() => uniform(key, input, draw++)))
    return 'taken'
  } catch (error) {
    if (error instanceof DambreakError) return 'refused'
    return {
      input,
      message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    }
  }
}

async function serve(): Promise<never> {
  for (let from = job.from; ; from += batchSize) {
    const faults: FuzzFault[] = []
    let refused = 0
    for (let input = from; input < from + batchSize; input++) {
      Atomics.store(job.at, 0, input)
      const came = await read(input)
      if (came === 'refused') refused += 1
      else if (came !== 'taken') faults.push(came)
    }
    port.postMessage({ inputs: batchSize, refused, faults } satisfies FuzzBatch)
  }
}

await serve()
