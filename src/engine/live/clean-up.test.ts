import { expect, test } from 'vitest'
import { Outcome } from '../../core/codes.ts'
import { opening, visitors } from '../testing/opening.ts'
import { CleanUp, type CleanUpCount } from './clean-up.ts'
import { stage, type Stage } from '../client/testing/world-stage.ts'
import { stepCalls } from '../client/testing/step-calls.ts'
import { Phase, type Ceiling } from '../client/state.ts'

const undo = { method: 'POST', path: '/undo', headers: '', body: '' }
const gated = { waitingRoom: { protocol: 'netfunnel' as const, admission: { perSec: 9 } } }

/** So many visitors, each with its first request in flight. */
function begun(n: number, { isGated = false, ceiling }: { isGated?: boolean; ceiling?: Ceiling }) {
  const scenario = opening({ ...(isGated ? gated : {}), comeSec: visitors(n) })
  const set = stage(scenario, ceiling === undefined ? {} : { ceiling })
  set.clock.ms += 1000
  fireAll(set)
  return { ...set, rows: [...set.transport.pending.keys()] }
}

function fireAll({ world, state, clock }: Stage): void {
  for (let id = state.wheel.pop(clock.ms); id >= 0; id = state.wheel.pop(clock.ms)) {
    if (id >= state.firstRow) world.fire(id)
    else world.fireTimer(id)
  }
}

/** A clean-up under way: `turn` lets it look again. */
function cleaning({ world, transport }: Stage) {
  const due: (() => void)[] = []
  const before = transport.sent.length
  const found: CleanUpCount[] = []
  const turns = { soon: () => undefined, after: (_ms: number, act: () => void) => due.push(act) }
  const calls = { ...stepCalls(world.state.inputs.scenario), outgoing: () => undo }
  let stopped = false
  const isStopped = () => stopped
  const cleanUp = new CleanUp(world, { calls, timeoutMs: 2000, turns, isStopped })
  cleanUp.run((count) => found.push(count))
  return {
    found,
    stop: () => (stopped = true),
    asked: () => transport.sent.slice(before).map(({ visitor }) => visitor),
    turn: () => due.splice(0).forEach((act) => act()),
  }
}

test('a run that is stopped takes back what was told of and what was asked for, nothing else', () => {
  const set = begun(3, {})
  const [told, asking, soldOut] = set.rows as [number, number, number]
  set.transport.answer(told, { body: '0' })
  set.transport.answer(soldOut, { body: '32' })
  const { asked, found, turn } = cleaning(set)
  expect(new Set(asked())).toEqual(new Set([told, asking]))
  for (const v of asked()) set.transport.answer(v, { body: '0' })
  turn()
  expect(found).toEqual([{ bookings: 1, undone: 1 }])
})

test('a good-bye in flight stands in nobody’s way', () => {
  const set = begun(1, { isGated: true })
  const [v] = set.rows as [number]
  set.transport.answer(v, { body: '5002:200:key=AB' })
  fireAll(set)
  set.transport.answer(v, { body: '0' })
  expect(set.state.phase(v) & Phase.mask).toBe(Phase.complete)
  const { asked } = cleaning(set)
  expect(asked()).toEqual([v])
  expect([...set.transport.pending.keys()]).toEqual([v])
})

test('who was never let in has asked for no booking', () => {
  const set = begun(2, { isGated: true })
  const [waiting, failing] = set.rows as [number, number]
  set.transport.answer(waiting, { body: '5002:201:key=AB&nwait=5&ttl=9' })
  set.transport.answer(failing, { status: 500, outcome: Outcome.http5xx })
  const { asked, found } = cleaning(set)
  expect(asked()).toEqual([])
  expect(found).toEqual([{ bookings: 0, undone: 0 }])
})

test('no more leaves in a second than may', () => {
  const set = begun(7, { ceiling: { inFlight: 100, perSec: 7 } })
  for (const v of set.rows) set.transport.answer(v, { body: '0' })
  const { asked, turn } = cleaning(set)
  expect(asked()).toEqual([])
  set.clock.ms += 1000
  turn()
  expect(asked()).toHaveLength(7)
})

test('one that is stopped asks no more, and says what was taken back until then', () => {
  const set = begun(60, {})
  for (const v of set.rows) set.transport.answer(v, { body: '0' })
  const { asked, found, turn, stop } = cleaning(set)
  const [first] = asked()
  set.transport.answer(first!, { body: '0' })
  const before = asked().length
  stop()
  turn()
  turn()
  expect(asked()).toHaveLength(before)
  expect(found).toEqual([{ bookings: 60, undone: 1 }])
})

test('a target that is gone is not asked for ever', () => {
  const set = begun(300, {})
  for (const v of set.rows) set.transport.answer(v, { body: '0' })
  const { asked, found, turn } = cleaning(set)
  for (let i = 0; i < 100 && found.length === 0; i++) {
    set.clock.ms += 2000
    turn()
  }
  expect(found).toEqual([{ bookings: 300, undone: 0 }])
  expect(asked().length).toBeLessThan(100)
})
