import fc from 'fast-check'
import { CookieJar } from 'tough-cookie'
import { describe, expect, test } from 'vitest'
import { cookieHeader, cookieValue, foldCookies, maxCookies, type CookieSite } from './cookies.ts'

const nowMs = Date.parse('2021-07-19T11:00:00Z')
const site = (edits: Partial<CookieSite['target']> = {}, atMs = nowMs): CookieSite => ({
  target: { protocol: 'http:', host: 'booking.example:8080', isLoopback: false, ...edits },
  epochMs: () => atMs,
})
const headOf = (...lines: string[]) => lines.map((line) => `Set-Cookie: ${line}\r\n`).join('')

interface At {
  readonly site?: CookieSite
  readonly path?: string
  readonly maxChars?: number
}
const folded = (cookies: string, lines: string[], at: At = {}) => {
  const { path = '/', maxChars = 65_536 } = at
  const answer = { head: headOf(...lines), path }
  return foldCookies(cookies, answer, { site: at.site ?? site(), maxChars })
}
const fold = (cookies: string, lines: string[], at: At = {}) => folded(cookies, lines, at).cookies
/** The Cookie header of a request for `to`, after an answer to `path`. */
const sent = (lines: string[], to: string, at: At = {}) =>
  cookieHeader(fold('', lines, at), to, () => nowMs)

