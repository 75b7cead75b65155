import { expect, test } from 'vitest'
import { loadScenario } from '../scenario/load/load.ts'
import {
  createNoise,
  flaggedPairs,
  foundSlowdowns,
  onMachine,
  simulatedReadings,
  withVariation,
} from './compare-trials.ts'

/** `npm run validate:compare` in small. */
const { scenario } = await loadScenario('smoke', {
  allowCode: false,
  set: ['population.people=120', 'waitingRoom.admission.perSecPerInstance=1'],
})
const runs = Array.from({ length: 60 }, (_, at) => simulatedReadings(scenario, at + 1))
const noise = createNoise(1)

test('where nothing differs next to nothing is flagged', () => {
  expect(flaggedPairs(runs, 3)).toMatchObject({ pairs: 10, flagged: 0 })
  const onMachines = runs.map((run, at) => onMachine(run, at, noise))
  expect(flaggedPairs(onMachines, 3)).toMatchObject({ pairs: 10, flagged: 0 })
})

test('a slow-down is found at the variation that was asked for', () => {
  const varied = withVariation(runs, 0.03, { kind: 'machine', noise })
  expect(foundSlowdowns(varied, { runs: 5, slowdown: 1.2 })).toMatchObject({ trials: 6, found: 6 })
  // Ten times as noisy, nobody could.
  const noisy = withVariation(runs, 0.3, { kind: 'machine', noise })
  expect(foundSlowdowns(noisy, { runs: 5, slowdown: 1.2 }).found).toBeLessThan(2)
})

test('all response times of such a run lie equally far off, in units of their spread', () => {
  const varied = withVariation(runs, 0.03, { kind: 'machine', noise })
  const logs = (at: number) => varied.map((run) => Math.log(run[at]?.value ?? Number.NaN))
  const [first, second] = [logs(7), logs(8)]
  const apart = first.map((log, at) => log - (second[at] ?? 0))
  expect(Math.max(...apart) - Math.min(...apart)).toBeLessThan(1e-9)
})
