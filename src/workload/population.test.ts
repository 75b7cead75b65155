import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScenarioInput } from '../scenario/schema.ts'
import { personOf, populationOf, type Population } from './population.ts'
import { arrivalScenario } from './testing/arrival-scenario.ts'

const thirds: ScenarioInput['arrivals'] = [
  { kind: 'early', share: 1 / 3, forSec: 60 },
  { kind: 'burst', share: 1 / 3, forSec: 10 },
  { kind: 'decay', share: 1 / 3, scaleSec: 60 },
]

const anyPopulation = fc.record({
  people: fc.integer({ min: 1, max: 3000 }),
  participation: fc.double({ min: 0, max: 1, noNaN: true }),
  devicesPerPerson: fc.double({ min: 1, max: 6, noNaN: true }),
  ineligible: fc.integer({ min: 0, max: 500 }),
})

/** Tickets of each person. */
function ticketsOf(population: Population): number[] {
  const counts = Array.from({ length: population.came }, () => 0)
  for (let j = 0; j < population.tickets; j++) counts[personOf(population, j)]! += 1
  return counts
}

describe('who comes', () => {
  test('the tickets are people × participation × devices, and the entries add up to them', () => {
    fc.assert(
      fc.property(anyPopulation, (given) => {
        const population = populationOf(arrivalScenario(thirds, given), 1)
        const willing = Math.round(given.people * given.participation)
        const people = willing + given.ineligible
        expect(population.tickets).toBe(Math.round(people * given.devicesPerPerson))
        expect(population.ticketsOf.reduce((sum, n) => sum + n, 0)).toBe(population.tickets)
        for (const n of population.ticketsOf) {
          expect(Math.abs(n - population.tickets / 3)).toBeLessThan(1 + 1e-9)
        }
        expect(population.came).toBe(people)
        expect(population.eligibleCame).toBe(willing)
        expect(population.eligible).toBe(given.people)
      }),
    )
  })

  test('everybody who comes has the same number of tickets, give or take one', () => {
    fc.assert(
      fc.property(anyPopulation, (given) => {
        const population = populationOf(arrivalScenario(thirds, given), 1)
        const { tickets, came } = population
        const counts = ticketsOf(population)
        expect(counts.reduce((sum, n) => sum + n, 0)).toBe(tickets)
        for (const n of counts) {
          expect(n).toBeGreaterThanOrEqual(Math.floor(tickets / came))
          expect(n).toBeLessThanOrEqual(Math.ceil(tickets / came))
        }
      }),
    )
  })

  test('with one device each, tickets and people are a permutation of each other', () => {
    for (const people of [1, 2, 3, 4, 6, 100, 997, 1024]) {
      const population = populationOf(arrivalScenario(thirds, { people }), 1)
      expect(ticketsOf(population)).toEqual(Array.from({ length: people }, () => 1))
    }
  })

  test('the devices of a person are spread over the kinds of arrival', () => {
    const given = { people: 10_000, devicesPerPerson: 4 }
    const population = populationOf(arrivalScenario(thirds, given), 1)
    const early = new Set(
      Array.from({ length: population.ticketsOf[0]! }, (_, j) => personOf(population, j)),
    )
    // A third of the tickets, four a person: were they dealt in blocks, a third of the people.
    expect(early.size).toBeGreaterThan(0.9 * Math.min(10_000, population.ticketsOf[0]!))
  })

  test('people stay distinct at sixty million tickets, where the product nearly fills 53 bits', () => {
    const given = { people: 15_000_000, devicesPerPerson: 4 }
    const population = populationOf(arrivalScenario(thirds, given), 1)
    expect(population.tickets).toBe(60_000_000)
    const stride = BigInt(population.stride)
    for (const j of [0, 1, 29_999_999, 59_999_998, 59_999_999]) {
      const exact = ((BigInt(j) * stride) % 60_000_000n) % 15_000_000n
      expect(personOf(population, j)).toBe(Number(exact))
    }
  })

  test('fewer tickets than people: as many people as tickets', () => {
    const scenario = arrivalScenario([{ kind: 'replay', timesSec: [1, 2, 3] }], {
      people: 10,
      ineligible: 5,
    })
    expect(populationOf(scenario, 1)).toMatchObject({
      eligible: 10,
      tickets: 3,
      came: 3,
      eligibleCame: 2,
    })
  })

  test('nobody is willing: nobody comes', () => {
    const scenario = arrivalScenario(thirds, { people: 10, participation: 0 })
    expect(populationOf(scenario, 1)).toMatchObject({ tickets: 0, came: 0, eligibleCame: 0 })
  })
})
