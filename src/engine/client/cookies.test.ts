import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cookieValue, foldCookies, maxCookies, type CookieSite } from './cookies.ts'

const nowMs = Date.parse('2021-07-19T11:00:00Z')
const site = (edits: Partial<CookieSite['target']> = {}): CookieSite => ({
  target: { protocol: 'http:', host: 'booking.example:8080', isLoopback: false, ...edits },
  epochMs: () => nowMs,
})
const headOf = (...lines: string[]) => lines.map((line) => `Set-Cookie: ${line}\r\n`).join('')
const fold = (cookies: string, lines: string[], at = site()) =>
  foldCookies(cookies, headOf(...lines), at)

describe('cookies', () => {
  test.each<[string, string[], string]>([
    ['', ['sid=1; Path=/; HttpOnly; SameSite=Lax'], 'sid=1'],
    ['sid=1; a=b', ['sid=2'], 'sid=2; a=b'],
    ['sid=1', ['a="x y"; path=/x', ' b = c=d '], 'sid=1; a="x y"; b=c=d'],
    ['sid=1; a=b', ['sid=; Max-Age=0'], 'a=b'],
    ['sid=1', ['sid=2; max-age=-5'], ''],
    ['sid=1', ['sid=2; Expires=Mon, 19 Jul 2021 10:59:59 GMT'], ''],
    ['sid=1', ['sid=2; Expires=Mon, 19-Jul-2021 11:00:01 GMT'], 'sid=2'],
    ['sid=1', ['sid=2; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60'], 'sid=2'],
    ['sid=1', ['sid=2; expires=whenever'], 'sid=2'],
    ['', ['a=1; Domain=example', 'b=1; domain=.Booking.EXAMPLE', 'c=1; domain='], 'a=1; b=1; c=1'],
    ['', ['a=1; Domain=other.example', 'b=1; Domain=king.example'], ''],
    ['', ['a=1; Secure', 'b=2'], 'b=2'],
    ['x=1', ['nothing', '=v', 'a=\u0001'], 'x=1'],
    ['', [`a=${'x'.repeat(4096)}`, `b=${'x'.repeat(4095)}`], `b=${'x'.repeat(4095)}`],
  ])('%j with %j is %j', (before, lines, after) => {
    expect(fold(before, lines)).toBe(after)
  })

  test('secure ones are kept over TLS, and on loopback', () => {
    expect(fold('', ['a=1; Secure'], site({ protocol: 'https:' }))).toBe('a=1')
    expect(fold('', ['a=1; Secure'], site({ isLoopback: true }))).toBe('a=1')
  })

  test('an address is no domain of another', () => {
    expect(fold('', ['a=1; Domain=0.0.1'], site({ host: '127.0.0.1:80' }))).toBe('')
    expect(fold('', ['a=1; Domain=127.0.0.1'], site({ host: '127.0.0.1:80' }))).toBe('a=1')
  })

  test('beyond fifty the oldest goes', () => {
    const lines = Array.from({ length: maxCookies + 2 }, (_, i) => `c${i}=1`)
    const kept = fold('', lines).split('; ')
    expect(kept).toHaveLength(maxCookies)
    expect(kept[0]).toBe('c2=1')
  })

  test('an answer that sets none changes nothing', () => {
    const cookies = 'a=1; b=2'
    expect(foldCookies(cookies, 'Server: x\r\nX-Set-Cookie: a=2\r\n', site())).toBe(cookies)
  })

  test('one is looked up in the answer first, then in what is kept', () => {
    const head = headOf('sid=9; Path=/', 'sid=10')
    expect(cookieValue('sid', 'sid=1; a=b', head)).toBe('10')
    expect(cookieValue('a', 'sid=1; a=b', head)).toBe('b')
    expect(cookieValue('A', 'sid=1; a=b', head)).toBeNull()
  })

  test('law: whatever a server sets, what is kept is one header line of at most 50 pairs', () => {
    const noise = fc.string({
      unit: fc.constantFrom('a', '=', ';', ' ', '\t', '\r', '\n', ',', 'é', '\u0000'),
      maxLength: 30,
    })
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 8 }), (lines) => {
        const kept = fold('first=1', lines)
        // oxlint-disable-next-line no-control-regex
        expect(kept).not.toMatch(/[\u0000-\u001f\u007f]/)
        expect(fold(kept, [])).toBe(kept)
        expect(fold(kept, ['z=1; max-age=0'])).toBe(kept)
      }),
    )
  })
})
