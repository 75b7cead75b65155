import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  codeSpan,
  consoleText,
  csvField,
  drawnTexts,
  escapeHtml,
  escapeMarkdown,
  escapeXml,
  jsonForScript,
  plainText,
  sourceForScript,
  visibleText,
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
    ['\t=1', '\\x09=1'],
    ['＝1', "'＝1"],
    ['a\u0000\u001b[2J\u202eb', 'a\\x00\\x1b[2J\\u{202e}b'],
    [-5, '-5'],
    [0, '0'],
    [null, ''],
    [Number.NaN, ''],
  ])('CSV field %j is %j', (value, field) => expect(csvField(value)).toBe(field))
})

/** Texts made of what has a meaning somewhere. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::add-mask::',
        '::',
        ':',
        '##[group]',
        '##vso[task]',
        '##',
        '[',
        '\n',
        '\r',
        '\t',
        ' ',
        '\0',
        '\u001b[2J',
        '\u009b2J',
        '\u0007',
        '\u202e',
        '\u2066',
        '\u200b',
        '\u2028',
        '\u061c',
        '\ufeff',
        '\ud800',
        '\u{e0041}',
        '<script>',
        '</td>',
        '"',
        "'",
        '&',
        '`',
        '``',
        '|',
        '\\',
        '[x](y)',
        '![x](y)',
        'https://x.example',
        'HTTP:',
        'www.x.example',
        'mailto:a@b.example',
        '@user',
        '#1',
        'a/b#2',
        '- ',
        '1. ',
        '=',
        '===',
        '+',
        '@',
        '-',
        '＝',
        '대기열',
        'word',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''))

const always = (law: (text: string) => void) =>
  fc.assert(
    fc.property(hostile, (text) => {
      law(text)
    }),
    { numRuns: 500 },
  )

const hidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u
const hiddenInLine = /[\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|(?!\n)\p{Cc}/u

describe('whatever the text, in', () => {
  test('one line: nothing hides', () => {
    always((text) => expect(visibleText(text)).not.toMatch(hidden))
    always((text) => expect(plainText(text)).not.toMatch(hidden))
  })

  test('a console: no line is a command, and JSON stays what it was', () => {
    always((text) => {
      const shown = consoleText(text)
      for (const line of shown.split(/\r\n|\r|\n/))
        expect(line.trimStart().startsWith('::')).toBe(false)
      expect(shown).not.toMatch(/##\w*\[/)
      expect(shown).not.toMatch(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/)
      const value = { [text]: [text, `\\${text}`] }
      expect(JSON.parse(consoleText(JSON.stringify(value, null, 2)))).toEqual(value)
    })
  })

  test('HTML: no markup, nothing hides', () => {
    always((text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/)
      expect(escapeHtml(text)).not.toMatch(hiddenInLine)
    })
  })

  test('XML: no markup, and only characters that XML has', () => {
    always((text) => {
      expect(escapeXml(text)).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/)
      expect(escapeXml(text)).not.toMatch(/[^\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u)
    })
  })

  test('Markdown: no markup, no HTML, no link, no mention, no reference', () => {
    always((text) => {
      const shown = escapeMarkdown(text)
      expect(shown).not.toMatch(hidden)
      expect(shown).not.toMatch(/[<>@]|(?<!\\)(?:\\\\)*[`*_{}[\]|~!]/)
      expect(shown).not.toMatch(/https?:|ftp:|mailto:|www\./i)
      expect(shown).not.toMatch(/#\d(?!\d*;)/)
      expect(shown).not.toMatch(/^(?:[-+]\s|\d+[.)]\s|[-=\s]+$)/)
    })
  })

  test('a code span of Markdown: it ends where its fence says', () => {
    always((text) => {
      const shown = codeSpan(text)
      if (shown === '') return
      const fence = /^`+/.exec(shown)?.[0] ?? ''
      expect(shown.split(/(?<!`)(`+)(?!`)/).filter((part) => part === fence)).toHaveLength(2)
      expect(shown).not.toMatch(hidden)
    })
  })

  test('CSV: one field, no formula, nothing hides', () => {
    always((text) => {
      const field = csvField(text)
      const value = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field
      if (!field.startsWith('"')) expect(field).not.toMatch(/[",\n]/)
      expect(value).not.toMatch(/^\s*[=+\-@＝＋－＠]/)
      expect(value).not.toMatch(hiddenInLine)
    })
  })

  test('pictures: nothing hides, and nothing but texts changes', () => {
    always((text) => {
      const drawn = drawnTexts({ labels: [text], size: 3, is: null, of: { text } })
      expect(drawn.labels[0]).not.toMatch(hidden)
      expect(drawn).toEqual({
        labels: drawn.labels,
        size: 3,
        is: null,
        of: { text: drawn.labels[0] },
      })
    })
  })
})
