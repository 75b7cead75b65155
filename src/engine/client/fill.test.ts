import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DambreakError, faultText } from '../../core/errors.ts'
import { tableKeyOf, type PersonTable } from '../../scenario/request/person-data.ts'
import { opening } from '../testing/opening.ts'
import { createJourneyCalls } from './create-journey-calls.ts'
import { caller, callsOf, inputs, nothingKept, replyOf } from './testing/calls.ts'

function tableOf(columns: string[], rows: string[][]): PersonTable {
  const cells = rows.flat().map((cell) => Buffer.from(cell))
  let end = 0
  return {
    columns,
    rows: rows.length,
    sha256: '',
    text: Buffer.concat(cells),
    ends: Uint32Array.from(cells, (cell) => (end += cell.length)),
  }
}

describe('what is filled in', () => {
  const offers = [{ place: '서울', date: '2021-08-02', slots: 5 }]

  test('is the person’s own, from wherever it comes', () => {
    const rows = Array.from({ length: 10 }, (_, i) => [`name ${i}`, `${i}`])
    const calls = callsOf(
      [
        {
          data: { csv: 'p.csv' },
          request: {
            method: 'POST',
            path: '/${person}/${place}?d=${date}&t=${ticket}',
            headers: { Authorization: 'Bearer ${env.TOKEN}', 'X-Name': '${name}' },
            body: {
              year: '${birthYear}',
              text: 'y${birthYear}',
              list: [1, true, null, '${phone}'],
            },
            extract: { id: '$.id' },
          },
        },
        { data: { generate: { phone: '010-${digits(2)}' } }, request: { path: '/${id}' } },
      ],
      {
        scenario: { inventory: { offers } },
        tables: new Map([[tableKeyOf({ csv: 'p.csv' }), tableOf(['name', 'n'], rows)]]),
        target: { ...inputs().target, basePath: '/base' },
      },
    )
    const kept = nothingKept()
    const first = calls.outgoing(0, { person: 3, entity: -1 }, kept)
    expect(first.path).toBe('/base/run1-3/%EC%84%9C%EC%9A%B8?d=2021-08-02&t=4294967295')
    expect(first.headers).toBe(
      'Authorization: Bearer top secret\r\nX-Name: name 3\r\ncontent-type: application/json\r\n',
    )
    const body = JSON.parse(first.body) as { year: number; text: string; list: unknown[] }
    expect(body.text).toBe(`y${body.year}`)
    expect(body.list).toEqual([1, true, null, expect.stringMatching(/^010-\d\d$/)])
    calls.read(0, replyOf({ body: '{"id": 17}' }), kept, 0, caller)
    expect(calls.outgoing(1, caller, kept).path).toBe('/base/17')
    expect(JSON.stringify(kept)).not.toContain('secret')
  })

  test('law: it does not get out of its place', () => {
    const calls = callsOf([
      { request: { path: '/', extract: { v: '$.v' } } },
      {
        request: {
          method: 'POST',
          path: '/a/${v}/b?c=${v}&d=1',
          headers: { 'X-V': 'v=${v};', Cookie: 's=${v}; t=1' },
          body: { v: '${v}', w: ['<${v}>'] },
        },
      },
      {
        request: {
          method: 'POST',
          path: '/',
          headers: { 'content-type': 'application/json' },
          body: '{"v":"${v}"}',
        },
      },
      {
        request: {
          method: 'POST',
          path: '/',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: 'v=${v}&w=1',
        },
      },
      {
        request: {
          method: 'POST',
          path: '/',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: { 'v&': '${v}', w: '1${v}' },
        },
      },
    ])
    const nasty = fc.string({
      unit: fc.constantFrom(
        '\r',
        '\n',
        '"',
        '\\',
        '/',
        '.',
        '%',
        '2',
        'F',
        '&',
        '=',
        ';',
        '?',
        '#',
        ' ',
        '\u0000',
        '}',
        ',',
        'é',
        '예',
        '\ud800',
        '\u2028',
        ':',
      ),
      maxLength: 12,
    })
    const any = fc.oneof(
      nasty,
      fc.string({ unit: 'binary' }),
      fc.constantFrom('.', '..', '../..', '\r\nX: y'),
    )
    fc.assert(
      fc.property(any, (v) => {
        const kept = { ...nothingKept(), values: { v } }
        const { path, headers, body } = calls.outgoing(1, caller, kept)
        expect(path).toMatch(/^\/[!-~]*$/)
        const url = new URL(`http://h${path}`)
        const segments = url.pathname.split('/')
        expect([segments.length, segments[1], segments[3]]).toEqual([4, 'a', 'b'])
        expect(decodeURIComponent(segments[2]!)).toBe(
          /^\.\.?$/.test(v) ? v.replaceAll('.', '%2E') : v.toWellFormed(),
        )
        expect([...new URLSearchParams(path.split('?')[1])]).toEqual([
          ['c', v.toWellFormed()],
          ['d', '1'],
        ])
        expect(headers).toMatch(/^[ -~\u00a0-\u00ff\r\n]*$/)
        const lines = headers.split('\r\n')
        expect(lines.map((line) => line.split(':')[0])).toEqual([
          'X-V',
          'content-type',
          'cookie',
          '',
        ])
        expect(headers.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
        expect(lines[2]!.split(';')).toHaveLength(2)
        expect(JSON.parse(body)).toEqual({ v, w: [`<${v}>`] })
        expect(JSON.parse(calls.outgoing(2, caller, kept).body)).toEqual({ v })
        const form = (i: number) => [...new URLSearchParams(calls.outgoing(i, caller, kept).body)]
        expect(form(3)).toEqual([
          ['v', v.toWellFormed()],
          ['w', '1'],
        ])
        expect(form(4)).toEqual([
          ['v&', v.toWellFormed()],
          ['w', `1${v.toWellFormed()}`],
        ])
      }),
      { numRuns: 300 },
    )
  })

  test('text is filled in as it is', () => {
    const calls = callsOf([{ request: { method: 'POST', path: '/', body: 'who: ${person}' } }])
    expect(calls.outgoing(0, caller, nothingKept())).toMatchObject({
      headers: 'content-type: text/plain; charset=utf-8\r\n',
      body: 'who: run1-3',
    })
  })

  test('a value that nobody took is nothing, not what every object has', () => {
    const calls = callsOf([
      { request: { path: '/', extract: { valueOf: '$.v' } } },
      { request: { path: '/${valueOf}' } },
    ])
    expect(calls.outgoing(1, caller, nothingKept()).path).toBe('/')
  })
})

describe('what a run lacks', () => {
  test('is told before it begins, every part of it, and no secret', () => {
    const scenario = opening({
      journey: [
        {
          step: 'a',
          visits: [{ station: 'web', serviceMs: 1 }],
          data: { csv: 'p.csv' },
          request: { path: '/', headers: { A: '${env.NO}', B: '${env.TOKEN}' } },
        },
      ],
      undo: { request: { path: '/${env.toString}' } },
    })
    const tables = new Map([[tableKeyOf({ csv: 'p.csv' }), tableOf(['n'], [['1']])]])
    const faults = (() => {
      try {
        createJourneyCalls(scenario, inputs({ tables }))
        return []
      } catch (error) {
        if (!(error instanceof DambreakError)) throw error
        expect(error.kind).toBe('scenario')
        return error.faults.map(faultText)
      }
    })()
    expect(faults).toEqual([
      'journey[0].data.csv: p.csv has 1 row, but 10 persons come: each needs its own',
      'journey[0].request.headers.A: the environment has no variable NO',
      'undo.request.path: the environment has no variable toString',
    ])
  })
})
