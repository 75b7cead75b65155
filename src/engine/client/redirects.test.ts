import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { headerValue } from './head-fields.ts'
import { hopOf, isRedirect } from './redirects.ts'

const target = { protocol: 'http:', host: 'booking.example:8080' }
const from = { method: 'POST', path: '/base/form?x=1' }
const hop = (status: number, location: string, at = from) =>
  hopOf({ status, head: `Server: x\r\nLOCATION:  ${location} \r\n` }, at, target)

describe('where a redirect leads', () => {
  test.each([
    ['/done', '/done'],
    ['done?a=b#top', '/base/done?a=b'],
    ['?y=2', '/base/form?y=2'],
    ['../../../up', '/up'],
    ['http://booking.example:8080/a b', '/a%20b'],
    ['HTTP://Booking.Example:8080/é', '/%E9'],
    ['//booking.example:8080/x', '/x'],
    ['http://user:pw@booking.example:8080/x', '/x'],
    ['', '/base/form?x=1'],
  ])('%j', (location, path) => {
    expect(hop(307, location)).toEqual({ method: 'POST', path })
  })

  test.each([
    'http://booking.example/x',
    'https://booking.example:8080/x',
    'http://other.example:8080/x',
    '//other.example/x',
    String.raw`\\other.example\x`,
    'http://booking.example:8080@other.example/',
    'javascript:alert(1)',
    'data:text/plain,x',
    'http://[::1',
    `/${'x'.repeat(5000)}`,
  ])('%j is not followed', (location) => {
    expect(hop(302, location)).toBeNull()
  })

  test('without a place there is nowhere to go', () => {
    expect(hopOf({ status: 302, head: 'Server: Location: /x\r\n' }, from, target)).toBeNull()
    expect(hopOf({ status: 302, head: '' }, from, target)).toBeNull()
  })

  test.each([
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'POST', 'POST'],
    [301, 'PUT', 'PUT'],
    [302, 'DELETE', 'DELETE'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [302, 'GET', 'GET'],
  ])('%i makes of %s a %s', (status, method, becomes) => {
    expect(hop(status, '/', { method, path: '/' })?.method).toBe(becomes)
  })

  test('only these are redirects', () => {
    const all = Array.from({ length: 500 }, (_, i) => i + 100)
    expect(all.filter(isRedirect)).toEqual([301, 302, 303, 307, 308])
  })

  test('law: whatever a server says, the next path is one that can be sent, on the same host', () => {
    const location = fc.oneof(
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.string({
        unit: fc.constantFrom('/', '\\', '.', ':', '@', '#', '?', 'a', ' ', '\t', 'é', '%', '0'),
      }),
    )
    fc.assert(
      fc.property(location, (text) => {
        const next = hop(302, text)
        if (next !== null) expect(next.path).toMatch(/^\/[!-~]*$/)
        if (/^https?:\/\//.test(text)) expect(next).toBeNull()
      }),
    )
  })
})

test('a header is found by its whole name, in any case, the first of several', () => {
  const head = 'x-location: /no\r\nLocation-X: /no\r\nlocation:/a\r\nLocation: /b\r\n'
  expect(headerValue(head, 'location')).toBe('/a')
  expect(headerValue(head, 'locatio')).toBeNull()
  expect(headerValue('a: b', 'a')).toBe('b')
})
