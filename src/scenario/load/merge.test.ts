import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultText } from '../../core/errors.ts'
import type { Mapping } from '../plain.ts'
import { smallDocument } from '../testing/small-document.ts'
import { mergeDocuments } from './merge.ts'
import { originAt } from './origin.ts'

function merge(base: Mapping, over: Mapping) {
  const stated = (value: Mapping, link: number) => ({ value, origin: { link, path: [] } })
  const { value, origin, faults } = mergeDocuments(stated(base, 0), stated(over, 1))
  return { value, origin, faults: faults.map(({ fault }) => faultText(fault)) }
}
const merged = (base: Mapping, over: Mapping): Mapping => {
  const { value, faults } = merge(base, over)
  expect(faults).toEqual([])
  return value
}

describe('mappings', () => {
  test('are merged at every depth', () => {
    const base = { population: { people: 5, participation: 0.5 }, stack: { instances: 2 } }
    const over = { population: { people: 6 }, behaviour: { bypass: { share: 0 } } }
    expect(merged(base, over)).toEqual({
      population: { people: 6, participation: 0.5 },
      stack: { instances: 2 },
      behaviour: { bypass: { share: 0 } },
    })
  })

  test('a number with its evidence is one value: no source of another number stays', () => {
    const reported = { value: 4, evidence: 'reported', source: 'a newspaper' }
    const assumed = { low: 3, mid: 4, high: 5, evidence: 'assumed' }
    const at = (instances: unknown) => ({ stack: { instances } })
    expect(merged(at(reported), at(assumed))).toEqual(at(assumed))
    expect(merged(at(assumed), at({ ...assumed, mid: 4.5 }))).toEqual(at({ ...assumed, mid: 4.5 }))
    expect(merged(at(reported), at(7))).toEqual(at(7))
    expect(merged(at({ ...assumed, source: 'x' }), at(assumed))).toEqual(at(assumed))
  })

  test('of one kind are merged, of another replaced', () => {
    const at = (patienceSec: unknown) => ({ behaviour: { patienceSec } })
    const base = at({ dist: 'lognormal', mean: 900, cv: 1 })
    expect(merged(base, at({ mean: 60 }))).toEqual(at({ dist: 'lognormal', mean: 60, cv: 1 }))
    expect(merged(base, at({ dist: 'lognormal', cv: 2 }))).toEqual(
      at({ dist: 'lognormal', mean: 900, cv: 2 }),
    )
    expect(merged(base, at({ dist: 'exponential', mean: 60 }))).toEqual(
      at({ dist: 'exponential', mean: 60 }),
    )
    const door = (admission: unknown) => ({ waitingRoom: { admission, pollSec: { front: 1 } } })
    expect(merged(door({ perSec: 5 }), { waitingRoom: { admission: { maxInside: 9 } } })).toEqual(
      door({ maxInside: 9 }),
    )
  })

  test('what is sent is free data and replaced; names of headers are merged', () => {
    const step = (request: unknown) => ({ journey: [{ step: 'a', request }] })
    const base = step({ path: '/', body: { a: 1, b: 2 }, headers: { x: '1', y: '2' } })
    const over = step({ body: { c: null }, headers: { y: null, z: '3' } })
    expect(merged(base, over)).toEqual(
      step({ path: '/', body: { c: null }, headers: { x: '1', z: '3' } }),
    )
  })

  test('null and $patch: delete remove a field, $patch: replace keeps nothing of it', () => {
    const base = { cost: { currency: 'KRW', lostBooking: 5 }, undo: {}, stack: { instances: 2 } }
    const over = { cost: { $patch: 'replace', currency: 'EUR' }, undo: null, stack: {} }
    expect(merged(base, over)).toEqual({ cost: { currency: 'EUR' }, stack: { instances: 2 } })
    expect(merged(base, { cost: { $patch: 'delete' }, undo: null })).toEqual({
      stack: { instances: 2 },
    })
  })
})

