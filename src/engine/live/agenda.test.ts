import { describe, expect, test } from 'vitest'
import { Outcome } from '../../core/codes.ts'
import { opening, visitors, type OpeningEdits } from '../testing/opening.ts'
import { Agenda } from './agenda.ts'
import { closeBooks } from '../client/close-books.ts'
import { recordedBy, stage } from '../client/testing/world-stage.ts'

interface Turn {
  readonly kind: 'soon' | 'after'
  readonly atMs: number
}

const noGate = { waitingRoom: { protocol: 'none' as const, admission: { perSec: 1 } } }

/** An agenda whose event loop turns when told to, on a clock that is moved by hand. */
function loop(edits: OpeningEdits, more: { drainMs?: number; sendMs?: number } = {}) {
  const set = stage(opening({ ...noGate, ...edits }))
  const { world, clock, transport, inputs, state } = set
  const { window } = inputs
  const openMs = window.opensAtMs
  const turns: Turn[] = []
  let next: { atMs: number; act: () => void } | null = null
  let ended: string | null = null
  const looks: number[] = []
  let isStopped = false
  if (more.sendMs !== undefined) {
    const { sendMs } = more
    const send = transport.send.bind(transport)
    transport.send = (...request) => {
      send(...request)
      clock.ms += sendMs
    }
  }
  const agenda = new Agenda({
    world,
    turns: {
      soon: (act) => {
        turns.push({ kind: 'soon', atMs: clock.ms })
        next = { atMs: clock.ms, act }
      },
      after: (ms, act) => {
        turns.push({ kind: 'after', atMs: clock.ms + ms })
        next = { atMs: clock.ms + ms, act }
      },
    },
    nowMs: () => clock.ms,
    startsAtMs: openMs,
    endsAtMs: window.endsAtMs,
    drainMs: more.drainMs ?? 30_000,
    isStopped: () => isStopped,
    onLook: (nowMs) => looks.push(nowMs),
    onOver: (end) => {
      ended = end
      closeBooks(state, Math.min(clock.ms, window.endsAtMs))
    },
  })
  /** The loop comes back, `lateMs` after it was to. */
  const turn = (lateMs = 0) => {
    if (next === null) throw new Error('the loop has ended')
    const { atMs, act } = next
    next = null
    clock.ms = Math.max(clock.ms, atMs) + lateMs
    act()
  }
  /** Turns up to so many seconds after the opening, or to the end. */
  const runUntil = (sec: number) => {
    while (next !== null && next.atMs <= openMs + sec * 1000) turn()
    if (next !== null) clock.ms = openMs + sec * 1000
  }
  return {
    ...set,
    agenda,
    turns,
    looks,
    openMs,
    turn,
    runUntil,
    runToEnd: () => runUntil(Infinity),
    stop: () => (isStopped = true),
    ended: () => ended,
    /** Seconds after the opening at which requests left. */
    leftSec: () => transport.sent.map(({ atMs }) => (atMs - openMs) / 1000),
    answerAll: () => {
      for (const visitor of transport.pending.keys()) transport.answer(visitor)
    },
  }
}

describe('the agenda', () => {
  test('does what is due when it is due, and nothing before its start', () => {
    const { agenda, clock, openMs, transport, runUntil, leftSec } = loop({
      comeSec: visitors(5, 1, 0.5),
    })
    clock.ms = openMs - 10_000
    agenda.start()
    runUntil(0)
    expect(transport.sent).toEqual([])
    runUntil(10)
    const late = leftSec().map((sec, i) => (sec - (1 + 0.5 * i)) * 1000)
    expect(late).toHaveLength(5)
    // A timer has a grain of a millisecond.
    for (const ms of late) {
      expect(ms).toBeGreaterThanOrEqual(0)
      expect(ms).toBeLessThan(2)
    }
  })

  test('that comes back late skips nothing: all is done at once, in order, and counted as late', () => {
    const { agenda, turn, runUntil, leftSec, transport, state } = loop({
      comeSec: visitors(100, 1, 0.002),
    })
    agenda.start()
    runUntil(0.999)
    // Somebody else has the processor for 200 ms.
    turn(200)
    expect(leftSec()).toHaveLength(100)
    const rows = transport.sent.map(({ visitor }) => visitor)
    expect(rows).toEqual(rows.toSorted((a, b) => a - b))
    const { tally } = state
    expect(tally.arrivals).toBe(100)
    expect(tally.latenessUs.total()).toBe(100)
    expect(tally.latenessUs.quantile(1)! / 1000).toBeCloseTo(200, 0)
    expect(tally.latenessUs.quantile(0)! / 1000).toBeCloseTo(2, 0)
    // They were meant to come over 198 ms, and came in one.
    expect(tally.intendedMs.last - tally.intendedMs.first).toBeCloseTo(198, 3)
    expect(tally.dispatchedMs.last - tally.dispatchedMs.first).toBe(0)
    expect(agenda.maxLagMs).toBe(200)
  })

  test('counts the time of who left late from when it should have left', () => {
    const late = loop({ comeSec: [1] })
    const { agenda, turn, runUntil, answerAll } = late
    agenda.start()
    runUntil(0.999)
    turn(150)
    late.clock.ms += 50
    answerAll()
    const { responseMs, serviceMs } = recordedBy(late).summary.steps['book']!
    expect(responseMs.p50).toBeCloseTo(200, -1)
    expect(serviceMs.p50).toBeCloseTo(50, -1)
  })

  test('gives the network its turn when there is much to do, and goes on where it was', () => {
    const { agenda, turns, runUntil, transport, state } = loop(
      { comeSec: visitors(1000, 1) },
      { sendMs: 0.5 },
    )
    agenda.start()
    runUntil(0.999)
    const before = turns.length
    runUntil(3)
    expect(transport.sent).toHaveLength(1000)
    const soon = turns.slice(before).filter(({ kind }) => kind === 'soon')
    // Half a millisecond each: eight are a slice of 4 ms; the clock is looked at every 32.
    expect(soon.length).toBeGreaterThanOrEqual(30)
    expect(soon.length).toBeLessThanOrEqual(130)
    const gaps = soon.map(({ atMs }, i) => atMs - (soon[i - 1]?.atMs ?? atMs))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(16.5)
    const rows = transport.sent.map(({ visitor }) => visitor)
    expect(rows).toEqual(rows.toSorted((a, b) => a - b))
    // All were due at once: the last left half a second late.
    expect(state.tally.latenessUs.quantile(1)! / 1000).toBeGreaterThan(480)
  })

  test('looks up every 20 ms, not more often', () => {
    const { agenda, looks, runUntil } = loop({ comeSec: [1] })
    agenda.start()
    runUntil(2)
    expect(looks.length).toBeGreaterThan(90)
    expect(looks.length).toBeLessThanOrEqual(101)
    for (const [i, ms] of looks.entries()) {
      if (i > 0) expect(ms - looks[i - 1]!).toBeGreaterThanOrEqual(20)
    }
  })

  test('is over as soon as nobody is left', () => {
    const { agenda, runUntil, answerAll, ended, clock, openMs } = loop({ comeSec: [1, 2] })
    agenda.start()
    runUntil(3)
    expect(ended()).toBeNull()
    answerAll()
    runUntil(4)
    expect(ended()).toBe('done')
    expect(clock.ms).toBeLessThan(openMs + 3100)
  })
})

