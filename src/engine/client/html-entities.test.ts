import { decodeHTMLAttribute } from 'entities'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeEntities, isRawText } from './html-entities.ts'

const names =
  'quot QUOT amp AMP lt LT gt GT apos plus equals sol colon semi num percnt lowbar lsqb rcub nbsp copy COPY REG eacute yuml Auml sup1 frac12 euro hellip mdash lsquo Tab NewLine zwj Omega thetasym rang image verbar'

describe('character references', () => {
  test.each(names.split(' '))('&%s; is what browsers make of it', (name) => {
    expect(decodeEntities(`x&${name};y`)).toBe(decodeHTMLAttribute(`x&${name};y`))
  })

  test.each([
    'a&amp=b',
    'a&ampb',
    'a&amp b',
    'a&amp',
    '&amp;lt;',
    '&#43;&#x2b;&#X2B;&#43',
    '&#0;&#128;&#x80;&#x9f;&#x81;&#xD800;&#x110000;&#99999999999;',
    '&#;&#x;&;& &1;',
    '&nosuchname;&nosuchname',
    '/b?x=1&copy=2&amp;reg=3',
  ])('%s', (text) => {
    expect(decodeEntities(text)).toBe(decodeHTMLAttribute(text))
  })

  test('law: any text is what browsers make of it', () => {
    const text = fc.string({
      unit: fc.constantFrom('&', '#', 'x', ';', 'amp', 'lt', '=', '3', '9', 'a', ' ', 'copy'),
      maxLength: 12,
    })
    fc.assert(
      fc.property(text, (one) => {
        expect(decodeEntities(one)).toBe(decodeHTMLAttribute(one))
      }),
    )
  })

  test.each([
    ['<p>', '', false],
    ['<script>', '', true],
    ['<SCRIPT src=x>a</Script><p>', '', false],
    ['<style>b</style><script>', '', true],
  ])('behind %s%s nothing is escaped: %s', (before, more, isRaw) => {
    expect(isRawText(`${before}${more}x`, before.length)).toBe(isRaw)
  })
})
