import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DambreakError } from '../core/errors.ts'
import { memberOf, middleOf, parseEnsemble, serialiseEnsemble, valuesOf } from './ensemble.ts'
import type { Ensemble } from './ensemble.ts'

function ensemble(weights: readonly number[], over: Partial<Ensemble> = {}): Ensemble {
  return {
    schemaVersion: 1,
    scenarioName: 'small',
    workloadHash: '0123456789abcdef',
    stackHash: 'fedcba9876543210',
    seed: 1,
    method: 'by hand',
    drawn: 10,
    simulated: 5,
    kept: weights.length,
    acceptance: 0.2,
    effective: weights.length,
    rows: [{ id: 'V1', expr: 'people.booked', target: 100, tolerance: 0.1, inSample: true }],
    parameters: [{ name: 'population.people', low: 80, mid: 100, high: 120 }],
    members: weights.map((weight, i) => ({
      seed: i,
      weight,
      values: { 'population.people': 100 + i },
      observed: { V1: 95 + i },
    })),
    predictions: [],
    ...over,
  }
}

function faultsOf(value: unknown): string[] {
  try {
    parseEnsemble(value, 'e.json')
    return []
  } catch (error) {
    if (!(error instanceof DambreakError)) throw error
    expect(error.kind).toBe('scenario')
    return error.faults.map(({ path, message }) => `${path}: ${message}`)
  }
}

test('the middle is the member nearest to all others, by their weights', () => {
  const name = 'population.people'
  expect(middleOf(ensemble([1, 1, 1])).get(name)).toBe(101)
  expect(middleOf(ensemble([9, 1, 1])).get(name)).toBe(100)
})

describe('the file', () => {
  test('comes back as it was written, a line a member', () => {
    const written = ensemble([1, 2.5, 1])
    const text = serialiseEnsemble(written)
    expect(parseEnsemble(JSON.parse(text), 'e.json')).toEqual(written)
    expect(text.split('\n').filter((line) => line.includes('"weight"'))).toHaveLength(3)
  })

  test('every fault comes with its path', () => {
    const good = ensemble([1, 1])
    const [first] = good.members
    expect(faultsOf({ ...good, schemaVersion: 2, kept: -1, extra: 1 })).toEqual([
      'schemaVersion: must be 1, got 2',
      'kept: must be 0 or more, got -1',
      'extra: unknown field',
    ])
    expect(faultsOf([])).toEqual([': must be a mapping, not a list'])
    expect(
      faultsOf({
        ...good,
        kept: 3,
        parameters: [...good.parameters, { name: 'a', low: 2, mid: 1, high: 3 }],
        members: [first, { ...first, weight: 0, values: { b: 1 }, observed: {} }],
      }),
    ).toEqual([
      'parameters[1]: low, mid and high are not in order',
      'kept: must be 2, the number of members',
      'members[0].values: "a" is missing',
      'members[1].weight: must be more than 0',
      'members[1].values: "population.people" is missing',
      'members[1].values: "a" is missing',
      'members[1].values: "b" is not known',
      'members[1].observed: "V1" is missing',
    ])
  })

  test('an ensemble of nobody is none', () => {
    expect(faultsOf(ensemble([]))).toEqual(['members: must be 1 or more, got a list'])
  })
})

describe('draws', () => {
  test('of equal weight: each member once before any comes again, in an order of the seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), (size, seed) => {
        const all = ensemble(Array.from({ length: size }, () => 1))
        for (const round of [0, 1]) {
          const drawn = Array.from(
            { length: size },
            (_, j) => memberOf(all, round * size + j, seed).seed,
          )
          expect(new Set(drawn).size).toBe(size)
        }
      }),
      { numRuns: 50 },
    )
    const all = ensemble(Array.from({ length: 20 }, () => 1))
    const orderOf = (seed: number, from = 0) =>
      Array.from({ length: 20 }, (_, j) => memberOf(all, from + j, seed).seed)
    expect(orderOf(1)).not.toEqual(orderOf(2))
    expect(orderOf(1)).not.toEqual(orderOf(1, 20))
  })

  test('in a round each comes its expected number of times, rounded up or down', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        (weights, seed) => {
          const all = ensemble(weights)
          const total = weights.reduce((sum, weight) => sum + weight, 0)
          const times = weights.map(() => 0)
          for (let j = 0; j < weights.length; j++) times[memberOf(all, j, seed).seed]!++
          weights.forEach((weight, i) => {
            const expected = (weight / total) * weights.length
            expect(times[i]!).toBeGreaterThanOrEqual(Math.floor(expected - 1e-9))
            expect(times[i]!).toBeLessThanOrEqual(Math.ceil(expected + 1e-9))
          })
        },
      ),
      { numRuns: 100 },
    )
  })

  test('over many rounds as often as its weight says', () => {
    const all = ensemble([1, 2, 5])
    const times = [0, 0, 0]
    for (let j = 0; j < 3000; j++) times[memberOf(all, j, 7).seed]!++
    expect(times[0]! / 3000).toBeCloseTo(1 / 8, 1)
    expect(times[1]! / 3000).toBeCloseTo(2 / 8, 1)
    expect(times[2]! / 3000).toBeCloseTo(5 / 8, 1)
  })

  test('give values by the name of the parameter', () => {
    const [value] = [...valuesOf(ensemble([1]), 5)]
    expect(value).toEqual(['population.people', 100])
  })
})
