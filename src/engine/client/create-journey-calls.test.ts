import { describe, expect, test } from 'vitest'
import { Outcome } from '../../core/codes.ts'
import { Answer } from '../../workload/behaviour.ts'
import { opening } from '../testing/opening.ts'
import { createUndoCalls } from './create-journey-calls.ts'
import { caller, callsOf, inputs, nothingKept, replyOf } from './testing/calls.ts'
import { Want } from './transport.ts'

const plain = { cookies: false, redirects: false } as const
const gated = { waitingRoom: { protocol: 'netfunnel', admission: { perSec: 1 } } } as const

describe('a request with nothing to fill in', () => {
  const calls = callsOf([{ request: { path: '/', ...plain }, expect: { status: 200 } }])

  test('is the same object each time, and asks for nothing of its answer', () => {
    const first = calls.outgoing(0, caller, nothingKept())
    expect(first).toEqual({ method: 'GET', path: '/', headers: '', body: '' })
    expect(calls.outgoing(0, { person: 9, entity: 1 }, nothingKept())).toBe(first)
    expect(calls.want(0)).toBe(Want.nothing)
    expect(calls.keepsNothing).toBe(true)
  })

  test('is still so with headers, a body and cookies of its own, until it has a key', () => {
    const stated = callsOf(
      [
        {
          request: {
            ...plain,
            method: 'post',
            path: '/예약 "1"',
            headers: { 'X-A': 'é $${b}', Cookie: 'a=1', 'Content-Type': 'text/x' },
            body: 'text of ümlauts',
          },
        },
      ],
      { scenario: gated },
    )
    const first = stated.outgoing(0, caller, nothingKept())
    expect(first).toEqual({
      method: 'POST',
      path: '/%EC%98%88%EC%95%BD%20%221%22',
      headers: 'Content-Type: text/x\r\nX-A: é ${b}\r\ncookie: a=1\r\n',
      body: 'text of ümlauts',
    })
    expect(stated.outgoing(0, caller, nothingKept())).toBe(first)
    expect(stated.outgoing(0, caller, { ...nothingKept(), key: 'k&1' }).headers).toContain(
      'cookie: a=1; NetFunnel_ID=5002%3A200%3Akey%3Dk%261\r\n',
    )
    expect(stated.keepsNothing).toBe(false)
  })
})

describe('the reference stack’s own page', () => {
  const calls = callsOf([{}], { scenario: gated })

  test('is asked with person, year of birth and key', () => {
    expect(calls.outgoing(0, caller, { ...nothingKept(), key: 'abc' })).toEqual({
      method: 'POST',
      path: '/booking/s0',
      headers: 'content-type: application/json\r\ncookie: NetFunnel_ID=5002%3A200%3Akey%3Dabc\r\n',
      body: calls.outgoing(0, caller, nothingKept()).body,
    })
    expect(calls.outgoing(0, caller, nothingKept()).body).toMatch(
      /^\{"person":"run1-3","birthYear":196[78]\}$/,
    )
    expect(calls.want(0)).toBe(Want.body)
    expect(callsOf([{}]).keepsNothing).toBe(true)
  })

  test.each([
    ['{"status":"ok","message":"done"}', Answer.ok],
    ['{"status":"soldOut"}', Answer.soldOut],
    ['{"a":1, "status": "alreadyBooked"}', Answer.alreadyBooked],
    ['{"status":"ineligible"}', Answer.ineligible],
    ['{"status":"toString"}', Answer.ok],
    ['{"status":', Answer.ok],
    ['<html>soldOut</html>', Answer.ok],
    ['', Answer.ok],
  ])('says %s', (body, answer) => {
    const reading = calls.read(0, replyOf({ body }), nothingKept(), 0, caller)
    expect(reading).toMatchObject({
      answer,
      outcome: Outcome.ok,
      next: null,
      keptChanged: false,
      fault: null,
    })
  })

  test.each([
    Outcome.refused,
    Outcome.reset,
    Outcome.timeout,
    Outcome.connectTimeout,
    Outcome.malformed,
    Outcome.dropped,
  ])('does not answer: outcome %i', (outcome) => {
    const reading = calls.read(0, replyOf({ status: 0, outcome }), nothingKept(), 0, caller)
    const fault = outcome === Outcome.malformed ? 'ResponseBroken' : null
    expect(reading).toMatchObject({
      answer: outcome,
      outcome,
      next: null,
      keptChanged: false,
      fault,
    })
  })

  test('an error is an error, whatever its text', () => {
    const body = '{"status":"soldOut"}'
    const reading = (status: number) =>
      calls.read(0, replyOf({ status, body }), nothingKept(), 0, caller).answer
    expect([reading(403), reading(503), reading(302)]).toEqual([
      Outcome.http4xx,
      Outcome.http5xx,
      Answer.soldOut,
    ])
  })
})

