import { describe, expect, test } from 'vitest'
import { delaySteadyState } from './erlang-c.ts'
import { retrialSteadyState, type RetrialSystem } from './retrial.ts'

test('reference row 15: λ = 0.5, μ = θ = 1', () => {
  const state = retrialSteadyState({ arrivalRate: 0.5, serviceRate: 1, retryRate: 1 })
  expect(state.meanInOrbit).toBeCloseTo(1, 12)
  expect(state.meanWait).toBeCloseTo(2, 12)
})

/**
 * Mean orbit from the balance equations, by iterating the chain of (server busy or not, n in orbit)
 * one uniformised step at a time: an answer that does not use the formula.
 */
function orbitOfChain(
  { arrivalRate, serviceRate, retryRate }: RetrialSystem,
  room: number,
): number {
  const pace = arrivalRate + serviceRate + retryRate * room
  let idle = new Float64Array(room + 1)
  let busy = new Float64Array(room + 1)
  idle[0] = 1
  for (let i = 0; i < 40_000; i++) {
    const nextIdle = new Float64Array(room + 1)
    const nextBusy = new Float64Array(room + 1)
    for (let n = 0; n <= room; n++) {
      const free = (idle[n] ?? 0) / pace
      const taken = (busy[n] ?? 0) / pace
      const arriving = n < room ? arrivalRate : 0
      nextIdle[n] = (nextIdle[n] ?? 0) + free * (pace - arrivalRate - retryRate * n)
      nextBusy[n] =
        (nextBusy[n] ?? 0) + free * arrivalRate + taken * (pace - serviceRate - arriving)
      if (n > 0) nextBusy[n - 1] = (nextBusy[n - 1] ?? 0) + free * retryRate * n
      nextIdle[n] = (nextIdle[n] ?? 0) + taken * serviceRate
      if (n < room) nextBusy[n + 1] = (nextBusy[n + 1] ?? 0) + taken * arrivalRate
    }
    idle = nextIdle
    busy = nextBusy
  }
  return idle.reduce((sum, share, n) => sum + n * (share + (busy[n] ?? 0)), 0)
}

describe('laws', () => {
  test.each([
    [0.5, 1, 1],
    [0.3, 1, 0.5],
    [0.8, 2, 3],
  ])('the chain itself agrees at λ = %f, μ = %f, θ = %f', (arrivalRate, serviceRate, retryRate) => {
    const system = { arrivalRate, serviceRate, retryRate }
    expect(orbitOfChain(system, 60)).toBeCloseTo(retrialSteadyState(system).meanInOrbit, 5)
  })

  test('trying again at once is the queue of M/M/1', () => {
    const queue = { arrivalRate: 0.8, serviceRate: 1 }
    const state = retrialSteadyState({ ...queue, retryRate: 1e12 })
    expect(state.meanInOrbit).toBeCloseTo(delaySteadyState({ ...queue, servers: 1 }).meanInQueue, 9)
  })
})

test('refuses overload', () => {
  expect(() => retrialSteadyState({ arrivalRate: 1, serviceRate: 1, retryRate: 1 })).toThrow(
    'retrialSteadyState.arrivalRate must stay below capacity',
  )
})
