import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultText } from '../../core/errors.ts'
import { must } from '../../core/assert.ts'
import { parseScenario } from './parse.ts'
import type { LoadedScenario } from './parse.ts'
import { badDocuments } from '../testing/bad-documents.ts'
import { editedDocument, smallDocument } from '../testing/small-document.ts'

function loadedFrom(document: unknown): LoadedScenario {
  const parsed = parseScenario(document)
  if (!parsed.ok) throw new Error(parsed.faults.map(faultText).join('\n'))
  return parsed.loaded
}

function faultsOf(document: unknown): string[] {
  const parsed = parseScenario(document)
  return parsed.ok ? [] : parsed.faults.map(faultText)
}

describe('a good document', () => {
  test('gives plain numbers with defaults filled in', () => {
    const { scenario, variant } = loadedFrom(smallDocument())
    expect(variant).toBe('base')
    expect(scenario.stack.instances).toBe(4)
    expect(scenario.behaviour.patienceSec).toEqual({ dist: 'constant', value: 900 })
    expect(scenario.waitingRoom.pollSec).toEqual({ front: 2, back: 10 })
    expect(scenario.behaviour.comeBack.delaySec).toEqual({ dist: 'exponential', mean: 600 })
    expect(scenario.arrivals[2]).toMatchObject({ shape: 'exponential', startSec: 0 })
  })

  test('keeps the evidence apart', () => {
    expect(loadedFrom(smallDocument()).evidence).toEqual([
      { path: 'stack.instances', label: 'assumed', low: 2, mid: 4, high: 6, source: 'a guess' },
    ])
  })

  test('has a canonical document that parses to the same scenario and hashes', () => {
    const first = loadedFrom(smallDocument())
    const second = loadedFrom(JSON.parse(JSON.stringify(first.document)))
    expect(second.scenario).toEqual(first.scenario)
    expect(JSON.stringify(second.document)).toBe(JSON.stringify(first.document))
    expect([second.workloadHash, second.stackHash]).toEqual([first.workloadHash, first.stackHash])
  })

  test('is the same in any order of keys', () => {
    const reversed = Object.fromEntries(Object.entries(smallDocument()).reverse())
    expect(JSON.stringify(loadedFrom(reversed))).toBe(JSON.stringify(loadedFrom(smallDocument())))
  })

  test('is not changed by parsing', () => {
    const document = smallDocument()
    loadedFrom(document)
    expect(document).toEqual(smallDocument())
  })
})

describe('a bad document', () => {
  test.each(badDocuments)('%s', (_name, edits, faults) => {
    expect(faultsOf(editedDocument(edits))).toEqual(faults)
  })

  test.each([
    [null, 'a scenario must be a mapping (name: …, arrivals: …), got nothing (null)'],
    ['text', 'a scenario must be a mapping (name: …, arrivals: …), got "text"'],
    [[1], 'a scenario must be a mapping (name: …, arrivals: …), got a list'],
    [undefined, 'must be plain data, got undefined'],
    [new Map(), 'must be plain data, got Map'],
  ])('that is no mapping: %s', (document, fault) => {
    expect(faultsOf(document)).toEqual([fault])
  })

  test('that refers to itself', () => {
    const document: Record<string, unknown> = smallDocument()
    document['data'] = document
    expect(faultsOf(document)).toEqual(['data: refers to itself'])
  })

  test('that nests too deeply', () => {
    let data: unknown = 1
    for (let i = 0; i < 50; i++) data = [data]
    const [fault, ...more] = faultsOf(editedDocument({ 'journey[0].data': data }))
    expect(more).toEqual([])
    expect(fault).toMatch(/^journey\[0\]\.data(\[0\])+: nested deeper than 40 levels$/)
  })

  test('whose fields cannot even be read', () => {
    const trap = {
      get name(): string {
        throw new Error('trap')
      },
    }
    expect(faultsOf(trap)).toEqual(['cannot be read: trap'])
  })

  test('with a thousand faults is told in a hundred lines and a count', () => {
    const faults = faultsOf(
      editedDocument({ 'arrivals[3]': { kind: 'replay', timesSec: Array(1000).fill('soon') } }),
    )
    expect(faults).toHaveLength(101)
    expect(faults[0]).toBe('arrivals[3].timesSec[0]: must be a number of seconds, got "soon"')
    expect(faults[100]).toBe('and 900 more faults')
  })

  test.each([
    ['variants', 200, (i: number) => ({ name: `v${i}` })],
    ['slo', 500, () => 'errorShare < 1'],
    ['stopWhen', 500, () => 'errorShare > 1'],
    ['timeline', 1000, () => ({ at: '20:00', kind: 'open-early' })],
    ['doors', 100, (i: number) => ({ name: `d${i}`, share: 0, perSec: 1 })],
    ['inventory.offers', 100_000, () => ({ place: 'a', date: 'b', slots: 1 })],
  ])('with a list of %s that multiplies the work is refused', (path, max, entry) => {
    const tooMany = Array.from({ length: max + 1 }, (_, i) => entry(i))
    expect(faultsOf(editedDocument({ [path]: tooMany }))).toContain(
      `${path}: must have at most ${max} entries, got ${max + 1}`,
    )
  })

  test('that shares its parts more and more often is stopped', () => {
    let data: unknown = 1
    for (let i = 0; i < 30; i++) data = [data, data]
    const faults = faultsOf(editedDocument({ 'journey[0].data': data }))
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(/: too large: it or what it refers to has too many values$/)
  })
})

