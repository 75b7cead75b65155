import { expect, test } from 'vitest'
import { End, Outcome } from '../core/codes.ts'
import { Recorder } from './recorder.ts'

const options = {
  startSec: 0,
  bucketSec: 1,
  buckets: 5,
  opensAtMs: 0,
  steps: ['identify', 'book'],
  stations: ['web'],
}
const end = { people: { eligible: 9, came: 3, booked: 1, gaveUp: 0 }, inventory: null }

function recorded(seed: number): Recorder {
  const recorder = new Recorder(options)
  for (let i = 0; i < 50; i++) {
    const at = (i * 97 + seed * 31) % 5000
    recorder.arrived(at, i % 7 === 0)
    recorder.queued(at)
    recorder.waitEnded(at, at + i * seed * 13, i % 3 !== 0)
    recorder.etaError(i * seed)
    recorder.request(i % 2, i % 5 === 0 ? Outcome.timeout : Outcome.ok, at, 900 * i, 700 * i)
    recorder.connected(i % 2, 40 + i)
    recorder.ended(at, i % 2 === 0 ? End.booked : End.abandoned)
  }
  recorder.keptBack(1, 4000, 10_000_000)
  recorder.levels(2, seed, 2 * seed, 3, 4)
  recorder.station(2, 0, 5, 6, 0.5)
  recorder.finding('bypassed', seed)
  return recorder
}

test('what crosses to another thread and is merged there is what is merged here', () => {
  const here = recorded(1)
  here.merge(recorded(2))
  const there = recorded(1)
  there.mergeParts(structuredClone(recorded(2).parts()))
  expect(there.finish(end)).toEqual(here.finish(end))
})

test('a request that a ceiling kept back counts as dropped, and in the latencies as its timeout', () => {
  const recorder = new Recorder(options)
  recorder.keptBack(1, 500, 10_000_000)
  const { summary, timeline } = recorder.finish(end)
  expect(summary.steps['book']?.outcomes.dropped).toBe(1)
  expect(summary.requestErrorShare).toBe(1)
  expect(timeline.requestErrors[0]).toBe(1)
  const p50 = summary.steps['book']?.responseMs.p50 ?? 0
  expect(Math.abs(p50 - 10_000)).toBeLessThan(10)
  expect(summary.steps['book']?.serviceMs.p50).toBeNull()
})