describe('at its end', () => {
  const short = { endsAt: '2021-01-01T12:00:10Z' }
  const timeoutMs = 4000
  const journey = [{ step: 'book', timeoutMs, visits: [{ station: 'web', serviceMs: 100 }] }]

  test('it waits for what is in flight, and begins nothing', () => {
    const late = loop({
      ...short,
      journey: [
        { step: 'look', timeoutMs, visits: [{ station: 'web', serviceMs: 1 }], thinkSec: 2 },
        ...journey,
      ],
      comeSec: [5, 9, 9.9],
      behaviour: { retry: { tries: 5, backoffSec: 0.1 } },
    })
    const { agenda, runUntil, transport, ended, openMs, clock } = late
    agenda.start()
    runUntil(6)
    transport.answer(transport.sent[0]!.visitor)
    runUntil(9.5)
    // The first has looked, thought, and asks to book; so much is in flight at the end.
    expect(transport.sent.map(({ path }) => path)).toEqual(['/step/0', '/step/1', '/step/0'])
    runUntil(11)
    expect(transport.sent).toHaveLength(4)
    expect(ended()).toBeNull()
    // One answer leads to a next step, one to a retry: neither is begun any more.
    transport.answer(transport.sent[2]!.visitor)
    transport.answer(transport.sent[3]!.visitor, { outcome: Outcome.http5xx, status: 503 })
    runUntil(20)
    expect(transport.sent).toHaveLength(4)
    expect(ended()).toBe('done')
    // Whose answer did not come timed out in its own time.
    expect(clock.ms).toBeGreaterThanOrEqual(openMs + 10_000)
    expect(clock.ms).toBeLessThan(openMs + 14_000)
    const { summary } = recordedBy(late)
    expect(summary.steps['look']!.outcomes).toMatchObject({ ok: 2, http5xx: 1 })
    expect(summary.steps['book']!.outcomes).toMatchObject({ timeout: 1 })
    expect(summary.visitors).toMatchObject({ arrived: 3, unfinished: 3 })
  })

  test('it waits no longer than it may', () => {
    const { agenda, runToEnd, ended, transport, openMs, clock } = loop(
      { ...short, journey: [{ ...journey[0]!, timeoutMs: 60_000 }], comeSec: [9] },
      { drainMs: 5000 },
    )
    agenda.start()
    runToEnd()
    expect(ended()).toBe('done')
    expect(transport.inFlight).toBe(1)
    expect(clock.ms - openMs).toBeGreaterThanOrEqual(15_000)
    expect(clock.ms - openMs).toBeLessThan(15_010)
  })

  test('it does what was due before it, however late', () => {
    const { agenda, turn, runUntil, leftSec, answerAll, ended } = loop(
      { ...short, comeSec: visitors(500, 9, 0.001) },
      { sendMs: 0.5 },
    )
    agenda.start()
    runUntil(8.999)
    turn(1500)
    while (leftSec().length < 500) turn()
    answerAll()
    runUntil(60)
    expect(leftSec()).toHaveLength(500)
    expect(ended()).toBe('done')
  })
})

describe('told to stop', () => {
  test('it stops at its next turn, and what is open has no end', () => {
    const stopped = loop({ comeSec: visitors(100, 1, 0.1) })
    const { agenda, runUntil, stop, turn, ended, transport } = stopped
    agenda.start()
    runUntil(3.05)
    stop()
    turn()
    expect(ended()).toBe('stopped')
    expect(transport.sent).toHaveLength(21)
    expect(recordedBy(stopped).summary.visitors).toMatchObject({ arrived: 21, unfinished: 21 })
  })

  test('also while it waits for what is in flight', () => {
    const { agenda, runUntil, stop, turn, ended } = loop({
      endsAt: '2021-01-01T12:00:02Z',
      comeSec: [1],
    })
    agenda.start()
    runUntil(3)
    expect(ended()).toBeNull()
    stop()
    turn()
    expect(ended()).toBe('stopped')
  })
})
