import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  csvField,
  escapeHtml,
  escapeMarkdown,
  jsonForScript,
  plainText,
  sourceForScript,
} from './escape.ts'

describe('escaping', () => {
  test('HTML', () => {
    expect(escapeHtml(`<a href="x" title='y'>&`)).toBe(
      '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;',
    )
  })

  test('JSON in a script holds no tag and no line separator, and reads back the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = jsonForScript({ text: `${text}</script><!--\u2028\u2029` })
        expect(json).not.toMatch(/[<>\u2028\u2029]/)
        expect((JSON.parse(json) as { text: string }).text).toBe(`${text}</script><!--\u2028\u2029`)
      }),
    )
  })

  test('sources lose their map and cannot close the script', () => {
    const source = "const a = '</script>'\n//# sourceMappingURL=a.js.map"
    expect(sourceForScript(source)).toBe("const a = '<\\/script>'\n")
  })

  test('a terminal gets no control characters', () => {
    expect(plainText('a\u001b[31mb\u0007\nc\u202ed')).toBe('a [31mb c d')
    expect(plainText('대기열')).toBe('대기열')
  })

  test('Markdown', () => {
    expect(escapeMarkdown('a|b <img> [x](y) *z*')).toBe('a\\|b &lt;img&gt; \\[x\\](y) \\*z\\*')
  })

  test.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK(1)', "'=HYPERLINK(1)"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ['\t=1', "'\t=1"],
    [-5, '-5'],
    [0, '0'],
    [null, ''],
    [Number.NaN, ''],
  ])('CSV field %j is %j', (value, field) => expect(csvField(value)).toBe(field))
})