describe('lists', () => {
  const base = {
    journey: [
      { step: 'login', timeoutMs: 1 },
      { step: 'form', timeoutMs: 2 },
      { step: 'book', timeoutMs: 3 },
    ],
    stack: { stations: [{ name: 'web', slots: 8 }] },
    slo: ['errorShare < 0.01'],
    arrivals: [{ kind: 'burst', share: 1, forSec: 9 }],
  }

  test('of named things are merged by name, in the order of the base', () => {
    const over = {
      journey: [
        { step: 'pay', timeoutMs: 9 },
        { step: 'book', thinkSec: 4 },
        { step: 'form', $patch: 'delete' },
      ],
      stack: {
        stations: [
          { name: 'db', slots: 4 },
          { name: 'web', backlog: 7 },
        ],
      },
    }
    expect(merged(base, over)).toEqual({
      ...base,
      journey: [
        { step: 'login', timeoutMs: 1 },
        { step: 'book', timeoutMs: 3, thinkSec: 4 },
        { step: 'pay', timeoutMs: 9 },
      ],
      stack: {
        stations: [
          { name: 'web', slots: 8, backlog: 7 },
          { name: 'db', slots: 4 },
        ],
      },
    })
  })

  test('of other things are replaced', () => {
    const over = { slo: ['waitSec.p95 < 60'], arrivals: [{ kind: 'replay', timesSec: [1] }] }
    expect(merged(base, over)).toEqual({ ...base, ...over })
  })

  test('of named things are replaced where they say so', () => {
    const over = { journey: [{ $patch: 'replace' }, { step: 'book' }, { step: 'pay' }] }
    expect(merged(base, over)['journey']).toEqual([{ step: 'book' }, { step: 'pay' }])
    const entry = { journey: [{ step: 'book', $patch: 'replace', thinkSec: 1 }] }
    expect(merged(base, entry)['journey']).toEqual([
      ...base.journey.slice(0, 2),
      { step: 'book', thinkSec: 1 },
    ])
  })

  test('that name one thing twice keep both, for the rule that names be unique', () => {
    const over = {
      doors: [
        { name: 'a', share: 0.1 },
        { name: 'a', share: 0.2 },
      ],
    }
    expect(merged({ doors: [{ name: 'a', perSec: 5 }] }, over)['doors']).toEqual([
      { name: 'a', perSec: 5, share: 0.1 },
      { name: 'a', share: 0.2 },
    ])
  })
})

test('what cannot be removed or done is a fault', () => {
  const base = { journey: [{ step: 'book' }], stack: { instances: 1 } }
  const over = {
    stak: null,
    stack: { bootSec: null, $patch: 'merge' },
    journey: [{ step: 'bok', $patch: 'delete' }, { $patch: 'delete' }],
  }
  expect(merge(base, over).faults).toEqual([
    'stak: cannot be removed: the base has no such field',
    'stack.$patch: must be delete or replace, got "merge"',
    'journey[0]: cannot be removed: the base has no entry with step: bok',
    'journey[1]: must name the entry to remove: { step: …, $patch: delete }',
  ])
})

test('each part is traced to the file that states it, and to its place there', () => {
  const base = { journey: [{ step: 'login' }, { step: 'book', timeoutMs: 3 }], slo: ['a'] }
  const over = { journey: [{ step: 'book', thinkSec: 4 }, { step: 'pay' }] }
  const { origin } = merge(base, over)
  const at = (...path: (string | number)[]) => originAt(origin, path)
  expect(at('slo', 0)).toEqual({ link: 0, path: ['slo', 0] })
  expect(at('journey', 0)).toEqual({ link: 0, path: ['journey', 0] })
  expect(at('journey', 1, 'timeoutMs')).toEqual({ link: 0, path: ['journey', 1, 'timeoutMs'] })
  expect(at('journey', 1, 'thinkSec')).toEqual({ link: 1, path: ['journey', 0, 'thinkSec'] })
  expect(at('journey', 2, 'step')).toEqual({ link: 1, path: ['journey', 1, 'step'] })
  // What nobody states belongs to whoever states the mapping around it.
  expect(at('journey', 1, 'visits')).toEqual({ link: 1, path: ['journey', 0] })
})

test('an empty document changes nothing, and a document over itself is itself', () => {
  const document = smallDocument()
  expect(merged(document, {})).toEqual(document)
  expect(merged(document, document)).toEqual(document)
})

test('merging in two steps is merging what was merged', () => {
  const number = fc.integer({ min: 1, max: 9 })
  const station = fc.record({ name: fc.constantFrom('a', 'b', 'c'), slots: number })
  const stations = fc.uniqueArray(station, { selector: ({ name }) => name })
  const document = fc.record(
    {
      stack: fc.record({ instances: number, stations }, { requiredKeys: [] }),
      slo: fc.array(fc.string()),
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(document, document, document, (a, b, c) => {
      expect(merged(merged(a, b), c)).toEqual(merged(a, merged(b, c)))
    }),
  )
})
