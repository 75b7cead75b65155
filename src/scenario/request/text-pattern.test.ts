import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileLinear, type TextPattern } from './linear-pattern.ts'
import { isLinear } from './pattern-cost.ts'
import { readTextPattern } from './text-pattern.ts'

function compiled(source: string): TextPattern {
  const pattern = readTextPattern(source)
  if (typeof pattern === 'string') throw new Error(pattern)
  return pattern
}

describe('an expression for answers of others', () => {
  test.each([
    ['csrf" value="([^"]+)"', 'name="csrf" value="abc"', ['csrf" value="abc"', 'abc']],
    ['(?<token>[a-f0-9]{32})', 'x'.repeat(9) + 'ab'.repeat(16), ['ab'.repeat(16), 'ab'.repeat(16)]],
    ['(?:a|b)c(d)?', 'bc', ['bc', undefined]],
    [String.raw`\((\d+)\) [(+*]+`, '(12) (+', ['(12) (+', '12']],
    ['(a{3}){2}', 'aaaaaa', ['aaaaaa', 'aaa']],
    ['매진|마감', '오늘은 마감', ['마감']],
    [String.raw`[\s\S]+end`, 'a\nend', ['a\nend']],
    [String.raw`\u{1F3AB}\uD83C\uDFAB.`, '🎫🎫🎫', ['🎫🎫🎫']],
    ['^a$', 'a\n', null],
  ])('%s finds in %s', (source, text, found) => {
    const match = compiled(source).exec(text)
    expect(match?.groups ?? null).toEqual(found)
    expect(compiled(source).test(text)).toBe(found !== null)
  })

  test.each([String.raw`(a)\1`, String.raw`(?<a>x)\k<a>`, '(?=x)y', '(?<!x)y', 'a(?!b)'])(
    '%s is refused',
    (source) => {
      expect(readTextPattern(source)).toMatch(/^looks ahead, looks behind or refers back/)
    },
  )

  test('what is none is told', () => {
    expect(readTextPattern('(')).toBe('is no regular expression: /(/u: Unterminated group')
  })

  test('counts groups', () => {
    const groups = (source: string) => compiled(source).groups
    expect([groups('a'), groups('(a)'), groups('(?:a)(b)|(?<c>d)')]).toEqual([0, 1, 2])
  })
})

describe('time', () => {
  // A backtracking matcher would take longer than the universe for each.
  test.each([
    ['(a+)+$', 'a'],
    ['(?:a|aa)+$', 'a'],
    ['(a*)*b', 'a'],
    ['(a?){30}a{30}c', 'a'],
    ['(a{1,9}){2,9}c', 'a'],
    [`${'(?:a|aa)'.repeat(40)}b`, 'a'],
    [String.raw`\d+\d+\d+\d+x`, '1'],
    [String.raw`(\s+|x)*y`, ' '],
    ['<a[^>]*>.*</a>.*<b', '<a>'],
  ])('of %s is linear', (source, piece) => {
    expect(isLinear(source)).toBe(false)
    const text = piece.repeat(65_536 / piece.length) + '!'
    expect(compiled(source).test(text)).toBe(false)
  })

  test.each([
    'sold out',
    '매진|마감|sold out',
    'csrf" value="([^"]+)"',
    String.raw`"id":(\d+),`,
    String.raw`token=(\w+)&`,
    'error [45]xx',
  ])('of %s is that of the fast matcher', (source) => {
    expect(isLinear(source)).toBe(true)
  })

  test.each([
    'a+b',
    String.raw`\d+`,
    '[^"]+"',
    'x[^y]+z',
    'ab+c?d',
    'a*',
    '(ab)+',
    'a{2,}',
    `${'(?:a|aa)'.repeat(7)}`,
  ])('of %s is not', (source) => {
    expect(isLinear(source)).toBe(false)
  })
})

describe('law: the automaton finds what JavaScript finds', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '"',
    '[ab]',
    '[^a]',
    String.raw`\d`,
    String.raw`\s`,
    String.raw`\S`,
    String.raw`[^\s"]`,
    String.raw`\w`,
    '.',
    '(a)',
    '(?:a|b1)',
    '(b|)',
    String.raw`\b`,
    '한',
    String.raw`\u00e9`,
    '[[]',
    '[^]',
  )
  const repeat = fc.constantFrom('', '', '', '*', '+', '?', '*?', '{2}', '{1,3}')
  const source = fc
    .array(fc.tuple(atom, repeat), { minLength: 1, maxLength: 5 })
    .map((parts) =>
      parts.map(([text, times]) => (text === String.raw`\b` ? text : text + times)).join(''),
    )
  const text = fc
    .array(fc.constantFrom('a', 'b', '1', '"', ' ', '\n', '한', 'é', '[', '🎫', '\u2028'), {
      maxLength: 12,
    })
    .map((pieces) => pieces.join(''))

  test('in any text', () => {
    fc.assert(
      fc.property(source, text, (pattern, given) => {
        const automaton = compileLinear(pattern)
        if (typeof automaton === 'string') throw new Error(automaton)
        const expected = new RegExp(pattern, 'u').exec(given)
        const found = automaton.exec(given)
        expect(found?.groups[0] ?? null).toBe(expected?.[0] ?? null)
        expect(found?.from).toBe(expected?.index)
        expect(automaton.test(given)).toBe(expected !== null)
        // A group that is repeated keeps its last turn in both, but for turns that match nothing.
        if (!/[)][*+?{]/.test(pattern)) {
          expect(found?.groups ?? null).toEqual(expected === null ? null : [...expected])
        }
      }),
      { numRuns: 2000 },
    )
  })
})
