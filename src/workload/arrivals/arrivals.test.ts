import { describe, expect, test } from 'vitest'
import type { ScenarioInput } from '../../scenario/schema/schema.ts'
import { planArrivals } from '../plan.ts'
import { populationOf } from '../population.ts'
import { arrivalScenario } from '../testing/arrival-scenario.ts'
import { arrivals, arrivalShape } from './arrivals.ts'

type ArrivalInput = ScenarioInput['arrivals'][number]

interface Case {
  readonly name: string
  readonly arrival: ArrivalInput
  /** Density over seconds after the opening, up to a factor; nothing comes outside of `span`. */
  readonly density: (sec: number) => number
  readonly span: readonly [number, number]
}

const cases: readonly Case[] = [
  {
    name: 'early: grows from nothing to the opening',
    arrival: { kind: 'early', share: 1, forSec: 600 },
    density: (t) => t + 600,
    span: [-600, 0],
  },
  {
    name: 'burst: falls to nothing',
    arrival: { kind: 'burst', share: 1, forSec: 12, startSec: 3 },
    density: (t) => 15 - t,
    span: [3, 15],
  },
  {
    name: 'decay, exponential and endless',
    arrival: { kind: 'decay', share: 1, scaleSec: 1500, startSec: 10 },
    density: (t) => Math.exp(-(t - 10) / 1500),
    span: [10, 10 + 1500 * 30],
  },
  {
    name: 'decay, exponential and cut',
    arrival: { kind: 'decay', share: 1, scaleSec: 300, forSec: 200 },
    density: (t) => Math.exp(-t / 300),
    span: [0, 200],
  },
  {
    name: 'decay, power 2.5, cut',
    arrival: { kind: 'decay', share: 1, shape: 'power', exponent: 2.5, scaleSec: 60, forSec: 900 },
    density: (t) => (1 + t / 60) ** -2.5,
    span: [0, 900],
  },
  {
    name: 'decay, power 2 by default',
    arrival: { kind: 'decay', share: 1, shape: 'power', scaleSec: 60, forSec: 600, startSec: 5 },
    density: (t) => (1 + (t - 5) / 60) ** -2,
    span: [5, 605],
  },
  {
    name: 'decay, power 1, which has a form of its own',
    arrival: { kind: 'decay', share: 1, shape: 'power', exponent: 1, scaleSec: 60, forSec: 600 },
    density: (t) => 1 / (1 + t / 60),
    span: [0, 600],
  },
  {
    name: 'decay, power below 1',
    arrival: { kind: 'decay', share: 1, shape: 'power', exponent: 0.5, scaleSec: 60, forSec: 600 },
    density: (t) => (1 + t / 60) ** -0.5,
    span: [0, 600],
  },
  {
    name: 'ramp up',
    arrival: { kind: 'ramp', fromPerSec: 10, toPerSec: 90, forSec: 400, startSec: 20 },
    density: (t) => 10 + (80 * (t - 20)) / 400,
    span: [20, 420],
  },
  {
    name: 'ramp down to nothing',
    arrival: { kind: 'ramp', fromPerSec: 100, toPerSec: 0, forSec: 400 },
    density: (t) => 400 - t,
    span: [0, 400],
  },
  {
    name: 'ramp that is level',
    arrival: { kind: 'ramp', fromPerSec: 50, toPerSec: 50, forSec: 400 },
    density: () => 1,
    span: [0, 400],
  },
  {
    name: 'constant, by share',
    arrival: { kind: 'constant', share: 1, forSec: 3600, startSec: 60 },
    density: () => 1,
    span: [60, 3660],
  },
  {
    name: 'constant, by rate',
    arrival: { kind: 'constant', perSec: 20, forSec: 1000 },
    density: () => 1,
    span: [0, 1000],
  },
]

const cells = 20_000

/** The distribution function of a density, by the trapezoidal rule on a fine grid. */
function distributionOf({ density, span: [from, to] }: Case): (sec: number) => number {
  const width = (to - from) / cells
  const sums = new Float64Array(cells + 1)
  for (let i = 1; i <= cells; i++) {
    const at = from + i * width
    sums[i] = sums[i - 1]! + (density(at - width) + density(at)) / 2
  }
  return (sec) => {
    const place = Math.min(cells, Math.max(0, (sec - from) / width))
    const cell = Math.min(cells - 1, Math.floor(place))
    const sum = sums[cell]! + (place - cell) * (sums[cell + 1]! - sums[cell]!)
    return sum / sums[cells]!
  }
}

