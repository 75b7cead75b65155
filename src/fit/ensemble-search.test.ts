import { expect, test } from 'vitest'
import { parametersOf } from '../scenario/schema/parameters.ts'
import { smallDocument } from '../scenario/testing/small-document.ts'
import {
  ensembleFrom,
  holdsAll,
  nextProposals,
  tallyRows,
  type Proposal,
  type SearchProblem,
  type Trial,
} from './ensemble-search.ts'
import { correlations, parameterShapes, ties } from './ensemble-shape.ts'
import type { Ensemble } from './ensemble.ts'

/** Of people × devices only the product is reported; patience has nothing to do with it. */
const document = {
  ...smallDocument(),
  population: {
    people: { low: 500, mid: 1000, high: 2000, evidence: 'assumed', source: 'a' },
    devicesPerPerson: { low: 1, mid: 2, high: 4, evidence: 'assumed', source: 'b' },
  },
  behaviour: { patienceSec: { low: 100, mid: 200, high: 300, evidence: 'assumed', source: 'c' } },
  stack: {
    ...(smallDocument()['stack'] as object),
    instances: 4,
  },
}
const parameters = parametersOf(document)
const truth = { people: 1400, devices: 1.6 }
const problem: SearchProblem = {
  parameters,
  seed: 3,
  rows: [
    {
      id: 'tickets',
      expr: 'visitors.arrived',
      target: truth.people * truth.devices,
      tolerance: 0.05,
      inSample: true,
    },
  ],
}
const names = ['population.people', 'population.devicesPerPerson', 'behaviour.patienceSec'] as const

function tickets({ values }: Proposal): number {
  return values.get(names[0])! * values.get(names[1])!
}

/** Goes through so many draws; a proposal comes to what `of` says. */
function searched(draws: number, screened: boolean, of = tickets) {
  const trials: Trial[] = []
  let drawn = 0
  while (drawn < draws) {
    const known = screened ? trials : []
    const { proposals, next } = nextProposals(problem, known, { from: drawn, count: 25 })
    for (const proposal of proposals) {
      const { index, seed, weight, values } = proposal
      const observed = { tickets: of(proposal) }
      trials.push({ index, seed, weight, values: Object.fromEntries(values), observed })
    }
    drawn = next
  }
  return { trials, drawn }
}
const of = { scenarioName: 'small', workloadHash: 'a', stackHash: 'b' }
const ensembleOf = (found: ReturnType<typeof searched>): Ensemble => {
  const ensemble = ensembleFrom(problem, found, of)
  if (ensemble === null) throw new Error('there is no ensemble')
  return ensemble
}

const plain = searched(8000, false)
const screened = searched(8000, true)

test('the intervals are the three that are uncertain', () => {
  expect(parameters.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
})

test('every member reproduces what was reported, the truth among them, along the whole ridge', () => {
  const { members, kept, drawn, simulated, acceptance } = ensembleOf(plain)
  expect(simulated).toBe(drawn)
  expect(acceptance).toBeCloseTo(kept / drawn, 5)
  const target = truth.people * truth.devices
  for (const { values, observed, weight } of members) {
    expect(weight).toBe(1)
    expect(observed['tickets']).toBeCloseTo(values[names[0]]! * values[names[1]]!, -1)
    expect(Math.abs(observed['tickets']! / target - 1)).toBeLessThan(0.0501)
  }
  const people = members.map(({ values }) => values[names[0]]!)
  expect(Math.min(...people)).toBeLessThan(0.6 * truth.people)
  expect(Math.max(...people)).toBeGreaterThan(1.3 * truth.people)
  const near = members.filter(({ values }) => Math.abs(values[names[0]]! / truth.people - 1) < 0.05)
  expect(near.length).toBeGreaterThan(5)
})

test('what the product ties together stays tied; what has no part in it stays as it was', () => {
  const ensemble = ensembleOf(plain)
  const matrix = correlations(ensemble, names)
  expect(matrix[0]![1]).toBeLessThan(-0.85)
  expect(Math.abs(matrix[0]![2]!)).toBeLessThan(0.2)
  expect(matrix[1]![1]).toBeCloseTo(1, 12)
  expect(ties(ensemble).map(({ a, b }) => [a, b].toSorted())).toEqual([
    [names[0], names[1]].toSorted(),
  ])
  const shapes = new Map(parameterShapes(ensemble).map((one) => [one.name, one]))
  expect(shapes.get(names[2])!.width).toBeCloseTo(1, 0)
  expect(Math.abs(shapes.get(names[2])!.shift)).toBeLessThan(0.2)
  expect(parameterShapes(ensemble).at(-1)!.name).toBe(names[2])
})

test('intervals of their own would lose it: most sets of shuffled members miss', () => {
  const { members } = ensembleOf(plain)
  const half = Math.floor(members.length / 2)
  const shuffled = members.map(({ values }, i) => {
    const other = members[(i + half) % members.length]!
    return values[names[0]]! * other.values[names[1]]!
  })
  const target = truth.people * truth.devices
  const held = shuffled.filter((value) => Math.abs(value / target - 1) <= 0.05).length
  expect(held / members.length).toBeLessThan(0.3)
})

test('with a screen fewer sets are run for a member, and the answer is the same', () => {
  const [all, some] = [ensembleOf(plain), ensembleOf(screened)]
  const perMember = ({ simulated, effective }: Ensemble) => simulated / effective
  expect(perMember(some)).toBeLessThan(0.6 * perMember(all))
  expect(Math.max(...some.members.map(({ weight }) => weight))).toBeLessThanOrEqual(10)
  // The estimates of the prior's share and of the means differ by their standard errors at most.
  const error = Math.sqrt(all.acceptance / all.drawn + all.acceptance / some.effective)
  expect(Math.abs(some.acceptance - all.acceptance)).toBeLessThan(3 * error)
  const shapes = (ensemble: Ensemble) =>
    new Map(parameterShapes(ensemble).map((one) => [one.name, one]))
  for (const name of names) {
    const [a, b] = [shapes(all).get(name)!, shapes(some).get(name)!]
    const apart = Math.abs(a.mean - b.mean) / a.deviation
    expect(apart).toBeLessThan(3 * Math.sqrt(1 / all.effective + 1 / some.effective))
  }
})

test('the same trials give the same proposals, another seed gives others', () => {
  const next = (seed: number) =>
    nextProposals({ ...problem, seed }, screened.trials.slice(0, 200), { from: 500, count: 10 })
  expect(next(3)).toEqual(next(3))
  expect(next(4).proposals[0]!.values).not.toEqual(next(3).proposals[0]!.values)
  const indexes = next(3).proposals.map(({ index }) => index)
  expect(indexes).toEqual(indexes.toSorted((a, b) => a - b))
  expect(next(3).next).toBe(indexes.at(-1)! + 1)
})

test('where none holds there is no ensemble, and it is told by how much it was missed', () => {
  const found = searched(100, true, () => 5000)
  expect(ensembleFrom(problem, found, of)).toBeNull()
  const [tally] = tallyRows(problem, found.trials)
  expect(tally).toMatchObject({ told: found.trials.length, held: 0, nearestMiss: 5000 })
})

test('a row that a run could not tell is not held', () => {
  const trial: Trial = { index: 0, seed: 1, weight: 1, values: {}, observed: {} }
  expect(holdsAll(problem, trial)).toBe(false)
  expect(holdsAll(problem, { ...trial, observed: { tickets: null } })).toBe(false)
  expect(holdsAll(problem, { ...trial, observed: { tickets: 2240 } })).toBe(true)
})
