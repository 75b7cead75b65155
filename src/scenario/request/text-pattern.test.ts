import { describe, expect, test } from 'vitest'
import { groupsOf, readTextPattern } from './text-pattern.ts'

describe('an expression for answers of others', () => {
  test.each([
    'csrf" value="([^"]+)"',
    '(?<token>[a-f0-9]{32})',
    '(?:a|b)c(d)?',
    String.raw`\((\d+)\) [(+*]+`,
    '(a{3}){2}',
    '(?:(?=x)y)z*',
  ])('%s is taken', (source) => {
    expect(readTextPattern(source)).toEqual(new RegExp(source, 'u'))
  })

  test.each([
    '(a+)+$',
    '(a*)*',
    '(?:a|aa)+$',
    '((a+))+',
    '(?:x(?:a+)y)*',
    '(a?){30}',
    '(a{1,9}){2,9}',
    String.raw`(a)\1`,
    String.raw`(?<a>x)\k<a>`,
    '(?:[(]a+)*',
  ])('%s may never end', (source) => {
    expect(readTextPattern(source)).toMatch(/^may never end/)
  })

  test('what is none is told', () => {
    expect(readTextPattern('(')).toBe('is no regular expression: /(/u: Unterminated group')
  })

  test('counts groups', () => {
    const count = (source: string) => groupsOf(new RegExp(source, 'u'))
    expect([count('a'), count('(a)'), count('(?:a)(b)|(?<c>d)')]).toEqual([0, 1, 2])
  })
})
