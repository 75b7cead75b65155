import { expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { Outcomes } from './outcomes.ts'
import { outcomeWith } from './testing/synthetic.ts'
import type { Trial } from './trial.ts'

const trial = (instances: number, draw = 0): Trial => ({ instances, draw })

function counted() {
  const batches: number[][] = []
  const outcomes = new Outcomes((trials) => {
    batches.push(trials.map(({ instances }) => instances))
    return Promise.resolve(trials.map(({ instances }) => outcomeWith({ booked: instances })))
  })
  return { outcomes, batches }
}

const booked = async (outcomes: Outcomes, trials: readonly Trial[]) =>
  (await outcomes.of(trials)).map((one) => one.booked)

test('each trial is simulated once, however often and by however many it is asked for', async () => {
  const { outcomes, batches } = counted()
  const answers = await Promise.all([
    booked(outcomes, [trial(3), trial(1)]),
    booked(outcomes, [trial(1), trial(2)]),
    booked(outcomes, [trial(3)]),
  ])
  expect(answers).toEqual([[3, 1], [1, 2], [3]])
  expect(await booked(outcomes, [trial(2)])).toEqual([2])
  expect(batches).toEqual([[3, 1, 2]])
  expect(outcomes.count).toBe(3)
})

test('searches that go on side by side share rounds', async () => {
  const { outcomes, batches } = counted()
  const search = async (from: number) => {
    for (let step = 0; step < 4; step++) await outcomes.of([trial(from + step)])
  }
  await Promise.all([search(10), search(20), search(30)])
  expect(batches.map((batch) => batch.length)).toEqual([3, 3, 3, 3])
})

test('a round that fails fails for all that wait for it', async () => {
  const outcomes = new Outcomes(() => Promise.reject(new DambreakError('interrupted', 'stopped')))
  const ends = await Promise.allSettled([outcomes.of([trial(1)]), outcomes.of([trial(2)])])
  expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
})
