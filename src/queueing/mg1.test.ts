import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { delaySteadyState } from './erlang-c.ts'
import { allenCunneenWait } from './ggc.ts'
import { pollaczekKhinchineWait } from './mg1.ts'

describe('reference row 11: ρ = 0.8, E[S] = 1', () => {
  test.each([
    ['constant', 0, 2],
    ['Erlang-2', 0.5, 3],
    ['exponential', 1, 4],
    ['cs² = 4', 4, 10],
  ])('%s service', (_name, serviceScv, wait) => {
    expect(pollaczekKhinchineWait({ arrivalRate: 0.8, meanService: 1, serviceScv })).toBeCloseTo(
      wait,
      12,
    )
  })
})

test('exponential service is M/M/1, and one server by Allen–Cunneen is Pollaczek–Khinchine', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 20, noNaN: true }),
      (utilisation, meanService, serviceScv) => {
        const arrivalRate = utilisation / meanService
        const queue = { arrivalRate, serviceRate: 1 / meanService, servers: 1 }
        const exponential = pollaczekKhinchineWait({ arrivalRate, meanService, serviceScv: 1 })
        expect(exponential / delaySteadyState(queue).meanWait).toBeCloseTo(1, 9)
        const general = pollaczekKhinchineWait({ arrivalRate, meanService, serviceScv })
        const approximate = allenCunneenWait({ ...queue, arrivalScv: 1, serviceScv })
        expect(approximate / general).toBeCloseTo(1, 9)
      },
    ),
  )
})

test('refuses a load that is not below capacity and a negative variation', () => {
  expect(() => pollaczekKhinchineWait({ arrivalRate: 1, meanService: 1, serviceScv: -1 })).toThrow(
    /arrivalRate must stay below capacity.*serviceScv must be a number of at least 0/,
  )
})
