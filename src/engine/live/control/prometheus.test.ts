import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSamples } from './prometheus.ts'

const wanted = new Set(['a', 'b:c', '__proto__', 'constructor'])
const plain = (text: string) =>
  readSamples(text, wanted).samples.map(({ name, labels, value }) => [name, [...labels], value])

describe('readSamples', () => {
  test('samples of the families that are wanted, in their order', () => {
    const text = [
      '# HELP a What it is, \\n and {more="1"} 2',
      '# TYPE a gauge',
      'a 1',
      'a_total 2',
      'other{x="y"} 3',
      'b:c{x="y"} 4 1395066363000',
      '',
      '  a 5',
      'a{} 6',
      'a{x="1",y="2",} 7\r',
      'a{ x = "}" , y="a=\\"b\\", \\\\ \\n" } -1.5e3',
      'a\t+Inf',
      'a -Inf',
      'a .5',
      'a 1.',
    ].join('\n')
    expect(plain(text)).toEqual([
      ['a', [], 1],
      ['b:c', [['x', 'y']], 4],
      ['a', [], 6],
      [
        'a',
        [
          ['x', '1'],
          ['y', '2'],
        ],
        7,
      ],
      [
        'a',
        [
          ['x', '}'],
          ['y', 'a="b", \\ \n'],
        ],
        -1500,
      ],
      ['a', [], Infinity],
      ['a', [], -Infinity],
      ['a', [], 0.5],
      ['a', [], 1],
    ])
    expect(plain('a NaN')).toEqual([['a', [], NaN]])
  })

  test.each([
    'a',
    'a ',
    'a x',
    'a 1 2 3',
    'a 1 x',
    'a 0x10',
    'a 1e',
    'a 1_000',
    'a{x="y"',
    'a{x="y} 1',
    'a{x=y} 1',
    'a{x} 1',
    'a{,} 1',
    'a{x="y",,} 1',
    'a{x="y"}1',
    'a{x="y" z="w"} 1',
    'a{1="y"} 1',
    'a{x="\\t"} 1',
    'a{x="y"}} 1',
    'a-b 1',
    `a{x="${'y'.repeat(20_000)}"} 1`,
  ])('%s is no sample, and costs only itself', (line) => {
    const { samples, malformed } = readSamples(`a 1\n${line}\na 2`, wanted)
    expect(samples.map(({ value }) => value)).toEqual([1, 2])
    expect(malformed).toBe(1)
  })

  test('names that mean something to objects mean nothing here', () => {
    expect(plain('__proto__{__proto__="x",constructor="y"} 1\nconstructor 2')).toEqual([
      [
        '__proto__',
        [
          ['__proto__', 'x'],
          ['constructor', 'y'],
        ],
        1,
      ],
      ['constructor', [], 2],
    ])
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
  })

  test('whatever labels and value are written are read back', () => {
    const label = fc.stringMatching(/^[a-zA-Z_]\w{0,8}$/)
    const labels = fc.uniqueArray(fc.tuple(label, fc.string({ unit: 'binary' })), {
      selector: ([name]) => name,
      maxLength: 5,
    })
    const escaped = (text: string) =>
      text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
    fc.assert(
      fc.property(labels, fc.double({ noNaN: true }), (pairs, value) => {
        const set = pairs.map(([name, of]) => `${name}="${escaped(of)}"`).join(',')
        const number = String(value).replace('Infinity', 'Inf')
        expect(plain(`# x\na{${set}} ${number}\n`)).toEqual([['a', pairs, value + 0]])
      }),
    )
  })

  test('any text is read to its end', () => {
    const piece = fc.constantFrom(
      'a',
      '{',
      '}',
      '"',
      '\\',
      ',',
      '=',
      ' ',
      '\n',
      '1',
      'x',
      '#',
      'NaN',
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.array(piece, { maxLength: 200 }).map((pieces) => pieces.join('')),
    )
    fc.assert(
      fc.property(text, (page) => {
        const lines = page.split('\n').filter((line) => /^a(?![\w:])/.test(line)).length
        const one = new Set(['a'])
        const { samples, malformed } = readSamples(page, one)
        expect(samples.length + malformed).toBe(lines)
        expect(readSamples(`${page}\na 1\n`, one).samples.at(-1)).toMatchObject({ value: 1 })
      }),
    )
  })
})
