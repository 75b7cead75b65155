import { describe, expect, test } from 'vitest'
import type { Scenario } from '../scenario/schema/schema.ts'
import { smallScenario } from '../scenario/testing/small-scenario.ts'
import { stepMatcher } from './step-matcher.ts'

const [example] = smallScenario().journey

/** Steps by `METHOD path`, or by a name without a request. */
function matcher(...steps: string[]) {
  const journey = steps.map((text, i) => {
    const [method = '', path] = text.split(' ')
    const { request: _request, ...rest } = {
      ...example!,
      step: path === undefined ? text : `s${i}`,
    }
    return path === undefined
      ? rest
      : { ...rest, request: { method, path, headers: {}, extract: {} } }
  }) as unknown as Scenario['journey']
  return stepMatcher({ journey })
}

const stepOf = (steps: readonly string[], request: string) => {
  const [method = '', target = ''] = request.split(' ')
  return matcher(...steps).of({ method: method === '-' ? null : method, target })
}

describe('a request belongs to a step', () => {
  test.each([
    ['by its method', ['GET /booking', 'POST /booking'], 'POST /booking', 1],
    ['whatever its method, where the log has none', ['POST /book'], '- /book', 0],
    ['not where only a method would tell', ['GET /book', 'POST /book'], '- /book', -1],
    ['not by another method', ['POST /book'], 'HEAD /book', -1],
    ['by its query', ['POST /api?op=login', 'POST /api?op=book'], 'POST /api?op=book', 1],
    ['by its query among others', ['GET /a?x=1'], 'GET /a?y=2&x=1', 0],
    ['by the most of its query', ['GET /a', 'GET /a?x=1'], 'GET /a?x=1', 1],
    ['not by another value of it', ['GET /a?x=1', 'GET /a?x=2'], 'GET /a?x=3', -1],
    ['by its path where the log has no queries', ['GET /a?x=${x}', 'GET /b'], 'GET /a', 0],
    ['not by its path where several have it', ['GET /a?x=1', 'GET /a?x=2'], 'GET /a', -1],
    ['by its whole path', ['POST /book', 'POST /group/book'], 'POST /group/book', 1],
    ['not by the end of its path', ['POST /book'], 'POST /group/book', -1],
    ['not by the beginning of its path', ['POST /book'], 'POST /book/7', -1],
    ['of the root by the root alone', ['GET /', 'GET /booking/'], 'GET /booking', 1],
    ['by any text in a place', ['GET /v1/${place}/slots.json'], 'GET /v1/seoul/slots.json?d=1', 0],
    ['not by text across places', ['GET /v1/${place}/slots'], 'GET /v1/a/b/slots', -1],
    ['by a stated path before a place', ['GET /a/${id}', 'GET /a/new'], 'GET /a/new', 1],
    ['by Unicode, encoded', ['GET /예약'], 'GET /%EC%98%88%EC%95%BD', 0],
    [
      'by Unicode, as nginx escapes it',
      ['GET /예약'],
      String.raw`GET /\xEC\x98\x88\xEC\x95\xBD`,
      0,
    ],
    ['by Unicode of another normal form', ['GET /caf\u00E9'], 'GET /cafe%CC%81', 0],
    ['by a path with an encoded slash', ['GET /a%2Fb', 'GET /a/b'], 'GET /a/b', 1],
    ['by its path in a whole URL', ['GET /a'], 'GET https://example.com/a?x', 0],
    ['without parameters of its path', ['GET /a'], 'GET /a;jsessionid=1', 0],
    ['by the name of a step without a request', ['login', 'GET /x'], 'POST /booking/login', 0],
    ['by a request before a name', ['login', 'POST /booking/login'], 'POST /booking/login', 1],
    ['with characters of patterns in it', ['GET /a.b(c)'], 'GET /aXb(c)', -1],
    ['named __proto__', ['GET /__proto__'], 'GET /__proto__', 0],
  ] as const)('%s', (_name, steps, request, expected) => {
    expect(stepOf(steps, request)).toBe(expected)
  })

  test('steps with the same request are not told apart, and this is known', () => {
    expect(matcher('GET /a', 'POST /a', 'GET /a/').alike).toEqual([2])
    expect(matcher('GET /a?x=1', 'GET /a?x=2', 'GET /a').alike).toEqual([])
  })
})
