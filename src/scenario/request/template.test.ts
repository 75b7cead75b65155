import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readTemplate } from './template.ts'

describe('a template', () => {
  test.each([
    ['', [''], []],
    ['plain $5 {x} $', ['plain $5 {x} $'], []],
    ['${person}', ['', ''], ['person']],
    ['/a/${ person }/b?x=${env.KEY}', ['/a/', '/b?x=', ''], ['person', 'env.KEY']],
    ['$${person} ${a}${b}', ['${person} ', '', ''], ['a', 'b']],
    ['$$$${a}', ['$$${a}'], []],
  ])('%s', (text, texts, names) => {
    expect(readTemplate(text)).toEqual({ texts, names })
  })

  test.each([
    ['${person', 'a ${ is not closed by }; write $${ for a literal ${'],
    ['${a${b}', 'a ${ is not closed by }; write $${ for a literal ${'],
    ['x ${ } y', '${} has no name in it'],
  ])('%s is a fault', (text, words) => {
    expect(readTemplate(text)).toBe(words)
  })

  test('law: any text can be said, and names stand between the texts that were meant', () => {
    const name = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => /^[^{}\s]+$/.test(text))
    const text = fc.string({ unit: fc.constantFrom('$', '{', '}', 'a', '예'), maxLength: 8 })
    fc.assert(
      fc.property(text, fc.array(fc.tuple(name, text), { maxLength: 3 }), (first, rest) => {
        // A dollar before a place would be taken for an escape.
        const said = (one: string) => one.replaceAll('${', () => '$${').replace(/\$+$/, '')
        const written = said(first) + rest.map(([n, t]) => `\${${n}}${said(t)}`).join('')
        const meant = [first, ...rest.map(([, t]) => t)].map((one) => one.replace(/\$+$/, ''))
        expect(readTemplate(written)).toEqual({ texts: meant, names: rest.map(([n]) => n) })
      }),
    )
  })
})
