import { describe, expect, test } from 'vitest'
import { Outcome } from '../../core/codes.ts'
import type { ScenarioInput } from '../../scenario/schema/schema.ts'
import { Answer } from '../../workload/behaviour.ts'
import { caller, callsOf, nothingKept, replyOf } from './testing/calls.ts'
import { Want, type Reply } from './transport.ts'

type Expect = NonNullable<ScenarioInput['journey'][number]['expect']>
const plain = { path: '/', cookies: false, redirects: false }

function judged(expectation: Expect | undefined, reply: Partial<Reply>) {
  const calls = callsOf([{ request: plain, expect: expectation }])
  return calls.read(0, replyOf(reply), nothingKept(), 0, caller)
}
function answer(expectation: Expect, reply: Partial<Reply>) {
  const { answer: code, outcome } = judged(expectation, reply)
  return { code, outcome }
}
const blamed = (fault: string, faultOf: string) => ({ answer: Outcome.malformed, fault, faultOf })
const as = (code: number, outcome = code) => ({ code, outcome })

describe('what a scenario expects', () => {
  test.each<[Expect, Partial<Reply>, { code: number; outcome: number }]>([
    [{}, { status: 204 }, as(Answer.ok)],
    [{}, { status: 404 }, as(Outcome.http4xx)],
    [{}, { body: '{"status":"soldOut"}' }, as(Answer.ok)],
    [{ status: 201 }, { status: 201 }, as(Answer.ok)],
    [{ status: 201 }, { status: 200 }, as(Outcome.malformed)],
    [{ status: 201 }, { status: 409 }, as(Outcome.http4xx)],
    [{ status: [404, 410] }, { status: 410 }, as(Answer.ok)],
    [{ status: [404, 410] }, { status: 503 }, as(Outcome.http5xx)],
    [{ body: { text: 'done' } }, { body: 'all done.' }, as(Answer.ok)],
    [{ body: { text: 'done' } }, { body: 'sorry' }, as(Outcome.malformed)],
    [{ body: { text: 'done' } }, { status: 500, body: 'done' }, as(Outcome.http5xx)],
    [{ body: { regex: '^\\d+$' } }, { body: '17' }, as(Answer.ok)],
    [{ body: { regex: '^\\d+$' } }, { body: 'x17' }, as(Outcome.malformed)],
    [{ body: { json: { path: '$.a[0]', equals: 1 } } }, { body: '{"a":[1]}' }, as(Answer.ok)],
    [
      { body: { json: { path: '$.a[0]', equals: 1 } } },
      { body: '{"a":["1"]}' },
      as(Outcome.malformed),
    ],
    [{ body: { json: { path: '$.a', equals: true } } }, { body: 'a' }, as(Outcome.malformed)],
    [{ body: { text: 'a', regex: 'b' } }, { body: 'ab' }, as(Answer.ok)],
    [{ body: { text: 'a', regex: 'b' } }, { body: 'a' }, as(Outcome.malformed)],
    [{ soldOut: { text: '마감' } }, { body: '마감' }, as(Answer.soldOut, Outcome.ok)],
    [{ soldOut: { status: 409 } }, { status: 409 }, as(Answer.soldOut, Outcome.ok)],
    [{ soldOut: { status: 409, text: 'x' } }, { status: 409 }, as(Outcome.http4xx)],
    [
      { alreadyBooked: { status: 200, text: 'twice' } },
      { body: 'twice' },
      as(Answer.alreadyBooked, Outcome.ok),
    ],
    [{ ineligible: { status: [401, 403] } }, { status: 403 }, as(Answer.ineligible, Outcome.ok)],
    [{ notOpen: { status: 425 } }, { status: 425 }, as(Answer.notOpen, Outcome.http4xx)],
    [{ closed: { text: '점검' } }, { body: '점검 중' }, as(Answer.closed, Outcome.http5xx)],
    [{ status: 200, soldOut: { text: 'no' } }, { status: 200, body: 'yes' }, as(Answer.ok)],
    [{ soldOut: { status: 409 } }, { status: 0, outcome: Outcome.reset }, as(Outcome.reset)],
  ])('%j, %j', (expectation, reply, result) => {
    expect(answer(expectation, reply)).toEqual(result)
  })

  test.each(['text', 'regex'] as const)('a %s is looked for in the whole body', (kind) => {
    const body = `${'x'.repeat(900_000)}done`
    expect(answer({ soldOut: { [kind]: 'done' } }, { body })).toEqual(
      as(Answer.soldOut, Outcome.ok),
    )
    expect(answer({ soldOut: { [kind]: 'none' } }, { body })).toEqual(as(Answer.ok))
  })

  test.each<
    [Expect | undefined, Partial<Reply>, { answer: number; fault: string | null; faultOf: string }]
  >([
    // What cannot be read is malformed where a pattern had to be held against it, and only there.
    [
      { soldOut: { text: 'sold out' } },
      { bodyFault: 'EncodingBroken' },
      blamed('EncodingBroken', 'soldOut'),
    ],
    [
      { soldOut: { regex: 'x' } },
      { bodyFault: 'EncodingUnknown' },
      blamed('EncodingUnknown', 'soldOut'),
    ],
    [
      { closed: { json: { path: '$.a', equals: 1 } } },
      { bodyFault: 'EncodingBroken' },
      blamed('EncodingBroken', 'closed'),
    ],
    [{ body: { text: 'done' } }, { bodyFault: 'EncodingBroken' }, blamed('EncodingBroken', 'body')],
    [
      { soldOut: { status: 409, text: 'x' } },
      { bodyFault: 'EncodingBroken' },
      { answer: Answer.ok, fault: null, faultOf: '' },
    ],
    [
      { soldOut: { status: 409, text: 'x' } },
      { status: 409, bodyFault: 'EncodingBroken' },
      blamed('EncodingBroken', 'soldOut'),
    ],
    [
      { status: 200 },
      { bodyFault: 'EncodingBroken' },
      { answer: Answer.ok, fault: null, faultOf: '' },
    ],
    [undefined, { bodyFault: 'EncodingBroken' }, blamed('EncodingBroken', '')],
    [
      undefined,
      { status: 503, bodyFault: 'EncodingBroken' },
      { answer: Outcome.http5xx, fault: null, faultOf: '' },
    ],
    // Of a body that was cut, or whose charset is unknown, what is found is found.
    [
      { soldOut: { text: 'sold out' } },
      { body: 'sold out', bodyFault: 'BodyTooLong' },
      { answer: Answer.soldOut, fault: null, faultOf: '' },
    ],
    [
      { soldOut: { text: 'sold out' } },
      { body: 'x', bodyFault: 'BodyTooLong' },
      blamed('BodyTooLong', 'soldOut'),
    ],
    [
      { soldOut: { text: '마감' } },
      { body: '\ufffd\ufffd', bodyFault: 'CharsetUnknown' },
      blamed('CharsetUnknown', 'soldOut'),
    ],
    [
      { soldOut: { text: 'sold out' } },
      { body: '\ufffd', bodyFault: 'CharsetUnknown' },
      { answer: Answer.ok, fault: null, faultOf: '' },
    ],
    [
      undefined,
      { body: '<html>', bodyFault: 'BodyTooLong' },
      { answer: Answer.ok, fault: null, faultOf: '' },
    ],
    [undefined, { body: '{"status":', bodyFault: 'BodyTooLong' }, blamed('BodyTooLong', '')],
    // A word that is looked for later is not taken while an earlier one is open.
    [
      { soldOut: { regex: 'x' }, closed: { text: 'off' } },
      { body: 'off', bodyFault: 'BodyTooLong' },
      blamed('BodyTooLong', 'soldOut'),
    ],
    [{ status: 201 }, {}, blamed('NotAsExpected', 'status')],
    [{ body: { text: 'done' } }, { body: 'sorry' }, blamed('NotAsExpected', 'body')],
  ])('%j, %j', (expectation, reply, result) => {
    expect(judged(expectation, reply)).toMatchObject(result)
  })

  test('a whole number beyond 53 bits is compared digit by digit', () => {
    const equals = '12345678901234567890'
    const soldOut = { json: { path: '$.id', equals } }
    const of = (id: string) => judged({ soldOut }, { body: `{"id":${id}}` }).answer
    expect([of(equals), of('12345678901234567891'), of(`"${equals}"`)]).toEqual([
      Answer.soldOut,
      Answer.ok,
      Answer.soldOut,
    ])
    const small = { soldOut: { json: { path: '$.id', equals: '7' } } }
    expect(judged(small, { body: '{"id":7}' }).answer).toBe(Answer.ok)
  })

  test('no more is asked of an answer than is looked at', () => {
    const want = (expectation: Expect, extract: Record<string, string> = {}) =>
      callsOf([{ request: { ...plain, extract }, expect: expectation }]).want(0)
    expect(want({ status: 200, soldOut: { status: 409 } })).toBe(Want.nothing)
    expect(want({ soldOut: { text: 'x' } })).toBe(Want.body)
    expect(want({}, { a: 'header:x' })).toBe(Want.head)
    expect(want({}, { a: 'regex:(x)' })).toBe(Want.head | Want.body)
    expect(want({}, { a: 'cookie:x', b: '$.b' })).toBe(Want.head | Want.body)
  })
})

