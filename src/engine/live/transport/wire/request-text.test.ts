import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Outgoing } from '../../../client/transport.ts'
import { RequestTexts } from './request-text.ts'

const get = (path: string): Outgoing => ({ method: 'GET', path, headers: '', body: '' })

test('head and body as one Latin-1 string', () => {
  const texts = new RequestTexts('example.org:8080')
  expect(texts.of({ ...get('/a?b'), headers: 'A: 1\r\nB: \xe9\r\n' })).toBe(
    'GET /a?b HTTP/1.1\r\nHost: example.org:8080\r\nA: 1\r\nB: \xe9\r\n\r\n',
  )
  expect(texts.of({ method: 'POST', path: '/', headers: '', body: 'é좌' })).toBe(
    'POST / HTTP/1.1\r\nHost: example.org:8080\r\nContent-Length: 5\r\n\r\n\xc3\xa9\xec\xa2\x8c',
  )
  expect(texts.of({ method: 'PUT', path: '/', headers: '', body: '' })).toContain(
    'Content-Length: 0\r\n',
  )
  expect(texts.of({ method: 'DELETE', path: '/', headers: '', body: '' })).not.toContain('Length')
})

test('law: the text of a request is its own, in whatever order requests come', () => {
  const outgoings = Array.from({ length: 20 }, (_, i) => get(`/${i}`))
  fc.assert(
    fc.property(fc.array(fc.nat(19), { maxLength: 100 }), (order) => {
      const texts = new RequestTexts('h')
      for (const i of order) {
        expect(texts.of(outgoings[i]!)).toBe(`GET /${i} HTTP/1.1\r\nHost: h\r\n\r\n`)
      }
    }),
  )
})
