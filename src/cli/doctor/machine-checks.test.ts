import { describe, expect, test } from 'vitest'
import { checkLines } from './check.ts'
import { machineChecks } from './machine-checks.ts'
import type { Machine } from './machine.ts'

const sound: Machine = {
  node: '24.0.0',
  tellsThreadCpu: true,
  descriptors: { soft: 1_048_576, hard: 1_048_576 },
  somaxconn: 65_535,
  synBacklog: 65_535,
  ports: { from: 32_768, to: 60_999 },
  timeWaitReuse: 2,
  timeWait: 12,
  clock: { stepUs: 0.05, lookNs: 50, lagMs: { p99: 0.4, max: 2 }, epochDriftMs: 0.01 },
  cores: 2,
  availableBytes: 8 * 1024 ** 3,
  cpuPressure: 0.02,
  loadPerCore: 0.1,
}
/** What is not `ok`, as `name: status`. */
const wanting = (machine: Partial<Machine>) =>
  machineChecks({ ...sound, ...machine })
    .filter(({ status }) => status !== 'ok')
    .map(({ name, status }) => `${name}: ${status}`)
const clock = (facts: Partial<Machine['clock']>) => ({ clock: { ...sound.clock, ...facts } })

describe('machineChecks', () => {
  test('a sound machine is ok in all', () => {
    expect(wanting({})).toEqual([])
    expect(machineChecks(sound)).toHaveLength(10)
  })

  test('a machine that tells nothing is not faulted for it', () => {
    const silent: Partial<Machine> = {
      descriptors: null,
      somaxconn: null,
      synBacklog: null,
      ports: null,
      timeWaitReuse: null,
      timeWait: null,
      cpuPressure: null,
      loadPerCore: null,
    }
    expect(wanting(silent)).toEqual(
      ['descriptors', 'backlog', 'ports', 'TIME_WAIT', 'other load'].map(
        (name) => `${name}: unknown`,
      ),
    )
  })

  test.each<[Partial<Machine>, string]>([
    [{ tellsThreadCpu: false }, 'node: warn'],
    [{ cores: 1 }, 'cores: warn'],
    [{ availableBytes: 600 * 1024 ** 2 }, 'memory: warn'],
    [{ availableBytes: 100 * 1024 ** 2 }, 'memory: fail'],
    [{ descriptors: { soft: 4096, hard: 4096 } }, 'descriptors: warn'],
    [{ descriptors: { soft: 1023, hard: 1023 } }, 'descriptors: fail'],
    [{ somaxconn: 128 }, 'backlog: warn'],
    [{ synBacklog: 128 }, 'backlog: warn'],
    [{ ports: { from: 50_000, to: 60_999 } }, 'ports: warn'],
    [{ ports: { from: 60_500, to: 60_999 }, timeWait: 0 }, 'ports: fail'],
    [{ timeWaitReuse: 0 }, 'TIME_WAIT: warn'],
    [{ timeWait: 20_000 }, 'TIME_WAIT: warn'],
    [clock({ stepUs: 15 }), 'clock: warn'],
    [clock({ stepUs: 15_000 }), 'clock: fail'],
    [clock({ lookNs: 1500 }), 'clock: warn'],
    [clock({ epochDriftMs: -3000 }), 'clock: warn'],
    [clock({ lagMs: { p99: 20, max: 30 } }), 'event loop: warn'],
    [clock({ lagMs: { p99: 51, max: 90 } }), 'event loop: fail'],
    [{ cpuPressure: 0.4 }, 'other load: warn'],
    [{ cpuPressure: null, loadPerCore: 1.5 }, 'other load: warn'],
  ])('%j: %s, with a remedy', (machine, what) => {
    expect(wanting(machine)).toEqual([what])
    const check = machineChecks({ ...sound, ...machine }).find(({ status }) => status !== 'ok')
    expect(check?.remedy).toEqual(expect.any(String))
  })

  test('an unlimited number of descriptors is ample', () => {
    const [check] = machineChecks({
      ...sound,
      descriptors: { soft: Infinity, hard: Infinity },
    }).filter(({ name }) => name === 'descriptors')
    expect(check).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(/^unlimited/) as unknown,
    })
  })
})

test('a check in lines, its remedy below it', () => {
  const check = { name: 'cores', status: 'warn', detail: 'one', remedy: 'more' } as const
  expect(checkLines(check)).toEqual(['warn  cores        one', '                   → more'])
  expect(checkLines({ ...check, status: 'unknown', remedy: null })).toEqual([
    '-     cores        one',
  ])
})
