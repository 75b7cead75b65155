import { expect, test } from 'vitest'
import type { Summary } from '../record/run.ts'
import { smallRun } from '../record/testing/small-record.ts'
import { drainSecOf, isCollapse, outcomeOf } from './outcome.ts'

const opensAtSec = Date.UTC(2021, 6, 19, 11) / 1000

test('of a run that drains in its last minute', () => {
  const { summary, timeline } = smallRun()
  const outcome = outcomeOf({ summary, timeline, opensAtSec, slo: [{ ok: true, observed: 3 }] })
  expect(outcome.drainSec).toBe(180)
  expect(outcome.goodputPerSec).toBe(60 / 180)
  expect(outcome.booked).toBe(72)
  expect(outcome.lost).toBe(38)
  // 138 ticket-minutes; 180 tickets of 110 people.
  expect(outcome.waitingHours).toBeCloseTo(((138 / 60) * 110) / 180, 12)
  expect(outcome.abandonShare).toBeCloseTo(50 / 180, 12)
  expect(outcome.pastGateShare).toBeCloseTo(3 / 93, 12)
  expect(outcome.busiest).toEqual({ station: 'db', utilisation: 1 })
  expect(outcome).toMatchObject({ collapsed: false, waitSecP95: null, slo: [{ observed: 3 }] })
})

test('a line is drained below a thousandth of its peak, or one ticket; never if it is not', () => {
  const { timeline } = smallRun()
  const drained = (waiting: number[]) => drainSecOf({ ...timeline, waiting }, opensAtSec)
  expect(drained([0, 0, 5000, 6, 4, 4])).toBe(120)
  expect(drained([0, 0, 5, 2, 1, 0.5])).toBe(180)
  expect(drained([0, 0, 5, 2, 1, 1])).toBeNull()
  expect(drained([0, 0, 0.4, 0, 0, 0])).toBe(0)
  expect(drained([9, 0, 0, 0, 0, 0])).toBe(0)
})

test('a collapse lasts ten minutes, or a quarter of a short run', () => {
  const lasting = (sec: number): Summary['collapse'] => ({
    fromSec: 1000,
    toSec: 1000 + sec,
    requestErrorShare: 0.9,
  })
  expect(isCollapse(lasting(600), 57_600)).toBe(true)
  expect(isCollapse(lasting(599), 57_600)).toBe(false)
  expect(isCollapse(lasting(90), 360)).toBe(true)
  expect(isCollapse(lasting(89), 360)).toBe(false)
  expect(isCollapse(null, 360)).toBe(false)
})
