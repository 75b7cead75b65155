import { describe, expect, test } from 'vitest'
import { Outcome } from '../../core/codes.ts'
import { Action } from '../../workload/rows.ts'
import { opening, visitors } from '../testing/opening.ts'
import { closeBooks } from './close-books.ts'
import { gateTimeoutMs } from './gate-calls.ts'
import { Sender, type Dispatch } from './sender.ts'
import { Phase } from './state.ts'
import { HeldTransport, recordedBy, stage } from './testing/world-stage.ts'

const outgoing = { method: 'GET', path: '/x', headers: '', body: '' }

/** A sender of its own, in a world where nothing else happens. */
function sending(ceiling = { inFlight: 100, perSec: 1000 }) {
  const set = stage(opening(), { ceiling })
  const { state, clock, inputs } = set
  const replies: { v: number; outcome: number }[] = []
  const transport = new HeldTransport(
    (v, { outcome }) => {
      replies.push({ v, outcome })
      state.setPhase(v, state.phase(v) & ~Phase.mask)
    },
    () => clock.ms,
  )
  const sender = new Sender(state, transport)
  const send = (v: number, edits: Partial<Dispatch> = {}) =>
    sender.send(v, {
      outgoing,
      want: 0,
      phase: Phase.step,
      intendedMs: clock.ms,
      timeoutMs: 5000,
      ...edits,
    })
  const row = () => state.addRow(1, 0)
  return { ...set, sender, send, row, replies, transport, tally: state.tally, plan: inputs.plan }
}

describe('a request', () => {
  test('has its phase, and its timeout from when it was meant to leave', () => {
    const { send, row, state, clock, transport } = sending()
    const v = row()
    state.setPhase(v, 16 | Phase.poll)
    const intendedMs = clock.ms
    clock.ms += 30
    expect(send(v, { intendedMs })).toBe(true)
    expect(state.phase(v)).toBe(16 | Phase.step)
    expect(state.rows.action(v)).toBe(Action.timeout)
    expect(state.rows.times[v * 4]).toBe(intendedMs + 5000)
    expect(transport.sent).toEqual([{ visitor: v, path: '/x', atMs: intendedMs + 30 }])
  })

  test('leaves late or in time, never early: lateness is of the generator alone', () => {
    const { send, row, tally, clock } = sending()
    const nowMs = clock.ms
    send(row(), { intendedMs: nowMs - 12 })
    send(row(), { intendedMs: nowMs })
    send(row(), { intendedMs: nowMs + 3 })
    expect(tally.latenessUs.total()).toBe(3)
    expect(tally.latenessUs.quantile(1)! / 1000).toBeCloseTo(12, 0)
    expect(tally.latenessUs.quantile(0.6)).toBe(0)
    expect(tally.sent).toBe(3)
  })

  test('a redirect goes on as the same one: sent, not late anew, and for no longer', () => {
    const { sender, send, row, state, tally, transport, clock } = sending()
    const v = row()
    const intendedMs = clock.ms
    send(v, { intendedMs })
    clock.ms += 700
    transport.answer(v)
    const led = { ...outgoing, path: '/y' }
    const rest = { want: 0, phase: Phase.step, intendedMs, timeoutMs: 5000 }
    expect(sender.goOn(v, { outgoing: led, ...rest })).toBe(true)
    expect(transport.sent.map(({ path }) => path)).toEqual(['/x', '/y'])
    expect([tally.sent, tally.latenessUs.total()]).toEqual([2, 1])
    expect(state.rows.times[v * 4]).toBe(intendedMs + 5000)
  })

  test('the most there was at once is remembered', () => {
    const { send, row, tally, transport } = sending()
    const rows = Array.from({ length: 7 }, row)
    for (const v of rows) send(v)
    for (const v of rows.slice(0, 5)) transport.answer(v)
    send(row())
    expect([tally.maxInFlight, tally.maxConnections]).toEqual([7, 7])
  })
})

