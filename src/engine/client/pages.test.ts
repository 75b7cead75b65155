import { expect, test } from 'vitest'
import { opening } from '../testing/opening.ts'
import type { JourneyCalls } from './journey-calls.ts'
import { recordedBy, stage } from './testing/world-stage.ts'
import { stepCalls } from './testing/step-calls.ts'

test('a redirect that a ceiling keeps back ends its request, once, and its visitor', () => {
  const scenario = opening({ comeSec: [1] })
  const plain = stepCalls(scenario)
  const elsewhere = { method: 'GET', path: '/elsewhere', headers: '', body: '' }
  const calls: JourneyCalls = {
    ...plain,
    read: (...asked) => ({ ...plain.read(...asked), next: elsewhere }),
  }
  const set = stage(scenario, { calls, ceiling: { inFlight: 9, perSec: 2 } })
  const { world, state, transport, clock } = set
  clock.ms += 1000
  for (let id = state.wheel.pop(clock.ms); id >= 0; id = state.wheel.pop(clock.ms)) {
    if (id >= state.firstRow) world.fire(id)
    else world.fireTimer(id)
  }
  transport.answer(8)
  transport.answer(8)
  expect(transport.sent.map(({ path }) => path)).toEqual(['/step/0', '/elsewhere'])
  const { summary } = recordedBy(set)
  expect(Object.values(summary.steps)[0]).toMatchObject({ count: 1, outcomes: { dropped: 1 } })
  expect(summary.visitors).toMatchObject({ arrived: 1, dropped: 1 })
  expect([state.requests, state.requestErrors, state.alive]).toEqual([1, 1, 0])
  expect(world.isOver).toBe(true)
})