describe('cookies', () => {
  const calls = callsOf([{ request: { path: '/' } }, { request: { path: '/', cookies: false } }])
  const head = 'Set-Cookie: sid=1; Path=/\r\nSet-Cookie: lang=ko\r\n'

  test('are taken, kept and sent, unless a step does without', () => {
    const kept = nothingKept()
    expect(calls.keepsNothing).toBe(false)
    expect(calls.want(0)).toBe(Want.body | Want.head)
    expect(calls.read(0, replyOf({ head }), kept, 0, caller).keptChanged).toBe(true)
    expect(kept.cookies).toBe('sid=1; lang=ko')
    expect(calls.read(0, replyOf({ head }), kept, 0, caller).keptChanged).toBe(false)
    expect(calls.outgoing(0, caller, kept).headers).toBe('cookie: sid=1; lang=ko\r\n')
    expect(calls.outgoing(0, caller, { ...kept, key: 'k' }).headers).toBe(
      'cookie: NetFunnel_ID=5002%3A200%3Akey%3Dk; sid=1; lang=ko\r\n',
    )
    expect(calls.outgoing(1, caller, kept).headers).toBe('')
    const gone = 'Set-Cookie: sid=; Max-Age=0\r\n'
    expect(calls.read(1, replyOf({ head: gone }), kept, 0, caller).keptChanged).toBe(false)
    expect(calls.read(0, replyOf({ status: 500, head: gone }), kept, 0, caller)).toMatchObject({
      answer: Outcome.http5xx,
      keptChanged: true,
    })
    expect(kept.cookies).toBe('lang=ko')
  })
})

describe('redirects', () => {
  const form = {
    request: {
      method: 'POST',
      path: '/form',
      headers: { 'X-Who': '${person}' },
      body: { year: '${birthYear}' },
    },
  }
  const calls = callsOf([form, { request: { path: '/', redirects: false } }])
  const to = (status: number, location: string, more = '') =>
    replyOf({ status, head: `Location: ${location}\r\n${more}` })

  test('go on with the cookies set on the way, without a body once it is a GET', () => {
    const kept = nothingKept()
    const reading = calls.read(0, to(302, '/done?a=1', 'Set-Cookie: sid=1\r\n'), kept, 0, caller)
    expect(reading.keptChanged).toBe(true)
    expect(reading.next).toEqual({
      method: 'GET',
      path: '/done?a=1',
      headers: 'X-Who: run1-3\r\ncookie: sid=1\r\n',
      body: '',
    })
    // A relative place is of where the visitor is by now, and a GET stays one.
    const next = calls.read(0, to(307, 'again'), kept, 1, caller).next
    expect(next).toMatchObject({ method: 'GET', path: '/again', body: '' })
    expect(calls.read(0, replyOf(), kept, 2, caller)).toMatchObject({
      answer: Answer.ok,
      next: null,
      keptChanged: true,
    })
    expect(kept).toEqual({ ...nothingKept(), cookies: 'sid=1' })
  })

  test('keep method and body where they say so', () => {
    const { next } = calls.read(0, to(308, '/else'), nothingKept(), 0, caller)
    expect(next).toMatchObject({
      method: 'POST',
      path: '/else',
      headers: 'X-Who: run1-3\r\ncontent-type: application/json\r\n',
      body: calls.outgoing(0, caller, nothingKept()).body,
    })
  })

  test('end after five, and at another host', () => {
    const kept = nothingKept()
    for (let hops = 0; hops < 5; hops++) {
      expect(calls.read(0, to(302, `/${hops}`), kept, hops, caller).next?.path).toBe(`/${hops}`)
    }
    const astray = { answer: Outcome.malformed, outcome: Outcome.malformed, next: null }
    expect(calls.read(0, to(302, '/5'), kept, 5, caller)).toMatchObject(astray)
    expect(kept.values).toEqual({})
    expect(calls.read(0, to(302, 'http://other/'), nothingKept(), 0, caller)).toMatchObject(astray)
    expect(calls.read(0, to(302, '//127.0.0.1:9/'), nothingKept(), 0, caller)).toMatchObject(astray)
    expect(calls.read(0, replyOf({ status: 302 }), nothingKept(), 0, caller)).toMatchObject(astray)
  })

  test('are answers like any other where a step does not follow, or awaits them', () => {
    expect(calls.read(1, to(302, '/x'), nothingKept(), 0, caller)).toMatchObject({
      answer: Answer.ok,
      next: null,
    })
    const awaiting = callsOf([
      { request: { path: '/' }, expect: { status: 303, soldOut: { status: [302, 307] } } },
    ])
    const answer = (status: number) =>
      awaiting.read(0, to(status, '/x'), nothingKept(), 0, caller).answer
    expect([answer(303), answer(302), answer(307)]).toEqual([
      Answer.ok,
      Answer.soldOut,
      Answer.soldOut,
    ])
    expect(awaiting.read(0, to(301, '/x'), nothingKept(), 0, caller).next?.path).toBe('/x')
  })
})

describe('undo', () => {
  test('is a journey of one request, with what the booking left', () => {
    const scenario = opening({
      journey: [
        {
          step: 'book',
          visits: [{ station: 'web', serviceMs: 1 }],
          request: { path: '/', extract: { id: '$.id' } },
        },
      ],
      undo: {
        request: { method: 'DELETE', path: '/bookings/${id}?who=${person}' },
        expect: { status: [204, 404] },
      },
    })
    const undo = createUndoCalls(scenario, inputs())
    const kept = { ...nothingKept(), values: { id: 'b/1' } }
    expect(undo?.outgoing(0, caller, kept)).toMatchObject({
      method: 'DELETE',
      path: '/bookings/b%2F1?who=run1-3',
    })
    const answer = (status: number) => undo?.read(0, replyOf({ status }), kept, 0, caller).answer
    expect([answer(204), answer(404), answer(200), answer(500)]).toEqual([
      Answer.ok,
      Answer.ok,
      Outcome.malformed,
      Outcome.http5xx,
    ])
    expect(createUndoCalls(opening(), inputs())).toBeNull()
  })
})
