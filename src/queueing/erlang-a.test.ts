import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { impatientSteadyState } from './erlang-a.ts'
import { delaySteadyState } from './erlang-c.ts'
import { overloadedFluid } from './fluid.ts'
import { expectDigits } from '../core/testing/digits.ts'

const system = fc
  .record({
    servers: fc.integer({ min: 1, max: 150 }),
    serviceRate: fc.double({ min: 0.1, max: 10, noNaN: true }),
    patienceRate: fc.double({ min: 0.05, max: 20, noNaN: true }),
    load: fc.double({ min: 0.3, max: 3, noNaN: true }),
  })
  .map(({ load, ...rest }) => ({ ...rest, arrivalRate: load * rest.servers * rest.serviceRate }))

describe('reference rows', () => {
  test('7: row 6 with a mean patience of 2 min', () => {
    const state = impatientSteadyState({
      arrivalRate: 48,
      serviceRate: 1,
      patienceRate: 0.5,
      servers: 50,
    })
    expectDigits(state.abandonShare, '0.03091225')
    expectDigits(state.meanWait * 60, '3.709470')
    expectDigits(state.meanInQueue, '2.967576')
    expectDigits(state.utilisation, '0.93032424')
    expectDigits(state.delayProbability, '0.46777407')
  })

  test('8: overloaded, beside its fluid limit', () => {
    const overloaded = { arrivalRate: 120, serviceRate: 1, patienceRate: 1, servers: 100 }
    const state = impatientSteadyState(overloaded)
    expectDigits(state.abandonShare, '0.16769296')
    expectDigits(state.meanInQueue, '20.123155')
    const fluid = overloadedFluid(overloaded)
    expectDigits(fluid.abandonShare, '0.16666667')
    expect(fluid.queue).toBeCloseTo(20, 12)
  })
})

describe('laws', () => {
  test('tends to Erlang C as patience grows without end', () => {
    const base = { arrivalRate: 48, serviceRate: 1, servers: 50 }
    const patient = impatientSteadyState({ ...base, patienceRate: 1e-7 })
    const endless = delaySteadyState(base)
    expect(patient.delayProbability).toBeCloseTo(endless.delayProbability, 5)
    expect(patient.meanWait).toBeCloseTo(endless.meanWait, 5)
    expect(patient.meanOfferedWait).toBeCloseTo(endless.meanWait, 5)
    expect(patient.meanServedWait).toBeCloseTo(endless.meanWait, 5)
  })

  test('with θ = μ the number inside is Poisson, so the servers need not be counted', () => {
    // M/M/c+M with θ = μ has the rates of M/M/∞: P(N ≥ c) of a Poisson of mean a.
    const offeredLoad = 7
    const servers = 9
    let term = Math.exp(-offeredLoad)
    let below = 0
    for (let n = 0; n < servers; n++) {
      below += term
      term *= offeredLoad / (n + 1)
    }
    const state = impatientSteadyState({
      arrivalRate: 14,
      serviceRate: 2,
      patienceRate: 2,
      servers,
    })
    expect(state.delayProbability).toBeCloseTo(1 - below, 12)
  })

  test('the wait of all is that of the served and of those who left', () => {
    // Of everybody: E[min(V, P)] = P(abandon)/θ. Of the served it is E[V | V < P], so those who left
    // waited (E[W] − P(served)·E[W | served]) / P(abandon), which cannot exceed their mean patience.
    fc.assert(
      fc.property(system, (given) => {
        const state = impatientSteadyState(given)
        const served = 1 - state.abandonShare
        const left = (state.meanWait - served * state.meanServedWait) / state.abandonShare
        if (state.abandonShare > 1e-6) {
          expect(left).toBeGreaterThan(0)
          expect(left).toBeLessThanOrEqual(1 / given.patienceRate)
        }
        expect(state.meanServedWait).toBeLessThanOrEqual(state.meanOfferedWait)
        expect(state.meanWait).toBeLessThanOrEqual(state.meanOfferedWait)
      }),
    )
  })

  test('one server and no queue to speak of: the waits of one stage are known', () => {
    // So impatient that at most one waits: from n = c the offered wait is one stage of rate cμ.
    const state = impatientSteadyState({
      arrivalRate: 1,
      serviceRate: 1,
      patienceRate: 1e9,
      servers: 1,
    })
    expect(state.delayProbability).toBeCloseTo(0.5, 6)
    expect(state.meanOfferedWait).toBeCloseTo(0.5, 6)
    expect(state.abandonShare).toBeCloseTo(0.5, 6)
  })

  test('flow in is flow out, and more servers lose fewer', () => {
    fc.assert(
      fc.property(system, (given) => {
        const state = impatientSteadyState(given)
        const served = state.utilisation * given.servers * given.serviceRate
        const left = given.patienceRate * state.meanInQueue
        expect((served + left) / given.arrivalRate).toBeCloseTo(1, 9)
        const more = impatientSteadyState({ ...given, servers: given.servers + 1 })
        expect(more.abandonShare).toBeLessThan(state.abandonShare + 1e-15)
      }),
    )
  })

  test('tends to the fluid limit as an overloaded system grows', () => {
    const gaps = [10, 100, 1_000, 10_000].map((servers) => {
      const given = { arrivalRate: 1.2 * servers, serviceRate: 1, patienceRate: 0.5, servers }
      const fluid = overloadedFluid(given)
      const state = impatientSteadyState(given)
      expect(state.meanOfferedWait / fluid.virtualWait).toBeGreaterThan(0.9)
      return Math.abs(state.abandonShare - fluid.abandonShare)
    })
    for (const [i, gap] of gaps.entries()) expect(gap).toBeLessThanOrEqual(0.2 / 10 ** i + 1e-12)
    const large = { arrivalRate: 12_000, serviceRate: 1, patienceRate: 0.5, servers: 10_000 }
    expect(impatientSteadyState(large).meanOfferedWait).toBeCloseTo(2 * Math.log(1.2), 3)
  })
})

test('refuses what has no meaning', () => {
  const base = { arrivalRate: 1, serviceRate: 1, patienceRate: 1, servers: 1 }
  expect(() => impatientSteadyState({ ...base, patienceRate: 0 })).toThrow(
    'impatientSteadyState.patienceRate must be a number above 0, got 0',
  )
  expect(() => impatientSteadyState({ ...base, servers: 0 })).toThrow('servers must be a whole')
  expect(() => impatientSteadyState({ ...base, arrivalRate: 2, patienceRate: 1e-9 })).toThrow(
    'use the fluid limit or Erlang C',
  )
})