describe('laws', () => {
  const paths = [
    'name',
    'opensAt',
    'endsAt',
    'population',
    'population.people',
    'arrivals',
    'arrivals[0]',
    'arrivals[1].kind',
    'arrivals[2].share',
    'waitingRoom',
    'waitingRoom.admission',
    'journey',
    'journey[0].visits',
    'journey[0].visits[0].serviceMs',
    'journey[0].visits[0].serviceMs.dist',
    'stack.stations',
    'stack.stations[0]',
    'stack.instances',
    'stack.instances.evidence',
    'behaviour',
    'behaviour.retry',
    'behaviour.bypass',
    'inventory',
    'doors',
    'timeline',
    'timeline[0]',
    'timeline[1].at',
    'variants',
    'variants[0].set',
    'variants[0].dropEvents',
    'reported',
    'slo',
  ]
  const anything = fc.oneof(
    fc.anything({ withDate: true, withMap: true, withNullPrototype: true }),
    fc.jsonValue(),
    fc.constantFrom('burst', 'lognormal', '10s', '24:00', -1, 0, 1e308, {}, []),
    fc.record({ dist: fc.string(), kind: fc.string(), value: fc.jsonValue(), low: fc.double() }),
  )
  const hasWords = (document: unknown) => {
    const parsed = parseScenario(document)
    if (parsed.ok) return true
    return parsed.faults.length > 0 && parsed.faults.every((fault) => fault.message.length > 0)
  }

  test('parsing never throws and never fails without a word', () => {
    fc.assert(fc.property(anything, hasWords), { numRuns: 300 })
  })

  test('nor does a good document with one part made anything', () => {
    fc.assert(
      fc.property(fc.constantFrom(...paths), anything, (path, value) => {
        const document = editedDocument({ [path]: value })
        expect(hasWords(document)).toBe(true)
        const parsed = parseScenario(document)
        if (!parsed.ok) {
          for (const fault of parsed.faults) {
            expect(fault.path).not.toBe('')
            expect(faultText(fault)).not.toMatch(/Invalid input|Unrecognized key/)
          }
        }
      }),
      { numRuns: 400 },
    )
  })

  test('what parses has a canonical document that gives the same again', () => {
    const share = fc.integer({ min: 0, max: 100 }).map((percent) => percent / 100)
    const edits = fc.record({
      'population.people': fc.integer({ min: 1, max: 1e7 }),
      'population.participation': share,
      'behaviour.retry': fc.record({ tries: fc.nat(5), backoffSec: fc.nat(60) }),
      'waitingRoom.failOpen': share.map((value) => ({ value, evidence: 'inferred' })),
      'stack.stations[0].slots': fc.integer({ min: 1, max: 64 }),
    })
    fc.assert(
      fc.property(edits, (edit) => {
        const first = loadedFrom(editedDocument(edit))
        const second = loadedFrom(first.document)
        expect(second).toEqual(first)
      }),
      { numRuns: 50 },
    )
  })
})

describe('secrets', () => {
  const document = editedDocument({
    authorisation: 'open-sesame',
    'journey[0].request': {
      method: 'POST',
      path: '/book?token=abc&place=${place}',
      headers: { Authorization: 'Bearer abc', Cookie: '${env.COOKIE}', Accept: 'text/html' },
      body: { password: 'pw', place: 'clinic' },
      extract: { token: '$.token' },
    },
  })

  test('are in the scenario, not in its document', () => {
    const { scenario, document: recorded } = loadedFrom(document)
    expect(scenario.authorisation).toBe('open-sesame')
    expect(must(scenario.journey[0]?.request, 'request').headers?.['Authorization']).toBe(
      'Bearer abc',
    )
    expect(JSON.stringify(recorded)).not.toMatch(/abc|open-sesame|"pw"/)
    expect(recorded['journey']).toMatchObject([
      {
        request: {
          path: '/book?token=[removed]&place=${place}',
          headers: { Authorization: '[removed]', Cookie: '${env.COOKIE}', Accept: 'text/html' },
          body: { password: '[removed]', place: 'clinic' },
          extract: { token: '$.token' },
        },
      },
    ])
  })

  test('are taken out of data, of what is expected, of texts and of undo', () => {
    const path = '/people/${person}?token=abc'
    const { document: recorded } = loadedFrom(
      editedDocument({
        'journey[0].request': {
          method: 'POST',
          path: '/',
          headers: { 'Content-Type': 'application/json' },
          body: '{"password": "abc", "pin_token": 123, "apiKey": "${env.KEY}", "place": "x"}',
        },
        'journey[0].expect': {
          body: { text: 'session-id=abc' },
          soldOut: { json: { path: '$.access_token', equals: 'abc' } },
        },
        'journey[0].data': { generate: { password: 'abc', pin: '12${digits(4)}' } },
        undo: { request: { method: 'DELETE', path, headers: { Cookie: 'sid=abc' } } },
        'variants[0].set': { 'undo.request.headers.Cookie': 'sid=abc' },
      }),
    )
    expect(JSON.stringify(recorded)).not.toMatch(/abc|123/)
    expect(recorded).toMatchObject({
      undo: { request: { path: '/people/${person}?token=[removed]' } },
      journey: [
        {
          request: {
            body: '{"password": "[removed]", "pin_token": "[removed]", "apiKey": "${env.KEY}", "place": "x"}',
          },
          data: { generate: { password: '[removed]', pin: '12${digits(4)}' } },
          expect: { soldOut: { json: { path: '$.access_token', equals: '[removed]' } } },
        },
      ],
    })
    expect(loadedFrom(recorded).document).toEqual(recorded)
  })

  test('do not enter the hashes', () => {
    const { document: recorded, workloadHash } = loadedFrom(document)
    expect(loadedFrom(recorded).workloadHash).toBe(workloadHash)
  })
})
