import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { opening } from '../testing/opening.ts'
import { createIdentity } from './identity.ts'

const offers = [
  { place: '서울', date: '2021-08-02', slots: 3 },
  { place: 'b', date: '2021-08-03', slots: 7 },
]

function identity(
  eligibleCame: number,
  options: { from?: number; to?: number; seed?: number } = {},
) {
  const { from = 1967, to = 1968, seed = 1 } = options
  const scenario = opening({
    population: { people: 10, birthYears: { from, to } },
    inventory: { offers },
  })
  return createIdentity(scenario, { population: { eligibleCame }, seed, runCode: 'r7k2' })
}

describe('who a person is', () => {
  test('law: whoever may book was born in the years, nobody else, and all in years there are', () => {
    const years = fc.tuple(
      fc.integer({ min: 1850, max: 2100 }),
      fc.integer({ min: 1850, max: 2100 }),
    )
    fc.assert(
      fc.property(years, fc.nat(50), fc.integer(), (pair, eligibleCame, seed) => {
        const [from = 0, to = 0] = pair.toSorted((a, b) => a - b)
        fc.pre(from > 1850 || to < 2100)
        const { birthYear } = identity(eligibleCame, { from, to, seed })
        for (let person = 0; person < 100; person++) {
          const year = birthYear(person)
          expect(Number.isInteger(year) && year >= 1850 && year <= 2100).toBe(true)
          expect(year >= from && year <= to).toBe(person < eligibleCame)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('every year is somebody’s', () => {
    const { birthYear } = identity(3000, { from: 1852, to: 2098 })
    const years = new Set(Array.from({ length: 9000 }, (_, person) => birthYear(person)))
    expect(years.size).toBe(251)
  })

  test('law: the names of persons differ, and are such as the reference stack takes', () => {
    const { person } = identity(5)
    const names = new Set(Array.from({ length: 1000 }, (_, i) => person(i)))
    expect(names.size).toBe(1000)
    expect(person(12)).toBe('r7k2-12')
    expect(person(99_999_999)).toMatch(/^[A-Za-z0-9._-]{1,64}$/)
  })

  test('is the same on every worker', () => {
    const facts = (one: ReturnType<typeof identity>) =>
      Array.from({ length: 200 }, (_, i) => [one.person(i), one.birthYear(i), one.choice(-i)])
    expect(facts(identity(100))).toEqual(facts(identity(100)))
    expect(facts(identity(100))).not.toEqual(facts(identity(100, { seed: 2 })))
  })

  test('chooses among the offers, or has no choice', () => {
    const { choice } = identity(5)
    const places = Array.from({ length: 1000 }, (_, entity) => choice(entity)?.place)
    expect(new Set(places)).toEqual(new Set(['서울', 'b']))
    const none = createIdentity(opening(), {
      population: { eligibleCame: 1 },
      seed: 1,
      runCode: 'a',
    })
    expect(none.choice(3)).toBeNull()
  })

  test('a run code that would not fit is a bug of ours', () => {
    const options = { population: { eligibleCame: 1 }, seed: 1, runCode: 'a b' }
    expect(() => createIdentity(opening(), options)).toThrow('run code')
  })
})
