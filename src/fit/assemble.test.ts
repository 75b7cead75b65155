import { describe, expect, test } from 'vitest'
import { evidenceOf } from '../scenario/schema/evidence.ts'
import { parametersOf } from '../scenario/schema/parameters.ts'
import { parseScenario } from '../scenario/load/parse.ts'
import type { Mapping } from '../scenario/plain.ts'
import { assembled, checkAssembled, completed, together, withoutVague } from './assemble.ts'
import { assumedDocument } from './assumed.ts'
import type { Estimate, Fitted } from './estimate.ts'

const one = (path: string, mid: number): Estimate => ({
  path,
  low: mid / 2,
  mid,
  high: mid * 2,
  evidence: 'measured',
  from: { code: 'Runs', inputs: ['a log'] },
  basis: { code: 'ArrivalLikelihood', errorFactor: 1 },
  count: 7,
})
const sourceOf = ({ count }: Estimate) => `a log of ${count}`
const none: Fitted = { estimates: [], settings: {}, notIdentified: [], pictures: [] }

const base: Mapping = {
  name: 'base',
  opensAt: '2026-03-01T10:00:00+01:00',
  endsAt: '2026-03-01T12:00:00+01:00',
  population: { people: 100 },
  arrivals: [{ kind: 'constant', share: 1, forSec: 60 }],
  waitingRoom: { admission: { perSec: 5 } },
  journey: [{ step: 'book', visits: [{ station: 'web', serviceMs: 50 }] }],
  stack: { instances: 2, stations: [{ name: 'web', perInstance: true, slots: 4 }] },
}

describe('putting estimates into a scenario', () => {
  const fitted: Fitted = {
    ...none,
    estimates: [
      one('waitingRoom.admission.perSec', 9),
      one('behaviour.patienceSec.mean', 600),
      one('journey[0].visits[0].serviceMs.mean', 40),
      one('journey[0].visits[0].serviceMs.cv', 0.8),
    ],
    settings: {
      'behaviour.patienceSec': { dist: 'exponential' },
      'journey[0].visits[0].serviceMs': { dist: 'lognormal' },
    },
  }

  test('places that are not there are made, kinds come before their numbers, the rest stays', () => {
    const document = assembled(base, fitted, sourceOf)
    const parsed = parseScenario(document)
    expect(parsed.ok).toBe(true)
    expect(document['behaviour']).toEqual({
      patienceSec: {
        dist: 'exponential',
        mean: { low: 300, mid: 600, high: 1200, evidence: 'measured', source: 'a log of 7' },
      },
    })
    expect(document['population']).toEqual({ people: 100 })
    expect(parametersOf(document).map(({ name, mid }) => [name, mid])).toEqual([
      ['waitingRoom.admission.perSec', 9],
      ['journey[0].visits[0].serviceMs.mean', 40],
      ['journey[0].visits[0].serviceMs.cv', 0.8],
      ['behaviour.patienceSec.mean', 600],
    ])
    expect(base['waitingRoom']).toEqual({ admission: { perSec: 5 } })
  })

  test('a base that does not go with the estimates is rejected with every fault', () => {
    const bad = {
      ...none,
      settings: { arrivals: [{ kind: 'burst', forSec: 3 }] },
      estimates: [one('arrivals[0].share', 0.4)],
    }
    const document = assembled(base, bad, sourceOf)
    expect(() => checkAssembled(document)).toThrow(/nothing was written/)
  })

  test('of a place that two estimators know, the later one counts', () => {
    const both = together([
      { ...none, estimates: [one('a', 1), one('b', 2)], settings: { k: 1 } },
      { ...none, estimates: [one('a', 3)], settings: { k: 2 } },
    ])
    expect(both.estimates.map(({ path, mid }) => [path, mid])).toEqual([
      ['a', 3],
      ['b', 2],
    ])
    expect(both.settings).toEqual({ k: 2 })
  })
})

describe('a scenario of which nothing is known', () => {
  test('has every number marked as assumed, within what its field allows', () => {
    const arrivals = [{ kind: 'burst', share: 1, forSec: 9 }]
    const document = assumedDocument({ ...base, arrivals }, 'nobody')
    expect(parseScenario(document).ok).toBe(true)
    const rows = evidenceOf(document)
    expect(rows.map(({ path, low, mid, high }) => [path, low, mid, high])).toEqual([
      ['population.people', 50, 100, 200],
      ['arrivals[0].share', 0.5, 1, 1],
      ['arrivals[0].forSec', 4.5, 9, 18],
      ['waitingRoom.admission.perSec', 2.5, 5, 10],
      ['journey[0].visits[0].serviceMs', 25, 50, 100],
      ['stack.instances', 1, 2, 4],
      ['stack.stations[0].slots', 2, 4, 8],
    ])
    expect(rows.every(({ label }) => label === 'assumed')).toBe(true)
    expect(rows.every(({ source }) => source === 'nobody')).toBe(true)
  })
})

describe('numbers that are no measurements', () => {
  const wide = (path: string): Estimate => ({ ...one(path, 10), low: 1, high: 101 })

  test('are left out with all that goes with them, and named', () => {
    const found = withoutVague({
      ...none,
      estimates: [
        one('behaviour.retry.backoffSec.mean', 3),
        wide('behaviour.retry.backoffSec.cv'),
        one('behaviour.retry.tries', 2),
        { ...one('population.participation', 0.001), low: 0 },
      ],
      settings: { 'behaviour.retry.backoffSec': { dist: 'gamma' }, other: 1 },
    })
    expect(found.estimates.map(({ path }) => path)).toEqual([
      'behaviour.retry.tries',
      'population.participation',
    ])
    expect(found.settings).toEqual({ other: 1 })
    expect(found.notIdentified).toEqual([
      { path: 'behaviour.retry.backoffSec.cv', code: 'IntervalTooWide', low: 1, high: 101 },
    ])
  })

  test('a part of a retry comes with the rest of it', () => {
    const parsed = parseScenario(base)
    if (!parsed.ok) throw new Error('no scenario')
    const { scenario } = parsed.loaded
    const tries = { estimates: [one('behaviour.retry.tries', 2)] }
    expect(completed(base, scenario, tries)['behaviour']).toEqual({
      retry: scenario.behaviour.retry,
    })
    const stated = { ...base, behaviour: { retry: { tries: 1, backoffSec: 5 } } }
    expect(completed(stated, scenario, tries)).toBe(stated)
    expect(completed(base, scenario, none)).toBe(base)
  })
})
