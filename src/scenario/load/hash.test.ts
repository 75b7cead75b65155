import { expect, test } from 'vitest'
import { parseScenario } from './parse.ts'
import { editedDocument } from '../testing/small-document.ts'

function hashes(edits: Record<string, unknown> = {}): [string, string] {
  const parsed = parseScenario(editedDocument(edits))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return [parsed.loaded.workloadHash, parsed.loaded.stackHash]
}
const [workload, stack] = hashes()

test('a hash is 16 hex digits', () => {
  expect(workload).toMatch(/^[0-9a-f]{16}$/)
  expect(stack).toMatch(/^[0-9a-f]{16}$/)
  expect(stack).not.toBe(workload)
})

test.each([
  ['evidence', { 'stack.instances': 4 }],
  ['a source', { 'stack.instances.source': 'another' }],
  ['a default written out', { 'waitingRoom.lapseSec': 20, 'stack.bootSec': 0 }],
  ['name and description', { name: 'other', description: 'words' }],
  ['how bookings are taken back', { undo: { request: { method: 'DELETE', path: '/x' } } }],
  ['an SLO', { slo: ['errorShare < 0.01'] }],
  ['prices', { cost: { currency: 'KRW', instancePerHour: 400 } }],
])('neither changes with %s', (_name, edits) => {
  expect(hashes(edits)).toEqual([workload, stack])
})

test.each([
  ['population.people', 101],
  ['behaviour.patienceSec', 901],
  ['journey[0].timeoutMs', 9000],
  ['endsAt', '2021-07-19T23:30:00+09:00'],
  ['journey[0].request', { path: '/' }],
  ['journey[0].data', { csv: 'people.csv', rows: 5, sha256: 'ab' }],
  ['doors', [{ name: 'app', share: 0.1, perSec: 5 }]],
])('only the workload changes with %s', (path, value) => {
  const [changedWorkload, changedStack] = hashes({ [path]: value })
  expect(changedWorkload).not.toBe(workload)
  expect(changedStack).toBe(stack)
})

test.each([
  ['stack.instances', 5],
  ['waitingRoom.failOpen', 0.1],
  ['inventory.offers[0].slots', 81],
  ['timeline[1].count', 9],
])('only the stack changes with %s', (path, value) => {
  const [changedWorkload, changedStack] = hashes({ [path]: value })
  expect(changedWorkload).toBe(workload)
  expect(changedStack).not.toBe(stack)
})