describe('cookies', () => {
  test.each<[string, string[], string]>([
    ['', ['sid=1; Path=/; HttpOnly; SameSite=Lax'], 'sid=1'],
    ['sid=1; a=b', ['sid=2'], 'sid=2; a=b'],
    ['sid=1', ['a="x y"; path=/', ' b = c=d '], 'sid=1; a="x y"; b=c=d'],
    ['sid=1; a=b', ['sid=; Max-Age=0'], 'a=b'],
    ['sid=1', ['sid=2; max-age=-5'], ''],
    ['sid=1', ['sid=2; Expires=Mon, 19 Jul 2021 10:59:59 GMT'], ''],
    ['sid=1', ['sid=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=6x0'], ''],
    ['sid=1', ['sid=2; expires=whenever'], 'sid=2'],
    [
      '',
      ['a=1; Domain=booking.example', 'b=1; domain=.Booking.EXAMPLE', 'c=1; domain='],
      'a=1; b=1; c=1',
    ],
    ['', ['a=1; Domain=other.example', 'b=1; Domain=king.example', 'c=1; Domain=example'], ''],
    ['', ['a=1; Secure', 'b=2'], 'b=2'],
    ['x=1', ['nothing', '=v', '', 'a=\u0001', 'e=; __proto__=1'], 'x=1; e='],
    ['', ['__Host-a=1; Path=/', '__Secure-b=1', '__host-c=1; Path=/; Secure'], ''],
  ])('%j with %j is %j', (before, lines, after) => {
    expect(fold(before, lines)).toBe(after)
  })

  test('secure ones are kept over TLS, and on loopback', () => {
    expect(fold('', ['a=1; Secure'], { site: site({ protocol: 'https:' }) })).toBe('a=1')
    expect(fold('', ['a=1; Secure'], { site: site({ isLoopback: true }) })).toBe('a=1')
  })

  test('names that promise something are kept where it is kept', () => {
    const tls = { site: site({ protocol: 'https:' }) }
    const lines = [
      '__Host-a=1; Path=/; Secure',
      '__Host-b=1; Path=/x; Secure',
      '__Host-c=1; Path=/; Secure; Domain=booking.example',
      '__Secure-d=1; Secure',
      '__Secure-e=1',
    ]
    expect(fold('', lines, tls)).toBe('__Host-a=1; __Secure-d=1')
  })

  test('an address is no domain of another', () => {
    const at = { site: site({ host: '127.0.0.1:80' }) }
    expect(fold('', ['a=1; Domain=0.0.1'], at)).toBe('')
    expect(fold('', ['a=1; Domain=127.0.0.1'], at)).toBe('a=1')
  })

  test('a cookie of a parent domain is another than that of the host', () => {
    const at = { site: site({ host: 'a.b.example' }) }
    const lines = ['sid=host', 'sid=parent; Domain=b.example', 'sid=same; Domain=a.b.example']
    expect(sent(lines, '/', at)).toBe('sid=same; sid=parent')
  })

  test.each<[string, string[], string, string]>([
    ['/a', ['sid=NEW; Path=/', 'sid=; Path=/legacy; Max-Age=0'], '/b', 'sid=NEW'],
    ['/a', ['sid=ROOT; Path=/', 'sid=ADMIN; Path=/admin'], '/b', 'sid=ROOT'],
    ['/a', ['sid=ROOT; Path=/', 'sid=ADMIN; Path=/admin'], '/admin/x', 'sid=ADMIN; sid=ROOT'],
    ['/a', ['c=1; Path=/a'], '/ab', ''],
    ['/a', ['c=1; Path=/a'], '/a', 'c=1'],
    ['/a', ['c=1; Path=/a'], '/a?x=/ab', 'c=1'],
    ['/a', ['c=1; Path=/a/'], '/a', ''],
    ['/a', ['c=1; Path=/a/'], '/a/b', 'c=1'],
    ['/a/b/c?x=/y/z', ['c=1'], '/a/b', 'c=1'],
    ['/a/b/c?x=/y/z', ['c=1'], '/a', ''],
    ['/a', ['c=1'], '/b', 'c=1'],
    ['/a/b', ['c=1; Path=x', 'd=1; Path='], '/b', ''],
    ['/a/b', ['c=1; Path=x', 'd=1; Path='], '/a/x', 'c=1; d=1'],
    ['/a/b', ['c=1; Path=/z; Path=/'], '/x', 'c=1'],
    [
      '/a',
      ['one=1; Path=/x', 'two=2; Path=/x/y', 'three=3; Path=/x'],
      '/x/y',
      'two=2; one=1; three=3',
    ],
    ['/a', ['c=1; Path=/x', 'c=2; Path=/y', 'c=; Path=/x; Max-Age=0'], '/x', ''],
    ['/a', ['c=1; Path=/x', 'c=2; Path=/y', 'c=; Path=/x; Max-Age=0'], '/y', 'c=2'],
  ])('an answer to %s sets %j: %s is sent %j', (path, lines, to, header) => {
    expect(sent(lines, to, { path })).toBe(header)
  })

  test('a cookie is sent until its time is up', () => {
    const cookies = fold('', [
      'a=1; Max-Age=30',
      'b=1; Expires=Mon, 19-Jul-2021 11:00:01 GMT',
      'c=1',
    ])
    const at = (ms: number) => cookieHeader(cookies, '/', () => nowMs + ms)
    expect([at(0), at(999), at(1000), at(29_999), at(30_000)]).toEqual([
      'a=1; b=1; c=1',
      'a=1; b=1; c=1',
      'a=1; c=1',
      'a=1; c=1',
      'c=1',
    ])
    expect(fold(cookies, ['d=1'], { site: site({}, nowMs + 30_000) })).toBe('c=1; d=1')
  })

  test('a session of 12 kB in pieces is kept and sent', () => {
    const pieces = [1, 2, 3].map((n) => `authC${n}=${'v'.repeat(4000)}`)
    const lines = ['auth=chunks-3; Path=/', ...pieces.map((one) => `${one}; Path=/`)]
    expect(folded('', lines)).toEqual({
      cookies: ['auth=chunks-3', ...pieces].join('; '),
      dropped: 0,
    })
  })

  test('what is too much is dropped and counted: a large one, and the oldest of many', () => {
    const large = [`a=${'x'.repeat(4096)}`, `b=${'x'.repeat(4095)}`]
    expect(folded('', large)).toEqual({ cookies: `b=${'x'.repeat(4095)}`, dropped: 1 })
    const many = Array.from({ length: maxCookies + 2 }, (_, i) => `c${i}=1`)
    const { cookies, dropped } = folded('', many)
    expect(cookies.split('; ')).toHaveLength(maxCookies)
    expect({ first: cookies.slice(0, 4), dropped }).toEqual({ first: 'c2=1', dropped: 2 })
    expect(folded('old=1', ['new=22'], { maxChars: 8 })).toEqual({ cookies: 'new=22', dropped: 1 })
  })

  test('an answer that sets none changes nothing', () => {
    const cookies = 'a=1; b=2'
    const answer = { head: 'Server: x\r\nX-Set-Cookie: a=2\r\n', path: '/' }
    expect(foldCookies(cookies, answer, { site: site(), maxChars: 1 })).toEqual({
      cookies,
      dropped: 0,
    })
  })

  test('one is looked up in the answer first, then in what is kept', () => {
    const value = (name: string, cookies: string, ...lines: string[]) =>
      cookieValue(name, cookies, { head: headOf(...lines), path: '/', site: site() })
    expect(value('sid', 'sid=1; a=b', 'sid=9; Path=/', 'sid=10')).toBe('10')
    expect(value('a', 'sid=1; a=b', 'sid=9')).toBe('b')
    expect(value('A', 'sid=1; a=b', 'sid=9')).toBeNull()
    // Neither one that is deleted nor one for another host is this visitor's.
    expect(value('sid', '', 'sid=9; Domain=other.example')).toBeNull()
    expect(value('sid', 'sid=1\n/x', 'sid=; Path=/y; Max-Age=0')).toBe('1')
  })

  test('law: whatever a server sets, what is sent is one header line, and folding settles', () => {
    const noise = fc.string({
      unit: fc.constantFrom(
        'a',
        '=',
        ';',
        ' ',
        '\t',
        '\r',
        '\n',
        ',',
        'é',
        '\u0000',
        '/',
        'Path=/',
      ),
      maxLength: 30,
    })
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 8 }), (lines) => {
        const kept = fold('first=1', lines)
        expect(cookieHeader(kept, '/', () => nowMs)).not.toMatch(
          // oxlint-disable-next-line no-control-regex
          /[\u0000-\u0008\u000a-\u001f\u007f]/,
        )
        expect(fold(kept, ['z=1; max-age=0'])).toBe(kept)
      }),
    )
  })

  test('law: what is sent is what tough-cookie sends', () => {
    const name = fc.constantFrom('a', 'b', 'c')
    const attribute = fc.oneof(
      fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', 'x', '').map((path) => `Path=${path}`),
      fc
        .constantFrom('b.example', '.b.example', 'a.b.example', 'c.example', 'x.a.b.example')
        .map((domain) => `Domain=${domain}`),
      fc.constantFrom('0', '-1', '60', 'x').map((age) => `Max-Age=${age}`),
      fc
        .constantFrom(
          'Wed, 09 Jun 2010 10:18:14 GMT',
          'Wed, 09-Jun-70 10:18:14 GMT',
          '9 jun 99 1:2:3',
          'never',
        )
        .map((date) => `Expires=${date}`),
      fc.constantFrom('HttpOnly', 'Secure', 'SameSite=Lax', 'path'),
    )
    const line = fc
      .tuple(name, fc.constantFrom('1', '2', '"q q"', ''), fc.array(attribute, { maxLength: 3 }))
      .map(([key, value, attributes]) => [`${key}=${value}`, ...attributes].join('; '))
    const path = fc.constantFrom('/', '/a', '/a/b', '/a/b/c', '/ab', '/x?y=/a')
    const at = { site: site({ host: 'a.b.example' }) }
    fc.assert(
      fc.property(fc.array(fc.tuple(line, path), { maxLength: 6 }), path, (answers, to) => {
        const jar = new CookieJar(undefined, { rejectPublicSuffixes: false })
        let kept = ''
        for (const [one, from] of answers) {
          jar.setCookieSync(one, `http://a.b.example${from}`, { ignoreError: true })
          kept = fold(kept, [one], { ...at, path: from })
        }
        // It gives a cookie the place of an expired one that it has not yet removed.
        const sorted = (header: string) => header.split('; ').toSorted()
        expect(sorted(cookieHeader(kept, to, () => nowMs))).toEqual(
          sorted(jar.getCookieStringSync(`http://a.b.example${to}`)),
        )
      }),
    )
  })
})
