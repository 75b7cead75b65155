import { describe, expect, test } from 'vitest'
import type { Admission, ScenarioInput } from '../../scenario/schema/schema.ts'
import { Gate } from './gate.ts'
import { opening } from '../testing/opening.ts'

const firstRow = 24

function gateWith(
  admission: Admission,
  more: Partial<ScenarioInput['waitingRoom']> = {},
  waiting = 0,
): Gate {
  const gate = new Gate(opening({ waitingRoom: { admission, ...more } }), firstRow)
  gate.waiting = waiting
  return gate
}

describe('admission', () => {
  test('by rate, by rate and instance, or by places', () => {
    expect(gateWith({ perSec: 36 }).ratePerSec(4)).toBe(36)
    expect(gateWith({ perSecPerInstance: 9 }).ratePerSec(4)).toBe(36)
    expect(gateWith({ perSecPerInstance: 9 }).ratePerSec(10)).toBe(90)
    expect(gateWith({ maxInside: 5 }).ratePerSec(4)).toBe(0)
  })

  test('has places only where places decide', () => {
    const gate = gateWith({ maxInside: 2 })
    const had = [gate.hasPlace()]
    gate.placesTaken++
    had.push(gate.hasPlace())
    gate.placesTaken++
    had.push(gate.hasPlace())
    expect(had).toEqual([true, true, false])
    expect(gateWith({ perSec: 36 }).hasPlace()).toBe(false)
    gate.admission = { maxInside: 3 }
    expect(gate.hasPlace()).toBe(true)
  })
})

describe('polls', () => {
  const pollSec = { front: 2, back: 10 }

  test('those next in line come to poll often, the rest poll at the back interval', () => {
    // 40 a second, each of which polls every 2 s for (10 + 2) / 2 s on the mean.
    const gate = gateWith({ perSec: 40 }, { pollSec }, 1000)
    expect(gate.pollSec(40)).toBe(10)
    expect(gate.pollsPerSec(40)).toBeCloseTo(240 / 2 + 760 / 10, 9)
    // Where the turn of all comes within 10 s, they hear so at their first contact.
    gate.waiting = 400
    expect(gate.pollsPerSec(40)).toBeCloseTo(200, 9)
    gate.waiting = 100
    expect(gate.pollsPerSec(40)).toBeCloseTo(50, 9)
    gate.waiting = 0
    expect(gate.pollsPerSec(40)).toBe(0)
    // Before the opening, or in section admission, nobody is next in line.
    gate.waiting = 1000
    expect(gate.pollsPerSec(0)).toBeCloseTo(100, 9)
  })

  test('the interval is stretched to stay within the capacity, up to the longest ttl', () => {
    const room = { pollSec, maxTtlSec: 30, pollCapacityPerSec: 100 }
    const sec = (waiting: number) => gateWith({ perSec: 1 }, room, waiting).pollSec(1)
    expect(sec(500)).toBe(10)
    // Six of them poll at the front interval.
    expect(sec(1006)).toBe(10)
    expect(sec(2006)).toBe(20)
    expect(sec(3006)).toBe(30)
    expect(sec(6006)).toBe(30)
  })

  test('a longest ttl below the back interval does not shorten it', () => {
    const room = { pollSec, maxTtlSec: 5, pollCapacityPerSec: 1 }
    expect(gateWith({ perSec: 1 }, room, 5000).pollSec(1)).toBe(10)
  })

  test('go unanswered beyond the capacity, in proportion', () => {
    const gate = gateWith({ perSec: 1 }, { pollCapacityPerSec: 20_000 })
    expect(gate.unansweredShare(19_999)).toBe(0)
    expect(gate.unansweredShare(20_000)).toBe(0)
    expect(gate.unansweredShare(25_000)).toBeCloseTo(0.2, 12)
    expect(gate.unansweredShare(200_000)).toBeCloseTo(0.9, 12)
    expect(gateWith({ perSec: 1 }).unansweredShare(1e12)).toBe(0)
  })
})

describe('who has left', () => {
  const room = { pollSec: { front: 2, back: 10 }, lapseSec: 20 }
  const last = firstRow + 49

  test('counts as ahead until the time to lapse is over, after the poll that was due', () => {
    const gate = gateWith({ perSec: 1 }, room, 50)
    // Half a back interval until the next poll, on the mean, and 20 s.
    expect(gate.left(last, 1000, 1)).toBe(26_000)
    expect(gate.left(last, 5000, 1)).toBe(30_000)
    expect(gate.ahead(5000)).toBe(52)
    expect(gate.ahead(25_999)).toBe(52)
    expect(gate.ahead(26_000)).toBe(51)
    expect(gate.ahead(30_000)).toBe(50)
  })

  test('was to poll at its own interval: at the front, at the back, stretched', () => {
    const gate = gateWith({ perSec: 1 }, { ...room, pollCapacityPerSec: 10 }, 50)
    expect(gate.left(firstRow + 9, 0, 1)).toBe(21_000)
    expect(gate.left(firstRow + 10, 0, 1)).toBe(25_000)
    gate.head += 40
    expect(gate.left(last, 0, 1)).toBe(21_000)
    gate.waiting = 206
    expect(gate.left(last + 1, 0, 1)).toBe(30_000)
    // Where places decide nobody knows when a turn comes.
    expect(gate.left(gate.head, 0, 0)).toBe(20_000 + 10_300)
  })

  test('is remembered in any number, over and over', () => {
    const gate = gateWith({ perSec: 1 }, room)
    // One a millisecond for a minute: 25,000 at a time, in a ring that has to grow and go round.
    for (let ms = 0; ms < 60_000; ms++) {
      gate.left(last, ms, 1)
      if (ms % 997 === 0) expect(gate.ahead(ms)).toBe(Math.min(ms + 1, 25_000))
    }
    expect(gate.ahead(60_000 + 24_999)).toBe(0)
  })
})
