import { End, Outcome } from '../../core/codes.ts'
import { assembleRun } from '../assemble.ts'
import { Recorder } from '../recorder.ts'
import type { RunRecord } from '../run.ts'

/** 2021-07-19T20:00:00+09:00. */
export const opensAtSec = 1_626_692_400

/** A recorder of ten buckets of a minute, opening after the first. */
export function smallRecorder(): Recorder {
  return new Recorder({
    startSec: opensAtSec - 60,
    bucketSec: 60,
    buckets: 10,
    opensAtMs: 60_000,
    steps: ['login', 'book'],
    stations: ['web', 'db'],
  })
}

/**
 * A small consistent run for tests, made by the recorder from plain arithmetic: 120 tickets, one
 * every three seconds from the opening on, of whom every fourth gives up, the rest book.
 */
export function smallRun(): RunRecord {
  const recorder = smallRecorder()
  for (let i = 0; i < 120; i += 1) {
    const atMs = 60_000 + i * 3000
    recorder.arrived(atMs, i % 10 === 9)
    recorder.queued(atMs)
    const turnMs = atMs + 5000 + i * 100
    if (i % 4 === 3) {
      recorder.waitEnded(atMs, turnMs, false)
      recorder.ended(turnMs, End.abandoned)
      continue
    }
    recorder.turnCalled(turnMs)
    recorder.admitted(turnMs)
    recorder.waitEnded(atMs, turnMs, true)
    recorder.etaError(i * 10)
    recorder.request(0, Outcome.ok, turnMs + 200, 200_000 + i, 180_000 + i)
    if (i % 8 === 0) recorder.request(1, Outcome.refused, turnMs + 300, 0, 0)
    recorder.request(1, Outcome.ok, turnMs + 900, 400_000 + i, 390_000)
    recorder.booked(turnMs + 800)
    recorder.ended(turnMs + 900, End.booked)
  }
  for (let bucket = 0; bucket < 10; bucket += 1) {
    recorder.levels(bucket, bucket * 2, 1.23456, 10, 4)
    recorder.station(bucket, 0, 3, 0.5, 0.75)
    recorder.station(bucket, 1, 1, 0, 0.1)
  }
  return assembleRun({
    header: {
      engine: 'sim',
      scenarioName: 'small',
      workloadHash: 'aaaa',
      stackHash: 'bbbb',
      variant: 'base',
      seed: 1,
      population: 1,
      speed: 1,
      startedAt: '2021-07-19T10:00:00Z',
      opensAt: '2021-07-19T20:00:00+09:00',
      endsAt: '2021-07-19T20:09:00+09:00',
      timing: 'intended',
      versions: { dambreak: '0.1.0' },
      host: { cpus: 2 },
      target: null,
    },
    scenario: { name: 'small', journey: [{ step: 'login' }, { step: 'book', expect: [1, 2] }] },
    events: [
      {
        at: '2021-07-19T20:05:00+09:00',
        kind: 'instances',
        performed: true,
        detail: { code: 'InstancesChanged', from: 4, to: 4 },
      },
    ],
    finished: recorder.finish({
      people: { eligible: 200, came: 110, booked: 90, gaveUp: 20 },
      inventory: { offered: 100, left: 10 },
      unobserved: ['eligibleRefused'],
    }),
    audit: {
      intendedRate: null,
      achievedRate: null,
      latenessMs: null,
      dropped: { generator: 0, ceiling: 0 },
      eventLoopLagMs: null,
      cpuShare: null,
      rssBytes: null,
      bytesPerVisitor: null,
      wallSec: 0.5,
      events: 1000,
      eventsPerSec: 2000,
    },
  })
}