describe('a ceiling', () => {
  test('in flight keeps back what would be beyond it, and leaves it as it was', () => {
    const { send, row, state, tally, transport } = sending({ inFlight: 3, perSec: 1000 })
    const rows = Array.from({ length: 5 }, row)
    expect(rows.map((v) => send(v))).toEqual([true, true, true, false, false])
    const kept = rows[4]!
    expect([state.phase(kept), state.rows.action(kept)]).toEqual([Phase.idle, Action.none])
    expect(state.wheel.isPending(kept)).toBe(false)
    expect([tally.sent, tally.droppedCeiling]).toEqual([3, 2])
    // It was not late: it was not let.
    expect(tally.latenessUs.quantile(1)).toBe(0)
    transport.answer(rows[0]!)
    expect(send(kept)).toBe(true)
  })

  test('a second keeps back the rest of its second', () => {
    const { send, row, clock, tally } = sending({ inFlight: 1000, perSec: 10 })
    const sent: number[] = []
    // 25 a second for four seconds.
    for (let i = 0; i < 100; i++) {
      if (send(row())) sent.push(clock.ms)
      clock.ms += 40
    }
    expect(sent).toHaveLength(40)
    expect(tally.droppedCeiling).toBe(60)
    for (const [i, ms] of sent.entries()) {
      if (i >= 10) expect(ms - sent[i - 10]!).toBeGreaterThanOrEqual(1000)
    }
  })

  test('kept-back requests are dropped, and in the latencies at their timeout', () => {
    const timeoutMs = 7000
    const visits = [{ station: 'web', serviceMs: 1 }]
    const scenario = opening({
      comeSec: visitors(10, 1),
      journey: [{ step: 'book', timeoutMs, visits }],
    })
    const full = stage(scenario, { ceiling: { inFlight: 4, perSec: 1000 } })
    const { world, state, clock, transport } = full
    clock.ms += 1000
    for (let id = 0; id >= 0; id = state.wheel.pop(clock.ms)) {
      if (id >= state.firstRow) world.fire(id)
      else if (state.wheel.fired > 0) world.fireTimer(id)
    }
    expect(transport.sent).toHaveLength(4)
    for (const { visitor } of transport.sent) transport.answer(visitor)
    closeBooks(state, clock.ms)
    const { summary, timeline } = recordedBy(full)
    const step = summary.steps['book']!
    expect(step.outcomes).toMatchObject({ ok: 4, dropped: 6 })
    expect(summary.visitors).toMatchObject({ arrived: 10, booked: 4, dropped: 6 })
    expect(summary.requestErrorShare).toBe(0.6)
    expect(step.responseMs.p95! / timeoutMs).toBeCloseTo(1, 2)
    // It had no service, so it has no service time.
    expect(step.serviceMs.max!).toBeLessThan(1)
    expect(timeline.requestErrors.reduce((a, b) => a + b)).toBe(6)
  })
})

describe('a good-bye', () => {
  test('is given up when it is not answered in time, and only then', () => {
    const { sender, row, clock, replies, transport, state } = sending()
    const rows = Array.from({ length: 3 }, row)
    for (const v of rows) {
      expect(sender.sayGoodbye(v, outgoing)).toBe(true)
      expect(state.phase(v)).toBe(Phase.complete)
      clock.ms += 100
    }
    transport.answer(rows[1]!)
    sender.expire(clock.ms - 300 + gateTimeoutMs - 1)
    expect(replies).toEqual([{ v: rows[1], outcome: Outcome.ok }])
    sender.expire(clock.ms - 300 + gateTimeoutMs)
    expect(replies.slice(1)).toEqual([{ v: rows[0], outcome: Outcome.timeout }])
    sender.expire(clock.ms + gateTimeoutMs)
    expect(replies.slice(2)).toEqual([{ v: rows[2], outcome: Outcome.timeout }])
    expect(sender.inFlight).toBe(0)
  })

  test('is not sent where a ceiling is reached', () => {
    const { sender, send, row, state, tally, transport } = sending({ inFlight: 1, perSec: 1000 })
    send(row())
    const v = row()
    expect(sender.sayGoodbye(v, outgoing)).toBe(false)
    expect(state.phase(v)).toBe(Phase.idle)
    expect([transport.sent.length, tally.droppedCeiling]).toEqual([1, 1])
  })

  test('each of very many is given up in its turn', () => {
    const { sender, row, clock, replies } = sending({ inFlight: 1e6, perSec: 1e6 })
    const rows = Array.from({ length: 10_000 }, row)
    for (const [i, v] of rows.entries()) {
      sender.sayGoodbye(v, outgoing)
      clock.ms += 1
      if (i % 500 === 0) sender.expire(clock.ms)
    }
    sender.expire(clock.ms + gateTimeoutMs)
    expect(replies.map(({ v }) => v)).toEqual(rows)
  })
})

test('redirects and what is to be taken back count against the ceiling as all else does', () => {
  const { sender, send, row, state, transport, clock, tally } = sending({ inFlight: 9, perSec: 2 })
  const v = row()
  const rest = { outgoing, want: 0, phase: Phase.step, intendedMs: clock.ms, timeoutMs: 5000 }
  send(v)
  transport.answer(v)
  expect(sender.goOn(v, rest)).toBe(true)
  transport.answer(v)
  expect(sender.goOn(v, rest)).toBe(false)
  expect(sender.undo(v, outgoing, 0)).toBe(false)
  expect(transport.sent).toHaveLength(2)
  // The clean-up asks again; nothing of the run was kept back by that.
  expect(tally.droppedCeiling).toBe(1)
  clock.ms += 1000
  expect(sender.undo(v, outgoing, 0)).toBe(true)
  expect(state.phase(v)).toBe(Phase.undo)
})
