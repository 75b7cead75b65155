import { expect, test } from 'vitest'
import { delaySteadyState } from './erlang-c.ts'
import { allenCunneenWait } from './ggc.ts'

test('many servers with exponential times: Allen–Cunneen is exact', () => {
  const system = { arrivalRate: 48, serviceRate: 1, servers: 50 }
  expect(allenCunneenWait({ ...system, arrivalScv: 1, serviceScv: 1 })).toBe(
    delaySteadyState(system).meanWait,
  )
})

test('half as much variation of both times is half the wait; none is none', () => {
  const system = { arrivalRate: 48, serviceRate: 1, servers: 50 }
  const wait = (arrivalScv: number, serviceScv: number) =>
    allenCunneenWait({ ...system, arrivalScv, serviceScv })
  expect(wait(0.5, 0.5)).toBe(wait(1, 1) / 2)
  expect(wait(2, 0)).toBe(wait(0, 2))
  expect(wait(0, 0)).toBe(0)
})

test('refuses a load that is not below capacity and a negative variation', () => {
  const system = { arrivalRate: 50, serviceRate: 1, servers: 50, arrivalScv: 1, serviceScv: 1 }
  expect(() => allenCunneenWait(system)).toThrow('must stay below capacity')
  expect(() => allenCunneenWait({ ...system, arrivalRate: 1, arrivalScv: -1 })).toThrow(
    'allenCunneenWait.arrivalScv must be a number of at least 0',
  )
})
