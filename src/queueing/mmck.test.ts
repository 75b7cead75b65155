import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { erlangB } from './erlang-b.ts'
import { delaySteadyState } from './erlang-c.ts'
import { boundedSteadyState } from './mmck.ts'

describe('laws', () => {
  test('M/M/1/K by its own formula', () => {
    // p_n = (1 − ρ)ρⁿ / (1 − ρ^{K+1})
    const state = boundedSteadyState({ arrivalRate: 3, serviceRate: 4, servers: 1, backlog: 4 })
    const rho = 0.75
    for (let n = 0; n <= 5; n++) {
      expect(state.probabilities[n]).toBeCloseTo(((1 - rho) * rho ** n) / (1 - rho ** 6), 12)
    }
  })

  test('without a backlog it is Erlang B', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.1, max: 400, noNaN: true }),
        (servers, offeredLoad) => {
          const state = boundedSteadyState({
            arrivalRate: offeredLoad,
            serviceRate: 1,
            servers,
            backlog: 0,
          })
          expect(state.refusedShare).toBeCloseTo(erlangB({ servers, offeredLoad }), 10)
          expect(state.meanInQueue).toBe(0)
        },
      ),
    )
  })

  test('with a backlog without end it is Erlang C', () => {
    const system = { arrivalRate: 2.4, serviceRate: 1, servers: 3 }
    const state = boundedSteadyState({ ...system, backlog: 400 })
    expect(state.meanWait).toBeCloseTo(delaySteadyState(system).meanWait, 9)
    expect(state.refusedShare).toBeLessThan(1e-30)
  })

  test('in overload it serves all it can and refuses the rest', () => {
    const state = boundedSteadyState({
      arrivalRate: 500,
      serviceRate: 1,
      servers: 10,
      backlog: 1_000,
    })
    expect(state.refusedShare).toBeCloseTo(0.98, 12)
    expect(state.utilisation).toBeCloseTo(1, 12)
    expect(state.meanInQueue).toBeCloseTo(1_000 - 1 / 49, 6)
  })
})

test('nobody is an empty station; a backlog must be whole', () => {
  const idle = boundedSteadyState({ arrivalRate: 0, serviceRate: 1, servers: 2, backlog: 3 })
  expect(idle).toMatchObject({ refusedShare: 0, utilisation: 0, meanWait: 0 })
  expect(() =>
    boundedSteadyState({ arrivalRate: 1, serviceRate: 1, servers: 1, backlog: -1 }),
  ).toThrow('boundedSteadyState.backlog must be a whole number of at least 0, got -1')
})
