import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fluidPath, overloadedFluid, type FluidInput } from './fluid.ts'

const flat = { arrivalRateAt: () => 120, serversAt: () => 100, serviceRate: 1, patienceRate: 0.5 }

describe('overloaded limit', () => {
  test('by hand: ρ = 1.2', () => {
    const fluid = overloadedFluid({
      arrivalRate: 120,
      serviceRate: 1,
      patienceRate: 0.5,
      servers: 100,
    })
    expect(fluid.abandonShare).toBeCloseTo(1 / 6, 12)
    expect(fluid.queue).toBeCloseTo(40, 12)
    expect(fluid.virtualWait).toBeCloseTo(2 * Math.log(1.2), 12)
  })

  test('below capacity nobody waits', () => {
    expect(
      overloadedFluid({ arrivalRate: 99, serviceRate: 1, patienceRate: 1, servers: 100 }),
    ).toEqual({ abandonShare: 0, queue: 0, virtualWait: 0 })
  })
})

describe('path', () => {
  test('settles at the overloaded limit', () => {
    const path = fluidPath({ ...flat, until: 60, step: 0.02 })
    expect(path.inside.at(-1)).toBeCloseTo(140, 6)
  })

  test('with endless patience an overload grows by what exceeds capacity', () => {
    const path = fluidPath({ ...flat, patienceRate: 0, startInside: 100, until: 10, step: 0.1 })
    expect(path.inside.at(-1)).toBeCloseTo(300, 9)
  })

  test('below capacity it is the offered load', () => {
    const path = fluidPath({ ...flat, arrivalRateAt: () => 50, until: 3, step: 0.01 })
    expect(path.inside.at(-1)).toBeCloseTo(50 * (1 - Math.exp(-3)), 7)
  })

  test('retries of all who leave drive it to serve at capacity and lose nobody', () => {
    const path = fluidPath({ ...flat, retryShare: 1, retryRate: 0.1, until: 40, step: 0.02 })
    const end = path.time.length - 1
    expect(path.lost[end]).toBe(0)
    expect(path.orbit[end]).toBeGreaterThan(100)
    const plain = fluidPath({ ...flat, until: 40, step: 0.02 })
    expect(path.inside[end]).toBeGreaterThan((plain.inside[end] ?? 0) + 10)
  })

  test('scale-out half way drains the queue', () => {
    const path = fluidPath({
      ...flat,
      serversAt: (t) => (t < 20 ? 100 : 250),
      until: 60,
      step: 0.02,
    })
    expect(path.inside[1000]).toBeGreaterThan(139.9)
    expect(path.inside.at(-1)).toBeCloseTo(120, 6)
  })

  test('whoever came is inside, in orbit, served or lost', () => {
    const input = fc.record({
      base: fc.double({ min: 0, max: 50, noNaN: true }),
      serviceRate: fc.double({ min: 0.1, max: 3, noNaN: true }),
      patienceRate: fc.double({ min: 0, max: 3, noNaN: true }),
      retryShare: fc.double({ min: 0, max: 1, noNaN: true }),
      retryRate: fc.double({ min: 0.1, max: 3, noNaN: true }),
      startInside: fc.double({ min: 0, max: 100, noNaN: true }),
    })
    fc.assert(
      fc.property(input, ({ base, ...rest }) => {
        const given: FluidInput = {
          ...rest,
          arrivalRateAt: (t) => base * (1 + Math.sin(t)),
          serversAt: (t) => 10 + 5 * Math.cos(t),
          until: 10,
          step: 0.05,
        }
        const path = fluidPath(given)
        for (let i = 0; i < path.time.length; i += 20) {
          const kept = (path.inside[i] ?? 0) + (path.orbit[i] ?? 0)
          const gone = (path.served[i] ?? 0) + (path.lost[i] ?? 0)
          expect(kept + gone).toBeCloseTo((path.arrived[i] ?? 0) + rest.startInside, 6)
        }
      }),
    )
  })
})

test('retries without a rate are refused', () => {
  expect(() => fluidPath({ ...flat, retryShare: 0.5, until: 1, step: 0.1 })).toThrow(
    'fluidPath.retryRate must be a number above 0, got 0',
  )
})
