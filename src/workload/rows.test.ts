import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Action, Flag, NO_END, rowLayout, VisitorRows } from './rows.ts'

/** One row as plain values. */
interface Naive {
  entity: number
  person: number
  action: number
  end: number
  step: number
  tries: number
  flags: number
  request: number
  enteredMs: number
}

type Change = (rows: VisitorRows, v: number, row: Naive) => void

const flagBits = Object.values(Flag)
const change: fc.Arbitrary<Change> = fc.oneof(
  fc.constantFrom(...Object.values(Action)).map((action): Change => (rows, v, row) => {
    rows.setAction(v, action)
    row.action = action
  }),
  fc.nat({ max: NO_END }).map((end): Change => (rows, v, row) => {
    rows.setEnd(v, end)
    row.end = end
  }),
  fc.nat({ max: 255 }).map((step): Change => (rows, v, row) => {
    rows.setStep(v, step)
    row.step = step
  }),
  fc.nat({ max: 255 }).map((tries): Change => (rows, v, row) => {
    rows.setTries(v, tries)
    row.tries = tries
  }),
  fc.tuple(fc.nat({ max: 255 }), fc.nat({ max: 255 })).map(([step, tries]): Change => {
    return (rows, v, row) => {
      rows.setSending(v, step, tries)
      Object.assign(row, { step, tries, action: Action.send })
    }
  }),
  fc.subarray(flagBits).map((bits): Change => {
    const flags = bits.reduce((sum, bit) => sum | bit, 0)
    return (rows, v, row) => {
      rows.set(v, flags)
      row.flags |= flags
    }
  }),
  fc.constantFrom(...flagBits).map((flag): Change => (rows, v, row) => {
    rows.clear(v, flag)
    row.flags &= ~flag
  }),
  fc.integer({ min: -1, max: 2 ** 31 - 1 }).map((request): Change => (rows, v, row) => {
    rows.setRequest(v, request)
    row.request = request
  }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((ms): Change => (rows, v, row) => {
    rows.enteredMs[v] = ms
    row.enteredMs = ms
  }),
)

const read = (rows: VisitorRows, v: number): Naive => ({
  entity: rows.entity(v),
  person: rows.person(v),
  action: rows.action(v),
  end: rows.end(v),
  step: rows.step(v),
  tries: rows.tries(v),
  flags: flagBits.reduce((sum, bit) => (rows.has(v, bit) ? sum | bit : sum), 0),
  request: rows.request(v),
  enteredMs: rows.enteredMs[v]!,
})

describe('rows of visitors', () => {
  test('hold what a list of plain objects would, however they grow', () => {
    const entity = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    const script = fc.array(
      fc.oneof(fc.record({ entity, person: fc.nat() }), fc.record({ at: fc.nat(), change })),
      { maxLength: 150 },
    )
    fc.assert(
      fc.property(script, fc.nat({ max: 3 }), (moves, firstRow) => {
        const rows = new VisitorRows(firstRow, firstRow + 1)
        const naive: Naive[] = []
        for (const move of moves) {
          if ('person' in move) {
            const v = rows.add(move.entity, move.person)
            expect(v).toBe(firstRow + naive.length)
            // Not pending on any agenda.
            expect(rows.words[v * rowLayout.words + rowLayout.prev]).toBe(-1)
            naive.push({
              ...move,
              action: Action.none,
              end: NO_END,
              step: 0,
              tries: 0,
              flags: 0,
              request: 0,
              enteredMs: 0,
            })
          } else if (naive.length > 0) {
            const i = move.at % naive.length
            move.change(rows, firstRow + i, naive[i]!)
          }
        }
        expect(rows.length).toBe(firstRow + naive.length)
        expect(naive.map((_, i) => read(rows, firstRow + i))).toEqual(naive)
      }),
    )
  })

  test("the agenda's fields and the visitor's do not touch each other", () => {
    const rows = new VisitorRows(0, 2)
    const v = rows.add(-7, 9)
    rows.setStep(v, 255)
    rows.setTries(v, 255)
    rows.setEnd(v, 3)
    rows.setAction(v, Action.poll)
    rows.setEtaSec(v, 845.5)
    const before = { ...read(rows, v), etaSec: rows.etaSec(v) }
    rows.times[4 * v] = -Math.PI
    rows.words[v * rowLayout.words + rowLayout.next] = -1
    rows.words[v * rowLayout.words + rowLayout.prev] = 0x7fffffff
    expect({ ...read(rows, v), etaSec: rows.etaSec(v) }).toEqual(before)
    expect(rows.times[4 * v]).toBe(-Math.PI)
    expect(before.etaSec).toBe(845.5)
  })

  test('a displayed wait may be missing', () => {
    const rows = new VisitorRows(0, 1)
    const v = rows.add(1, 1)
    rows.setEtaSec(v, NaN)
    expect(rows.etaSec(v)).toBeNaN()
  })

  test('growth keeps due times and links', () => {
    const rows = new VisitorRows(0, 1)
    for (let i = 0; i < 100; i++) {
      const v = rows.add(i, i)
      rows.times[4 * v] = i + 0.25
      rows.words[v * rowLayout.words + rowLayout.next] = i - 1
      rows.words[v * rowLayout.words + rowLayout.prev] = i + 1
    }
    expect(rows.capacity).toBeGreaterThanOrEqual(100)
    for (let v = 0; v < 100; v++) {
      expect(rows.times[4 * v]).toBe(v + 0.25)
      expect(rows.words[v * rowLayout.words + rowLayout.next]).toBe(v - 1)
      expect(rows.words[v * rowLayout.words + rowLayout.prev]).toBe(v + 1)
    }
  })
})
