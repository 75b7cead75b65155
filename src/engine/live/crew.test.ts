import { expect, test } from 'vitest'
import { Recorder } from '../../record/recorder.ts'
import { createLiveTally, liveTallyParts } from '../client/live-tally.ts'
import { runCrew, type StartThread } from './crew.ts'
import type { FromLiveWorker, LiveJob, ToLiveWorker } from './live-worker.ts'
import { StopAt } from './stop-at.ts'

const recorder = {
  startSec: 0,
  bucketSec: 1,
  buckets: 1,
  opensAtMs: 0,
  steps: ['book'],
  stations: [],
}
// Threads of these tests look at nothing else of it.
const job = { recorder } as unknown as LiveJob

const done = (): FromLiveWorker => ({
  kind: 'done',
  done: {
    stopped: false,
    recorded: new Recorder(recorder).parts(),
    tally: liveTallyParts(createLiveTally()),
    tickets: 3,
    lagMs: 0,
    cpuMs: 0,
  },
})

/** A thread that is done at once, and takes bookings back in its own time. */
function thread(log: string[], onCleanUp: (stop: Int32Array) => Promise<number>): StartThread {
  return (stop) => {
    let hear: (message: FromLiveWorker) => void = () => undefined
    const on = (event: string, listener: unknown) => {
      if (event === 'message') hear = listener as typeof hear
    }
    const postMessage = ({ kind }: ToLiveWorker) => {
      log.push(kind)
      if (kind === 'job') hear({ kind: 'ready' })
      else if (kind === 'go') hear(done())
      else {
        void onCleanUp(stop).then((undone) => {
          hear({ kind: 'cleanedUp', count: { bookings: 2, undone } })
        })
      }
    }
    return { on, postMessage, terminate: () => Promise.resolve() }
  }
}

function crew(start: StartThread, log: string[], endCleanUp = new AbortController().signal) {
  return runCrew({
    start,
    jobs: [job, job],
    signal: new AbortController().signal,
    endCleanUp,
    onReady: () => Promise.resolve(0),
    onRecorded: async ({ tickets }) => {
      log.push(`recorded ${tickets}`)
      await Promise.resolve()
      log.push('kept')
    },
    onProgress: () => undefined,
  })
}

test('bookings are taken back once the record is kept', async () => {
  const log: string[] = []
  const count = await crew(
    thread(log, () => Promise.resolve(2)),
    log,
  )
  expect(count).toEqual({ bookings: 4, undone: 4 })
  expect(log).toEqual(['job', 'job', 'go', 'go', 'recorded 6', 'kept', 'cleanUp', 'cleanUp'])
})

test('a second signal tells threads to end taking back', async () => {
  const log: string[] = []
  const again = new AbortController()
  const seen: (number | undefined)[] = []
  const start = thread(log, async (stop) => {
    seen.push(stop[0])
    again.abort()
    await Promise.resolve()
    seen.push(stop[0])
    return 1
  })
  expect(await crew(start, log, again.signal)).toEqual({ bookings: 4, undone: 2 })
  const { nowhere, cleanUp } = StopAt
  expect(seen).toEqual([nowhere, cleanUp, cleanUp, cleanUp])
})
