import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { populationOf } from '../../workload/population.ts'
import { opening } from '../testing/opening.ts'
import { People, sharePeople } from './people.ts'

const population = populationOf(
  opening({
    population: { people: 6, ineligible: 2 },
    arrivals: [{ kind: 'burst', share: 1, forSec: 10 }],
  }),
  1,
)
const crowd = () => new People(population, sharePeople(population))

describe('people', () => {
  test('are counted once, whatever they did and however often', () => {
    const people = crowd()
    for (const person of [0, 0, 1, 2, 3, 7]) people.came(person)
    expect(people.booked(0)).toBe(true)
    people.trying(0)
    people.trying(1)
    people.trying(1)
    expect(people.count()).toEqual({
      // 2, 3 and 7 came, have no booking, and nobody tries for them any more.
      people: { eligible: 6, came: 5, booked: 1, gaveUp: 3 },
      doubleBooking: 0,
      ineligibleBooked: 0,
    })
    expect(people.whoMayHaveBooked()).toEqual([{ person: 0, wasTold: true }])
  })

  test.each([
    [254, 253],
    [255, 254],
    [256, 255],
    [1_000_000, 999_999],
  ])('%i bookings of one person are %i too many', (bookings, doubleBooking) => {
    const people = crowd()
    people.came(1)
    people.addBookings(1, bookings - 1)
    expect(people.booked(1)).toBe(true)
    expect(people.count()).toMatchObject({ people: { booked: 1 }, doubleBooking })
  })

  test('whoever is told of two bookings of their own has booked twice', () => {
    const people = crowd()
    for (const person of [3, 3, 3, 5]) {
      people.came(person)
      expect(people.booked(person)).toBe(true)
    }
    expect(people.count()).toMatchObject({ people: { booked: 2 }, doubleBooking: 2 })
  })

  test('whoever may not book, and did, is found', () => {
    const people = crowd()
    expect([0, 5, 6, 7].map((person) => people.isEligible(person))).toEqual([
      true,
      true,
      false,
      false,
    ])
    people.came(7)
    people.booked(7)
    expect(people.count()).toMatchObject({ people: { booked: 1 }, ineligibleBooked: 1 })
  })

  test('several workers see and change the same ones', () => {
    const shared = sharePeople(population)
    const [one, two] = [new People(population, shared), new People(population, shared)]
    one.came(4)
    two.came(4)
    one.booked(4)
    two.came(1)
    expect(two.bookings[4]).toBe(1)
    expect(one.count()).toEqual(two.count())
    expect(one.count().people).toEqual({ eligible: 6, came: 2, booked: 1, gaveUp: 1 })
  })

  test('there is room for whoever comes at a rate where nobody takes part', () => {
    const scenario = opening({
      population: { people: 1, participation: 0 },
      arrivals: [{ kind: 'replay', timesSec: [1, 2] }],
    })
    const none = populationOf(scenario, 1)
    const people = new People(none, sharePeople(none))
    people.came(0)
    expect(people.count().people.came).toBe(1)
  })
})

describe('a booking whose answer was lost', () => {
  test('is learnt of when the pages say that there is one', () => {
    const people = crowd()
    people.came(2)
    people.mayHaveBooked(2)
    expect(people.count().people.booked).toBe(0)
    expect(people.learnBooked(2)).toBe(true)
    expect(people.learnBooked(2)).toBe(false)
    expect(people.count()).toMatchObject({ people: { booked: 1 }, doubleBooking: 0 })
  })

  test('is none of ours where nobody of ours had asked for it in vain', () => {
    const people = crowd()
    people.came(2)
    expect(people.learnBooked(2)).toBe(false)
    expect(people.count().people.booked).toBe(0)
  })

  test('is no second one when its answer comes after all', () => {
    const people = crowd()
    people.mayHaveBooked(2)
    expect(people.learnBooked(2)).toBe(true)
    // Another device of the same person had booked; its answer was on its way.
    expect(people.booked(2)).toBe(false)
    expect(people.count()).toMatchObject({ people: { booked: 1 }, doubleBooking: 0 })
    // But one more is one too many.
    expect(people.booked(2)).toBe(true)
    expect(people.count()).toMatchObject({ people: { booked: 1 }, doubleBooking: 1 })
  })

  test('changes nothing for whoever is known to have booked', () => {
    const people = crowd()
    people.booked(2)
    people.mayHaveBooked(2)
    expect(people.learnBooked(2)).toBe(false)
    expect(people.booked(2)).toBe(true)
    expect(people.count().doubleBooking).toBe(1)
  })

  test('of people whose server books each once, none is counted twice, in any order', () => {
    /** One person, some requests: each booked, found it booked, or was never answered. */
    const told = fc.shuffledSubarray(['ok', 'already', 'already', 'lost', 'lost'] as const)
    fc.assert(
      fc.property(told, (answers) => {
        const people = crowd()
        people.came(0)
        let known = 0
        for (const answer of answers) {
          if (answer === 'ok') known += people.booked(0) ? 1 : 0
          else if (answer === 'already') known += people.learnBooked(0) ? 1 : 0
          else people.mayHaveBooked(0)
        }
        const { people: counted, doubleBooking } = people.count()
        expect([counted.booked, doubleBooking]).toEqual([known, 0])
        if (answers.includes('ok')) expect(counted.booked).toBe(1)
      }),
    )
  })
})
