import { describe, expect, test } from 'vitest'
import { Outcome } from '../../../core/codes.ts'
import { usualAnswerRules } from '../../../scenario/request/answer-rules.ts'
import { Want } from '../../client/transport.ts'
import { headOf, headersOf, outcomeOf, replyOf, type Answered } from './http-sender.ts'

const answered = (changes: Partial<Answered> = {}): Answered => ({
  status: 200,
  error: '',
  error_code: 0,
  body: 'text',
  headers: {},
  cookies: {},
  timings: { blocked: 2, connecting: 1.5, tls_handshaking: 0, duration: 10 },
  ...changes,
})
const bodies = usualAnswerRules
const never = { blocked: 0, connecting: 0, tls_handshaking: 0, duration: 0 }

describe("k6's answers as replies of a transport", () => {
  test.each([
    ['ok', {}],
    ['ok', { status: 302 }],
    ['http4xx', { status: 404, error_code: 1404 }],
    ['http5xx', { status: 503, error_code: 1503 }],
    ['timeout', { status: 0, error_code: 1050 }],
    ['connectTimeout', { status: 0, error_code: 1050, timings: never }],
    ['connectTimeout', { status: 0, error_code: 1211 }],
    ['refused', { status: 0, error_code: 1212 }],
    ['reset', { status: 0, error_code: 1220 }],
    ['reset', { status: 0, error_code: 1000, error: 'EOF' }],
    ['malformed', { status: 0, error_code: 1000, error: 'malformed HTTP response "x"' }],
    ['dropped', { status: 0, error_code: 1210, error: 'dial: socket: too many open files' }],
  ] as const)('%s: %j', (name, changes) => {
    expect(outcomeOf(answered(changes))).toBe(Outcome[name])
  })

  test('times are those that k6 took, finer than the clock of the script', () => {
    const reply = replyOf(answered(), { sentMs: 1000, nowMs: 1015, want: Want.body, bodies })
    expect(reply).toMatchObject({ sentMs: 1002, doneMs: 1012, connectUs: 1500, body: 'text' })
    const refused = answered({ status: 0, error_code: 1212, timings: never })
    const failed = replyOf(refused, { sentMs: 1000, nowMs: 1001, want: Want.nothing, bodies })
    expect(failed).toMatchObject({ sentMs: NaN, doneMs: 1001, connectUs: -1, body: '' })
  })

  test('header lines and cookies, one by one', () => {
    const cookie = {
      name: 'a',
      value: '1',
      domain: '',
      path: '/b',
      secure: true,
      max_age: -1,
      expires: 0,
    }
    const later = { ...cookie, name: 'b', secure: false, max_age: 0, expires: 1792567680000 }
    const headers = { Location: '/x', 'Set-Cookie': 'a=1, b=1' }
    expect(headOf({ headers, cookies: { a: [cookie], b: [later] } })).toBe(
      'Location: /x\r\nset-cookie: a=1; Path=/b; Secure; Max-Age=-1\r\n' +
        'set-cookie: b=1; Path=/b; Expires=Wed, 21 Oct 2026 07:28:00 GMT\r\n',
    )
    expect(headersOf('a: 1\r\ncookie: b=c: d\r\n')).toEqual({ a: '1', cookie: 'b=c: d' })
  })
})
