import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { erlangB } from './erlang-b.ts'
import { delaySteadyState, erlangC, waitCdf, waitQuantile } from './erlang-c.ts'
import { expectDigits } from '../core/testing/digits.ts'

const stableSystem = fc
  .record({
    servers: fc.integer({ min: 1, max: 200 }),
    serviceRate: fc.double({ min: 0.01, max: 100, noNaN: true }),
    utilisation: fc.double({ min: 0.05, max: 0.98, noNaN: true }),
  })
  .map(({ servers, serviceRate, utilisation }) => ({
    servers,
    serviceRate,
    arrivalRate: utilisation * servers * serviceRate,
  }))

describe('reference rows', () => {
  test('1: 10 erlang on 14 servers of 180 s', () => {
    const system = { arrivalRate: 10 / 180, serviceRate: 1 / 180, servers: 14 }
    expectDigits(erlangC({ servers: 14, offeredLoad: 10 }), '0.17413193')
    expectDigits(waitCdf(system, 20), '0.88835002')
    expectDigits(delaySteadyState(system).utilisation, '0.7142857')
  })

  test('2: M/M/1', () => {
    const state = delaySteadyState({ arrivalRate: 24, serviceRate: 30, servers: 1 })
    expect(state.meanInSystem).toBeCloseTo(4, 12)
    expect(state.meanSojourn).toBeCloseTo(1 / 6, 12)
    expect(state.emptyProbability).toBeCloseTo(0.2, 12)
  })

  test('3: M/M/3 by the year', () => {
    const state = delaySteadyState({ arrivalRate: 300, serviceRate: 182.5, servers: 3 })
    expectDigits(state.meanInQueue, '0.35242592')
    expectDigits(state.meanInSystem, '1.99626153')
    expectDigits(state.meanWait, '0.00117475')
  })

  test('4: M/M/3', () => {
    const state = delaySteadyState({ arrivalRate: 0.2, serviceRate: 0.1, servers: 3 })
    expectDigits(state.delayProbability, '0.44444444')
    expectDigits(state.meanWait, '4.44444444')
  })

  test('5: M/M/4', () => {
    const system = { arrivalRate: 0.83333, serviceRate: 0.25, servers: 4 }
    expectDigits(delaySteadyState(system).delayProbability, '0.65771540')
    expectDigits(delaySteadyState(system).meanWait, '3.94621345')
    expectDigits(waitCdf(system, 5), '0.71416283')
  })

  test('6: M/M/50 by the minute', () => {
    const system = { arrivalRate: 48, serviceRate: 1, servers: 50 }
    const state = delaySteadyState(system)
    expectDigits(state.delayProbability, '0.69445561')
    expectDigits(state.meanWait * 60, '20.833668')
    expectDigits(state.meanInQueue, '16.666935')
    expectDigits(waitQuantile(system, 0.9) * 60, '58.138742')
  })

  test('10: exact Erlang C beside Halfin–Whitt', () => {
    expectDigits(erlangC({ servers: 110, offeredLoad: 100 }), '0.23700751')
  })
})

describe('laws', () => {
  test('delay is likelier than loss, and one more server makes it rarer', () => {
    fc.assert(
      fc.property(stableSystem, ({ servers, serviceRate, arrivalRate }) => {
        const offeredLoad = arrivalRate / serviceRate
        const delayed = erlangC({ servers, offeredLoad })
        expect(delayed).toBeGreaterThanOrEqual(erlangB({ servers, offeredLoad }))
        expect(erlangC({ servers: servers + 1, offeredLoad })).toBeLessThanOrEqual(delayed)
        expect(delayed).toBeLessThanOrEqual(1)
      }),
    )
  })

  test('the number in the system is the number waiting and the number busy', () => {
    fc.assert(
      fc.property(stableSystem, (system) => {
        const state = delaySteadyState(system)
        expect(state.meanInSystem / (state.meanInQueue + state.offeredLoad)).toBeCloseTo(1, 9)
      }),
    )
  })

  test('the quantile inverts the distribution', () => {
    fc.assert(
      fc.property(stableSystem, fc.double({ min: 0.01, max: 0.999, noNaN: true }), (system, q) => {
        const wait = waitQuantile(system, q)
        if (wait > 0) expect(waitCdf(system, wait)).toBeCloseTo(q, 9)
        else expect(waitCdf(system, 0)).toBeGreaterThanOrEqual(q - 1e-9)
      }),
    )
  })

  test('the mean wait is the integral of its tail', () => {
    const system = { arrivalRate: 3, serviceRate: 1, servers: 4 }
    const step = 0.001
    let integral = 0
    for (let t = step / 2; t < 40; t += step) integral += (1 - waitCdf(system, t)) * step
    expect(integral).toBeCloseTo(delaySteadyState(system).meanWait, 5)
  })

  test('nobody at all is an empty system', () => {
    const state = delaySteadyState({ arrivalRate: 0, serviceRate: 1, servers: 5 })
    expect(state).toMatchObject({ emptyProbability: 1, delayProbability: 0, meanWait: 0 })
  })

  test('thousands of servers neither overflow nor vanish', () => {
    const state = delaySteadyState({ arrivalRate: 9_900, serviceRate: 1, servers: 10_000 })
    expect(state.delayProbability).toBeGreaterThan(0.2)
    expect(state.delayProbability).toBeLessThan(0.25)
    expect(state.emptyProbability).toBe(0)
  })
})

test('a load at capacity has no steady state', () => {
  expect(() => erlangC({ servers: 4, offeredLoad: 4 })).toThrow(
    'erlangC.offeredLoad must stay below capacity: 4 erlang offered to 4 servers have no steady state',
  )
  expect(() => delaySteadyState({ arrivalRate: 5, serviceRate: 1, servers: 4 })).toThrow(
    'delaySteadyState.arrivalRate must stay below capacity',
  )
  expect(() => waitQuantile({ arrivalRate: 1, serviceRate: 1, servers: 4 }, 1)).toThrow(
    'waitQuantile.quantile must be above 0 and below 1, got 1',
  )
})
