import { describe, expect, test } from 'vitest'
import { runSimulation } from '../engine/sim/run.ts'
import { timeless } from '../engine/testing/timeless.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import { instanceChanges, loadLevels } from './load-level.ts'
import { steppedScenario } from './testing/stepped-scenario.ts'

const numbers = {
  webMs: 100,
  webCv: 0.5,
  webSlots: 4,
  dbMs: 10,
  dbSlots: 10,
  contention: 0,
  coherency: 0,
}

describe('levels of load', () => {
  test('are the steps of the scenario, on the instances that were there; rests are none', () => {
    const parsed = parseScenario(
      steppedScenario(numbers, [
        [1, 10],
        [1, 30],
        [3, 60],
      ]),
    )
    if (!parsed.ok) throw new Error('the scenario parses')
    const { scenario } = parsed.loaded
    const run = runSimulation(parsed.loaded, { seed: 1, population: 1, speed: 1 }, timeless)
    const levels = loadLevels(run, scenario)
    expect(levels.map(({ from, to, instances }) => [from, to, instances])).toEqual([
      [0, 8, 1],
      [14, 22, 1],
      [28, 36, 3],
    ])
    for (const [i, perSec] of [10, 30, 60].entries()) {
      expect(levels[i]?.offeredPerSec).toBeGreaterThan(perSec * 0.7)
      expect(levels[i]?.offeredPerSec).toBeLessThan(perSec * 1.3)
    }
  })

  test('instances change when most of a bucket has another number of them', () => {
    expect(instanceChanges([1, 1, 1.3, 1.7, 2, 2, 0, 2, 5])).toEqual([
      { bucket: 0, count: 1 },
      { bucket: 3, count: 2 },
      { bucket: 8, count: 5 },
    ])
  })
})
