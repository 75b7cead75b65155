import { expect, test } from 'vitest'
import { must } from '../core/assert.ts'
import { parseScenario } from './load/parse.ts'
import { maxInstancesOf, stationRequests } from './size.ts'
import { editedDocument } from './testing/small-document.ts'

function scenarioOf(edits: Readonly<Record<string, unknown>>) {
  const parsed = parseScenario(editedDocument(edits))
  return must(parsed.ok ? parsed.loaded.scenario : null, 'scenario')
}

test('the most instances are those of the timeline where it has more', () => {
  expect(maxInstancesOf(scenarioOf({}))).toBe(10)
  expect(maxInstancesOf(scenarioOf({ timeline: [], variants: [] }))).toBe(4)
})

test('stations hold slots and backlogs on each instance, unstated backlogs a million together', () => {
  const { stack } = scenarioOf({
    'stack.stations[2]': { name: 'cache', perInstance: true, slots: 5 },
  })
  expect(stationRequests(stack, 10)).toBe(10 * (8 + 64) + 20 + 10 * 5 + 1_000_000)
  const stated = scenarioOf({ 'stack.stations[1].backlog': 7 }).stack
  expect(stationRequests(stated, 3)).toBe(3 * (8 + 64) + 20 + 7)
})
