import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { planBundles, Permutation } from './bundle-plan.ts'
import { planArrivals } from './plan.ts'
import { populationOf } from './population.ts'
import { arrivalScenario } from './testing/arrival-scenario.ts'

describe('the order of tickets', () => {
  test('is a permutation, whatever the number and the key', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer(), (n, key) => {
        const order = new Permutation(n, key)
        const seen = new Set(Array.from({ length: n }, (_, i) => order.at(i)))
        expect(seen.size).toBe(n)
        expect(Math.max(...seen)).toBe(n - 1)
      }),
      { numRuns: 60 },
    )
  })

  test('has no order of its own: neighbours lie apart as two of chance do', () => {
    const n = 50_000
    const order = new Permutation(n, 7)
    let apart = 0
    for (let i = 1; i < n; i++) apart += Math.abs(order.at(i) - order.at(i - 1)) / n
    // Mean distance of two uniform numbers is 1/3, its standard deviation √(1/18).
    expect(Math.abs(apart / (n - 1) - 1 / 3)).toBeLessThan((4 * Math.sqrt(1 / 18)) / Math.sqrt(n))
  })
})

describe('arrivals by the bundle', () => {
  const scenario = arrivalScenario(
    [
      { kind: 'burst', share: 0.3, forSec: 20 },
      { kind: 'decay', share: 0.7, scaleSec: 300 },
      { kind: 'constant', perSec: 5, forSec: 100, spacing: 'even' },
    ],
    { people: 20_000 },
  )
  const population = populationOf(scenario, 1)
  const options = { seed: 1, untilWallSec: 86_400 }
  const plan = planBundles(scenario, population, { ...options, size: 50 })

  test('every ticket is in one bundle, and comes within a bundle of its time', () => {
    const single = planArrivals(scenario, population, options)
    const places = new Set<number>()
    const counted = plan.counts.reduce((sum, n) => sum + n, 0)
    plan.tickets.forEach((first, k) => {
      for (let i = 0; i < plan.counts[k]!; i++) places.add(plan.order.ticketAt(first + i))
    })
    expect([counted, places.size]).toEqual([population.tickets, population.tickets])
    expect([...plan.keys]).toEqual([...plan.keys].toSorted((a, b) => a - b))
    // As many have come by any time as of single tickets, but for a bundle of each kind and chance.
    let before = 0
    let at = 0
    plan.keys.forEach((key, k) => {
      before += plan.counts[k]!
      while (at < single.length && single.keys[at]! <= key) at++
      expect(Math.abs(before - at)).toBeLessThan(150 + 4 * Math.sqrt(population.tickets / 4))
    })
  })

  test('tickets spaced evenly keep their numbers; few of a kind make small bundles', () => {
    const first = (population.ticketsOf[0] ?? 0) + (population.ticketsOf[1] ?? 0)
    expect([0, 1, 499].map((i) => plan.order.ticketAt(first + i) - first)).toEqual([0, 1, 499])
    const ofRate = plan.tickets.findIndex((place) => place >= first)
    expect(plan.counts[ofRate]).toBe(25)
  })
})
