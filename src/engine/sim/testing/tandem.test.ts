import { describe, expect, test } from 'vitest'
import { stationaryShares, tandemSteadyState } from './tandem.ts'

describe('stationary distribution', () => {
  test('M/M/1/4 by its formula', () => {
    const shares = stationaryShares(5, 1, (n, go) => {
      if (n < 4) go(n + 1, 3)
      if (n > 0) go(n - 1, 4)
    })
    const total = 1 + 0.75 + 0.75 ** 2 + 0.75 ** 3 + 0.75 ** 4
    for (let n = 0; n <= 4; n++) expect(shares[n]).toBeCloseTo(0.75 ** n / total, 14)
  })

  test('a ring that turns one way', () => {
    // Time in each state is the inverse of its rate: 1, 1/2, 1/3 out of 11/6.
    const shares = stationaryShares(3, 2, (n, go) => go((n + 1) % 3, n + 1))
    expect([...shares].map((share) => share.toFixed(12))).toEqual(
      [6 / 11, 3 / 11, 2 / 11].map((share) => share.toFixed(12)),
    )
  })
})

describe('two stations', () => {
  test('with room without end the second is fed by a Poisson stream (Burke, 1956)', () => {
    const tandem = {
      arrivalRate: 0.5,
      first: { servers: 1, backlog: 45, serviceRate: 1 },
      second: { servers: 1, serviceRate: 0.8 },
    }
    const state = tandemSteadyState(tandem, 100)
    expect(state.refusedShare).toBeLessThan(1e-13)
    // M/M/1: Wq = ρ/(μ − λ).
    expect(state.firstWait).toBeCloseTo(0.5 / 0.5, 10)
    expect(state.secondWait).toBeCloseTo(0.625 / 0.3, 10)
    expect(state.secondUtilisation).toBeCloseTo(0.625, 12)
  })

  test('without a backlog the first is Erlang B', () => {
    const state = tandemSteadyState({
      arrivalRate: 3,
      first: { servers: 5, backlog: 0, serviceRate: 1 },
      second: { servers: 4, serviceRate: 1 },
    })
    expect(state.refusedShare).toBeCloseTo(0.11005435, 8)
    expect(state.firstWait).toBe(0)
    // Smoother than Poisson, so it waits less than M/M/4 at the same load would.
    expect(state.secondUtilisation).toBeCloseTo((3 * (1 - 0.11005435)) / 4, 8)
  })
})
