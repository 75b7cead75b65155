import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScenarioInput } from '../scenario/schema/schema.ts'
import { sizeLimits } from '../scenario/schema/limits.ts'
import { expectedTickets } from '../scenario/size.ts'
import { isExact, personOf, populationOf, type Population } from './population.ts'
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

  test('the bound on exact numbers is where the largest product leaves 53 bits', () => {
    const golden = 0.6180339887498949
    const most = Math.floor(Math.sqrt(2 ** 53 / golden))
    expect(most).toBeGreaterThan(sizeLimits.tickets)
    expect(isExact(most - 3, Math.floor(most * golden))).toBe(true)
    expect(isExact(most + 3, Math.floor(most * golden))).toBe(false)
    const scenario = arrivalScenario(thirds)
    const large = { ...scenario, population: { ...scenario.population, people: 2e8 } }
    expect(() => populationOf(large, 1)).toThrow('too many tickets to number exactly: 200000000')
  })

  test('are as many as the scenario says beforehand, whatever the kind of arrival', () => {
    const arrivals: ScenarioInput['arrivals'] = [
      { kind: 'burst', share: 0.4, forSec: 10 },
      { kind: 'constant', share: 0.6, forSec: 10 },
      { kind: 'constant', perSec: 20, forSec: 50, spacing: 'even' },
      { kind: 'ramp', fromPerSec: 10, toPerSec: 30, forSec: 100, spacing: 'even' },
      { kind: 'replay', timesSec: [1, 2, 3] },
    ]
    const given = { people: 1000, participation: 0.5, devicesPerPerson: 3, ineligible: 100 }
    const scenario = arrivalScenario(arrivals, given)
    expect(expectedTickets(scenario)).toBe(1800 + 1000 + 2000 + 3)
    expect(populationOf(scenario, 1).tickets).toBe(4803)
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