function timesOf(arrival: ArrivalInput, seed: number): number[] {
  const scenario = arrivalScenario([arrival], { people: 20_000 })
  const population = populationOf(scenario, seed)
  const plan = planArrivals(scenario, population, { seed, untilWallSec: 86_400 })
  return Array.from(plan.keys, (key) => plan.fromWallSec + key * plan.quantumSec)
}

describe('kinds of arrival', () => {
  test.each(cases)('$name: times come from the density', (given) => {
    const [from, to] = given.span
    const distribution = distributionOf(given)
    const times = timesOf(given.arrival, 1)
    expect(times.length).toBeGreaterThan(19_000)
    expect(times[0]).toBeGreaterThanOrEqual(from)
    expect(times.at(-1)).toBeLessThanOrEqual(to)
    let distance = 0
    times.forEach((sec, i) => {
      const expected = distribution(sec)
      distance = Math.max(distance, expected - i / times.length, (i + 1) / times.length - expected)
    })
    // Kolmogorov and Smirnov: beyond 1.95/√n at one seed in a thousand.
    expect(distance * Math.sqrt(times.length)).toBeLessThan(1.95)
  })

  test.each(cases)('$name: the quantiles invert the distribution and never fall', (given) => {
    const distribution = distributionOf(given)
    const { timeSec } = arrivalShape(arrivalScenario([given.arrival]).arrivals[0]!)
    let before = -Infinity
    for (let i = 0; i <= 1000; i++) {
      const u = i / 1000
      const sec = timeSec(u)
      expect(sec).toBeGreaterThanOrEqual(before)
      if (sec < given.span[1]) expect(distribution(sec)).toBeCloseTo(u, 5)
      before = sec
    }
  })

  test('every kind of the schema is in the table and in these tests', () => {
    const tested = new Set(cases.map(({ arrival }) => arrival.kind))
    expect(Object.keys(arrivals).toSorted()).toEqual([...tested, 'replay'].toSorted())
  })

  test('even spacing puts one in the middle of each equal part of the density', () => {
    const times = timesOf({ kind: 'constant', share: 1, forSec: 100, spacing: 'even' }, 7)
    expect(times).toHaveLength(20_000)
    times.forEach((sec, i) => expect(Math.abs(sec - (i + 0.5) / 200)).toBeLessThan(2e-5))
  })

  test('a replay gives exactly its times, in order, whatever the seed', () => {
    const arrival: ArrivalInput = { kind: 'replay', timesSec: [7, -3, 0.25, 7, 2], startSec: 10 }
    for (const seed of [1, 2]) {
      expect(timesOf(arrival, seed).map((sec) => Math.round(sec * 1e4) / 1e4)).toEqual([
        7, 10.25, 12, 17, 17,
      ])
    }
  })
})

describe('how many come', () => {
  const countOf = (arrival: ArrivalInput, seed: number): number =>
    populationOf(arrivalScenario([arrival], { people: 500 }), seed).tickets

  test('by share: exactly the tickets of the people, by even rate: exactly the rate', () => {
    expect(countOf({ kind: 'burst', share: 1, forSec: 5 }, 3)).toBe(500)
    expect(countOf({ kind: 'constant', perSec: 2.5, forSec: 100, spacing: 'even' }, 3)).toBe(250)
    const ramp: ArrivalInput = {
      kind: 'ramp',
      fromPerSec: 0,
      toPerSec: 7,
      forSec: 60,
      spacing: 'even',
    }
    expect(countOf(ramp, 3)).toBe(210)
    expect(countOf({ kind: 'replay', timesSec: [1, 2, 3] }, 3)).toBe(3)
  })

  test.each([3, 400, 40_000])('by rate: a Poisson number of mean %d', (mean) => {
    const seeds = 400
    const counts = Array.from({ length: seeds }, (_, seed) =>
      countOf({ kind: 'constant', perSec: mean / 10, forSec: 10 }, seed),
    )
    const found = counts.reduce((sum, n) => sum + n, 0) / seeds
    const variance = counts.reduce((sum, n) => sum + (n - found) ** 2, 0) / (seeds - 1)
    // Four standard errors: √(mean/n) of the mean, about √(2/n) of the variance, relative.
    expect(Math.abs(found - mean)).toBeLessThan(4 * Math.sqrt(mean / seeds))
    expect(Math.abs(variance / mean - 1)).toBeLessThan(4 * Math.sqrt(2 / seeds + 1 / mean / seeds))
  })
})
