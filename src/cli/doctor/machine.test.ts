import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { machineChecks } from './machine-checks.ts'
import { numberIn, portRange, readMachine } from './machine.ts'

test.each([
  ['32768\t60999\n', { from: 32_768, to: 60_999 }],
  ['many', null],
  [null, null],
])('the ports in %j', (text, ports) => {
  expect(portRange(text)).toEqual(ports)
})

test('the number in what the system says', () => {
  const sockets = 'sockets: used 310\nTCP: inuse 12 orphan 0 tw 345 alloc 13 mem 2\nUDP: inuse 1\n'
  expect(numberIn(/^TCP: .*\btw (\d+)/m, sockets)).toBe(345)
  expect(numberIn(/^TCP: .*\btw (\d+)/m, 'UDP: inuse 1')).toBeNull()
  expect(numberIn(/^(\d+)\s*$/, null)).toBeNull()
})

test('this machine is read', async () => {
  const machine = await readMachine()
  expect(machine.cores).toBeGreaterThanOrEqual(1)
  expect(machine.availableBytes).toBeGreaterThan(1e6)
  expect(machine.clock.lagMs.max).toBeGreaterThanOrEqual(machine.clock.lagMs.p99)
  if (existsSync('/proc/sys/net/core/somaxconn')) {
    expect(machine.descriptors?.soft).toBeGreaterThan(16)
    expect(machine.somaxconn).toBeGreaterThan(0)
    expect(machine.ports?.to).toBeGreaterThan(machine.ports?.from ?? Infinity)
  }
  expect(
    machineChecks(machine)
      .map(({ detail }) => detail)
      .join('\n'),
  ).not.toMatch(/NaN|undefined/)
})
