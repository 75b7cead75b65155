import { describe, expect, test } from 'vitest'
import { Outcome } from '../../core/codes.ts'
import type { ScenarioInput } from '../../scenario/schema/schema.ts'
import { searchedChars } from '../../scenario/request/text-pattern.ts'
import { Answer } from '../../workload/behaviour.ts'
import { caller, callsOf, nothingKept, replyOf } from './testing/calls.ts'
import { Want, type Reply } from './transport.ts'

type Expect = NonNullable<ScenarioInput['journey'][number]['expect']>
const plain = { path: '/', cookies: false, redirects: false }

function answer(expectation: Expect, reply: Partial<Reply>) {
  const calls = callsOf([{ request: plain, expect: expectation }])
  const { answer: code, outcome } = calls.read(0, replyOf(reply), nothingKept(), 0, caller)
  return { code, outcome }
}
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

  test('only so much of the body is searched', () => {
    const at = (chars: number) => ({ body: `${'x'.repeat(chars)}done` })
    expect(answer({ body: { text: 'done' } }, at(searchedChars - 4))).toEqual(as(Answer.ok))
    expect(answer({ body: { text: 'done' } }, at(searchedChars - 3))).toEqual(as(Outcome.malformed))
    expect(answer({ body: { regex: 'done' } }, at(searchedChars))).toEqual(as(Outcome.malformed))
  })

  test('no more is asked of an answer than is looked at', () => {
    const want = (expectation: Expect, extract: Record<string, string> = {}) =>
      callsOf([{ request: { ...plain, extract }, expect: expectation }]).want(0)
    expect(want({ status: 200, soldOut: { status: 409 } })).toBe(Want.nothing)
    expect(want({ soldOut: { text: 'x' } })).toBe(Want.body)
    expect(want({}, { a: 'header:x' })).toBe(Want.head)
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
    ['$', { body: JSON.stringify('x'.repeat(4097)) }],
  ])('%s of %j is missing', (from, reply) => {
    const { code, v } = taken(from, reply)
    expect({ code, v }).toEqual({ code: Outcome.malformed, v: undefined })
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
