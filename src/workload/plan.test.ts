import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ScenarioInput } from '../scenario/schema/schema.ts'
import { planArrivals, type ArrivalPlan } from './plan.ts'
import { populationOf } from './population.ts'
import { arrivalScenario } from './testing/arrival-scenario.ts'

type ArrivalInput = ScenarioInput['arrivals'][number]

const spacing = fc.constantFrom('poisson' as const, 'even' as const)
const sec = fc.integer({ min: 1, max: 2000 })
/** Entries that share the tickets of the people out; shares are set afterwards. */
const sharing = fc.oneof(
  fc.record({ kind: fc.constant('early' as const), forSec: sec, spacing }),
  fc.record({ kind: fc.constant('burst' as const), forSec: sec, startSec: sec, spacing }),
  fc.record({ kind: fc.constant('decay' as const), scaleSec: sec, forSec: sec, spacing }),
  fc.record({ kind: fc.constant('constant' as const), forSec: sec, startSec: sec, spacing }),
)
const byRate = fc.oneof(
  fc.record({
    kind: fc.constant('constant' as const),
    perSec: fc.constantFrom(0, 0.5, 3),
    forSec: fc.integer({ min: 1, max: 60 }),
    spacing,
  }),
  fc.record({
    kind: fc.constant('ramp' as const),
    fromPerSec: fc.constantFrom(0, 4),
    toPerSec: fc.constantFrom(0, 4),
    forSec: fc.integer({ min: 1, max: 60 }),
    spacing,
  }),
  fc.record({
    kind: fc.constant('replay' as const),
    timesSec: fc.array(fc.integer({ min: -50, max: 900 }), { minLength: 1, maxLength: 20 }),
  }),
)
const anyArrivals: fc.Arbitrary<ArrivalInput[]> = fc
  .tuple(fc.array(sharing, { maxLength: 4 }), fc.array(byRate, { maxLength: 3 }))
  .filter(([a, b]) => a.length + b.length > 0)
  .map(([shares, rates]) => [
    ...shares.map((entry) => ({ ...entry, share: 1 / shares.length })),
    ...rates,
  ])

function planOf(
  arrivals: readonly ArrivalInput[],
  options: { seed: number; untilWallSec?: number; part?: number; parts?: number; people?: number },
): ArrivalPlan {
  const { seed, untilWallSec = 86_400, people = 200, ...parts } = options
  const scenario = arrivalScenario(arrivals, { people, devicesPerPerson: 1.7 })
  return planArrivals(scenario, populationOf(scenario, seed), { seed, untilWallSec, ...parts })
}

const pairs = ({ keys, tickets }: ArrivalPlan): [number, number][] =>
  Array.from(keys, (key, i) => [key, tickets[i]!])

describe('the plan of arrivals', () => {
  test('is sorted by time, ties by ticket, and holds every ticket once', () => {
    fc.assert(
      fc.property(anyArrivals, fc.nat(), (arrivals, seed) => {
        const plan = planOf(arrivals, { seed, people: 2000 })
        const listed = pairs(plan)
        expect(listed).toEqual(listed.toSorted(([a, i], [b, j]) => a - b || i - j))
        expect(plan.length).toBe(listed.length)
        const tickets = listed.map(([, ticket]) => ticket).toSorted((a, b) => a - b)
        expect(tickets).toEqual(tickets.map((_, i) => i))
      }),
      { numRuns: 40 },
    )
  })

  test('in parts: together they are the plan of one', () => {
    fc.assert(
      fc.property(
        anyArrivals,
        fc.nat(),
        fc.integer({ min: 2, max: 7 }),
        (arrivals, seed, parts) => {
          const whole = planOf(arrivals, { seed })
          const pieces = Array.from({ length: parts }, (_, part) =>
            planOf(arrivals, { seed, part, parts }),
          )
          for (const piece of pieces) {
            expect([piece.fromWallSec, piece.quantumSec]).toEqual([
              whole.fromWallSec,
              whole.quantumSec,
            ])
          }
          const merged = pieces.flatMap(pairs).toSorted(([a, i], [b, j]) => a - b || i - j)
          expect(merged).toEqual(pairs(whole))
        },
      ),
    )
  })

  test('the same seed gives the same plan, another seed another', () => {
    const arrivals: ArrivalInput[] = [{ kind: 'burst', share: 1, forSec: 60 }]
    expect(planOf(arrivals, { seed: 5 })).toEqual(planOf(arrivals, { seed: 5 }))
    expect(planOf(arrivals, { seed: 6 }).keys).not.toEqual(planOf(arrivals, { seed: 5 }).keys)
  })

  test('even spacing of two entries is exact, and the seed does not matter', () => {
    const arrivals: ArrivalInput[] = [
      { kind: 'constant', perSec: 2, forSec: 3, spacing: 'even' },
      { kind: 'constant', perSec: 1, forSec: 2, startSec: 10, spacing: 'even' },
    ]
    const plan = planOf(arrivals, { seed: 1 })
    const times = Array.from(plan.keys, (key) => plan.fromWallSec + key * plan.quantumSec)
    const expected = [0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 10.5, 11.5]
    expect(times).toHaveLength(expected.length)
    times.forEach((time, i) => expect(time).toBeCloseTo(expected[i]!, 4))
    expect(planOf(arrivals, { seed: 9 })).toEqual(plan)
  })

  test('whoever comes at or after untilWallSec is left out, and nobody else', () => {
    fc.assert(
      fc.property(
        anyArrivals,
        fc.nat(),
        fc.integer({ min: 1, max: 1500 }),
        (arrivals, seed, cut) => {
          const whole = planOf(arrivals, { seed })
          const short = planOf(arrivals, { seed, untilWallSec: cut })
          const secOf = (plan: ArrivalPlan, key: number) => plan.fromWallSec + key * plan.quantumSec
          for (const key of short.keys) expect(secOf(short, key)).toBeLessThanOrEqual(cut)
          const kept = new Set(short.tickets)
          // The longer plan rounds times more coarsely, by half a quantum.
          for (const [key, ticket] of pairs(whole)) {
            if (secOf(whole, key) < cut - whole.quantumSec) expect(kept.has(ticket)).toBe(true)
            if (secOf(whole, key) > cut + whole.quantumSec) expect(kept.has(ticket)).toBe(false)
          }
        },
      ),
    )
  })

  test('a month is planned to within a millisecond', () => {
    const month = 31 * 86_400
    const timesSec = [0.5, 1000.123, month - 0.01]
    const plan = planOf([{ kind: 'replay', timesSec }], { seed: 1, untilWallSec: month })
    expect(plan.length).toBe(3)
    timesSec.forEach((time, i) => {
      expect(Math.abs(plan.fromWallSec + plan.keys[i]! * plan.quantumSec - time)).toBeLessThan(
        0.001,
      )
    })
  })
})
