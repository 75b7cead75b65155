import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { impatientSteadyState } from './erlang-a.ts'
import { erlangB, serversForBlocking } from './erlang-b.ts'
import { delaySteadyState, erlangC, waitCdf, waitQuantile } from './erlang-c.ts'
import { overloadedFluid } from './fluid.ts'
import { garnettLimit } from './garnett.ts'
import { allenCunneenWait } from './ggc.ts'
import { halfinWhittBeta, halfinWhittDelay } from './halfin-whitt.ts'
import { boundedSteadyState } from './mmck.ts'
import { squareRootStaffing } from './offered-load.ts'
import { expectDigits } from '../core/testing/digits.ts'

/** A hundred thousand servers: references are sums and recursions in forty-digit arithmetic (mpmath 1.3.0). */
const servers = 100_000

/** Loads far below, about, at and above capacity. */
const loads = [1, 50, 50_000, 99_000, 99_999, 100_000, 100_001, 101_000, 150_000, 10_000_000]

function expectNumbers(values: object): void {
  for (const [name, value] of Object.entries(values) as [string, number][]) {
    expect(Number.isFinite(value), `${name} is ${value}`).toBe(true)
    expect(value, name).toBeGreaterThanOrEqual(0)
  }
}

describe('Erlang B', () => {
  test.each([
    [90_000, '1.98003409636e-236'],
    [99_000, '8.2257755985e-6'],
    [100_000, '0.00251889342355'],
    [101_000, '0.0107516112849'],
    [150_000, '0.333346665067'],
  ])('%i erlang', (offeredLoad, blocking) => {
    expect(erlangB({ servers, offeredLoad }) / Number(blocking)).toBeCloseTo(1, 8)
  })

  test('is a share at any load, and grows with it', () => {
    const blocking = loads.map((offeredLoad) => erlangB({ servers, offeredLoad }))
    expectNumbers(blocking)
    expect(blocking).toEqual(blocking.toSorted((a, b) => a - b))
    expect(blocking.at(-1)).toBeCloseTo(0.99, 6)
    expect(erlangB({ servers, offeredLoad: 1e300 })).toBe(1)
  })

  test('one step of its recursion the other way round, and its inverse', () => {
    for (const offeredLoad of [99_000, 100_000, 101_000]) {
      const here = erlangB({ servers, offeredLoad })
      const before = erlangB({ servers: servers - 1, offeredLoad })
      // 1/B(c) = 1 + c/(a·B(c − 1))
      expect(1 / here / (1 + servers / (offeredLoad * before))).toBeCloseTo(1, 12)
      expect(serversForBlocking({ offeredLoad, blocking: here * (1 + 1e-9) })).toBe(servers)
      expect(serversForBlocking({ offeredLoad, blocking: here * (1 - 1e-9) })).toBe(servers + 1)
    }
  })
})

describe('Erlang C', () => {
  test.each([
    [99_000, '0.000821908237411', '8.21908237411e-7'],
    [99_500, '0.0709061993551', '0.00014181239871'],
    [99_900, '0.657993511795', '0.00657993511795'],
    [99_999, '0.996045681564', '0.996045681564'],
  ])('%i erlang', (offeredLoad, delayed, wait) => {
    expectDigits(erlangC({ servers, offeredLoad }), delayed)
    const state = delaySteadyState({ arrivalRate: offeredLoad, serviceRate: 1, servers })
    expectDigits(state.meanWait, wait)
  })

  test('is a number at any load below capacity, to the last bit below it', () => {
    const below = [...loads.filter((load) => load < servers), servers * (1 - Number.EPSILON)]
    for (const arrivalRate of below) {
      const system = { arrivalRate, serviceRate: 1, servers }
      expectNumbers(delaySteadyState(system))
      expectNumbers({ at: waitQuantile(system, 0.95), share: waitCdf(system, 0.1) })
    }
  })

  test('nears Halfin and Whitt’s limit as its next term does, as 1/√c', () => {
    const gapAt = (c: number, beta: number) => {
      const utilisation = 1 - beta / Math.sqrt(c)
      expect(halfinWhittBeta({ servers: c, utilisation })).toBeCloseTo(beta, 9)
      return erlangC({ servers: c, offeredLoad: utilisation * c }) / halfinWhittDelay(beta) - 1
    }
    for (const beta of [0.1, 0.5, 1, 2]) {
      const gap = gapAt(servers, beta)
      expect(Math.abs(gap)).toBeLessThan(0.01)
      expect(gapAt(servers / 100, beta) / gap / 10).toBeCloseTo(1, 0)
      expect(gapAt(servers / 100, beta) / gap / 10).toBeGreaterThan(0.9)
    }
  })

  test('square-root staffing promises what it gives', () => {
    const offeredLoad = 99_000
    const staffed = squareRootStaffing({ offeredLoad, beta: 1 })
    expect(erlangC({ servers: staffed, offeredLoad })).toBeCloseTo(halfinWhittDelay(1), 2)
  })
})

