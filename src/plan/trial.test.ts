import { expect, test } from 'vitest'
import { parametersOf, pricesOf } from '../scenario/schema/parameters.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import type { Scenario } from '../scenario/schema/schema.ts'
import { editedDocument } from '../scenario/testing/small-document.ts'
import { drawsOf } from './draws.ts'
import { jobOf, trialKey, type Trial, type TrialBase } from './trial.ts'

const interval = (low: number, mid: number, high: number) => ({
  low,
  mid,
  high,
  evidence: 'assumed',
})
const document = editedDocument({
  'waitingRoom.failOpen': interval(0.1, 0.2, 0.4),
  'behaviour.retry': { tries: interval(1, 3, 5), backoffSec: 2 },
  cost: { currency: 'KRW', lostBooking: interval(1, 2, 3) },
})
const parameters = parametersOf(document)
const base: TrialBase = {
  document,
  parameters,
  draws: drawsOf([...parameters, ...pricesOf(document)], { seed: 7, points: 10 }),
  seed: 7,
  keepTimeline: false,
}

function scenarioOf(trial: Trial, given: Partial<TrialBase> = {}): Scenario {
  const parsed = parseScenario(jobOf({ ...base, ...given }, trial, 1).document)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults))
  return parsed.loaded.scenario
}

test('trials of one draw share values and seed, whatever else they change', () => {
  for (const draw of [0, 3, 9]) {
    const a = jobOf(base, { instances: 2, draw }, 1)
    const b = jobOf(base, { instances: 11, draw, crowd: 2 }, 1)
    expect(b.seed).toBe(a.seed)
    const [one, other] = [scenarioOf({ instances: 2, draw }), scenarioOf({ instances: 11, draw })]
    expect(other.waitingRoom).toEqual(one.waitingRoom)
    expect(other.behaviour).toEqual(one.behaviour)
    expect(other.stack).toEqual({ ...one.stack, instances: 11 })
  }
  const seeds = new Set(base.draws.map(({ seed }) => seed))
  expect(seeds.size).toBe(10)
})

test('prices are drawn with the parameters, and are no part of a trial', () => {
  expect(base.draws.every(({ values }) => values.has('cost.lostBooking'))).toBe(true)
  expect(jobOf(base, { instances: 1, draw: 0 }, 1).document).not.toHaveProperty('cost')
})

test('the middle is the middle of all parameters, with the seed of the plan', () => {
  const { behaviour, waitingRoom } = scenarioOf({ instances: 1, draw: null })
  expect([waitingRoom.failOpen, behaviour.retry.tries]).toEqual([0.2, 3])
  expect(jobOf(base, { instances: 1, draw: null }, 1).seed).toBe(7)
})

test('the middle of what is known together is a set of values of its own', () => {
  const middle = new Map([['waitingRoom.failOpen', 0.3]])
  const { waitingRoom, behaviour } = scenarioOf({ instances: 1, draw: null }, { middle })
  expect([waitingRoom.failOpen, behaviour.retry.tries]).toEqual([0.3, 3])
})

test('one parameter may be moved, and the tries be others', () => {
  const moved = { parameter: 'waitingRoom.failOpen', value: 0.4 }
  expect(scenarioOf({ instances: 1, draw: null, moved }).waitingRoom.failOpen).toBe(0.4)
  expect(scenarioOf({ instances: 1, draw: 0, tries: 9 }).behaviour.retry.tries).toBe(9)
})

test('the count is held, unless the timeline is to be kept', () => {
  const kinds = (keepTimeline: boolean) =>
    scenarioOf({ instances: 3, draw: null }, { keepTimeline }).timeline.map(({ kind }) => kind)
  expect(kinds(false)).not.toContain('halt')
  expect(kinds(true)).toContain('halt')
  expect(scenarioOf({ instances: 3, draw: null }, { keepTimeline: true }).stack.instances).toBe(3)
})

test('trials that differ have keys that differ', () => {
  const trials: Trial[] = [
    { instances: 1, draw: 0 },
    { instances: 1, draw: null },
    { instances: 2, draw: 0 },
    { instances: 1, draw: 0, crowd: 2 },
    { instances: 1, draw: 0, tries: 0 },
    { instances: 1, draw: 0, isFull: true },
    { instances: 1, draw: 0, moved: { parameter: 'a', value: 1 } },
    { instances: 1, draw: 0, trigger: { atSec: 1, forSec: 1, doubleAtSec: null } },
  ]
  expect(new Set(trials.map(trialKey)).size).toBe(trials.length)
  expect(trialKey({ instances: 1, draw: 0, crowd: 1, levers: [] })).toBe(trialKey(trials[0]!))
})
