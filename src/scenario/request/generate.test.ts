import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { generatedText, maxPersons, readGenerator, type Generator } from './generate.ts'

function generator(text: string): Generator {
  const read = readGenerator(text)
  if (typeof read === 'string') throw new Error(read)
  return read
}

describe('a generated field', () => {
  test('is put together of its parts', () => {
    const field = generator('no ${sequence(100)}: 010-${digits(4)}-${digits(4)} $${x}')
    expect(generatedText(field, 7, 23)).toMatch(/^no 123: 010-\d{4}-\d{4} \$\{x\}$/)
    expect(generatedText(field, 7, 23)).toBe(generatedText(field, 7, 23))
    expect(generatedText(generator('${sequence()}'), 7, 0)).toBe('1')
    expect(maxPersons(field)).toBe(1e8)
    expect(maxPersons(generator('a ${pick(["x"])}'))).toBe(Infinity)
  })

  test('picks evenly, by chance of the person', () => {
    const field = generator('${pick(["서울", "부산"])}')
    const seoul = Array.from({ length: 10_000 }, (_, p) => generatedText(field, 3, p)).filter(
      (text) => text === '서울',
    ).length
    // Four standard deviations of a fair coin.
    expect(Math.abs(seoul - 5000)).toBeLessThan(200)
  })

  test('law: all digits of a field together are each number once', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom([3, 1], [1, 1, 1], [2]), (key, counts) => {
        const field = generator(counts.map((n) => `\${digits(${n})}`).join('-'))
        const most = maxPersons(field)
        const texts = new Set<string>()
        for (let person = 0; person < most; person++) texts.add(generatedText(field, key, person))
        expect(texts.size).toBe(most)
        expect(
          [...texts].every((text) => text.split('-').every((p, i) => p.length === counts[i])),
        ).toBe(true)
      }),
      { numRuns: 20 },
    )
  })

  test('long numbers differ from person to person, and from seed to seed', () => {
    const field = generator('${digits(15)}')
    const some = (key: number) =>
      Array.from({ length: 2000 }, (_, p) => generatedText(field, key, p * 50_000))
    expect(new Set(some(1)).size).toBe(2000)
    expect(some(1)).not.toEqual(some(2))
    expect(new Set(some(1).map((text) => text.slice(0, 2))).size).toBe(100)
  })
})
