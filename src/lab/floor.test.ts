import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { streamKey, streams, uniform } from '../core/chance.ts'
import { tabulatedQuantileOf } from '../core/distribution.ts'
import type { ArrivalPlan } from '../workload/plan.ts'
import { simulateFloor, type FloorOptions } from './floor.ts'

const meanServiceMs = 900
const seed = 7

/** A plan with one time key a quantum of 10 ms. */
function planOf(keys: readonly number[]): ArrivalPlan {
  const sorted = Uint32Array.from(keys).sort()
  return {
    length: sorted.length,
    fromWallSec: 0,
    quantumSec: 0.01,
    keys: sorted,
    tickets: Uint32Array.from(sorted, (_, i) => sorted.length - 1 - i),
  }
}

/** When the last visitor is done, by the recursion of Kiefer and Wolfowitz (1955). */
function lastDoneMs(plan: ArrivalPlan, { servers, services }: FloorOptions): number {
  const serviceMs = tabulatedQuantileOf({ dist: 'exponential', mean: meanServiceMs })
  const key = streamKey(seed, streams.service)
  const freeAtMs = Array.from({ length: servers }, () => 0)
  let last = 0
  for (let i = 0; i < plan.length; i++) {
    freeAtMs.sort((a, b) => a - b)
    let atMs = Math.max(freeAtMs[0]!, plan.keys[i]! * plan.quantumSec * 1000)
    for (let k = 0; k < services; k++) atMs += serviceMs(uniform(key, plan.tickets[i]!, k))
    freeAtMs[0] = atMs
    last = Math.max(last, atMs)
  }
  return last
}

describe('the floor', () => {
  test('serves everybody, in the time that an independent recursion gives', () => {
    const keys = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(
        keys,
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        (times, servers, services) => {
          const plan = planOf(times)
          const options = { servers, services, meanServiceMs, seed, untilMs: 1e9 }
          const result = simulateFloor(plan, options)
          expect(result.arrived).toBe(plan.length)
          expect(result.served).toBe(plan.length)
          expect(result.fired).toBe(plan.length * (1 + services))
          expect(result.changes).toBe(plan.length * (1 + 2 * services))
          expect(result.lastServedMs).toBeCloseTo(lastDoneMs(plan, options), 6)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('stops where it is told to, with the rest unserved', () => {
    // One server, everybody there at once: 400 × 5 services of 0.9 s take 30 min.
    const plan = planOf(Array.from({ length: 400 }, () => 0))
    const options = { servers: 1, services: 5, meanServiceMs, seed, untilMs: 900_000 }
    const { arrived, served, lastServedMs } = simulateFloor(plan, options)
    expect(arrived).toBe(400)
    expect(lastServedMs).toBeLessThanOrEqual(900_000)
    // 900 s hold 1,000 services, give or take three standard deviations.
    expect(served).toBeGreaterThan(180)
    expect(served).toBeLessThan(220)
  })

  test('an empty plan is no events', () => {
    const options = { servers: 3, services: 5, meanServiceMs, seed, untilMs: 1000 }
    expect(simulateFloor(planOf([]), options)).toEqual({
      arrived: 0,
      served: 0,
      fired: 0,
      changes: 0,
      lastServedMs: 0,
    })
  })
})
