import { describe, expect, test } from 'vitest'
import { opening } from '../testing/opening.ts'
import { Levels } from './levels.ts'
import { recordedBy, stage } from '../client/testing/world-stage.ts'
import { ClientTimerIds } from '../client/state.ts'

/** Levels over a run of ten minutes, looked at every `lookMs` on a clock of our own. */
function levels(options: { speed?: number; fromMs?: number; lookMs?: number } = {}) {
  const { speed = 1, fromMs = 0, lookMs = 20 } = options
  const set = stage(opening(), { speed })
  const { state } = set
  const of = new Levels(state, fromMs)
  let nowMs = fromMs
  const bucketMs = (state.inputs.window.bucketSec * 1000) / speed
  /** Time goes on, and `at` says what the levels are at each moment. */
  const passTo = (
    untilMs: number,
    at: (ms: number) => Partial<Record<'waiting' | 'inside' | 'polls', number>>,
  ) => {
    while (nowMs < untilMs) {
      nowMs = Math.min(nowMs + lookMs, untilMs)
      const { waiting = 0, inside = 0, polls = 0 } = at(nowMs)
      for (let id = state.wheel.pop(nowMs); id >= 0; id = state.wheel.pop(nowMs)) {
        if (id === ClientTimerIds.bucket) of.close(state.wheel.nowMs)
      }
      state.waiting = waiting
      state.inside = inside
      state.tally.polls = polls
      of.look(nowMs)
    }
  }
  return { ...set, of, passTo, bucketMs, timeline: () => recordedBy(set).timeline }
}

describe('levels', () => {
  test('are means over each bucket, of what was seen in between', () => {
    const { passTo, timeline } = levels()
    // 8 for a quarter of each second, and none for the rest.
    passTo(10_000, (ms) => ({ waiting: 3, inside: ms % 1000 < 250 ? 8 : 0 }))
    passTo(10_020, () => ({}))
    const { waiting, inside } = timeline()
    expect(waiting.slice(1, 10)).toEqual(Array.from({ length: 9 }, () => 3))
    for (const mean of inside.slice(1, 9)) expect(Math.abs(mean - 2)).toBeLessThan(0.2)
    expect(inside.slice(11)).toEqual(inside.slice(11).map(() => 0))
  })

  test('that go in a straight line are met exactly, however seldom they are looked at', () => {
    for (const lookMs of [5, 20, 100]) {
      const { passTo, timeline } = levels({ lookMs })
      passTo(8000, (ms) => ({ waiting: ms / 10 }))
      passTo(8020, () => ({}))
      const means = timeline().waiting.slice(1, 7)
      means.forEach((mean, i) => expect(Math.abs(mean - (150 + 100 * i))).toBeLessThan(lookMs / 10))
    }
  })

  test('count polls a second of the wall, whatever the scenario’s clock', () => {
    for (const speed of [1, 10]) {
      const { passTo, timeline, bucketMs } = levels({ speed })
      expect(bucketMs).toBe(1000 / speed)
      passTo(bucketMs * 9, (ms) => ({ polls: Math.floor(ms / 4) }))
      passTo(bucketMs * 9 + 20, () => ({ polls: Math.floor((bucketMs * 9) / 4) }))
      for (const perSec of timeline().pollsPerSec.slice(1, 8)) {
        expect(Math.abs(perSec - 250) / 250).toBeLessThan(speed === 1 ? 0.03 : 0.25)
      }
    }
  })

  test('of a run that begins later leave the buckets before it empty', () => {
    const { passTo, timeline } = levels({ fromMs: 4500 })
    passTo(8020, () => ({ waiting: 6 }))
    const { waiting } = timeline()
    expect(waiting.slice(0, 4)).toEqual([0, 0, 0, 0])
    // Half of the bucket in which it began.
    expect(Math.abs(waiting[4]! - 3)).toBeLessThan(0.1)
    expect(waiting.slice(5, 8)).toEqual([6, 6, 6])
  })

  test('of a run that is cut off are means over what there was of the bucket', () => {
    const { passTo, of, timeline } = levels()
    passTo(2500, () => ({ inside: 4 }))
    of.close(2500)
    expect(timeline().inside.slice(1, 4)).toEqual([4, 4, 0])
  })

  test('of a run that nobody is left in: the rest of its bucket is empty', () => {
    const { passTo, of, state, timeline } = levels()
    passTo(2500, () => ({ inside: 4 }))
    state.inside = 0
    of.closeEmpty(2500, 600_000)
    const mean = timeline().inside[2]!
    expect(Math.abs(mean - 2)).toBeLessThan(0.1)
    const short = levels()
    short.passTo(2500, () => ({ inside: 4 }))
    short.state.inside = 0
    // The run would have ended then anyway.
    short.of.closeEmpty(2500, 2600)
    expect(Math.abs(short.timeline().inside[2]! - 4 * (500 / 600))).toBeLessThan(0.1)
  })

  test('stop with the last bucket of the run', () => {
    const { passTo, state, timeline } = levels()
    passTo(601_000, () => ({ waiting: 1 }))
    expect(state.wheel.isPending(ClientTimerIds.bucket)).toBe(false)
    expect(timeline().waiting).toHaveLength(600)
    expect(timeline().waiting.at(-1)).toBe(1)
  })
})