describe('values taken from an answer', () => {
  const extract = {
    id: '$.booking.id',
    to: 'header:X-To',
    sid: 'cookie:sid',
    csrf: 'regex:csrf="([^"]*)"',
  }
  const calls = callsOf([{ request: { path: '/', extract } }])
  const head = 'x-to: /there\r\nSet-Cookie: sid=s1; Path=/\r\n'
  const body = '{"booking":{"id":7}}'
  const taken = (from: string, reply: Partial<Reply>, cookies = '') => {
    const one = callsOf([{ request: { path: '/', extract: { v: from } } }])
    const kept = { ...nothingKept(), cookies }
    const { answer: code, keptChanged } = one.read(0, replyOf(reply), kept, 0, caller)
    return { code, v: kept.values['v'], keptChanged }
  }

  test.each([
    [extract.id, { body }, '7'],
    ['$', { body: '"text"' }, 'text'],
    ['$.a[1]', { body: '{"a":[0,false]}' }, 'false'],
    [extract.to, { head }, '/there'],
    [extract.csrf, { body: '<input csrf="t0"> csrf="t1"' }, 't0'],
    ['regex:(x)?', { body: 'x' }, 'x'],
  ])('%s of %j', (from, reply, v) => {
    expect(taken(from, reply)).toEqual({ code: Answer.ok, v, keptChanged: true })
  })

  test.each([
    [extract.id, { body: '{"booking":{}}' }],
    [extract.id, { body: '{"booking":{"id":null}}' }],
    [extract.id, { body: '{"booking":{"id":{}}}' }],
    [extract.id, { body: '{"booking":{"id":7}' }],
    ['$.constructor.name', { body: '{}' }],
    [extract.to, { head: 'x-t: 1\r\n' }],
    [extract.sid, { head: 'set-cookie: side=1\r\n' }],
    [extract.csrf, { body: 'csrf' }],
    ['regex:x(y)?', { body: 'x' }],
    ['$', { body: JSON.stringify('x'.repeat(65_537)) }],
  ])('%s of %j is missing', (from, reply) => {
    const { code, v } = taken(from, reply)
    expect({ code, v }).toEqual({ code: Outcome.malformed, v: undefined })
  })

  test.each([
    ['2733382000000000049'],
    ['-0'],
    ['1e400'],
    ['1.50'],
    ['0.1234567890123456789012345'],
    ['12345678901234567890'],
  ])('the number %s is taken as it is written', (text) => {
    const body = `{"list":[{"id":1,"ids":[[], {"x":"]}"},${text} ]}], "id":2}`
    expect(taken('$.list[0].ids[2]', { body }).v).toBe(text)
  })

  test.each([
    [
      'a token of 5,000 characters',
      '$',
      { body: JSON.stringify('j'.repeat(5000)) },
      'j'.repeat(5000),
    ],
    [
      'entities of an attribute',
      'regex:value="([^"]*)"',
      { head: 'Content-Type: text/html\r\n', body: '<input value="a&#43;b&amp;c&#x3D;&quot;">' },
      'a+b&c="',
    ],
    [
      'an address in an attribute, whose &copy is no entity',
      'regex:href="([^"]*)"',
      {
        head: 'content-type: text/html;charset=utf-8\r\n',
        body: '<a href="/b?x=1&amp;copy=2&lt=3">',
      },
      '/b?x=1&copy=2&lt=3',
    ],
    [
      'a page without a type that begins as HTML does',
      'regex:value="([^"]*)"',
      { body: '<!DOCTYPE html><input value="&lt;">' },
      '<',
    ],
    [
      'nothing within a script',
      'regex:token = "([^"]*)"',
      { head: 'Content-Type: text/html\r\n', body: '<script>token = "a&amp;b"</script>' },
      'a&amp;b',
    ],
    [
      'nothing in what is no HTML',
      'regex:value="([^"]*)"',
      { head: 'Content-Type: text/plain\r\n', body: 'value="a&amp;b"' },
      'a&amp;b',
    ],
    [
      'nothing in JSON',
      '$.a',
      { head: 'Content-Type: text/html\r\n', body: '{"a":"&amp;"}' },
      '&amp;',
    ],
  ])('%s', (_name, from, reply, v) => {
    expect(taken(from, reply)).toMatchObject({ code: Answer.ok, v })
  })

  test.each<[string, Partial<Reply>, string]>([
    ['$.id', { body: '{}' }, 'ValueMissing'],
    ['$.id', { body: '{"id":', bodyFault: 'BodyTooLong' }, 'BodyTooLong'],
    ['$.id', { body: '{"id":"\ufffd"}', bodyFault: 'CharsetUnknown' }, 'CharsetUnknown'],
    ['regex:id=(\\d+)', { body: 'id=12', bodyFault: 'BodyTooLong' }, 'BodyTooLong'],
    ['regex:id=(\\d+)', { bodyFault: 'EncodingBroken' }, 'EncodingBroken'],
    ['$', { body: JSON.stringify('x'.repeat(65_537)) }, 'ValueTooLong'],
  ])('%s of %j: %s', (from, reply, fault) => {
    const step = { request: { path: '/', extract: { v: from } }, expect: { status: 200 } }
    const one = callsOf([step])
    const reading = one.read(0, replyOf(reply), nothingKept(), 0, caller)
    expect(reading).toMatchObject({ answer: Outcome.malformed, fault, faultOf: 'v' })
  })

  test('the limit of a value is the scenario’s', () => {
    const scenario = { answers: { maxValueChars: 3 } }
    const steps = [{ request: { path: '/', extract: { v: '$' } } }]
    const of = (text: string) =>
      callsOf(steps, { scenario }).read(0, replyOf({ body: `"${text}"` }), nothingKept(), 0, caller)
    expect([of('abc').fault, of('abcd').fault]).toEqual([null, 'ValueTooLong'])
  })

  test('a cookie is of this answer, else of one before', () => {
    expect(taken(extract.sid, { head }).v).toBe('s1')
    expect(taken(extract.sid, {}, 'a=1; sid=old').v).toBe('old')
    expect(taken(extract.sid, { head }, 'sid=old').v).toBe('s1')
  })

  test('all are taken or none', () => {
    const kept = nothingKept()
    const reading = calls.read(0, replyOf({ head, body }), kept, 0, caller)
    expect(reading).toMatchObject({ answer: Outcome.malformed, outcome: Outcome.malformed })
    expect(kept.values).toEqual({})
    // The cookie itself is kept all the same; there is no csrf in the body.
    expect(kept.cookies).toBe('sid=s1')
  })

  test('none is taken from an answer that is not good', () => {
    const { code, v } = taken('$.a', { status: 500, body: '{"a":1}' })
    expect({ code, v }).toEqual({ code: Outcome.http5xx, v: undefined })
  })
})
