import { expect, test } from 'vitest'
import { End } from '../../core/codes.ts'
import { Journeys } from './journeys.ts'

function seen(n: number, journey: (i: number) => { end: number; ms: number; booked?: boolean }) {
  const journeys = new Journeys()
  journeys.reserve(10_000)
  const see = (from: number, to: number) => {
    for (let v = from; v < to; v++) {
      const { end, ms, booked = false } = journey(v)
      journeys.enter(v, 0)
      for (let k = 0; k < 3; k++) journeys.ask(v)
      journeys.leave(v, end, ms, booked)
    }
  }
  see(0, n)
  return { journeys, see }
}

test('a journey is repeated as a whole: its end with its duration and its booking', () => {
  const { journeys } = seen(500, (v) =>
    v % 4 === 0 ? { end: End.timedOut, ms: 90 } : { end: End.booked, ms: 30, booked: true },
  )
  const picked = Array.from({ length: 1000 }, (_, i) => journeys.pick(0, (i + 0.5) / 1000))
  for (const place of picked) {
    const booked = journeys.booked[place] === 1
    expect(journeys.ends[place]).toBe(booked ? End.booked : End.timedOut)
    expect(journeys.durationMs[place]).toBe(booked ? 30 : 90)
  }
  expect(picked.filter((place) => journeys.ends[place] === End.timedOut)).toHaveLength(250)
  expect(journeys.meanAsks(0)).toBe(3)
})

test('only those of the last two windows are repeated, where there are enough', () => {
  const { journeys, see } = seen(300, (v) => ({ end: v < 300 ? End.booked : End.refused, ms: v }))
  journeys.turn()
  journeys.turn()
  // Too few to speak of yet.
  see(300, 310)
  expect(journeys.ends[journeys.pick(0, 0.999)]).toBe(End.booked)
  see(310, 400)
  expect(journeys.ends[journeys.pick(0, 0.999)]).toBe(End.refused)
  expect(journeys.ends[journeys.pick(0, 0.001)]).toBe(End.refused)
})

test('a booking that went through after its client had left belongs to the journey', () => {
  const { journeys } = seen(1, () => ({ end: End.timedOut, ms: 10 }))
  expect(journeys.booked[journeys.pick(0, 0.5)]).toBe(0)
  journeys.bookedLate(0)
  expect(journeys.booked[journeys.pick(0, 0.5)]).toBe(1)
})

test('of those who may not book, or have booked, the first page says so until one is seen', () => {
  const { journeys } = seen(0, () => ({ end: 0, ms: 0 }))
  expect(journeys.ends[journeys.pick(1, 0.5)]).toBe(End.alreadyBooked)
  expect(journeys.ends[journeys.pick(2, 0.5)]).toBe(End.ineligible)
  expect([journeys.meanAsks(1), journeys.knows(0)]).toEqual([1, false])
})