describe('Halfin–Whitt', () => {
  test('is a share, and falls, for any β', () => {
    const delays = [0, 1e-9, 0.1, 1, 5, 30, 50, 1_000].map(halfinWhittDelay)
    expectNumbers(delays)
    expect(delays).toEqual(delays.toSorted((a, b) => b - a))
  })
})

describe('Erlang A', () => {
  test.each([
    [99_000, '3.61215118003e-7', '0.000786177332411', '0.0715205933646', '0.989999642397'],
    [100_000, '0.00104511509461', '0.58613470847', '209.023018921', '0.998954884905'],
    [101_000, '0.00990099352235', '0.99999601875', '2000.00069152', '0.999999996542'],
    [150_000, '0.333333333333', '1.0', '100000', '1.0'],
  ])('%i erlang', (arrivalRate, left, delayed, queue, utilisation) => {
    const state = impatientSteadyState({ arrivalRate, serviceRate: 1, patienceRate: 0.5, servers })
    expectDigits(state.abandonShare, left)
    expectDigits(state.delayProbability, delayed)
    expectDigits(state.meanInQueue, queue)
    expectDigits(state.utilisation, utilisation)
  })

  test('is a number at any load, and loses more at more', () => {
    const states = loads.map((arrivalRate) => {
      const system = { arrivalRate, serviceRate: 1, patienceRate: 2, servers }
      expectNumbers(garnettLimit(system))
      const state = impatientSteadyState(system)
      expectNumbers(state)
      return state.abandonShare
    })
    expect(states).toEqual(states.toSorted((a, b) => a - b))
  })

  test('between the limit at capacity and the fluid above it', () => {
    const at = { arrivalRate: 100_000, serviceRate: 1, patienceRate: 0.5, servers }
    const limit = garnettLimit(at)
    expect(limit.delayProbability).toBeCloseTo(0.58613470847, 3)
    expect(limit.abandonShare / 0.00104511509461).toBeCloseTo(1, 2)
    const above = { ...at, arrivalRate: 150_000 }
    const fluid = overloadedFluid(above)
    const state = impatientSteadyState(above)
    expect(state.meanInQueue / fluid.queue).toBeCloseTo(1, 9)
    expect(state.abandonShare).toBeCloseTo(fluid.abandonShare, 9)
    expect(state.meanOfferedWait / fluid.virtualWait).toBeCloseTo(1, 4)
  })
})

describe('G/G/c', () => {
  test('is Erlang C’s wait by the variation', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (arrivalScv, serviceScv) => {
          const system = { arrivalRate: 99_900, serviceRate: 1, servers, arrivalScv, serviceScv }
          const expected = (0.00657993511795 * (arrivalScv + serviceScv)) / 2
          expect(Math.abs(allenCunneenWait(system) - expected)).toBeLessThan(1e-8 * (1 + expected))
        },
      ),
      { numRuns: 10 },
    )
  })

  test('is a number at any load below capacity', () => {
    for (const arrivalRate of loads.filter((load) => load < servers)) {
      const system = { arrivalRate, serviceRate: 1, servers, arrivalScv: 2, serviceScv: 0.5 }
      expectNumbers({ wait: allenCunneenWait(system) })
    }
  })
})

test('M/M/c/K without a backlog is Erlang B, with one it lies between that and Erlang A', () => {
  for (const arrivalRate of [99_000, 100_000, 150_000]) {
    const bare = boundedSteadyState({ arrivalRate, serviceRate: 1, servers, backlog: 0 })
    const blocking = erlangB({ servers, offeredLoad: arrivalRate })
    expect(bare.refusedShare / blocking).toBeCloseTo(1, 7)
    const roomy = boundedSteadyState({ arrivalRate, serviceRate: 1, servers, backlog: 1_000 })
    expect(roomy.refusedShare).toBeLessThan(blocking)
    expect(roomy.refusedShare).toBeGreaterThanOrEqual(
      Math.max(0, 1 - servers / arrivalRate) - 1e-12,
    )
  }
})
