import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SmallUrl, wellFormed } from './web-names.ts'

const base = 'http://host:8080/a/b?q=1'

describe('names of the web that k6 does not have', () => {
  const piece = fc.constantFrom('a', 'b c', '.', '..', '%2e', 'é', 'x=1', '')
  const reference = fc
    .tuple(
      fc.constantFrom(
        '',
        '/',
        'http://host:8080/',
        'https://other/',
        'http://HOST:8080/',
        '//else/',
      ),
      fc.array(piece, { maxLength: 4 }),
      fc.constantFrom('', '?', '?n=1', '?x y', '#part'),
    )
    .map(([start, pieces, query]) => {
      const path = pieces.join('/')
      // An empty first part of a path would name another host.
      return start + (start === '' || start.endsWith('/') ? path.replace(/^\/+/, '') : path) + query
    })

  test('where a redirect leads, as everybody resolves it', () => {
    fc.assert(
      fc.property(reference, (text) => {
        const [ours, theirs] = [new SmallUrl(text, base), new URL(text, base)]
        expect([text, ours.origin, ours.pathname, ours.search]).toEqual([
          text,
          theirs.origin,
          theirs.pathname,
          theirs.search,
        ])
      }),
      { numRuns: 500 },
    )
  })

  test.each(['ftp://host/', 'http://a@host/', 'javascript:alert(1)', 'http://'])(
    '%s is no place to go',
    (text) => expect(SmallUrl.canParse(text, base)).toBe(false),
  )

  test('halves of a surrogate pair are replaced, as the language does it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(8), (text, at) => {
        const cut = text.slice(0, at) + '\ud800' + text.slice(at) + '\udc00\udc00'
        expect(wellFormed(cut)).toBe(cut.toWellFormed())
      }),
    )
  })
})
