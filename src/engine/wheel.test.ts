import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { VisitorRows } from '../workload/rows.ts'
import { TimeWheel } from './wheel.ts'

/** One round of the upper level. */
const roundMs = 65_536 * 1024

/** How far ahead an event lies: the same instant and millisecond, the past, near, far, very far. */
const aheadMs = fc.oneof(
  fc.constant(0),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 3 }),
  fc.double({ min: -2000, max: 0, noNaN: true }),
  fc.double({ min: 0, max: 3000, noNaN: true }),
  fc.integer({ min: 0, max: 200 }).map((blocks) => blocks * 1024),
  fc.double({ min: 0, max: 1e7, noNaN: true }),
  fc.double({ min: 0, max: 3 * roundMs, noNaN: true }),
  fc.constantFrom(roundMs, roundMs - 1, roundMs + 0.5, 2 * roundMs),
)

type Move =
  | { do: 'schedule'; id: number; aheadMs: number }
  | { do: 'cancel'; id: number }
  | { do: 'pop'; aheadMs: number; count: number }
  | { do: 'add' }

const ids = 24
const id = fc.nat({ max: ids - 1 })
const moveOf = (aheadMs: fc.Arbitrary<number>): fc.Arbitrary<Move> =>
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('schedule' as const), id, aheadMs }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), id }) },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('pop' as const),
        aheadMs: fc.oneof(aheadMs, fc.constant(Infinity)),
        count: fc.integer({ min: 1, max: 6 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('add' as const) }) },
  )

/** Nearly everything in one millisecond: what fires is cancelled, moved and joined meanwhile. */
const crowdedMs = fc.constantFrom(0, 0.125, 0.25, 0.5, 1, 1.125, 1.25, 1.5, 2.25, 2.5)

/** The agenda as anybody would write it: the pending times, searched from end to end. */
class NaiveAgenda {
  nowMs = 0
  readonly due = new Map<number, number>()

  schedule(event: number, atMs: number): void {
    this.due.set(event, Math.max(atMs, this.nowMs))
  }

  earliest(): number {
    return Math.min(Infinity, ...this.due.values())
  }
}

function perform(wheel: TimeWheel, naive: NaiveAgenda, rows: VisitorRows, given: Move): void {
  switch (given.do) {
    case 'add':
      rows.add(0, 0)
      return
    case 'schedule': {
      if (given.id >= rows.length) return
      const atMs = naive.nowMs + given.aheadMs
      wheel.schedule(given.id, atMs)
      naive.schedule(given.id, atMs)
      return
    }
    case 'cancel':
      if (given.id >= rows.length) return
      wheel.cancel(given.id)
      naive.due.delete(given.id)
      return
    case 'pop':
      for (let i = 0; i < given.count; i++) popBoth(wheel, naive, naive.nowMs + given.aheadMs)
  }
}

/** Events of one instant may fire in any order: only the time is the agenda's to keep. */
function popBoth(wheel: TimeWheel, naive: NaiveAgenda, untilMs: number): void {
  const earliest = naive.earliest()
  const popped = wheel.pop(untilMs)
  if (earliest > untilMs || earliest === Infinity) {
    expect(popped).toBe(-1)
    return
  }
  expect(naive.due.get(popped)).toBe(earliest)
  expect(wheel.nowMs).toBe(earliest)
  naive.due.delete(popped)
  naive.nowMs = earliest
}

describe('the time wheel', () => {
  test.each([
    ['at all distances', aheadMs],
    ['crowded into a few milliseconds', crowdedMs],
  ])('fires what a plain list of events would, at the same times: %s', (_, ahead) => {
    fc.assert(
      fc.property(fc.array(moveOf(ahead), { maxLength: 120 }), (moves) => {
        const rows = new VisitorRows(6, 6)
        const wheel = new TimeWheel(rows, 6)
        const naive = new NaiveAgenda()
        let fired = 0
        for (const given of moves) {
          const before = naive.due.size
          perform(wheel, naive, rows, given)
          if (given.do === 'pop') fired += before - naive.due.size
          for (let event = 0; event < rows.length; event++) {
            expect(wheel.isPending(event)).toBe(naive.due.has(event))
          }
        }
        const left = naive.due.size
        for (let i = 0; i <= left; i++) popBoth(wheel, naive, Infinity)
        expect(naive.due.size).toBe(0)
        expect(wheel.fired).toBe(fired + left)
      }),
      { numRuns: 300 },
    )
  })

  test('fires ten thousand events of a few milliseconds in order', () => {
    const count = 10_000
    const rows = new VisitorRows(count, count)
    const wheel = new TimeWheel(rows, count)
    const due = Array.from({ length: count }, (_, i) => 5 + ((i * 7919) % 20_011) / 10_000)
    due.forEach((atMs, event) => wheel.schedule(event, atMs))
    const fired: number[] = []
    for (let event = wheel.pop(100); event >= 0; event = wheel.pop(100)) {
      expect(wheel.nowMs).toBe(due[event])
      fired.push(wheel.nowMs)
    }
    expect(fired).toEqual(due.toSorted((a, b) => a - b))
  })

  test('an event due at the very end of the run fires, one due after it stays', () => {
    const rows = new VisitorRows(3, 3)
    const wheel = new TimeWheel(rows, 3)
    wheel.schedule(0, 5000)
    wheel.schedule(1, 5000.001)
    wheel.schedule(2, 9000)
    expect([wheel.pop(5000), wheel.pop(5000), wheel.nowMs]).toEqual([0, -1, 5000])
    // What lay ahead of the last look may still be preceded.
    wheel.schedule(0, 5000.0005)
    expect([wheel.pop(1e9), wheel.pop(1e9), wheel.pop(1e9), wheel.pop(1e9)]).toEqual([0, 1, 2, -1])
  })

  test('events may be scheduled before the block that was looked at last', () => {
    const rows = new VisitorRows(3, 3)
    const wheel = new TimeWheel(rows, 3)
    wheel.schedule(0, 10 * 1024 + 900)
    // Moves on to block 10 without firing anything.
    expect(wheel.pop(10 * 1024 + 100)).toBe(-1)
    wheel.schedule(1, 10 * 1024 - 0.5)
    wheel.schedule(2, 3000)
    const order = [wheel.pop(1e9), wheel.nowMs, wheel.pop(1e9), wheel.nowMs, wheel.pop(1e9)]
    expect(order).toEqual([2, 3000, 1, 10 * 1024 - 0.5, 0])
  })

  test('a time in the past fires next, at the present time', () => {
    const rows = new VisitorRows(2, 2)
    const wheel = new TimeWheel(rows, 2)
    wheel.schedule(0, 700.25)
    wheel.pop(1e9)
    wheel.schedule(1, 800)
    wheel.schedule(0, 3)
    expect([wheel.pop(1e9), wheel.nowMs]).toEqual([0, 700.25])
    expect([wheel.pop(1e9), wheel.nowMs]).toEqual([1, 800])
  })

  test('an event that never comes does no harm', () => {
    const rows = new VisitorRows(2, 2)
    const wheel = new TimeWheel(rows, 2)
    wheel.schedule(0, Infinity)
    wheel.schedule(1, 2 * roundMs)
    expect([wheel.pop(5 * roundMs), wheel.pop(5 * roundMs)]).toEqual([1, -1])
    expect(wheel.isPending(0)).toBe(true)
  })
})
